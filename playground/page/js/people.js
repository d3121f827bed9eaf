// The bar of people: press a name to show or hide that person's Telegram.

import { avatar } from "./avatar.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { unreadIn } from "./memory.js";
import { openDialog } from "./notices.js";
import { nameOf } from "./store.js";

const MOST_CHIPS = 12;

export class PeopleBar {
  constructor(element, { onToggle, onNew }) {
    this.element = element;
    this.onToggle = onToggle;
    this.onNew = onNew;
    this.drawn = "";
  }

  render(store, shown) {
    const many = store.users.length > MOST_CHIPS;
    const listed = many ? store.users.filter((user, place) => place < MOST_CHIPS / 2 || shown.has(user.id)) : store.users;
    const chips = listed.map((user) => ({ user, on: shown.has(user.id), unread: this.#unread(store, user) }));
    const rest = store.users.length - listed.length;
    const signature = JSON.stringify([rest, ...chips.map(({ user, on, unread }) => [user.id, nameOf(user), on, unread > 0])]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.person : null;
    fill(this.element, chips.map((chip) => this.#chip(chip)), rest ? this.#rest(store, rest) : null,
      h("button", { type: "button", class: "chip add", "aria-label": t("new_person"), title: t("new_person"), onclick: this.onNew }, "+"));
    if (focused) this.element.querySelector(`[data-person="${focused}"]`)?.focus();
  }

  #rest(store, count) {
    const people = (close) => h("ul", { class: "plain-list" }, store.users.map((user) => h("li", {}, h("button", {
      type: "button", class: "person-row as-button", onclick: () => { close(); this.onToggle(user.id); },
    }, avatar(user.id, nameOf(user), "small"), h("span", { dir: "auto" }, nameOf(user))))));
    return h("button", { type: "button", class: "chip more", "aria-label": t("everybody"), onclick: () => openDialog(t("everybody"), people) }, `+${count}`);
  }

  #unread(store, user) {
    const person = store.people.get(user.id);
    return person ? [...person.chats.values()].reduce((sum, chat) => sum + unreadIn(user.id, chat), 0) : 0;
  }

  #chip({ user, on, unread }) {
    const name = nameOf(user);
    return h("button", {
      type: "button", class: "chip", "aria-pressed": String(on), dataset: { person: user.id },
      "aria-label": unread && !on ? `${name}, ${t("unread_count", { count: unread })}` : name,
      onclick: () => this.onToggle(user.id),
    }, avatar(user.id, name, "tiny"), h("span", { class: "chip-name", dir: "auto" }, user.first_name),
    unread && !on ? h("span", { class: "dot" }) : null);
  }
}
