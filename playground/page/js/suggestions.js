// The list over the composer: commands after "/", people after "@".

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { nameOf } from "./store.js";

const MOST = 12;

function ranked(items, typed) {
  const wanted = typed.toLowerCase();
  return items.filter((item) => item.key.toLowerCase().startsWith(wanted)).slice(0, MOST);
}

export class Suggestions {
  constructor(field, onCommand) {
    this.field = field;
    this.onCommand = onCommand;
    this.items = [];
    this.chosen = -1;
    const id = `suggestions-${Math.random().toString(36).slice(2)}`;
    this.element = h("div", { class: "suggestions", role: "listbox", id, "aria-label": t("commands"), hidden: true });
    field.setAttribute("aria-controls", id);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("blur", () => setTimeout(() => { if (!this.element.matches(":hover")) this.close(); }, 120));
  }

  setChat(chat) { this.chat = chat; }

  #commands() {
    const bots = new Map(this.chat.members.map((member) => [member.user.id, member.user]));
    return this.chat.commands.map((command) => {
      const suffix = this.chat.kind === "group" && bots.get(command.bot)?.username ? `@${bots.get(command.bot).username}` : "";
      return { key: command.command, title: `/${command.command}`, note: command.description, text: `/${command.command}${suffix}` };
    });
  }

  #people() {
    return this.chat.members.map((member) => member.user).filter((user) => user.username)
      .map((user) => ({ key: user.username, title: `@${user.username}`, note: nameOf(user), text: `@${user.username} ` }));
  }

  refresh() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const command = before.match(/^\/(\w*)$/);
    const mention = before.match(/(?:^|\s)@(\w*)$/);
    if (command) this.#show("command", ranked(this.#commands(), command[1]));
    else if (mention) this.#show("mention", ranked(this.#people(), mention[1]).filter((item) => item.key.length > mention[1].length));
    else this.close();
  }

  toggleCommands() {
    if (this.element.hidden) this.#show("menu", this.#commands());
    else this.close();
    this.field.focus({ preventScroll: true });
  }

  #show(kind, items) {
    this.kind = kind;
    this.items = items;
    this.chosen = items.length ? 0 : -1;
    this.element.hidden = !items.length;
    fill(this.element, items.map((item, place) => h("div", {
      class: "suggestion", role: "option", id: `${this.element.id}-${place}`, "aria-selected": String(place === this.chosen),
      onpointerdown: (event) => { event.preventDefault(); this.#take(item, true); },
    }, h("strong", {}, item.title), h("span", { dir: "auto" }, item.note))));
    this.#mark();
  }

  #mark() {
    [...this.element.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.chosen)));
    if (this.chosen >= 0) this.field.setAttribute("aria-activedescendant", `${this.element.id}-${this.chosen}`);
    else this.field.removeAttribute("aria-activedescendant");
    this.element.children[this.chosen]?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.items = [];
    this.chosen = -1;
    this.element.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Handles a key while the list is open; true when the key was its own. */
  key(event) {
    if (this.element.hidden) return false;
    if (event.key === "Escape") { event.stopPropagation(); this.close(); return true; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + this.items.length) % this.items.length;
      this.#mark();
    } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.items[this.chosen], event.key === "Enter");
    else return false;
    event.preventDefault();
    return true;
  }

  #take(item, send) {
    const { kind } = this;
    this.close();
    if (kind === "mention") {
      const end = this.field.selectionStart;
      const start = this.field.value.lastIndexOf("@", end - 1);
      this.field.setRangeText(item.text, start, end, "end");
    } else if (send) this.onCommand(item.text);
    else this.field.value = `${item.text} `;
    this.field.dispatchEvent(new Event("input"));
    this.close();
  }
}
