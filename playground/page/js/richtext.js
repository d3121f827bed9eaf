// Telegram's rich text (a string, a list, or a marked text) -> nodes.

import { richButton } from "./buttons.js";
import { h } from "./dom.js";
import { action, linkTo, safeUrl, spoiler } from "./entities.js";
import { fullTime, momentWords } from "./i18n.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", subscript: "sub", superscript: "sup", marked: "mark", code: "code" };

/** The plain words of a rich text. */
export function plain(text) {
  if (text === null || text === undefined) return "";
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.map(plain).join("");
  if (text.type === "custom_emoji") return text.alternative_text;
  if (text.type === "button") return plain(text.button.text);
  return plain(text.text ?? text.expression ?? "");
}

function address(href, children, context) {
  const safe = safeUrl(href);
  return safe ? linkTo(safe, children, context.actions) : h("span", { class: "dead-link" }, children);
}

// A link inside the message: to a named place of it, or to its top.
function jump(name, children) {
  return h("button", { type: "button", class: "in-text", onclick: (event) => {
    const message = event.target.closest(".rich");
    const place = name ? [...message.querySelectorAll("[data-anchor]")].find((other) => other.dataset.anchor === name) : message;
    place?.closest("details")?.setAttribute("open", "");
    place?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  } }, children);
}

/** An expression in TeX, shown as it is written. */
export const math = (expression, tag = "span") => h(tag, { class: "math", role: "math", "aria-label": expression }, expression);

const KINDS = {
  spoiler: (text, children) => spoiler(children),
  date_time: (text, children) => h("time", { datetime: new Date(text.unix_time * 1000).toISOString(), title: fullTime(text.unix_time) }, text.date_time_format ? momentWords(text.unix_time, text.date_time_format) : children),
  url: (text, children, context) => address(text.url, children, context),
  email_address: (text, children, context) => address(`mailto:${text.email_address}`, children, context),
  phone_number: (text, children, context) => address(`tel:${text.phone_number}`, children, context),
  mention: (text, children, context) => action("mention", text.username.startsWith("@") ? text.username : `@${text.username}`, children, context.actions),
  bot_command: (text, children, context) => action("command", text.bot_command.startsWith("/") ? text.bot_command : `/${text.bot_command}`, children, context.actions),
  anchor: (text) => h("span", { dataset: { anchor: text.name } }),
  anchor_link: (text, children) => jump(text.anchor_name, children),
  reference: (text, children) => h("span", { dataset: { anchor: text.name } }, children),
  reference_link: (text, children) => jump(text.reference_name, children),
  mathematical_expression: (text) => math(text.expression),
  custom_emoji: (text) => text.alternative_text,
  button: (text, children, context) => richButton(text.button, context),
};

/** Draws a rich text; `context`: message, actions, taps. */
export function richWords(text, context) {
  if (text === null || text === undefined) return null;
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.map((part) => richWords(part, context));
  const children = richWords(text.text, context);
  if (TAGS[text.type]) return h(TAGS[text.type], {}, children);
  return KINDS[text.type]?.(text, children, context) ?? h("span", { class: "mention" }, children);
}
