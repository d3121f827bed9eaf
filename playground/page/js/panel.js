// A dialog of several pages: one goes deeper and comes back, and what is shown follows the chat.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

export class Panel {
  /** `hint` says beside the title whose dialog it is. */
  constructor({ hint = "", onClose = () => {} } = {}) {
    this.pages = [];
    this.onClose = onClose;
    this.title = h("h2", { dir: "auto" });
    this.back = h("button", { type: "button", class: "round-button", "aria-label": t("go_back"), title: t("go_back"), onclick: () => this.pop() }, icon("back"));
    this.body = h("div", { class: "panel-body" });
    this.dialog = h("dialog", { class: "dialog panel" },
      h("header", { class: "dialog-head" }, this.back, this.title, hint ? h("span", { class: "quiet panel-hint", dir: "auto" }, hint) : null,
        h("button", { type: "button", class: "round-button", "aria-label": t("close"), onclick: () => this.close() }, icon("close"))),
      this.body);
    this.dialog.addEventListener("cancel", (event) => { if (this.pages.length > 1) { event.preventDefault(); this.pop(); } });
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.close(); });
    this.dialog.addEventListener("close", () => { this.dialog.remove(); this.onClose(); });
  }

  get open() { return this.dialog.open; }

  close() { if (this.dialog.open) this.dialog.close(); }

  /** `page`: title, draw(panel) -> nodes, live: drawn anew when the chat changes. */
  push(page) {
    if (this.pages.length) this.pages.at(-1).scrolled = this.dialog.scrollTop;
    this.pages.push({ ...page, from: document.activeElement?.dataset?.key });
    this.#draw();
    if (!this.dialog.isConnected) { document.body.append(this.dialog); this.dialog.showModal(); }
    this.dialog.scrollTop = 0;
    (this.body.querySelector("[autofocus]") ?? (this.pages.length > 1 ? this.back : null))?.focus();
  }

  pop() {
    const { from } = this.pages.pop();
    if (!this.pages.length) { this.close(); return; }
    this.#draw();
    this.dialog.scrollTop = this.pages.at(-1).scrolled ?? 0;
    (this.#keyed(from) ?? this.back).focus({ preventScroll: true });
  }

  /** Draws a live page anew and keeps the focus where it was. */
  refresh() {
    const page = this.pages.at(-1);
    if (!page?.live || !this.open) return;
    const key = document.activeElement?.dataset?.key;
    const scrolled = this.dialog.scrollTop;
    this.#draw();
    this.dialog.scrollTop = scrolled;
    if (key) this.#keyed(key)?.focus({ preventScroll: true });
  }

  #keyed(key) { return key ? this.body.querySelector(`[data-key="${CSS.escape(key)}"]`) : null; }

  #draw() {
    const page = this.pages.at(-1);
    const title = typeof page.title === "function" ? page.title() : page.title;
    this.title.textContent = title;
    this.dialog.setAttribute("aria-label", title);
    this.back.hidden = this.pages.length < 2;
    fill(this.body, page.draw(this));
  }
}

/** A line of a panel that leads deeper or does something at once. */
export function panelRow({ key, glyph, label, value = "", onclick, danger = false, disabled = false, deeper = true }) {
  return h("button", { type: "button", class: `panel-row${danger ? " danger" : ""}`, dataset: { key }, onclick, disabled },
    glyph ? icon(glyph) : null, h("span", { class: "grow" }, label), value !== "" ? h("span", { class: "quiet", dir: "auto" }, value) : null,
    deeper && !danger ? icon("forward") : null);
}
