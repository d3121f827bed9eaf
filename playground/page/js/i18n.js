import { now } from "./clock.js";
import { TEXTS } from "./texts.js";

export const language = (navigator.language || "en").toLowerCase().startsWith("ru") ? "ru" : "en";
const plural = new Intl.PluralRules(language);

/** Gives the interface's text; `{name}` places are filled from `values`, `count` picks the plural form. */
export function t(key, values = {}) {
  let text = TEXTS[language][key] ?? key;
  if (typeof text === "object") text = text[plural.select(values.count)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const hours = new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(navigator.language, { day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(navigator.language, { dateStyle: "medium", timeStyle: "medium" });

export const clockTime = (unix) => hours.format(unix * 1000);
export const fullTime = (unix) => full.format(unix * 1000);
export const dayKey = (unix) => new Date(unix * 1000).toDateString();

export function dayName(unix) {
  const key = dayKey(unix);
  const today = now();
  if (key === dayKey(today)) return t("today");
  if (key === dayKey(today - 86400)) return t("yesterday");
  return days.format(unix * 1000);
}

export function bytes(size) {
  const units = ["byte", "kilobyte", "megabyte"];
  const power = size < 1024 ? 0 : size < 1048576 ? 1 : 2;
  return new Intl.NumberFormat(navigator.language, {
    style: "unit", unit: units[power], unitDisplay: "short", maximumFractionDigits: power ? 1 : 0,
  }).format(size / 1024 ** power);
}

export const duration = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const DATE_PARTS = {
  w: { weekday: "long" }, d: { dateStyle: "short" }, D: { dateStyle: "long" }, t: { timeStyle: "short" }, T: { timeStyle: "medium" },
};

function fromNow(unix) {
  const left = unix - now();
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, seconds]) => Math.abs(left) >= seconds) ?? steps[3];
  return new Intl.RelativeTimeFormat(navigator.language, { numeric: "auto" }).format(Math.round(left / size), unit);
}

/** Writes an instant in the reader's own way, by Telegram's letters: r, or some of w, d, D, t, T. */
export function momentWords(unix, format) {
  if (format === "r") return fromNow(unix);
  return [...format].filter((letter) => DATE_PARTS[letter]).map((letter) => new Intl.DateTimeFormat(navigator.language, DATE_PARTS[letter]).format(unix * 1000)).join(", ");
}
