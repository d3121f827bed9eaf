// One conversation of one person: its messages, the drafts and what is typed right now.

import { ChatHead } from "./chathead.js";
import { Composer } from "./composer.js";
import { Deeds } from "./deeds.js";
import { arrange, fill, h } from "./dom.js";
import { DraftView } from "./drafts.js";
import { dayKey, dayName, t } from "./i18n.js";
import { samovar } from "./icons.js";
import { lastRead, markRead, unreadIn } from "./memory.js";
import { messageItem, serviceText, summary } from "./message.js";
import { connection, openBots } from "./newcomers.js";
import { announce } from "./notices.js";
import { PinBar } from "./pinbar.js";
import { pinsOf } from "./pins.js";
import { Scroller } from "./scroller.js";
import { draftKey, nameOf, senderOf, titleOf } from "./store.js";
import { TopicBar, threadOf, topicPowers, topicsOf, writtenTo } from "./topics.js";
import { showWebApp } from "./webapp.js";

const RUN_SECONDS = 600;
const SETTLED_MS = 1500;

export class Conversation {
  /** `host`: store, notices, onBack, openSoon(chat, message, then). */
  constructor(person, chat, host) {
    this.person = person;
    this.chat = chat;
    this.host = host;
    this.thread = null;
    this.awaitedTopic = null;
    this.items = new Map();
    this.drafts = new Map();
    this.dividers = new Map();
    this.quiet = new Set();
    this.deeds = new Deeds(this);
    this.#build();
  }

