// A dialog of several pages: one goes deeper and comes back, and what is shown follows the chat.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const ROOMY = 380;

// One column holds one dialog.
const covering = new WeakMap();

export class Panel {
  /** `hint` says beside the title whose dialog it is; `column`: the person's column that it covers while the others go on, if it is wide enough. */
  constructor({ hint = "", column = null, onClose = () => {} } = {}) {
    this.pages = [];
    this.column = column && column.clientWidth >= ROOMY && !matchMedia("(max-width: 640px)").matches ? column : null;
    this.onClose = onClose;
    this.title = h("h2", { dir: "auto" });
    this.back = h("button", { type: "button", class: "round-button", "aria-label": t("go_back"), title: t("go_back"), onclick: () => this.pop() }, icon("back"));
    this.body = h("div", { class: "panel-body" });
    this.dialog = h("dialog", { class: "dialog panel" },
      h("header", { class: "dialog-head" }, this.back, this.title, hint ? h("span", { class: "quiet panel-hint", dir: "auto" }, hint) : null,
        h("button", { type: "button", class: "round-button", "aria-label": t("close"), onclick: () => this.close() }, icon("close"))),
      this.body);
    this.dialog.addEventListener("cancel", (event) => { if (this.pages.length > 1) { event.preventDefault(); this.pop(); } });
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog && !this.column) this.close(); });
    this.dialog.addEventListener("close", () => { this.#uncover(); this.dialog.remove(); this.onClose(); });
  }

  get open() { return this.dialog.open; }

  close() {
    this.#uncover();
    if (this.dialog.open) this.dialog.close();
  }

  #show() {
    if (!this.column) { document.body.append(this.dialog); this.dialog.showModal(); return; }
    covering.get(this.column)?.close();
    covering.set(this.column, this);
    this.before = document.activeElement;
    this.cover = h("div", { class: "column-cover", onclick: () => this.close() });
    this.covered = [...this.column.children].filter((part) => !part.matches(".notices"));
    this.column.append(this.cover, this.dialog);
    this.dialog.show();
    for (const part of this.covered) part.inert = true;
    this.keys = (event) => this.#escape(event);
    document.addEventListener("keydown", this.keys);
  }

  // Escape is this column's, also when what had the focus is gone; a menu or a dialog above closes first.
  #escape(event) {
    const here = event.target === document.body || this.column.contains(event.target);
    if (event.key !== "Escape" || event.defaultPrevented || !here || document.querySelector("dialog:modal, [popover]:popover-open")) return;
    event.preventDefault();
    this.pop();
  }

  #uncover() {
    if (!this.cover) return;
    this.cover.remove();
    this.cover = null;
    for (const part of this.covered) part.inert = false;
    document.removeEventListener("keydown", this.keys);
    const inside = this.dialog.contains(document.activeElement) || document.activeElement === document.body;
    if (inside && this.before?.isConnected) this.before.focus({ preventScroll: true });
  }

  /** `page`: title, draw(panel) -> nodes, live: drawn anew when the chat changes. */
  push(page) {
    if (this.pages.length) this.pages.at(-1).scrolled = this.dialog.scrollTop;
    this.pages.push({ ...page, from: document.activeElement?.dataset?.key });
    this.#draw();
    if (!this.dialog.isConnected) this.#show();
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
    if (this.open && !this.dialog.isConnected) this.close();
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
