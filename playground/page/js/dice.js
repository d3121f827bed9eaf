// Dice, darts, balls and the slot machine: what was thrown, and what came out.

import { h } from "./dom.js";
import { t } from "./i18n.js";

const REELS = ["bar", "🍇", "🍋", "7"];
const PIPS = [[], [4], [0, 8], [0, 4, 8], [0, 2, 6, 8], [0, 2, 4, 6, 8], [0, 2, 3, 5, 6, 8]];

/** The three reels of a slot machine's value from 1 to 64. */
export function reels(value) {
  const number = value - 1;
  return [number % 4, Math.floor(number / 4) % 4, Math.floor(number / 16) % 4].map((place) => REELS[place]);
}

function face(value) {
  return h("span", { class: "die" }, Array.from({ length: 9 }, (_, place) => h("i", { class: PIPS[value].includes(place) ? "pip" : null })));
}

const machine = (value) => h("span", { class: "reels" }, reels(value).map((reel) => h("i", { class: reel.length > 1 && reel !== "bar" ? null : "word" }, reel === "bar" ? "BAR" : reel)));

/** Draws a throw; the animation runs only while the message arrives. */
export function thrown({ dice: { emoji, value } }) {
  const shown = emoji === "🎲" && PIPS[value] ? face(value) : emoji === "🎰" ? machine(value) : h("span", { class: "throw" }, emoji);
  const known = value > 0;
  return h("div", { class: "media dice", dataset: { bare: "yes" }, role: "img", "aria-label": known ? t("thrown", { emoji, value }) : emoji },
    shown, known && emoji !== "🎲" ? h("span", { class: "dice-value" }, value) : null);
}
