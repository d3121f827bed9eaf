// One person's Telegram: their name, their chats and the open conversation.

import { avatar } from "./avatar.js";
import { ChatList } from "./chatlist.js";
import { Conversation } from "./conversation.js";
import { now } from "./clock.js";
import { fill, h } from "./dom.js";
import { sentence } from "./forms.js";
import { t } from "./i18n.js";
import { icon, samovar } from "./icons.js";
import { openChatInfo } from "./info.js";
import { openChat, rememberOpen, setChatMark } from "./memory.js";
import { follow, openNewChat } from "./newchat.js";
import { Notices } from "./notices.js";
import { nameOf, orderedChats } from "./store.js";

export class Column {
  /** `app`: store, hide(id), onRead(). */
  constructor(person, app) {
    this.id = person.id;
    this.person = person;
    this.app = app;
    this.store = app.store;
    this.conversations = new Map();
    this.scheduled = false;
    this.notices = new Notices();
    this.list = new ChatList(person, this);
    this.pane = h("div", { class: "pane" });
    const name = nameOf(person.me);
    this.face = h("span", { class: "column-face" }, avatar(person.id, name, "tiny"));
    this.element = h("section", { class: "column", "aria-label": name, dataset: { person: person.id } },
      h("header", { class: "column-head" }, this.face, h("h2", { dir: "auto" }, name),
        h("button", { type: "button", class: "round-button quiet", "aria-label": t("hide_person", { who: name }), title: t("hide_person", { who: name }), onclick: () => app.hide(this.id) }, icon("close"))),
      h("div", { class: "column-body" }, this.list.element, this.pane), this.notices.element);
    this.#openRemembered();
  }

  get current() { return this.conversations.get(this.openId) ?? null; }

  #openRemembered() {
    const kept = openChat(this.id);
    const chats = orderedChats(this.person);
    const first = chats.find((chat) => chat.kind === "private") ?? chats[0];
    if (kept === 0) this.#empty();
    else if (this.person.chats.has(kept)) this.open(kept);
    else if (first) this.open(first.id);
    else this.#empty();
  }

  open(chatId, { focus = false } = {}) {
    const chat = this.person.chats.get(chatId);
    if (!chat) return;
    if (!this.conversations.has(chatId)) this.conversations.set(chatId, new Conversation(this.person, chat, this));
    if (this.openId !== chatId) {
      this.current?.hidden();
      this.openId = chatId;
      rememberOpen(this.id, chatId);
      fill(this.pane, this.current.element);
      this.element.classList.add("in-chat");
      this.current.shown();
    }
    this.list.render(this.person, this.openId);
    if (focus) this.current.composer.focus();
  }

  /** Opens a chat as soon as the page has heard of it, at a message if one is named; `then(conversation)` follows. */
  openSoon(chatId, messageId = null, then = null) {
    this.awaited = { chatId, messageId, then };
    this.#openAwaited();
  }

  #openAwaited() {
    const { awaited } = this;
    if (!awaited || !this.person.chats.has(awaited.chatId)) return;
    this.awaited = null;
    this.open(awaited.chatId, { focus: true });
    if (awaited.messageId) this.current.show(awaited.messageId);
    awaited.then?.(this.current);
  }

  /** Opens a chat that may have come into being a moment ago. */
  async openWhenThere(chatId) {
    if (!this.person.chats.has(chatId)) await this.store.readChat(this.id, chatId);
    this.open(chatId, { focus: true });
  }

  openFound(chatId, messageId) {
    this.open(chatId);
    this.current.show(messageId);
  }

  openNew(kind = null) { openNewChat(this, kind); }

  openInfo(chatId = this.openId) {
    if (!this.person.chats.has(chatId)) return;
    if (!this.conversations.has(chatId)) this.conversations.set(chatId, new Conversation(this.person, this.person.chats.get(chatId), this));
    openChatInfo(this.conversations.get(chatId));
  }

  /** Opens the chat above or below the open one. */
  step(by) {
    const chats = this.list.order(this.person);
    const place = chats.findIndex((chat) => chat.id === this.openId);
    const next = place < 0 ? chats[0] : chats[place + by];
    if (next) this.open(next.id, { focus: true });
  }

  /** Where the keyboard goes when somebody comes to this person. */
  focus() {
    const field = this.current?.composer.field;
    if (field?.checkVisibility?.()) this.current.composer.focus();
    else this.list.element.querySelector('.chat-row[tabindex="0"]')?.focus();
  }

  backToWriting() { this.focus(); }

  removeFromList(chatId) {
    const chat = this.person.chats.get(chatId);
    setChatMark("removed", this.id, chatId, Math.max(1, chat.messages.at(-1)?.message_id ?? 0));
    if (this.openId === chatId) this.onBack();
    else this.#soon();
  }

  /** Runs a request of the list; a refusal is told in a toast. */
  async attempt(request) {
    try {
      return (await request) ?? true;
    } catch (error) {
      this.notices.toast(sentence(error), { bad: true });
      return null;
    }
  }

  async follow(link) { return this.attempt(follow(this, link)); }

  onBack() {
    const { openId } = this;
    this.current?.hidden();
    this.#empty();
    rememberOpen(this.id, 0);
    this.list.render(this.person, null);
    this.list.rows.get(openId)?.focus();
  }

  #empty() {
    this.openId = null;
    this.element.classList.remove("in-chat");
    fill(this.pane, h("div", { class: "nothing-open" }, samovar("welcome-picture"), h("p", {}, t("choose_chat"))));
    this.list.render(this.person, null);
  }

  onRead() { this.app.onRead(); this.#soon(); }

  /** A reading of everything anew: the same chats, newer objects. */
  adopt(person) {
    this.person = person;
    for (const [id, conversation] of this.conversations) {
      if (person.chats.has(id)) conversation.adopt(person, person.chats.get(id));
      else this.conversations.delete(id);
    }
    if (!this.conversations.has(this.openId)) this.#openRemembered();
    this.#soon();
  }

  /** Another day may have begun, or somebody looks different. */
  drawAnew() {
    for (const conversation of this.conversations.values()) { conversation.dividers?.clear(); conversation.items?.clear(); }
    fill(this.face, avatar(this.id, nameOf(this.person.me), "tiny"));
    this.list.drawn.clear();
    this.#soon();
  }

  note(change) {
    this.conversations.get(change.chat)?.note(change);
    if (change.kind === "typing") setTimeout(() => this.#soon(), (change.event.until - now()) * 1000 + 100);
    this.#soon();
  }

  // Many events in one moment are one drawing.
  #soon() {
    if (this.scheduled) return;
    this.scheduled = true;
    const draw = () => { this.scheduled = false; this.render(); };
    if (document.visibilityState === "visible") requestAnimationFrame(draw);
    else setTimeout(draw, 0);
  }

  render() {
    const { migrated_to: grown } = this.current?.chat ?? {};
    if (grown && this.person.chats.has(grown)) this.open(grown);
    this.#openAwaited();
    this.list.render(this.person, this.openId);
    this.current?.render();
  }

  insideLink(path, payload) { return this.app.insideLink(this, path, payload); }

  openMention(username) {
    const inside = this.app.insideLink(this, username, null);
    if (inside) inside();
    else this.current?.composer.insert(`@${username} `);
  }
}
