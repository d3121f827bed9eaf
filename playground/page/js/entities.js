// Text with Telegram entities -> nodes. Offsets are UTF-16 units, as JavaScript's own string indexes are.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { fullTime, momentWords, t } from "./i18n.js";
import { nameOf } from "./store.js";

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "tg:"]);
// A block ends its line itself: the line break after it is not shown twice.
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const LINK_KINDS = new Set(["url", "text_link", "email", "phone_number"]);
const COPIED_MS = 1500;
const SIMPLE_TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };

/** Gives the address when a browser may open it, else null. */
export function safeUrl(address) {
  const text = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    const url = new URL(text);
    return SAFE_SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that leaves the page, or opens a chat when it leads into Telegram. */
export function linkTo(href, children, actions) {
  const internal = actions?.internal?.(href);
  return h("a", {
    href, target: "_blank", rel: "noopener noreferrer",
    onclick: internal ? (event) => { event.preventDefault(); internal(); } : null,
  }, children);
}

function addressOf(entity, text) {
  if (entity.type === "text_link") return entity.url;
  if (entity.type === "email") return `mailto:${text}`;
  if (entity.type === "phone_number") return `tel:${text}`;
  return text;
}

function link(entity, text, children, actions) {
  const href = safeUrl(addressOf(entity, text));
  return href ? linkTo(href, children, actions) : h("span", { class: "dead-link" }, children);
}

/** Words that are covered until they are pressed. */
export function spoiler(children) {
  const cover = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("spoiler") },
    h("span", { class: "spoiler-text", "aria-hidden": "true" }, children));
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (cover.classList.contains("shown")) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    cover.firstChild.removeAttribute("aria-hidden");
  };
  cover.addEventListener("click", reveal, true);
  cover.addEventListener("keydown", reveal);
  return cover;
}

/** Code with its language and a button that copies it. */
export function preformatted({ language }, text, children) {
  const copy = h("button", {
    type: "button", class: "pre-copy", "aria-label": t("copy"), title: t("copy"),
    onclick: async () => {
      await navigator.clipboard?.writeText(text);
      copy.replaceChildren(icon("check"));
      copy.setAttribute("aria-label", t("copied"));
      setTimeout(() => { copy.replaceChildren(icon("copy")); copy.setAttribute("aria-label", t("copy")); }, COPIED_MS);
    },
  }, icon("copy"));
  return h("div", { class: "pre" },
    h("div", { class: "pre-head" }, h("span", {}, language || t("code")), copy),
    h("pre", { tabindex: "0" }, h("code", {}, children)));
}

/** A quotation that shows its first lines until it is opened. */
export function expandableQuote(children) {
  const body = h("div", { class: "quote-body" }, children);
  const quote = h("blockquote", { class: "expandable" }, body);
  const button = h("button", {
    type: "button", class: "quote-toggle", "aria-expanded": "false", "aria-label": t("expand"),
    onclick: () => {
      const open = quote.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
      button.setAttribute("aria-label", t(open ? "collapse" : "expand"));
    },
  }, icon("down"));
  quote.append(button);
  return quote;
}

/** A text that does something when it is pressed; without actions only a marked text. */
export function action(name, value, children, actions) {
  if (!actions) return h("span", { class: "mention" }, children);
  return h("button", { type: "button", class: "in-text", onclick: () => actions[name](value) }, children);
}

function wrap(entity, text, children, actions) {
  const tag = SIMPLE_TAGS[entity.type];
  if (tag) return h(tag, {}, children);
  if (LINK_KINDS.has(entity.type)) return link(entity, text, children, actions);
  switch (entity.type) {
    case "spoiler": return spoiler(children);
    case "pre": return preformatted(entity, text, children);
    case "blockquote": return h("blockquote", {}, children);
    case "expandable_blockquote": return expandableQuote(children);
    case "bot_command": return action("command", text, children, actions);
    case "mention": return action("mention", text, children, actions);
    case "date_time": return h("time", { datetime: new Date(entity.unix_time * 1000).toISOString(), title: fullTime(entity.unix_time) }, entity.date_time_format ? momentWords(entity.unix_time, entity.date_time_format) : children);
    case "text_mention": return h("span", { class: "mention", title: nameOf(entity.user) }, children);
    case "hashtag":
    case "cashtag": return h("span", { class: "mention" }, children);
    default: return h("span", {}, children);
  }
}

// Splits whatever crosses `end`, so that the tree is always well formed.
function build(text, start, end, entities, actions) {
  const nodes = [];
  const queue = [...entities];
  let place = start;
  while (queue.length) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, place);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    if (from > place) nodes.push(text.slice(place, from));
    const inside = [];
    while (queue.length && queue[0].offset < to) inside.push(queue.shift());
    const beyond = inside.filter((other) => other.offset + other.length > to)
      .map((other) => ({ ...other, offset: to, length: other.offset + other.length - to }));
    queue.unshift(...beyond);
    nodes.push(wrap(entity, text.slice(from, to), build(text, from, to, inside, actions), actions));
    place = BLOCKS.has(entity.type) && text[to] === "\n" ? to + 1 : to;
  }
  if (place < end) nodes.push(text.slice(place, end));
  return nodes;
}

/** Renders the first `limit` units of a text with its entities. */
export function richText(text, entities = [], actions = null, limit = text.length) {
  const ordered = [...entities]
    .filter((entity) => entity.length > 0)
    .sort((one, other) => one.offset - other.offset || other.length - one.length);
  return build(text, 0, Math.min(limit, text.length), ordered, actions);
}
