// How to make a bot's life hard: mishaps of its calls and of its updates.

import { arrange, fill, h } from "./dom.js";
import { choice, field, form, problemLine, tick } from "./forms.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { nameOf } from "./store.js";
import { mishaps } from "./workshopapi.js";

const CALL_PRESETS = [
  ["fault_429", { code: 429, retry_after: 5, times: 1 }],
  ["fault_5xx", { code: 502, times: 3 }],
  ["fault_slow", { code: null, delay_s: 3, times: 1 }],
  ["fault_cut", { code: null, cut: true, after_effect: true, times: 1 }],
  ["fault_blocked", { method: "sendMessage", code: 403, description: "Forbidden: bot was blocked by the user", times: 1 }],
];
const UPDATE_PRESETS = [
  ["update_lost", { what: "lost", times: 1 }], ["update_duplicate", { what: "duplicate", times: 1 }],
  ["update_late", { what: "late", delay_s: 5, times: 1 }], ["update_swapped", { what: "swapped", times: 1 }],
];
const CODES = ["", 400, 401, 403, 404, 409, 429, 500, 502, 503, 504];
const UPDATE_TYPES = ["*", "message", "edited_message", "callback_query", "channel_post", "inline_query", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "message_reaction"];

const number = (text) => (text === "" || text === undefined ? null : Number(text));

function callFault(values) {
  return {
    method: values.method || "*", bot: number(values.bot), chat_id: number(values.chat_id), contains: values.contains || null, code: number(values.code), description: values.description || null,
    retry_after: number(values.retry_after), delay_s: number(values.delay_s) ?? 0, cut: values.cut, after_effect: values.after_effect, times: number(values.times),
  };
}

function updateFault(values) {
  return {
    type: values.type || "*", bot: number(values.bot), contains: values.contains || null, what: values.what, delay_s: number(values.delay_s) ?? 0,
    chance: (number(values.chance) ?? 100) / 100, times: number(values.times),
  };
}

const timesWords = (fault) => (fault.times ? `× ${fault.times}` : t("until_removed"));

function callWords(fault) {
  return [fault.code, fault.description, fault.retry_after && fault.code === 429 ? `retry_after ${fault.retry_after}` : null, fault.delay_s ? `${fault.delay_s} s` : null, fault.cut ? t("cut") : null,
    fault.after_effect ? t("after_effect") : null, fault.contains ? `“${fault.contains}”` : null, fault.chat_id ? `chat ${fault.chat_id}` : null, timesWords(fault)].filter(Boolean).join(" · ");
}

function updateWords(fault) {
  return [t(`what_${fault.what}`), fault.delay_s ? `${fault.delay_s} s` : null, fault.chance < 1 ? `${Math.round(fault.chance * 100)} %` : null, fault.contains ? `“${fault.contains}”` : null, timesWords(fault)].filter(Boolean).join(" · ");
}

