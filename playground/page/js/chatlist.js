// A person's chats, newest first; in a narrow column only the pictures stay.

import { avatar } from "./avatar.js";
import { arrange, fill, h } from "./dom.js";
import { clockTime, dayKey, t } from "./i18n.js";
import { unreadIn } from "./memory.js";
import { summary } from "./message.js";
import { nameOf, orderedChats, senderOf, titleOf } from "./store.js";

export class ChatList {
  constructor(person, onOpen) {
    this.onOpen = onOpen;
    this.rows = new Map();
    this.drawn = new Map();
    this.element = h("nav", { class: "chat-list", "aria-label": t("chats_of", { who: nameOf(person.me) }) });
  }

  render(person, openId) {
    arrange(this.element, orderedChats(person).map((chat) => this.#row(person, chat, openId)));
  }

  #row(person, chat, openId) {
    if (!this.rows.has(chat.id)) {
      this.rows.set(chat.id, h("button", { type: "button", class: "chat-row", dataset: { chat: chat.id }, onclick: () => this.onOpen(chat.id) }));
    }
    const row = this.rows.get(chat.id);
    if (chat.id === openId) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    const drawn = this.#inside(person, chat);
    // An unchanged row stays as it is: a press in progress must not lose what it stands on.
    if (this.drawn.get(chat.id) !== drawn.signature) {
      this.drawn.set(chat.id, drawn.signature);
      row.title = titleOf(chat);
      fill(row, drawn.children);
    }
    return row;
  }

  #inside(person, chat) {
    const unread = unreadIn(person.me.id, chat);
    const name = titleOf(chat);
    const children = [
      h("span", { class: "row-face" }, avatar(chat.id, name), unread ? h("span", { class: "count", "aria-label": t("unread_count", { count: unread }) }, unread) : null),
      h("span", { class: "row-text" },
        h("span", { class: "row-top" }, h("strong", { dir: "auto" }, name), this.#time(chat)),
        h("span", { class: "row-line", dir: "auto" }, this.#line(person, chat))),
    ];
    return { children, signature: children.map((child) => child.outerHTML).join("") };
  }

  #time(chat) {
    const newest = chat.messages.at(-1);
    if (!newest) return null;
    const today = dayKey(newest.date) === dayKey(Date.now() / 1000);
    return h("time", {}, today ? clockTime(newest.date) : new Date(newest.date * 1000).toLocaleDateString(navigator.language, { day: "2-digit", month: "2-digit" }));
  }

  #line(person, chat) {
    if (chat.drafts.size || (chat.typing && chat.typing.until > Date.now() / 1000)) return h("span", { class: "typing" }, t("action_typing"));
    const newest = chat.messages.at(-1);
    if (!newest) return chat.about || t(chat.kind === "group" ? "group" : "bot");
    const own = senderOf(newest).id === person.me.id;
    const who = own ? t("you") : chat.kind === "group" ? nameOf(senderOf(newest)) : "";
    return [who && h("span", { class: "row-who" }, `${who}: `), summary(newest)];
  }
}