  #build() {
    const { chat } = this;
    this.head = new ChatHead(this);
    this.topics = new TopicBar(this, (thread) => this.openTopic(thread));
    this.pins = new PinBar((id) => this.show(id));
    this.list = h("div", { class: "messages", role: "list", "aria-label": t("messages_of", { title: titleOf(chat) }), onkeydown: (event) => this.#walk(event) });
    this.scroller = new Scroller(this.list, () => this.#read());
    this.composer = new Composer(this.deeds.forComposer());
    this.element = h("section", { class: "conversation", "aria-label": titleOf(chat) }, this.head.element, this.topics.element, this.pins.element, this.scroller.element, this.composer.element);
    this.element.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); this.element.classList.add("dropping"); } });
    this.element.addEventListener("dragleave", (event) => { if (!this.element.contains(event.relatedTarget)) this.element.classList.remove("dropping"); });
    this.element.addEventListener("drop", (event) => { event.preventDefault(); this.element.classList.remove("dropping"); this.composer.addFiles(event.dataTransfer.files); });
  }

  /** Takes the same chat in a newer reading of the server's state. */
  adopt(person, chat) {
    this.person = person;
    this.chat = chat;
  }

  /** Where reading is remembered: of a chat with topics each for itself. */
  get #readThread() { return this.chat.is_forum ? this.thread : undefined; }

  #beginReading() {
    const { person, chat } = this;
    this.unreadFrom = unreadIn(person.me.id, chat, this.#readThread) ? Math.max(lastRead(person.me.id, chat.id, this.#readThread), lastRead(person.me.id, chat.id)) : null;
  }

  shown() {
    this.visible = true;
    this.#beginReading();
    this.render();
    this.scroller.shown();
    this.#read();
  }

  hidden() {
    this.visible = false;
    this.scroller.hidden();
  }

  /** Draws every message anew: whose they are became known. */
  redraw() {
    this.items.clear();
    this.drawn = false;
    this.render();
  }

  /** Goes to a topic; null is the general one. */
  openTopic(thread) {
    this.awaitedTopic = this.#knows(thread) ? null : thread;
    if (this.awaitedTopic !== null) return;
    this.thread = thread;
    this.#beginReading();
    this.redraw();
    this.scroller.pin();
    this.composer.focus();
  }

  // A topic that was just made may be told of before the page has heard of it.
  #knows(thread) { return thread === null || topicsOf(this.chat).some((topic) => writtenTo(topic) === thread); }

  #isHere(message) { return !this.chat.is_forum || threadOf(message) === this.thread; }

  /** The messages of the open topic, or all of a chat without topics; one for this person only may stand in another's place. */
  shownMessages() {
    const { messages } = this.chat;
    const known = new Set(messages.map((message) => message.message_id));
    const instead = new Map(messages.filter((message) => known.has(message.replaces)).map((message) => [message.replaces, message]));
    if (!this.chat.is_forum && !instead.size) return messages;
    return messages.filter((message) => !known.has(message.replaces) && this.#isHere(message)).map((message) => instead.get(message.message_id) ?? message);
  }

  /** Hears of a change in this chat before the next drawing. */
  note(change) {
    const { kind, event } = change;
    if (kind === "answer") this.deeds.answered(event);
    else if (kind === "join_request") this.#guarded(event.request);
    else if (kind === "deleted") this.composer.forget(event.message_ids);
    const own = event.message && this.deeds.wrote(event.message);
    if (kind === "message") {
      // A draft becomes the message in its place: nothing arrives there.
      if (this.drafts.size && !own) this.quiet.add(event.message.message_id);
      if (own) this.scroller.pin();
      else if (this.#isHere(event.message)) this.scroller.count();
      if (!own) this.#announce(event.message);
    } else if (kind === "edited" && !own && event.message.message_id === this.chat.messages.at(-1)?.message_id) {
      // An answer often grows inside its message: only what it has become is read out.
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.#announce(event.message), SETTLED_MS);
    }
  }

  // A bot that guards the door shows who asks to come in its Mini App first.
  #guarded({ user, web_app_url: url }) {
    if (user.id === this.person.me.id && url && this.visible) showWebApp({ title: titleOf(this.chat), url });
  }

  #announce(message) {
    if (this.visible) announce(`${nameOf(senderOf(message))} → ${nameOf(this.person.me)}: ${message.text ?? summary(message)}`);
  }

  render() {
    const { chat, person } = this;
    const topics = topicsOf(chat);
    if (!this.#knows(this.thread)) this.thread = null;
    if (this.awaitedTopic && this.#knows(this.awaitedTopic)) { this.openTopic(this.awaitedTopic); return; }
    this.head.render();
    this.topics.render();
    this.pins.render(pinsOf(chat).map((id) => chat.messages.find((message) => message.message_id === id)).filter((message) => message && this.#isHere(message)));
    const children = [...this.#messages(), ...this.#drafts()];
    arrange(this.list, children.length ? children : [this.#welcome()]);
    this.#rove();
    this.composer.update(chat, { topic: topics.find((topic) => writtenTo(topic) === this.thread) ?? null, mayManageTopics: topicPowers(chat, person.me).manage });
    this.scroller.settle();
    this.#read();
  }

  #messages() {
    const children = [];
    const parts = albums(this.shownMessages());
    const wanted = new Set();
    parts.forEach(({ message, album }, place) => {
      const before = parts[place - 1]?.message;
      if (!before || dayKey(before.date) !== dayKey(message.date)) children.push(this.#divider(`day ${dayKey(message.date)}`, dayName(message.date)));
      if (this.#startsUnread(before, message)) children.push(this.#divider("unread", t("unread")));
      children.push(this.#item(message, album, before, parts[place + 1]?.message));
      wanted.add(message.message_id);
    });
    for (const key of this.items.keys()) if (!wanted.has(key)) this.items.delete(key);
    return children;
  }

  #startsUnread(before, message) {
    if (this.unreadFrom === null || !before || this.deeds.isOwn(message)) return false;
    return before.message_id <= this.unreadFrom && message.message_id > this.unreadFrom;
  }

  #divider(key, text) {
    if (!this.dividers.has(key)) this.dividers.set(key, h("div", { class: `service ${key.split(" ")[0]}`, role: "listitem" }, h("span", {}, text)));
    return this.dividers.get(key);
  }

  #item(message, album, before, after) {
    const told = (one) => Boolean(serviceText(one, summary));
    const run = (one, other) => one && other && !told(one) && !told(other) && senderOf(one).id === senderOf(other).id
      && Math.abs(other.date - one.date) < RUN_SECONDS && dayKey(one.date) === dayKey(other.date);
    const { chat, person } = this;
    const first = !run(before, message);
    const last = !run(message, after);
    const taps = this.deeds.tapsOf(message.message_id);
    const signature = JSON.stringify([first, last, [...taps], chat.reactions[message.message_id] ?? null, chat.votes?.[message.message_id] ?? null, chat.protected ?? false]);
    const kept = this.items.get(message.message_id);
    if (kept && kept.signature === signature && kept.message === message && same(kept.album, album)) return kept.element;
    const element = messageItem(message, { person, chat, actions: this.deeds, taps, album, first, last });
    if (kept) this.#replace(kept.element, element, kept.message === message);
    else if (this.visible && this.drawn && !this.quiet.delete(message.message_id)) element.classList.add("arriving");
    this.items.set(message.message_id, { message, album, signature, element });
    return element;
  }

  // A redrawn message keeps the focus on the same button, what was uncovered and opened in it, and what plays.
  #replace(old, element, unchanged) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const reach = "a, button, input, summary, [tabindex]";
    const place = focused ? [old, ...old.querySelectorAll(reach)].indexOf(focused) : -1;
    const twins = (selector, take) => old.querySelectorAll(selector).forEach((one, nth) => take(one, element.querySelectorAll(selector)[nth]));
    twins(".spoiler", (one, twin) => { if (one.classList.contains("shown")) twin?.click(); });
    twins("blockquote.expandable", (one, twin) => { if (one.classList.contains("open")) twin?.querySelector(".quote-toggle").click(); });
    twins("details", (one, twin) => { if (twin && !one.matches(".poll-why")) twin.open = one.open; });
    if (unchanged) twins(".voice, .slides, .round-film, video:not(.round)", (one, twin) => twin?.replaceWith(one));
    old.replaceWith(element);
    if (place >= 0) [element, ...element.querySelectorAll(reach)][place]?.focus({ preventScroll: true });
  }

  #drafts() {
    const { chat } = this;
    for (const [key, view] of this.drafts) if (!chat.drafts.has(key)) { view.close(); this.drafts.delete(key); }
    const here = [...chat.drafts.values()].filter((draft) => !chat.is_forum || (draft.thread_id ?? null) === this.thread);
    for (const draft of here) {
      const key = draftKey(draft);
      if (!this.drafts.has(key)) {
        const name = chat.peer ? nameOf(chat.peer) : t("bot");
        this.drafts.set(key, new DraftView(draft.bot, name, chat.kind === "group", (now) => this.deeds.stop(now), () => this.scroller.settle()));
      }
      this.drafts.get(key).update(draft);
    }
    this.drawn = true;
    return here.map((draft) => this.drafts.get(draftKey(draft)).element);
  }

  #welcome() {
    const { chat } = this;
    const bot = chat.kind === "private" ? this.host.store.bots.find((one) => one.user.id === chat.id) : null;
    const offline = Boolean(bot) && connection(bot) === "offline";
    const state = JSON.stringify([chat.about, chat.started, chat.blocked, this.thread, offline]);
    if (this.welcome && this.welcomed === state) return this.welcome;
    this.welcomed = state;
    this.welcome ??= h("div", { class: "welcome", role: "listitem" });
    const empty = { private: chat.started ? "empty_chat" : "not_started", channel: "empty_channel", group: this.thread ? "empty_topic" : "empty_group" };
    const text = chat.about || t(empty[chat.kind] ?? "empty_chat");
    const begin = chat.kind === "private" && chat.started && !chat.blocked
      ? h("button", { type: "button", class: "primary", onclick: () => this.deeds.command("/start") }, t("start")) : null;
    fill(this.welcome, samovar("welcome-picture"), h("p", { class: "welcome-title", dir: "auto" }, titleOf(chat)), h("p", { dir: "auto" }, text), begin,
      offline ? h("p", { class: "welcome-offline quiet" }, t("bot_is_offline"), h("button", { type: "button", class: "in-text", onclick: () => openBots(this.host.store, { show: chat.id }) }, t("how_to_connect_it"))) : null);
    return this.welcome;
  }

  #read() {
    const newest = this.shownMessages().findLast((message) => message.message_id > 0)?.message_id ?? 0;
    if (!this.visible || !this.scroller.pinned || document.visibilityState !== "visible") return;
    if (markRead(this.person.me.id, this.chat.id, newest, this.#readThread)) this.host.onRead();
  }

  // One message of the list is in the Tab order; arrows walk from message to message.
  #rove() {
    const items = [...this.list.querySelectorAll(".message[data-id]")];
    const current = items.find((item) => item === document.activeElement) ?? items.at(-1);
    for (const item of items) item.tabIndex = item === current ? 0 : -1;
  }

  #walk(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (!(event.key in steps) || !event.target.matches?.(".message")) return;
    const items = [...this.list.querySelectorAll(".message[data-id]")];
    const next = items[items.indexOf(event.target) + steps[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    this.#rove();
  }

  /** Brings a message into view and lights it up; a message of another topic opens that. */
  show(messageId) {
    const message = this.chat.messages.find((other) => other.message_id === messageId);
    if (message && !this.#isHere(message)) this.openTopic(threadOf(message));
    const item = [...this.items.values()].find((one) => one.message === message || one.album?.includes(message))?.element;
    if (!message || !item) { this.host.notices.toast(t("not_here")); return; }
    item.scrollIntoView({ block: "center" });
    item.classList.remove("flash");
    void item.offsetWidth;
    item.classList.add("flash");
  }
}

const same = (one, other) => one === other || (one?.length === other?.length && one?.every((message, place) => message === other[place]));

// Neighbours of one media group are one item; its first message stands for it.
function albums(messages) {
  const parts = [];
  for (const message of messages) {
    const last = parts.at(-1);
    if (message.media_group_id && last?.message.media_group_id === message.media_group_id) (last.album ??= [last.message]).push(message);
    else parts.push({ message, album: null });
  }
  return parts;
}
