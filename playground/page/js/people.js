// The bar of people: press a name to show or hide that person's Telegram.

import { avatar, faceOf } from "./avatar.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { Panel } from "./panel.js";
import { nameOf } from "./store.js";
import { loudUnread } from "./unread.js";

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
    const signature = JSON.stringify([rest, ...chips.map(({ user, on, unread }) => [user.id, nameOf(user), on, unread > 0, faceOf(user.id)])]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.person : null;
    fill(this.element, chips.map((chip) => this.#chip(chip)), rest ? this.#rest(store, rest) : null,
      h("button", { type: "button", class: "chip add", "aria-label": t("new"), title: t("new"), "aria-haspopup": "menu", onclick: this.onNew }, "+"));
    if (focused) this.element.querySelector(`[data-person="${focused}"]`)?.focus();
  }

  #rest(store, count) {
    return h("button", { type: "button", class: "chip more", "aria-label": t("everybody"), title: t("everybody"), onclick: () => this.openEverybody(store) }, `+${count}`);
  }

  /** Everybody by name, for becoming somebody who has no place in the bar. */
  openEverybody(store) {
    const panel = new Panel();
    const row = (user) => h("li", {}, h("button", { type: "button", class: "person-row as-button", onclick: () => { panel.close(); this.onToggle(user.id); } },
      avatar(user.id, nameOf(user), "small"), h("span", { class: "row-text" }, h("strong", { dir: "auto" }, nameOf(user)), user.username ? h("span", { class: "quiet" }, `@${user.username}`) : null)));
    panel.push({ title: t("everybody"), draw: () => {
      const list = h("ul", { class: "plain-list" });
      const draw = (words) => fill(list, store.users.filter((user) => `${nameOf(user)} @${user.username ?? ""}`.toLowerCase().includes(words.toLowerCase())).map(row));
      draw("");
      return [h("input", { type: "search", class: "search-field", autofocus: true, placeholder: t("find_person"), "aria-label": t("find_person"), oninput: (event) => draw(event.target.value.trim()) }), list];
    } });
  }

  #unread(store, user) {
    const person = store.people.get(user.id);
    return person ? loudUnread(person) : 0;
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
