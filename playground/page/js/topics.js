// The topics of a forum, or of a private chat with a bot, as tabs over its messages.

import { ask, confirmed } from "./choosers.js";
import { arrange, h } from "./dom.js";
import { field, form } from "./forms.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { unreadIn } from "./memory.js";
import { menuItem, openPopup } from "./popup.js";
import { powers } from "./rights.js";

const COLOURS = [7322096, 16766590, 13338331, 9367192, 16749490, 16478047];

const colour = (number) => `#${(number ?? COLOURS[0]).toString(16).padStart(6, "0")}`;

/** In which topic a message is; null = the general one. */
export const threadOf = (message) => (message.is_topic_message ? message.message_thread_id ?? null : null);

/** The thread id to write to: messages of the general topic carry none. */
export const writtenTo = (topic) => (topic.is_general ? null : topic.thread_id);

/** All topics that are shown, the general one first; a private chat has one without being told. */
export function topicsOf(chat) {
  if (!chat.is_forum) return [];
  const general = chat.topics.find((topic) => topic.is_general) ?? { thread_id: 1, name: t("general"), is_general: true, is_closed: false, is_hidden: false };
  return [general, ...chat.topics.filter((topic) => !topic.is_general)];
}

/** Whether this person may make topics, and change those of others. */
export function topicPowers(chat, me) {
  if (chat.kind === "private") return { make: true, manage: true };
  const mine = powers(chat, me);
  return { make: mine.mayAs("can_manage_topics"), manage: mine.may("can_manage_topics") };
}

const topicIcon = (topic) => (topic.is_general ? h("span", { class: "topic-icon", "aria-hidden": "true" }, "#")
  : topic.icon ? h("span", { class: "topic-icon emoji", "aria-hidden": "true" }, topic.icon)
    : h("span", { class: "topic-icon dot-icon", style: { "--topic": colour(topic.icon_color) }, "aria-hidden": "true" }, [...topic.name][0]?.toUpperCase() ?? "?"));

function askTopic(title, topic, label) {
  return ask(title, (done) => {
    let chosen = topic?.icon_color ?? COLOURS[0];
    const colours = topic ? null : h("div", { class: "topic-colours", role: "radiogroup", "aria-label": t("icon_colour") }, COLOURS.map((number, place) => {
      const input = h("input", { type: "radio", name: "colour", value: String(number), checked: place === 0, "aria-label": t("colour_number", { number: place + 1 }), onchange: () => { chosen = number; } });
      return h("label", { style: { "--topic": colour(number) } }, input, h("span", { class: "swatch", "aria-hidden": "true" }));
    }));
    return form(label, async (values) => { done({ name: values.name, ...(!topic && { icon_color: chosen }) }); },
      field("name", t("topic_name"), { required: true, maxlength: 128, value: topic?.name ?? "", autofocus: true }), colours);
  });
}

