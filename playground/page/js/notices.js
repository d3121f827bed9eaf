// Toasts, alerts and small dialogs. Each person's column has its own, as each person has an own telephone.

import { append, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const TOAST_MS = 4500;
const TOASTS_AT_ONCE = 3;

export class Notices {
  constructor() {
    this.toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.element = h("div", { class: "notices" }, this.toasts);
  }

  toast(text, { bad = false, url = null } = {}) {
    const toast = h("div", { class: bad ? "toast bad" : "toast", dir: "auto" }, text,
      url && h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, t("open")));
    this.toasts.append(toast);
    while (this.toasts.children.length > TOASTS_AT_ONCE) this.toasts.firstChild.remove();
    setTimeout(() => toast.remove(), TOAST_MS);
  }

  alert(text) {
    const before = document.activeElement;
    const close = () => { cover.remove(); if (before?.isConnected) before.focus(); };
    const button = h("button", { type: "button", class: "primary", onclick: close }, t("ok"));
    const cover = h("div", { class: "alert-cover", onkeydown: (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Tab") { event.preventDefault(); button.focus(); }
    } },
    h("div", { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": text }, h("p", { dir: "auto" }, text), button));
    this.element.append(cover);
    button.focus();
  }
}

/** Opens a dialog over the page; gives its `close`. */
export function openDialog(title, ...content) {
  const dialog = h("dialog", { class: "dialog", "aria-label": title });
  const close = () => dialog.close();
  append(dialog, [
    h("header", { class: "dialog-head" }, h("h2", {}, title),
      h("button", { type: "button", class: "round-button", "aria-label": t("close"), onclick: close }, icon("close"))),
    ...content.map((part) => (typeof part === "function" ? part(close) : part)),
  ]);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

const announcer = h("div", { class: "unseen", role: "log", "aria-live": "polite", id: "announcer" });
document.body.append(announcer);

/** Says a line to screen readers. */
export function announce(text) {
  announcer.append(h("p", {}, text));
  while (announcer.children.length > 12) announcer.firstChild.remove();
}
