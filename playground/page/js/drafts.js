// An answer that is being written: its words appear one after another, however big the server's steps are.

import { avatar } from "./avatar.js";
import { calmMotion, fill, h } from "./dom.js";
import { richText } from "./entities.js";
import { richMessage } from "./rich.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const STEP_MS = 45;
const CATCH_UP_STEPS = 14;

/** Where the next `words` words after `from` end. */
function wordsEnd(text, from, words) {
  let at = from;
  for (let word = 0; word < words && at < text.length; word += 1) {
    while (at < text.length && /\s/.test(text[at])) at += 1;
    while (at < text.length && !/\s/.test(text[at])) at += 1;
  }
  return at;
}

export class DraftView {
  constructor(bot, name, inGroup, onStop, onGrow) {
    this.shown = 0;
    this.timer = null;
    this.onGrow = onGrow;
    this.body = h("div", { class: "words", dir: "auto" });
    this.stop = h("button", { type: "button", class: "stop-button", onclick: () => this.#stop(onStop) }, icon("stop"), h("span", {}, t("stop")));
    this.element = h("div", { class: "message theirs first last drafting", role: "listitem", "aria-label": t("writing", { who: name }) },
      inGroup ? h("div", { class: "face" }, avatar(bot, name, "small")) : null,
      h("div", { class: "stack" },
        h("div", { class: "line" }, h("div", { class: "bubble" }, this.body)), this.stop));
  }

  update(draft) {
    if (draft === this.draft) return;
    this.draft = draft;
    this.stop.hidden = !draft.can_stop || draft.stopped;
    this.body.className = draft.rich ? "rich-words" : "words";
    this.element.classList.toggle("thinking", !draft.text && !draft.rich);
    if (draft.rich) {
      this.#rest();
      fill(this.body, richMessage(draft.rich, { message: null, actions: null, taps: null }));
      this.onGrow();
      return;
    }
    if (!draft.text) {
      this.shown = 0;
      fill(this.body, h("span", {}, t("thinking")), h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
      return;
    }
    if (this.text !== undefined && !draft.text.startsWith(this.text.slice(0, this.shown))) this.shown = Math.min(this.shown, draft.text.length);
    this.text = draft.text;
    if (calmMotion()) this.shown = draft.text.length;
    this.#draw(this.shown);
    this.#run();
  }

  #run() {
    if (this.timer || this.shown >= this.text.length) return;
    this.timer = setInterval(() => {
      const left = this.text.slice(this.shown).split(/\s+/).length;
      const before = this.shown;
      this.shown = wordsEnd(this.text, this.shown, Math.max(1, Math.ceil(left / CATCH_UP_STEPS)));
      this.#draw(before);
      if (this.shown >= this.text.length) this.#rest();
    }, STEP_MS);
  }

  #rest() {
    clearInterval(this.timer);
    this.timer = null;
  }

  #draw() {
    fill(this.body, richText(this.text, this.draft.entities ?? [], null, this.shown), this.draft.stopped ? null : h("span", { class: "caret", "aria-hidden": "true" }));
    this.onGrow();
  }

  async #stop(onStop) {
    this.stop.disabled = true;
    const done = await onStop(this.draft);
    if (!done) this.stop.disabled = false;
  }

  close() {
    this.#rest();
    this.element.remove();
  }
}
