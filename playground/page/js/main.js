// The page: several people side by side, each with an own Telegram, over one playground.

import { Column } from "./column.js";
import { arrange, fill, h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { language, t } from "./i18n.js";
import { samovar } from "./icons.js";
import { openNewPerson } from "./info.js";
import { rememberShown, shownPeople } from "./memory.js";
import { PeopleBar } from "./people.js";
import { Store } from "./store.js";
import { Stream } from "./stream.js";

const SHOWN_AT_FIRST = 2;
const narrow = matchMedia("(max-width: 640px)");

class App {
  constructor() {
    this.store = new Store();
    this.columns = new Map();
    this.shown = new Set();
    this.stream = new Stream(this.store, (connected) => { this.lost.hidden = connected; });
    this.#build();
    this.store.onChange((change) => this.#changed(change));
    narrow.addEventListener("change", () => this.#show());
    document.addEventListener("visibilitychange", () => { for (const column of this.columns.values()) column.render(); });
  }

  #build() {
    document.documentElement.lang = language;
    document.title = t("title");
    const bar = h("div", { class: "people", role: "group", "aria-label": t("people") });
    this.people = new PeopleBar(bar, { onToggle: (id) => this.toggle(id), onNew: () => openNewPerson((user) => this.#welcome(user)) });
    this.drawer = new Drawer(this.store, this.stream);
    this.lost = h("div", { class: "lost", role: "status", hidden: true }, t("no_connection"));
    this.main = h("main", { class: "columns" });
    const top = h("header", { class: "top" },
      h("h1", { class: "brand" }, samovar("brand-mark"), h("span", {}, t("brand"))),
      bar, this.drawer.button);
    fill(document.querySelector("#app"), top, this.lost, h("div", { class: "stage" }, this.main, this.drawer.element));
  }

  async start() {
    fill(this.main, h("p", { class: "nothing-open" }, t("loading")));
    try {
      await this.store.load();
    } catch {
      this.lost.hidden = false;
      setTimeout(() => this.start(), 1500);
      return;
    }
    this.lost.hidden = true;
    this.stream.open();
  }

  #firstShown() {
    const known = new Set(this.store.users.map((user) => user.id));
    const asked = new URLSearchParams(location.search).get("people")?.toLowerCase().split(",");
    const wanted = asked ? this.store.users.filter((user) => asked.includes(user.first_name.toLowerCase()) || asked.includes(String(user.id))).map((user) => user.id)
      : (shownPeople() ?? []).filter((id) => known.has(id));
    return wanted.length ? wanted : this.store.users.slice(0, SHOWN_AT_FIRST).map((user) => user.id);
  }

  #changed(change) {
    if (change.kind === "loaded") {
      if (![...this.shown].some((id) => this.store.users.some((user) => user.id === id))) this.shown = new Set(this.#firstShown());
      this.#show();
    } else if (change.chat !== undefined) this.columns.get(change.user)?.note(change);
    this.drawer.note(change);
    this.onRead();
  }

  /** Draws the bar of people anew, once for whatever happens in one moment. */
  onRead() {
    if (this.barWaits) return;
    this.barWaits = true;
    setTimeout(() => { this.barWaits = false; this.people.render(this.store, this.#visible()); }, 50);
  }

  // A narrow window holds one person: the one chosen last.
  #visible() {
    const ids = this.store.users.map((user) => user.id).filter((id) => this.shown.has(id));
    if (!narrow.matches) return new Set(ids);
    return new Set(ids.includes(this.front) ? [this.front] : ids.slice(0, 1));
  }

  toggle(id) {
    if (narrow.matches) { this.front = id; this.shown.add(id); }
    else if (this.shown.has(id)) this.shown.delete(id);
    else this.shown.add(id);
    rememberShown([...this.shown]);
    this.#show();
  }

  hide(id) {
    if (this.shown.has(id)) this.toggle(id);
    this.people.element.querySelector(`[data-person="${id}"]`)?.focus();
  }

  async #welcome(user) {
    await this.store.person(user.id);
    this.front = user.id;
    this.shown.add(user.id);
    rememberShown([...this.shown]);
    this.#show();
  }

  async #show() {
    const visible = this.#visible();
    await Promise.all([...visible].map((id) => this.store.person(id)));
    for (const [id, column] of this.columns) {
      if (visible.has(id)) continue;
      column.current?.hidden();
      this.columns.delete(id);
    }
    for (const person of [...visible].map((id) => this.store.people.get(id)).filter(Boolean)) {
      const column = this.columns.get(person.id);
      if (!column) this.columns.set(person.id, new Column(person, this));
      else if (column.person !== person) column.adopt(person);
    }
    const columns = [...visible].map((id) => this.columns.get(id)).filter(Boolean);
    arrange(this.main, columns.length ? columns.map((column) => column.element) : [h("p", { class: "nothing-open" }, t("nobody"))]);
    for (const column of columns) column.current?.scroller.settle();
    this.people.render(this.store, visible);
  }

  /** A link into the playground: gives what opens it, or null for the world outside. */
  insideLink(column, path, payload) {
    const name = path.toLowerCase();
    const chat = [...column.person.chats.values()].find((other) => (other.username ?? other.peer?.username)?.toLowerCase() === name);
    if (!chat) return null;
    return () => {
      column.open(chat.id, { focus: true });
      if (payload !== null && chat.kind === "private") column.current.deeds.attempt(column.current.deeds.seat.start(payload));
    };
  }
}

new App().start();
