// One conversation of one person: its messages, the drafts and what is typed right now.

import { avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { Deeds } from "./deeds.js";
import { arrange, fill, h } from "./dom.js";
import { DraftView } from "./drafts.js";
import { dayKey, dayName, t } from "./i18n.js";
import { icon, samovar } from "./icons.js";
import { openChatInfo } from "./info.js";
import { lastRead, markRead, unreadIn } from "./memory.js";
import { messageItem, summary } from "./message.js";
import { announce } from "./notices.js";
import { Scroller } from "./scroller.js";
import { draftKey, nameOf, senderOf, titleOf } from "./store.js";

const RUN_SECONDS = 600;
const SETTLED_MS = 1500;
const ACTIONS = ["typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"];

export class Conversation {
  /** `host`: notices, onBack, openMention(username), openStart(username, payload). */
  constructor(person, chat, host) {
    this.person = person;
    this.chat = chat;
    this.host = host;
    this.items = new Map();
    this.drafts = new Map();
    this.dividers = new Map();
    this.quiet = new Set();
    this.deeds = new Deeds(this);
    this.#build();
  }

  #build() {
    const { chat } = this;
    this.status = h("span", { class: "head-status" });
    this.title = h("span", { class: "head-title", dir: "auto" });
    const head = h("header", { class: "chat-head" },
      h("button", { type: "button", class: "round-button back", "aria-label": t("back"), onclick: () => this.host.onBack() }, icon("back")),
      h("button", { type: "button", class: "head-info", "aria-label": t("about_chat", { title: titleOf(chat) }), onclick: () => openChatInfo(this) },
        avatar(chat.id, titleOf(chat)), h("span", { class: "head-text" }, this.title, this.status)));
    this.list = h("div", { class: "messages", role: "list", "aria-label": t("messages_of", { title: titleOf(chat) }), onkeydown: (event) => this.#walk(event) });
    this.scroller = new Scroller(this.list, () => this.#read());
    this.composer = new Composer(this.deeds.forComposer());
    this.element = h("section", { class: "conversation", "aria-label": titleOf(chat) }, head, this.scroller.element, this.composer.element);
    this.element.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); this.element.classList.add("dropping"); } });
    this.element.addEventListener("dragleave", (event) => { if (!this.element.contains(event.relatedTarget)) this.element.classList.remove("dropping"); });
    this.element.addEventListener("drop", (event) => { event.preventDefault(); this.element.classList.remove("dropping"); this.composer.addFiles(event.dataTransfer.files); });
  }

  /** Takes the same chat in a newer reading of the server's state. */
  adopt(person, chat) {
    this.person = person;
    this.chat = chat;
  }

  shown() {
    this.visible = true;
    this.unreadFrom = unreadIn(this.person.me.id, this.chat) ? lastRead(this.person.me.id, this.chat.id) : null;
    this.render();
    this.scroller.shown();
    this.#read();
  }

  hidden() {
    this.visible = false;
    this.scroller.hidden();
  }

  /** Hears of a change in this chat before the next drawing. */
  note(change) {
    const { kind, event } = change;
    if (kind === "answer") this.deeds.answered(event);
    else if (kind === "deleted") this.composer.forget(event.message_ids);
    const own = event.message && senderOf(event.message).id === this.person.me.id;
    if (kind === "message") {
      // A draft becomes the message in its place: nothing arrives there.
      if (this.drafts.size && !own) this.quiet.add(event.message.message_id);
      if (own) this.scroller.pin();
      else this.scroller.count();
      if (!own) this.#announce(event.message);
    } else if (kind === "edited" && !own && event.message.message_id === this.chat.messages.at(-1)?.message_id) {
      // An answer often grows inside its message: only what it has become is read out.
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.#announce(event.message), SETTLED_MS);
    }
  }

  #announce(message) {
    if (this.visible) announce(`${nameOf(senderOf(message))} → ${nameOf(this.person.me)}: ${message.text ?? summary(message)}`);
  }

  render() {
    const { chat } = this;
    this.title.textContent = titleOf(chat);
    this.#drawStatus();
    const children = this.#messages();
    children.push(...this.#drafts());
    arrange(this.list, children.length ? children : [this.#welcome()]);
    this.#rove();
    this.composer.update(chat);
    this.scroller.settle();
    this.#read();
  }

  #drawStatus() {
    const { chat } = this;
    const { typing } = chat;
    const now = Date.now() / 1000;
    if (typing && typing.until > now) {
      const action = ACTIONS.includes(typing.action) ? typing.action : "typing";
      fill(this.status, h("span", { class: "typing" }, chat.kind === "group" ? `${nameOf(typing.user)}: ` : "", t(`action_${action}`),
        h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"))));
      clearTimeout(this.typingTimer);
      this.typingTimer = setTimeout(() => this.#drawStatus(), (typing.until - now) * 1000 + 50);
    } else if (chat.kind === "group") this.status.textContent = t("members", { count: chat.members.length });
    else this.status.textContent = chat.peer?.username ? `@${chat.peer.username} · ${t("bot")}` : t("bot");
  }

  #messages() {
    const children = [];
    const { messages } = this.chat;
    const wanted = new Set();
    messages.forEach((message, place) => {
      const before = messages[place - 1];
      if (!before || dayKey(before.date) !== dayKey(message.date)) children.push(this.#divider(`day ${dayKey(message.date)}`, dayName(message.date)));
      if (before && this.unreadFrom === before.message_id && senderOf(message).id !== this.person.me.id) children.push(this.#divider("unread", t("unread")));
      children.push(this.#item(message, before, messages[place + 1]));
      wanted.add(message.message_id);
    });
    for (const id of this.items.keys()) if (!wanted.has(id)) this.items.delete(id);
    return children;
  }

  #divider(key, text) {
    if (!this.dividers.has(key)) this.dividers.set(key, h("div", { class: `service ${key.split(" ")[0]}`, role: "listitem" }, h("span", {}, text)));
    return this.dividers.get(key);
  }

  #item(message, before, after) {
    const run = (one, other) => one && other && senderOf(one).id === senderOf(other).id && Math.abs(other.date - one.date) < RUN_SECONDS && dayKey(one.date) === dayKey(other.date);
    const first = !run(before, message);
    const last = !run(message, after);
    const reactions = this.chat.reactions[message.message_id];
    const taps = this.deeds.tapsOf(message.message_id);
    const signature = `${first} ${last} ${[...taps].join(",")} ${JSON.stringify(reactions ?? null)}`;
    const kept = this.items.get(message.message_id);
    if (kept?.message === message && kept.signature === signature) return kept.element;
    const element = messageItem(message, { person: this.person, chat: this.chat, actions: this.deeds, taps, first, last });
    if (kept) this.#replace(kept.element, element);
    else if (this.visible && this.drawn && !this.quiet.delete(message.message_id)) element.classList.add("arriving");
    this.items.set(message.message_id, { message, signature, element });
    return element;
  }

  // A redrawn message keeps the focus on the same button.
  #replace(old, element) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const place = focused ? [old, ...old.querySelectorAll("a, button, [tabindex]")].indexOf(focused) : -1;
    for (const open of old.querySelectorAll(".spoiler.shown")) {
      const twin = element.querySelectorAll(".spoiler")[[...old.querySelectorAll(".spoiler")].indexOf(open)];
      twin?.click();
    }
    old.querySelectorAll("blockquote.expandable").forEach((quote, nth) => {
      if (quote.classList.contains("open")) element.querySelectorAll(".quote-toggle")[nth]?.click();
    });
    old.replaceWith(element);
    if (place >= 0) [element, ...element.querySelectorAll("a, button, [tabindex]")][place]?.focus({ preventScroll: true });
  }

  #drafts() {
    const { chat } = this;
    for (const [key, view] of this.drafts) if (!chat.drafts.has(key)) { view.close(); this.drafts.delete(key); }
    for (const [key, draft] of chat.drafts) {
      if (!this.drafts.has(key)) {
        const name = chat.peer ? nameOf(chat.peer) : t("bot");
        this.drafts.set(key, new DraftView(draft.bot, name, chat.kind === "group", (now) => this.deeds.stop(now), () => this.scroller.settle()));
      }
      this.drafts.get(key).update(draft);
    }
    this.drawn = true;
    return [...chat.drafts.values()].map((draft) => this.drafts.get(draftKey(draft)).element);
  }

  #welcome() {
    const { chat } = this;
    if (this.welcome && this.welcomed === JSON.stringify([chat.about, chat.started, chat.blocked])) return this.welcome;
    this.welcomed = JSON.stringify([chat.about, chat.started, chat.blocked]);
    this.welcome ??= h("div", { class: "welcome", role: "listitem" });
    const text = chat.about || t(chat.kind === "group" ? "empty_group" : chat.started ? "empty_chat" : "not_started");
    const begin = chat.kind === "private" && chat.started && !chat.blocked
      ? h("button", { type: "button", class: "primary", onclick: () => this.deeds.command("/start") }, t("start")) : null;
    fill(this.welcome, samovar("welcome-picture"), h("p", { class: "welcome-title", dir: "auto" }, titleOf(chat)), h("p", { dir: "auto" }, text), begin);
    return this.welcome;
  }

  #read() {
    const newest = this.chat.messages.at(-1)?.message_id ?? 0;
    if (!this.visible || !this.scroller.pinned || document.visibilityState !== "visible") return;
    if (markRead(this.person.me.id, this.chat.id, newest)) this.host.onRead();
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

  show(messageId) {
    const item = this.items.get(messageId)?.element;
    if (!item) { this.host.notices.toast(t("not_here")); return; }
    item.scrollIntoView({ block: "center" });
    item.classList.remove("flash");
    void item.offsetWidth;
    item.classList.add("flash");
  }
}
