// The page: several people side by side, each with an own Telegram, over one playground.

import { Column } from "./column.js";
import { arrange, fill, h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { language, t } from "./i18n.js";
import { icon, samovar } from "./icons.js";
import { rememberShown, shownPeople, workshop } from "./memory.js";
import { botsButton, openBots, openNewPerson } from "./newcomers.js";
import { PeopleBar } from "./people.js";
import { menuItem, openPopup } from "./popup.js";
import { listenForKeys, openShortcuts } from "./shortcuts.js";
import { nameOf, Store, titleOf } from "./store.js";
import { Stream } from "./stream.js";
import { themeButton } from "./theme.js";
import { loudUnread } from "./unread.js";

const SHOWN_AT_FIRST = 2;
const narrow = matchMedia("(max-width: 640px)");

class App {
  constructor() {
    this.store = new Store();
    this.columns = new Map();
    this.shown = new Set();
    this.stream = new Stream(this.store, (connected) => { this.lost.hidden = connected; this.store.connected = connected; });
    this.#build();
    this.store.onChange((change) => this.#changed(change));
    narrow.addEventListener("change", () => this.#show());
    document.addEventListener("visibilitychange", () => { for (const column of this.columns.values()) column.render(); });
  }

  #build() {
    document.documentElement.lang = language;
    document.title = t("title");
    const bar = h("div", { class: "people", role: "group", "aria-label": t("people") });
    this.people = new PeopleBar(bar, { onToggle: (id) => this.toggle(id), onNew: (event) => this.#openNew(event.currentTarget) });
    this.drawer = new Drawer(this);
    this.lost = h("div", { class: "lost", role: "status", hidden: true }, t("no_connection"));
    this.main = h("main", { class: "columns", "aria-label": t("people") });
    const top = h("header", { class: "top" },
      h("h1", { class: "brand" }, samovar("brand-mark"), h("span", {}, t("brand"))),
      bar, this.#tools());
    fill(document.querySelector("#app"), top, this.lost, h("div", { class: "stage" }, this.main, this.drawer.element));
  }

  #tools() {
    const theme = themeButton();
    const bots = botsButton(this.store);
    const help = h("button", { type: "button", class: "round-button", "aria-label": t("shortcuts"), title: `${t("shortcuts")} (?)`, onclick: openShortcuts }, icon("help"));
    const more = h("button", { type: "button", class: "round-button more-tools", "aria-label": t("more"), title: t("more"), onclick: () => openPopup(t("more"), more.getBoundingClientRect(), (close) =>
      [[bots, "robot"], [theme, "contrast"], [help, "help"]].map(([tool, glyph]) => menuItem(icon(glyph), tool.getAttribute("aria-label"), () => { close(); tool.click(); }))) }, icon("more"));
    return h("div", { class: "top-tools" }, h("span", { class: "wide-tools" }, bots, theme, help), more, this.drawer.button);
  }

  #openNew(button) {
    openPopup(t("new"), button.getBoundingClientRect(), (close) => [
      menuItem(icon("person"), t("new_person"), () => { close(); openNewPerson((user) => this.#welcome(user)); }),
      menuItem(icon("robot"), t("new_bot"), () => { close(); openBots(this.store, { create: true }); }),
    ]);
  }

  /** The column that has the keyboard, or the first one. */
  get active() {
    const columns = [...this.columns.values()].filter((column) => column.element.isConnected);
    return columns.find((column) => column.element.contains(document.activeElement)) ?? columns.find((column) => column === this.lately) ?? columns[0] ?? null;
  }

  /** Goes to the nth person of the page. */
  goTo(nth) {
    const shown = [...this.main.querySelectorAll(".column")].map((element) => this.columns.get(Number(element.dataset.person)));
    const column = shown[nth];
    column?.focus();
    column?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** What stands open in the columns now. */
  openConversations() {
    return [...this.columns.values()].filter((column) => column.current).map((column) => ({ user: column.id, chat: column.openId, label: `${nameOf(column.person.me)}: ${titleOf(column.current.chat)}` }));
  }

  /** Another town stands where the old one stood: everything is read anew. */
  async afresh() { await this.stream.afresh(); }

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
    this.store.connected = true;
    this.stream.open();
    this.store.watchBots();
    listenForKeys(this);
    this.main.addEventListener("focusin", (event) => { this.lately = this.columns.get(Number(event.target.closest?.(".column")?.dataset.person)) ?? this.lately; });
    if (workshop().open && !narrow.matches) this.drawer.toggle({ focus: false });
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
    if (change.kind === "bots") for (const column of this.columns.values()) column.current?.render();
    if (["clock", "faces"].includes(change.kind)) for (const column of this.columns.values()) column.drawAnew();
    this.drawer.note(change);
    this.onRead();
  }

  /** Draws the bar of people anew, once for whatever happens in one moment. */
  onRead() {
    if (this.barWaits) return;
    this.barWaits = true;
    setTimeout(() => { this.barWaits = false; this.people.render(this.store, this.#visible()); this.#count(); }, 50);
  }

  #count() {
    const unread = [...this.#visible()].map((id) => this.store.people.get(id)).filter(Boolean).reduce((sum, person) => sum + loudUnread(person), 0);
    document.title = unread ? `(${unread}) ${t("title")}` : t("title");
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

  /** Shows somebody, if they are not shown yet, and gives them the keyboard. */
  async show(id) {
    if (!this.#visible().has(id)) {
      if (narrow.matches) this.front = id;
      this.shown.add(id);
      rememberShown([...this.shown]);
      await this.#show();
    }
    const column = this.columns.get(id);
    column?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    column?.focus();
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
    if (/^(\+|joinchat\/)/.test(name)) return () => column.follow(`https://t.me/${path}`);
    const chat = [...column.person.chats.values()].find((other) => (other.username ?? other.peer?.username)?.toLowerCase() === name);
    if (!chat) return this.#strangerLink(column, name);
    return () => {
      column.open(chat.id, { focus: true });
      if (payload !== null && chat.kind === "private") column.current.deeds.attempt(column.current.deeds.seat.start(payload));
    };
  }

  // A public group that this person is not in, or a bot made a moment ago.
  #strangerLink(column, name) {
    const named = (one) => one?.username?.toLowerCase() === name;
    const known = this.store.groups.some(named) || this.store.bots.some((bot) => named(bot.user)) || [...this.store.people.values()].some((person) => [...person.chats.values()].some(named));
    return known ? () => column.follow(`@${name}`) : null;
  }
}

new App().start();
