// JSON to look into: objects fold, text stays text.

import { h } from "./dom.js";
import { copyButton } from "./forms.js";
import { t } from "./i18n.js";

const OPEN_DEPTH = 2;
const LONG = 12;

const isBranch = (value) => value !== null && typeof value === "object";

function leaf(value) {
  const kind = value === null ? "null" : typeof value;
  return h("span", { class: `json-${kind}`, dir: "auto" }, typeof value === "string" ? JSON.stringify(value) : String(value));
}

function preview(value) {
  if (Array.isArray(value)) return `[${value.length}]`;
  const text = Object.keys(value).join(", ");
  return `{${text.length > 60 ? `${text.slice(0, 60)}…` : text}}`;
}

function node(key, value, depth) {
  const name = key === null ? null : h("span", { class: "json-key" }, `${key}: `);
  if (!isBranch(value) || !Object.keys(value).length) return h("div", { class: "json-line" }, name, isBranch(value) ? preview(value) : leaf(value));
  const entries = Object.entries(value);
  const branch = h("details", { class: "json-branch", open: depth < OPEN_DEPTH && entries.length <= LONG }, h("summary", {}, name, h("span", { class: "json-preview" }, preview(value))));
  // What is folded is made when it is opened: an update may carry a long conversation.
  const grow = () => { if (branch.open && branch.children.length === 1) branch.append(h("div", { class: "json-inside" }, entries.map(([inner, part]) => node(inner, part, depth + 1)))); };
  branch.addEventListener("toggle", grow);
  grow();
  return branch;
}

/** A titled tree with a button that copies the whole. */
export function jsonView(title, value, ...buttons) {
  return h("section", { class: "json", "aria-label": title },
    h("header", { class: "json-head" }, h("h4", {}, title), h("span", { class: "grow" }), buttons, copyButton(() => JSON.stringify(value, null, 2), t("copy_json"))),
    h("div", { class: "json-body", tabindex: "0" }, isBranch(value) && Object.keys(value).length ? Object.entries(value).map(([key, part]) => node(key, part, 1)) : leaf(isBranch(value) ? null : value)));
}
