// Dialogs that make something to send: a poll, a place, a contact.

import { ask } from "./choosers.js";
import { fill, h } from "./dom.js";
import { choice, field, tick } from "./forms.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { mapPicture } from "./map.js";
import { nameOf } from "./store.js";

const MOST_OPTIONS = 12;
const PLACES = [["place_tula", 54.1961, 37.6182], ["place_moscow", 55.7539, 37.6208], ["place_london", 51.5007, -0.1246], ["place_kyoto", 34.9949, 135.785]];

class PollForm {
  constructor(fixed, done) {
    this.done = done;
    this.fixed = fixed;
    this.rows = [];
    this.list = h("ol", { class: "maker-options", "aria-label": t("options") });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.quiz = h("input", { type: "checkbox", name: "quiz", checked: fixed === "quiz", disabled: Boolean(fixed), onchange: () => this.#follow() });
    this.add = h("button", { type: "button", class: "secondary", onclick: () => this.#row("").focus() }, t("add_option"));
    this.why = field("explanation", t("explanation"), { maxlength: 200 });
    this.several = tick("several", t("several_answers"), false);
    this.element = h("form", { class: "form", onsubmit: (event) => { event.preventDefault(); this.#send(event.target); } },
      field("question", t("question"), { autofocus: true, required: true, maxlength: 300 }), this.list, this.add,
      tick("anonymous", t("anonymous_voting"), true), this.several, h("label", { class: "tick-row" }, this.quiz, h("span", { class: "tick-text" }, t("quiz_mode"))), this.why,
      choice("period", t("open_for"), [["", t("no_limit")], ["30", t("seconds", { count: 30 })], ["60", t("minutes", { count: 1 })], ["600", t("minutes", { count: 10 })]], ""),
      this.problem, h("div", { class: "form-foot" }, h("button", { type: "submit", class: "primary" }, t("send_poll"))));
    this.#row("");
    this.#row("");
    this.#follow();
  }

  #row() {
    const right = h("input", { type: "checkbox", class: "maker-right", "aria-label": t("right_answer"), title: t("right_answer") });
    const text = h("input", { type: "text", maxlength: "100", autocomplete: "off", dir: "auto", "aria-label": t("option", { number: this.rows.length + 1 }), placeholder: t("option", { number: this.rows.length + 1 }),
      onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); this.#next(row); } } });
    const remove = h("button", { type: "button", class: "round-button quiet", "aria-label": t("remove_option"), onclick: () => { this.rows = this.rows.filter((other) => other !== row); row.element.remove(); this.#follow(); } }, icon("close"));
    const row = { text, right, element: h("li", {}, right, text, remove) };
    this.rows.push(row);
    this.list.append(row.element);
    this.#follow();
    return text;
  }

  #next(row) {
    const after = this.rows[this.rows.indexOf(row) + 1];
    if (after) after.text.focus();
    else if (this.rows.length < MOST_OPTIONS) this.#row().focus();
  }

  #follow() {
    const quiz = this.quiz.checked;
    for (const { right } of this.rows) right.hidden = !quiz;
    this.why.hidden = !quiz;
    this.several.hidden = quiz;
    this.add.disabled = this.rows.length >= MOST_OPTIONS;
  }

  #send(form) {
    const data = new FormData(form);
    const options = this.rows.filter(({ text }) => text.value.trim());
    const quiz = this.quiz.checked;
    const right = options.flatMap((row, place) => (row.right.checked ? [place] : []));
    if (options.length < 2) { this.problem.textContent = t("two_options"); return; }
    if (quiz && !right.length) { this.problem.textContent = t("choose_right"); return; }
    this.done({
      question: data.get("question").trim(), options: options.map(({ text }) => text.value.trim()), type: quiz ? "quiz" : "regular",
      is_anonymous: data.get("anonymous") !== null,
      ...(!quiz && data.get("several") !== null && { allows_multiple_answers: true }),
      ...(quiz && { correct_option_ids: right }), ...(quiz && data.get("explanation").trim() && { explanation: data.get("explanation").trim() }),
      ...(data.get("period") && { open_period: Number(data.get("period")) }),
    });
  }
}

/** Asks for a new poll; `fixed`: "quiz" or "regular" when the kind is not free. */
export const makePoll = (fixed = null) => ask(t("new_poll"), (done) => new PollForm(fixed, done).element);

/** Asks for a place; `plain`: only where it is, neither for how long nor its name. */
export function makeLocation({ plain = false } = {}) {
  return ask(t("send_place"), (done) => {
    const latitude = h("input", { name: "latitude", type: "number", step: "any", min: "-90", max: "90", required: true, value: String(PLACES[0][1]) });
    const longitude = h("input", { name: "longitude", type: "number", step: "any", min: "-180", max: "180", required: true, value: String(PLACES[0][2]) });
    const shown = h("div", { class: "maker-map" });
    const where = () => ({ latitude: Number(latitude.value), longitude: Number(longitude.value) });
    const draw = () => fill(shown, mapPicture(where(), t("kind_location")));
    for (const input of [latitude, longitude]) input.addEventListener("input", draw);
    draw();
    const known = h("div", { class: "maker-places", role: "group", "aria-label": t("known_places") }, PLACES.map(([key, north, east]) => h("button", {
      type: "button", class: "secondary", onclick: () => { latitude.value = String(north); longitude.value = String(east); draw(); },
    }, t(key))));
    const named = plain ? null : [
      choice("live", t("live_for"), [["", t("live_not")], ["900", t("minutes", { count: 15 })], ["3600", t("minutes", { count: 60 })]], ""),
      field("title", t("place_name"), { maxlength: 64 }), field("address", t("place_address"), { maxlength: 64 })];
    const rest = (form) => {
      const data = plain ? new FormData() : new FormData(form);
      const title = data.get("title")?.trim();
      return { ...where(), ...(title ? { title, address: data.get("address").trim() } : data.get("live") ? { live_period: Number(data.get("live")) } : {}) };
    };
    return h("form", { class: "form", onsubmit: (event) => { event.preventDefault(); done(rest(event.target)); } }, shown, known,
      h("label", { class: "form-field" }, h("span", {}, t("latitude")), latitude), h("label", { class: "form-field" }, h("span", {}, t("longitude")), longitude), named,
      h("div", { class: "form-foot" }, h("button", { type: "submit", class: "primary" }, t("send"))));
  });
}

/** Asks for a contact; the person's own stands there first. */
export function makeContact(me) {
  return ask(t("send_contact"), (done) => h("form", { class: "form", onsubmit: (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    done({ phone_number: data.get("phone_number").trim(), first_name: data.get("first_name").trim() });
  } },
  field("first_name", t("first_name"), { required: true, maxlength: 64, value: nameOf(me) }),
  field("phone_number", t("phone"), { required: true, pattern: "\\+?[0-9 ]{5,20}", value: `+7999${String(me.id).padStart(7, "0").slice(-7)}` }),
  h("div", { class: "form-foot" }, h("button", { type: "submit", class: "primary" }, t("send")))));
}
