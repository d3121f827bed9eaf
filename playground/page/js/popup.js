// Small menus at a place of the page, in the browser's top layer; arrows move, Escape closes, focus returns.

import { h } from "./dom.js";

const GAP = 6;

function place(element, box) {
  const { width, height } = element.getBoundingClientRect();
  const left = Math.min(Math.max(GAP, box.left), innerWidth - width - GAP);
  const below = box.bottom + GAP;
  const top = below + height <= innerHeight - GAP ? below : Math.max(GAP, box.top - height - GAP);
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}

function move(element, event) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key === "Tab") { element.hidePopover(); return; }
  if (!(event.key in steps)) return;
  event.preventDefault();
  const items = [...element.querySelectorAll("button")];
  const next = items.indexOf(document.activeElement) + steps[event.key];
  items.at(next % items.length)?.focus();
}

/** Opens a menu. `content(close)` gives its children; `box` is a DOMRect to stand at. */
export function openPopup(label, box, content, { role = "menu", className = "" } = {}) {
  const before = document.activeElement;
  const element = h("div", { class: `popup ${className}`, role, popover: "auto", "aria-label": label });
  const close = () => element.hidePopover();
  element.append(...[content(close)].flat(Infinity).filter(Boolean));
  element.addEventListener("keydown", (event) => move(element, event));
  element.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const inside = element.contains(document.activeElement) || document.activeElement === document.body;
    element.remove();
    if (inside && before?.isConnected) before.focus({ preventScroll: true });
  });
  document.body.append(element);
  element.showPopover();
  place(element, box);
  element.querySelector("button")?.focus({ preventScroll: true });
  return close;
}

export function menuItem(glyph, text, onChoose, className = "") {
  return h("button", { type: "button", role: "menuitem", class: `menu-item ${className}`, onclick: onChoose }, glyph, h("span", {}, text));
}
