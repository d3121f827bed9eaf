// The developer's drawer: what the bots call, what they are sent, how long it takes, and how to make their life hard.

import { h } from "./dom.js";
import { sentence } from "./forms.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { LiveList } from "./livelist.js";
import { rememberWorkshop, workshop as remembered } from "./memory.js";
import { Mishaps } from "./mishaps.js";
import { callRow, callText, deliveryRow, deliveryText } from "./rawrows.js";
import { Timings } from "./timings.js";
import { TownControls } from "./towncontrols.js";
import { workshop } from "./workshopapi.js";

const READ_AT_FIRST = 500;
const REDRAW_MS = 400;

export class Drawer {
  /** `app`: store, stream, openConversations(), afresh(). */
  constructor(app) {
    this.store = app.store;
    this.stream = app.stream;
    this.open = false;
    this.#lists();
    this.timings = new Timings(this.calls, this.deliveries);
    this.mishaps = new Mishaps(this.store, () => [...new Set([...this.calls.items.values()].map((call) => call.method))].sort());
    this.controls = new TownControls(app);
    this.problem = h("p", { class: "problem", role: "alert" });
    this.button = h("button", { type: "button", class: "round-button", "aria-label": t("drawer"), title: t("drawer"), "aria-expanded": "false", onclick: () => this.toggle() }, icon("wrench"));
    this.#build();
    this.#pick(remembered().tab ?? "calls");
  }

  #lists() {
    const bots = () => this.store.bots;
    this.calls = new LiveList("calls", {
      draw: (call) => callRow(call, bots()), text: callText, bad: (call) => !call.ok, badLabel: t("only_errors"), groupOf: (call) => call.method, groupLabel: t("all_methods"),
    });
    this.deliveries = new LiveList("updates", {
      draw: (delivery) => deliveryRow(delivery, bots()), text: deliveryText, bad: (delivery) => delivery.state !== "confirmed", badLabel: t("only_open"), groupOf: (delivery) => delivery.type, groupLabel: t("all_types"),
    });
  }

  #build() {
    const panels = [["calls", this.calls], ["updates", this.deliveries], ["timings", this.timings], ["mishaps", this.mishaps], ["controls", this.controls]];
    this.tabs = panels.map(([key, { element }]) => ({ key, panel: element, button: h("button", { type: "button", role: "tab", id: `tab-${key}`, onclick: () => this.#pick(key) }, t(key)) }));
    this.element = h("aside", { class: "drawer", hidden: true, "aria-label": t("drawer"), onkeydown: (event) => { if (event.key === "Escape" && !event.defaultPrevented) this.toggle(); } },
      h("header", { class: "dialog-head" }, h("h2", {}, t("drawer")),
        h("button", { type: "button", class: "round-button quiet", "aria-label": t("close"), title: t("close"), onclick: () => this.toggle() }, icon("close"))),
      h("div", { class: "tabs", role: "tablist", "aria-label": t("drawer"), onkeydown: (event) => this.#arrow(event) }, this.tabs.map((tab) => tab.button)),
      this.problem, this.tabs.map((tab) => tab.panel));
  }

  toggle({ focus = true } = {}) {
    this.open = !this.open;
    this.element.hidden = !this.open;
    this.button.setAttribute("aria-expanded", String(this.open));
    this.stream.setDeveloper(this.open);
    rememberWorkshop({ open: this.open });
    if (this.open) { this.refresh(); if (focus) this.tabs.find((tab) => !tab.panel.hidden).button.focus(); }
    else if (focus) this.button.focus();
  }

  #pick(key) {
    const known = this.tabs.some((tab) => tab.key === key) ? key : "calls";
    for (const tab of this.tabs) {
      const on = tab.key === known;
      tab.button.setAttribute("aria-selected", String(on));
      tab.button.tabIndex = on ? 0 : -1;
      tab.panel.hidden = !on;
    }
    this.tab = known;
    rememberWorkshop({ tab: known });
    if (this.open) this.#enter();
  }

  #enter() {
    if (this.tab === "timings") this.timings.render();
    else if (this.tab === "mishaps") this.mishaps.refresh();
    else if (this.tab === "controls") this.controls.refresh();
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const place = this.tabs.findIndex((tab) => tab.button === document.activeElement);
    const next = this.tabs.at((place + step) % this.tabs.length);
    this.#pick(next.key);
    next.button.focus();
  }

  async refresh() {
    for (const list of [this.calls, this.deliveries]) list.setBots(this.store.bots);
    try {
      const [calls, deliveries] = await Promise.all([workshop.calls(READ_AT_FIRST), workshop.deliveries(READ_AT_FIRST)]);
      this.calls.reset(calls.calls);
      this.deliveries.reset(deliveries.deliveries);
      this.problem.textContent = "";
    } catch (error) {
      this.problem.textContent = sentence(error);
    }
    this.#enter();
  }

  note(change) {
    if (!this.open) return;
    if (change.kind === "call") { this.calls.put(change.event.call); this.#soon(); }
    else if (change.kind === "delivery") { this.deliveries.put(change.event.delivery); this.#soon(); }
    else if (change.kind === "loaded") this.refresh();
    else if (["users", "bots"].includes(change.kind)) for (const list of [this.calls, this.deliveries]) list.setBots(this.store.bots);
    else if (change.kind === "clock") this.controls.tick();
  }

  // Mishaps are used up and times change with every call: what is seen follows, not too often.
  #soon() {
    if (this.waits || !["timings", "mishaps"].includes(this.tab)) return;
    this.waits = setTimeout(() => { this.waits = null; if (this.open) this.#enter(); }, REDRAW_MS);
  }
}
