// Light, dark, or as the system has it.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const KEY = "samovar-theme";
const ROUND = ["auto", "light", "dark"];
const GLYPHS = { auto: "contrast", light: "sun", dark: "moon" };

function chosen() {
  try {
    const kept = localStorage.getItem(KEY);
    return ROUND.includes(kept) ? kept : "auto";
  } catch {
    return "auto";
  }
}

function choose(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch { /* a browser without storage keeps to its system */ }
  dispatchEvent(new Event(KEY));
}

/** A button that goes from automatic to light to dark. */
export function themeButton() {
  const button = h("button", { type: "button", class: "round-button", onclick: () => { choose(ROUND[(ROUND.indexOf(chosen()) + 1) % ROUND.length]); draw(); } });
  const draw = () => {
    const name = `${t("theme")}: ${t(`theme_${chosen()}`)}`;
    button.setAttribute("aria-label", name);
    button.title = name;
    button.replaceChildren(icon(GLYPHS[chosen()]));
  };
  draw();
  return button;
}
