// The pinned messages over a conversation: press to go to one, and the bar shows the one before it.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";

export class PinBar {
  /** `onShow(messageId)`, `onHide()`. */
  constructor(onShow) {
    this.onShow = onShow;
    this.marks = h("span", { class: "pin-marks", "aria-hidden": "true" });
    this.words = h("span", { class: "pin-text" });
    this.button = h("button", { type: "button", class: "pin-show", onclick: () => this.#next() }, this.marks, this.words);
    this.element = h("div", { class: "pin-bar", hidden: true }, icon("pin"), this.button);
  }

  /** `pins`: the pinned messages that are kept here, oldest first. */
  render(pins) {
    const ids = pins.map((message) => message.message_id);
    if (JSON.stringify(ids) !== JSON.stringify(this.ids)) this.place = ids.length - 1;
    this.ids = ids;
    this.pins = pins;
    this.element.hidden = !pins.length;
    if (!pins.length) return;
    const text = summary(pins[this.place]);
    const title = pins.length > 1 ? t("pinned_number", { number: this.place + 1, count: pins.length }) : t("pinned_message");
    fill(this.marks, ids.map((id, place) => h("i", { class: place === this.place ? "on" : null })));
    fill(this.words, h("strong", {}, title), h("span", { dir: "auto" }, text));
    this.button.setAttribute("aria-label", `${title}: ${text}`);
  }

  #next() {
    this.onShow(this.ids[this.place]);
    this.place = (this.place - 1 + this.ids.length) % this.ids.length;
    this.render(this.pins);
  }
}