class Section {
  constructor(kind, { title, presets, name, words, make, fields, store }) {
    Object.assign(this, { api: mishaps(kind), name, words, store });
    this.rows = new Map();
    this.problem = problemLine();
    this.list = h("ul", { class: "plain-list", "aria-label": title });
    this.clear = h("button", { type: "button", class: "small-button danger", hidden: true, onclick: () => this.#do(this.api.clear()) }, t("clear_all"));
    this.form = h("details", { class: "adding" }, h("summary", {}, t("own_mishap")));
    this.form.addEventListener("toggle", () => { if (this.form.open && this.form.children.length === 1) this.form.append(form(t("set_mishap"), async (values) => { await this.api.add(make(values)); await this.refresh(); }, fields())); });
    this.element = h("section", { class: "mishaps" }, h("h3", {}, title),
      h("div", { class: "fault-buttons" }, presets.map(([key, fault]) => h("button", { type: "button", class: "secondary", onclick: () => this.#do(this.api.add(fault)) }, t(key)))),
      this.problem.element, this.list, this.clear, this.form);
  }

  async #do(request) { if (await this.problem.attempt(request)) await this.refresh(); }

  async refresh() {
    const faults = await this.api.all().catch(() => []);
    this.clear.hidden = faults.length < 2;
    arrange(this.list, faults.map((fault) => this.#row(fault)));
    for (const id of this.rows.keys()) if (!faults.some((fault) => fault.id === id)) this.rows.delete(id);
  }

  #row(fault) {
    const words = this.words(fault);
    const kept = this.rows.get(fault.id);
    if (kept?.words === words) return kept.element;
    const bot = this.store.bots.find((other) => other.user.id === fault.bot);
    const element = kept?.element ?? h("li", { class: "person-row" });
    fill(element, h("span", { class: "row-text" }, h("strong", {}, [this.name(fault), bot ? nameOf(bot.user) : null].filter(Boolean).join(" · ")), h("span", { class: "quiet" }, words)),
      h("button", { type: "button", class: "round-button quiet", "aria-label": t("remove_fault"), title: t("remove_fault"), onclick: () => this.#do(this.api.remove(fault.id)) }, icon("close")));
    this.rows.set(fault.id, { words, element });
    return element;
  }
}

const botField = (store) => choice("bot", t("bot"), [["", t("all_bots")], ...store.bots.map((bot) => [String(bot.user.id), nameOf(bot.user)])], "");

function callFields(store, methods) {
  const known = h("datalist", { id: "known-methods" }, methods().map((method) => h("option", { value: method })));
  return [known, h("div", { class: "form-grid" }, field("method", t("method"), { value: "sendMessage", list: "known-methods" }), botField(store),
    choice("code", t("answer_code"), CODES.map((code) => [String(code), code === "" ? t("no_refusal") : String(code)]), "429"), field("times", t("times"), { type: "number", min: "1", value: "1", placeholder: t("until_removed") }),
    field("retry_after", "retry_after, s", { type: "number", min: "1", value: "3" }), field("delay_s", t("delay_s"), { type: "number", min: "0", max: "600", step: "any", placeholder: "0" }),
    field("contains", t("contains"), {}), field("chat_id", "chat_id", { pattern: "-?[0-9]+" })),
  field("description", t("own_words"), { placeholder: t("telegrams_words") }), tick("cut", t("cut_long"), false), tick("after_effect", t("after_effect_long"), false)];
}

function updateFields(store) {
  return [h("div", { class: "form-grid" }, choice("what", t("what"), ["lost", "duplicate", "late", "swapped"].map((what) => [what, t(`what_${what}`)]), "lost"), choice("type", t("type"), UPDATE_TYPES.map((type) => [type, type === "*" ? t("any") : type]), "*"),
    botField(store), field("times", t("times"), { type: "number", min: "1", value: "1", placeholder: t("until_removed") }),
    field("delay_s", t("delay_s"), { type: "number", min: "0", max: "3600", step: "any", placeholder: "0" }), field("chance", t("chance"), { type: "number", min: "1", max: "100", value: "100" })), field("contains", t("contains"), {})];
}

export class Mishaps {
  constructor(store, methods) {
    this.calls = new Section("faults", { store, title: t("faults"), presets: CALL_PRESETS, name: (fault) => (fault.method === "*" ? t("any_method") : fault.method), words: callWords, make: callFault, fields: () => callFields(store, methods) });
    this.updates = new Section("update_faults", { store, title: t("update_faults"), presets: UPDATE_PRESETS, name: (fault) => (fault.type === "*" ? t("any_update") : fault.type), words: updateWords, make: updateFault, fields: () => updateFields(store) });
    this.element = h("div", { class: "controls", role: "tabpanel", "aria-label": t("mishaps") }, h("p", { class: "quiet" }, t("faults_hint")), this.calls.element, this.updates.element);
  }

  refresh() { return Promise.all([this.calls.refresh(), this.updates.refresh()]); }
}
