import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** Shows a picture over the page; Escape, the cross and a click close it. */
export function openViewer(source, alt) {
  const dialog = h("dialog", { class: "viewer", "aria-label": alt },
    h("img", { src: source, alt }),
    h("div", { class: "viewer-bar" },
      h("a", { class: "round-button", href: source, download: "", "aria-label": t("download", { name: alt }) }, icon("download")),
      h("button", { type: "button", class: "round-button", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))));
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.tagName === "IMG") dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
