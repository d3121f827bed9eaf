// The developer's drawer: what the bots call, what they are sent, and how to make their life hard.

import { server } from "./api.js";
import { fill, h } from "./dom.js";
import { clockTime, t } from "./i18n.js";
import { icon } from "./icons.js";
import { nameOf } from "./store.js";

const MOST_ROWS = 150;
const PRESETS = [
  { name: "fault_429", fault: { method: "*", code: 429, retry_after: 5, times: 1 } },
  { name: "fault_500", fault: { method: "*", code: 500, times: 1 } },
  { name: "fault_slow", fault: { method: "*", code: null, delay_s: 3, times: 5 } },
  { name: "fault_cut", fault: { method: "*", code: null, cut: true, after_effect: true, times: 1 } },
];

const pretty = (value) => JSON.stringify(value, null, 2);

function row(summary, ...blocks) {
  const details = h("details", { class: "raw" }, h("summary", {}, summary));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(...blocks.flat().filter(Boolean).map((block) => h("pre", { tabindex: "0" }, pretty(block))));
  });
  return details;
}

function callRow(call) {
  return row([h("span", { class: call.ok ? "ok" : "bad" }, call.ok ? "200" : call.code), h("b", {}, call.method),
    h("span", { class: "quiet" }, call.ok ? `${Math.round(call.took_ms)} ms` : call.description), h("time", {}, clockTime(call.at))], call.params, call.result);
}

function deliveryRow(delivery) {
  return row([h("span", { class: `state ${delivery.state}` }, t(`state_${delivery.state}`)), h("b", {}, delivery.type),
    h("span", { class: "quiet" }, `#${delivery.update_id}`), h("time", {}, clockTime(delivery.queued_at))], delivery.update);
}

class Rows {
  constructor(label, draw) {
    this.draw = draw;
    this.known = new Map();
    this.element = h("div", { class: "rows", role: "tabpanel", "aria-label": label });
  }

  put(item) {
    const element = this.draw(item);
    if (this.known.has(item.id)) this.known.get(item.id).replaceWith(element);
    else this.element.prepend(element);
    this.known.set(item.id, element);
    if (this.known.size > MOST_ROWS) {
      const [oldest] = this.known;
      oldest[1].remove();
      this.known.delete(oldest[0]);
    }
  }

  reset(items) {
    this.known.clear();
    this.element.replaceChildren();
    items.forEach((item) => this.put(item));
  }
}

export class Drawer {
  constructor(store, stream) {
    this.store = store;
    this.stream = stream;
    this.open = false;
    this.calls = new Rows(t("calls"), callRow);
    this.deliveries = new Rows(t("updates"), deliveryRow);
    this.controls = h("div", { class: "controls", role: "tabpanel", "aria-label": t("controls") });
    this.button = h("button", { type: "button", class: "round-button", "aria-label": t("drawer"), title: t("drawer"), "aria-expanded": "false", onclick: () => this.toggle() }, icon("wrench"));
    this.tabs = [["calls", this.calls.element], ["updates", this.deliveries.element], ["controls", this.controls]].map(([key, panel]) => ({
      key, panel, button: h("button", { type: "button", role: "tab", onclick: () => this.#pick(key) }, t(key)),
    }));
    this.element = h("aside", { class: "drawer", hidden: true, "aria-label": t("drawer"), onkeydown: (event) => { if (event.key === "Escape") this.toggle(); } },
      h("header", { class: "dialog-head" }, h("h2", {}, t("drawer")),
        h("button", { type: "button", class: "round-button quiet", "aria-label": t("close"), onclick: () => this.toggle() }, icon("close"))),
      h("div", { class: "tabs", role: "tablist", onkeydown: (event) => this.#arrow(event) }, this.tabs.map((tab) => tab.button)),
      this.tabs.map((tab) => tab.panel));
    this.#pick("calls");
  }

  toggle() {
    this.open = !this.open;
    this.element.hidden = !this.open;
    this.button.setAttribute("aria-expanded", String(this.open));
    this.stream.setDeveloper(this.open);
    if (this.open) { this.refresh(); this.tabs[0].button.focus(); }
    else this.button.focus();
  }

  #pick(key) {
    for (const tab of this.tabs) {
      const on = tab.key === key;
      tab.button.setAttribute("aria-selected", String(on));
      tab.button.tabIndex = on ? 0 : -1;
      tab.panel.hidden = !on;
    }
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
    try {
      const [calls, deliveries, faults] = await Promise.all([server.calls(), server.deliveries(), server.faults()]);
      this.calls.reset(calls.calls);
      this.deliveries.reset(deliveries.deliveries);
      this.#drawControls(faults.faults);
    } catch (error) {
      fill(this.controls, h("p", { class: "problem" }, error.message));
    }
  }

  note(change) {
    if (!this.open) return;
    if (change.kind === "call") this.calls.put(change.event.call);
    else if (change.kind === "delivery") this.deliveries.put(change.event.delivery);
    else if (change.kind === "loaded") this.refresh();
  }

  async #redrawFaults() { this.#drawControls((await server.faults()).faults); }

  #drawControls(faults) {
    const limits = h("select", { onchange: async (event) => { this.store.limits = (await server.setLimits(event.target.value)).profile; } },
      ["off", "faq"].map((profile) => h("option", { value: profile, selected: this.store.limits === profile }, t(`limits_${profile}`))));
    fill(this.controls,
      h("label", { class: "form-field" }, h("span", {}, t("limits")), limits),
      h("h3", {}, t("faults")), h("p", { class: "quiet" }, t("faults_hint")), this.#faultForm(), this.#faultList(faults),
      h("h3", {}, t("bots")), h("ul", { class: "plain-list" }, this.store.bots.map((bot) => h("li", { class: "person-row" },
        h("span", { class: "row-text" }, h("strong", {}, nameOf(bot.user)), h("span", { class: "quiet" }, `@${bot.user.username}`)), h("code", {}, bot.token)))));
  }

  #faultForm() {
    const method = h("input", { type: "text", value: "sendMessage", "aria-label": t("method"), autocomplete: "off" });
    return h("div", { class: "fault-form" }, h("label", { class: "form-field" }, h("span", {}, t("method")), method),
      h("div", { class: "fault-buttons" }, PRESETS.map(({ name, fault }) => h("button", {
        type: "button", class: "secondary", onclick: async () => { await server.addFault({ ...fault, method: method.value.trim() || "*" }); await this.#redrawFaults(); },
      }, t(name)))));
  }

  #faultList(faults) {
    if (!faults.length) return null;
    return h("ul", { class: "plain-list" }, faults.map((fault) => h("li", { class: "person-row" },
      h("span", { class: "row-text" }, h("strong", {}, fault.method),
        h("span", { class: "quiet" }, [fault.code, fault.cut && t("fault_cut"), fault.delay_s ? `${fault.delay_s} s` : null, fault.times ? `× ${fault.times}` : null].filter(Boolean).join(" · "))),
      h("button", { type: "button", class: "round-button quiet", "aria-label": t("remove_fault"), onclick: async () => { await server.removeFault(fault.id); await this.#redrawFaults(); } }, icon("close")))));
  }
}
