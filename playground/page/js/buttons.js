// Keyboards under a message, inside a rich message, and under the composer.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { plain } from "./richtext.js";

const STYLES = new Set(["primary", "success", "danger", "link"]);
const styleClass = (button) => (STYLES.has(button.style) ? button.style : "");

export const tapKey = (messageId, row, column) => `${messageId}:${row}:${column}`;

function markOf(button) {
  if (button.url || button.login_url) return icon("link");
  if (button.copy_text) return icon("copy");
  if (button.web_app) return icon("window");
  if (["switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"].some((name) => button[name] !== undefined)) return icon("inline");
  return null;
}

const key = (button, waiting, onclick, className = "key") => h("button", {
  type: "button", class: `${className} ${styleClass(button)}`, "aria-busy": waiting ? "true" : null, disabled: Boolean(button.disabled), onclick,
},
h("span", { class: "key-label", dir: "auto" }, plain(button.text)),
markOf(button) && h("span", { class: "key-mark" }, markOf(button)),
waiting ? h("span", { class: "spinner", role: "img", "aria-label": t("waiting") }) : null);

export function inlineKeyboard(message, taps, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return h("div", { class: "inline-keyboard", role: "group", "aria-label": t("buttons") },
    rows.map((buttons, row) => h("div", { class: "key-row" }, buttons.map((button, column) =>
      key(button, taps.has(tapKey(message.message_id, row, column)), () => actions.tap(message, { row, column }, button))))));
}

/** A button among the words of a rich message. */
export function richButton(button, { message, taps, actions }) {
  const label = plain(button.text);
  const waiting = Boolean(message && taps?.has(tapKey(message.message_id, label, undefined)));
  return key(button, waiting, () => message && actions?.tap(message, { text: label }, button), "key small");
}

/** A row of buttons of a rich message. */
export function richButtons(block, context) {
  return h("div", { class: `rich-buttons to-${block.align ?? "left"}`, role: "group", "aria-label": t("buttons") }, block.buttons.map((button) => richButton(button, context)));
}

const REQUESTS = { request_contact: "person", request_location: "map", request_users: "people", request_chat: "people", request_poll: "poll", web_app: "window" };

/** What a button of the reply keyboard asks for, or null when it only says its text. */
export const requestOf = (button) => Object.keys(REQUESTS).find((name) => button[name]) ?? null;

/** The keyboard under the composer; `onPress(button)`. */
export function replyKeyboard(markup, onPress) {
  return h("div", { class: `reply-keyboard${markup.resize_keyboard ? "" : " tall"}`, role: "group", "aria-label": t("reply_keyboard") },
    markup.keyboard.map((buttons) => h("div", { class: "key-row" }, buttons.map((one) => {
      const button = typeof one === "string" ? { text: one } : one;
      const request = requestOf(button);
      return h("button", { type: "button", class: `key ${styleClass(button)}`, onclick: () => onPress(button) },
        request ? h("span", { class: "key-glyph" }, icon(REQUESTS[request])) : null, h("span", { class: "key-label", dir: "auto" }, button.text));
    }))));
}
