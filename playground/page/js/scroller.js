// Keeps a conversation where its reader wants it: at the end while they are at the end, still when they are not.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const NEAR_END = 60;

export class Scroller {
  constructor(content, onPinned) {
    this.pinned = true;
    this.missed = 0;
    this.visible = false;
    this.onPinned = onPinned;
    this.badge = h("span", { class: "count" });
    this.button = h("button", { type: "button", class: "round-button to-end", "aria-label": t("to_end"), onclick: () => this.pin() }, icon("down"), this.badge);
    this.view = h("div", { class: "scroll", onscroll: () => this.#moved() }, content);
    this.element = h("div", { class: "scroll-frame" }, this.view, this.button);
    const watch = new ResizeObserver(() => this.settle());
    watch.observe(content);
    watch.observe(this.view);
    this.#draw();
  }

  #moved() {
    if (!this.visible) return;
    const { scrollTop } = this.view;
    const pinned = this.#atEnd();
    if (pinned !== this.pinned) {
      this.pinned = pinned;
      if (pinned) { this.missed = 0; this.onPinned(); }
    }
    this.top = scrollTop;
    this.#draw();
  }

  /** A message came: counts it when the reader is elsewhere. */
  count() {
    if (!this.pinned) this.missed += 1;
    this.#draw();
  }

  #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.view;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  pin() {
    this.pinned = true;
    this.missed = 0;
    this.settle();
    this.#draw();
    this.onPinned();
  }

  /** Follows the end after something grew. */
  settle() {
    if (this.visible && this.pinned) this.view.scrollTop = this.view.scrollHeight;
  }

  shown() {
    this.visible = true;
    if (this.pinned) this.settle();
    else this.view.scrollTop = this.top ?? 0;
  }

  hidden() { this.visible = false; }

  #draw() {
    this.button.hidden = this.pinned;
    this.badge.textContent = this.missed || "";
  }
}