export class TopicBar {
  /** `onOpen(thread)`: which topic is wanted; null = the general one. */
  constructor(conversation, onOpen) {
    this.conversation = conversation;
    this.onOpen = onOpen;
    this.tabs = new Map();
    this.list = h("div", { class: "topic-tabs", role: "tablist", "aria-label": t("topics"), onkeydown: (event) => this.#arrow(event) });
    this.add = h("button", { type: "button", class: "round-button quiet", "aria-label": t("new_topic"), title: t("new_topic"), onclick: () => this.#make() }, icon("plus"));
    this.more = h("button", { type: "button", class: "round-button quiet", "aria-label": t("topic_menu"), title: t("topic_menu"), onclick: () => this.#menu(this.current, this.more.getBoundingClientRect()) }, icon("more"));
    this.element = h("div", { class: "topic-bar", hidden: true }, this.list, this.add, this.more);
  }

  render() {
    const { chat, person, thread } = this.conversation;
    const topics = topicsOf(chat);
    this.element.hidden = !topics.length;
    if (!topics.length) return;
    this.powers = topicPowers(chat, person.me);
    this.current = topics.find((topic) => writtenTo(topic) === thread) ?? topics[0];
    const shown = topics.filter((topic) => !topic.is_hidden || topic === this.current || this.powers.manage);
    arrange(this.list, shown.map((topic) => this.#tab(topic)));
    this.add.hidden = !this.powers.make;
    this.more.hidden = !this.#deeds(this.current).length;
  }

  #tab(topic) {
    const { chat, person } = this.conversation;
    const on = topic === this.current;
    const unread = unreadIn(person.me.id, chat, writtenTo(topic));
    const signature = JSON.stringify([topic, on, unread]);
    const kept = this.tabs.get(topic.thread_id);
    if (kept?.signature === signature) return kept.element;
    const name = [topic.name, topic.is_closed ? t("closed") : null, unread ? t("unread_count", { count: unread }) : null].filter(Boolean).join(", ");
    const element = h("button", {
      type: "button", role: "tab", class: `topic-tab${topic.is_hidden ? " hidden-topic" : ""}`, "aria-selected": String(on), "aria-label": name, tabindex: on ? "0" : "-1", title: topic.name,
      onclick: () => this.onOpen(writtenTo(topic)),
      oncontextmenu: (event) => { event.preventDefault(); this.#menu(topic, new DOMRect(event.clientX, event.clientY, 0, 0)); },
    }, topicIcon(topic), h("span", { class: "topic-name", dir: "auto" }, topic.name), topic.is_closed ? icon("lock") : null, unread && !on ? h("span", { class: "count" }, unread) : null);
    if (kept?.element.contains(document.activeElement)) setTimeout(() => element.focus({ preventScroll: true }), 0);
    this.tabs.set(topic.thread_id, { signature, element });
    return element;
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const tabs = [...this.list.children];
    const next = tabs.at((tabs.findIndex((tab) => tab === document.activeElement) + step) % tabs.length);
    next.focus();
    next.click();
  }

  #deeds(topic) {
    const { chat, deeds } = this.conversation;
    if (!this.powers.manage) return [];
    const change = (values) => deeds.attempt(deeds.seat.changeTopic(topic.thread_id, values));
    const group = chat.kind !== "private";
    return [
      group || !topic.is_general ? ["edit", "rename_topic", () => this.#rename(topic)] : null,
      group ? [topic.is_closed ? "lock" : "lock", topic.is_closed ? "reopen_topic" : "close_topic", () => change({ is_closed: !topic.is_closed })] : null,
      group && topic.is_general ? ["eye", topic.is_hidden ? "show_topic" : "hide_topic", () => change({ is_hidden: !topic.is_hidden })] : null,
      topic.is_general ? null : ["trash", "delete_topic", () => this.#remove(topic)],
    ].filter(Boolean);
  }

  #menu(topic, box) {
    const items = this.#deeds(topic);
    if (!items.length) return;
    openPopup(topic.name, box, (close) => items.map(([glyph, key, deed]) => menuItem(icon(glyph), t(key), () => { close(); deed(); }, key === "delete_topic" ? "danger" : "")));
  }

  async #make() {
    const { deeds } = this.conversation;
    const wanted = await askTopic(t("new_topic"), null, t("create"));
    const topic = wanted && await deeds.attempt(deeds.seat.newTopic(wanted));
    if (topic) this.onOpen(topic.thread_id);
  }

  async #rename(topic) {
    const { deeds } = this.conversation;
    const wanted = await askTopic(t("rename_topic"), topic, t("save"));
    if (wanted) await deeds.attempt(deeds.seat.changeTopic(topic.thread_id, { name: wanted.name }));
  }

  async #remove(topic) {
    const { deeds } = this.conversation;
    if (await confirmed(t("delete_topic"), t("delete_topic_why", { name: topic.name }), t("delete")) && await deeds.attempt(deeds.seat.removeTopic(topic.thread_id))) this.onOpen(null);
  }
}
