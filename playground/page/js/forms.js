// Parts of forms: every input has a name that is read out, and a refusal stands beside what it refuses.

import { Refusal } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

/** A sentence for whatever went wrong. */
export const sentence = (error) => (error instanceof Refusal ? error.message : t("no_connection"));

export function field(name, label, properties = {}) {
  const { hint, prefix, ...rest } = properties;
  const input = h(rest.rows ? "textarea" : "input", { name, ...(rest.rows ? {} : { type: "text" }), autocomplete: "off", dir: "auto", ...rest });
  if (rest.rows && rest.value) input.value = rest.value;
  return h("label", { class: "form-field" }, h("span", {}, label),
    prefix ? h("span", { class: "with-prefix" }, h("span", { class: "quiet", "aria-hidden": "true" }, prefix), input) : input,
    hint ? h("small", {}, hint) : null);
}

/** `options`: [value, label] pairs. */
export function choice(name, label, options, value, properties = {}) {
  return h("label", { class: "form-field" }, h("span", {}, label), h("select", { name, ...properties },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))));
}

export function tick(name, label, checked, { hint, ...properties } = {}) {
  return h("label", { class: "tick-row" }, h("input", { type: "checkbox", name, checked, ...properties }),
    h("span", { class: "tick-text" }, h("span", {}, label), hint ? h("small", {}, hint) : null));
}

/** Where an error is told; `attempt(promise)` gives the answer or null and tells why. */
export function problemLine() {
  const element = h("p", { class: "problem", role: "alert" });
  const attempt = async (promise) => {
    element.textContent = "";
    try {
      return (await promise) ?? true;
    } catch (error) {
      element.textContent = sentence(error);
      return null;
    }
  };
  return { element, attempt };
}

/** A form whose `deed(values, form)` may throw a Refusal; `values` has trimmed texts and true for ticks. */
export function form(label, deed, ...content) {
  const problem = problemLine();
  const submit = h("button", { type: "submit", class: "primary" }, label);
  return h("form", { class: "form", onsubmit: async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    await problem.attempt(deed(valuesOf(event.target), event.target));
    submit.disabled = false;
  } }, content, problem.element, h("div", { class: "form-foot" }, submit));
}

export function valuesOf(element) {
  const values = {};
  for (const input of element.elements) {
    if (!input.name) continue;
    if (input.type === "checkbox") values[input.name] = input.checked;
    else if (input.type === "radio") { if (input.checked) values[input.name] = input.value; }
    else if (input.type === "file") values[input.name] = input.files[0] ?? null;
    else values[input.name] = input.value.trim();
  }
  return values;
}

/** Without what was left empty. */
export const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== null));

/** A button that copies `text` and says so on itself. */
export function copyButton(text, label = t("copy")) {
  const word = h("span", {}, label);
  const button = h("button", { type: "button", class: "small-button", onclick: async () => {
    await copy(typeof text === "function" ? text() : text);
    word.textContent = t("copied");
    setTimeout(() => { word.textContent = label; }, 1600);
  } }, icon("copy"), word);
  return button;
}

/** Puts text on the clipboard, also where the browser gives none without asking. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = h("textarea", { class: "unseen" });
    (document.querySelector("dialog[open]:last-of-type") ?? document.body).append(box);
    box.value = text;
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}

/** Saves `content` as a file of the person's machine. */
export function saveAs(name, content, type = "application/json") {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
