// A list that grows at its top while bots work, with a filter; only the newest rows stand on the page.

import { fill, h } from "./dom.js";
import { tick } from "./forms.js";
import { t } from "./i18n.js";
import { nameOf } from "./store.js";

const MOST_ITEMS = 2000;
const MOST_ROWS = 200;

export class LiveList {
  /** `draw(item)` gives a row, `text(item)` what the filter reads, `bad(item)` tells errors; `badLabel` names them. */
  constructor(key, { draw, text, bad, badLabel, groupOf, groupLabel }) {
    Object.assign(this, { key, draw, text, bad, groupOf });
    this.items = new Map();
    this.drawn = new Map();
    this.pending = new Set();
    this.wanted = { words: "", bot: "", bad: false, group: "" };
    this.bots = h("select", { "aria-label": t("filter_bot"), onchange: () => this.#filter({ bot: this.bots.value }) });
    this.groups = h("select", { "aria-label": groupLabel, onchange: () => this.#filter({ group: this.groups.value }) });
    this.groupLabel = groupLabel;
    this.list = h("div", { class: "rows" });
    this.count = h("p", { class: "quiet live-count", role: "status" });
    const words = h("input", { type: "search", class: "search-field", placeholder: t("filter"), "aria-label": t("filter"), oninput: () => this.#filter({ words: words.value.trim().toLowerCase() }) });
    this.element = h("div", { class: "live", role: "tabpanel", "aria-label": t(key) },
      h("div", { class: "filters" }, words, this.groups, this.bots, tick("bad", badLabel, false, { onchange: (event) => this.#filter({ bad: event.target.checked }) })),
      this.count, this.list);
  }

  setBots(bots) {
    fill(this.bots, h("option", { value: "" }, t("all_bots")), bots.map((bot) => h("option", { value: bot.user.id, selected: String(bot.user.id) === this.wanted.bot }, nameOf(bot.user))));
    this.bots.hidden = bots.length < 2;
  }

  #filter(change) {
    Object.assign(this.wanted, change);
    this.#redraw();
  }

  #fits(item) {
    const { words, bot, bad, group } = this.wanted;
    return (!bot || String(item.bot) === bot) && (!group || this.groupOf(item) === group) && (!bad || this.bad(item)) && (!words || this.text(item).toLowerCase().includes(words));
  }

  put(item) {
    this.items.delete(item.id);
    this.items.set(item.id, item);
    if (this.items.size > MOST_ITEMS) this.items.delete(this.items.keys().next().value);
    this.pending.add(item.id);
    // Many in one moment are one drawing.
    if (this.pending.size === 1) setTimeout(() => this.#drawPending(), 60);
  }

  #drawPending() {
    const stuck = this.list.scrollTop > 0 ? this.list.scrollHeight : 0;
    for (const id of this.pending) this.#place(this.items.get(id));
    this.pending.clear();
    while (this.list.children.length > MOST_ROWS) this.#drop(this.list.lastElementChild);
    // Who reads further down keeps their place.
    if (stuck) this.list.scrollTop += this.list.scrollHeight - stuck;
    this.#tell();
  }

  #drop(row) {
    this.drawn.delete(Number(row.dataset.id));
    row.remove();
  }

  #place(item) {
    if (!item) return;
    const old = this.drawn.get(item.id);
    if (!this.#fits(item)) { if (old) this.#drop(old); return; }
    const row = this.draw(item);
    row.dataset.id = item.id;
    this.drawn.set(item.id, row);
    if (!old) { this.list.prepend(row); return; }
    const focused = old.contains(document.activeElement);
    if (old.open) row.open = true;
    old.replaceWith(row);
    if (focused) row.querySelector("summary")?.focus({ preventScroll: true });
  }

  #redraw() {
    this.drawn.clear();
    this.list.replaceChildren();
    const fitting = [...this.items.values()].filter((item) => this.#fits(item)).slice(-MOST_ROWS);
    for (const item of fitting) this.#place(item);
    this.#tell();
  }

  #tell() {
    const fitting = Object.values(this.wanted).some(Boolean) ? [...this.items.values()].filter((item) => this.#fits(item)).length : this.items.size;
    this.count.textContent = this.items.size ? t("shown_of", { shown: Math.min(fitting, MOST_ROWS), count: this.items.size }) : t(`no_${this.key}`);
    const groups = [...new Set([...this.items.values()].map(this.groupOf))].sort();
    const signature = groups.join();
    if (this.groupsDrawn === signature) return;
    this.groupsDrawn = signature;
    fill(this.groups, h("option", { value: "" }, this.groupLabel), groups.map((name) => h("option", { value: name, selected: name === this.wanted.group }, name)));
  }

  reset(items) {
    this.items = new Map(items.map((item) => [item.id, item]));
    this.#redraw();
  }
}

/** A row that unfolds; `inside()` is made when it is opened first. */
export function unfolding(summary, inside, className = "") {
  const row = h("details", { class: `raw ${className}` }, h("summary", {}, summary));
  row.addEventListener("toggle", () => { if (row.open && row.children.length === 1) row.append(h("div", { class: "raw-inside" }, inside())); });
  return row;
}
