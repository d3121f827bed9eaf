// Keyboards under a message and under the composer.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";

const STYLES = new Set(["primary", "success", "danger"]);
const styleClass = (button) => (STYLES.has(button.style) ? button.style : "");

export const tapKey = (messageId, row, column) => `${messageId}:${row}:${column}`;

function inlineButton(message, row, column, button, taps, actions) {
  const waiting = taps.has(tapKey(message.message_id, row, column));
  const mark = button.url || button.login_url ? icon("link") : button.copy_text ? icon("copy") : null;
  return h("button", {
    type: "button", class: `key ${styleClass(button)}`, "aria-busy": waiting ? "true" : null,
    onclick: () => actions.tap(message, row, column, button),
  },
  h("span", { class: "key-label", dir: "auto" }, button.text),
  mark && h("span", { class: "key-mark" }, mark),
  waiting ? h("span", { class: "spinner", role: "img", "aria-label": t("waiting") }) : null);
}

export function inlineKeyboard(message, taps, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return h("div", { class: "inline-keyboard", role: "group", "aria-label": t("buttons") },
    rows.map((buttons, row) => h("div", { class: "key-row" },
      buttons.map((button, column) => inlineButton(message, row, column, button, taps, actions)))));
}

export function replyKeyboard(markup, onText) {
  return h("div", { class: "reply-keyboard", role: "group", "aria-label": t("reply_keyboard") },
    markup.keyboard.map((buttons) => h("div", { class: "key-row" }, buttons.map((button) => {
      const text = typeof button === "string" ? button : button.text;
      return h("button", { type: "button", class: `key ${styleClass(button)}`, onclick: () => onText(text) },
        h("span", { class: "key-label", dir: "auto" }, text));
    }))));
}
