// The pinned messages of a chat.

import { h } from "./dom.js";
import { problemLine } from "./forms.js";
import { clockTime, dayName, t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";
import { panelRow } from "./panel.js";
import { nameOf, senderOf } from "./store.js";

export const pinsOf = (chat) => chat.pins ?? (chat.pinned ? [chat.pinned] : []);

export function pinsPage(context) {
  return {
    title: t("pins"), live: true, draw: (panel) => {
      const { chat, conversation } = context;
      const problem = problemLine();
      const mayPin = chat.kind === "private" || context.powers.mayAs("can_pin_messages");
      const row = (id) => {
        const message = chat.messages.find((other) => other.message_id === id);
        const text = message ? summary(message) : t("not_here");
        return h("li", { class: "pin-row" }, h("button", { type: "button", class: "person-row as-button", dataset: { key: `pin ${id}` }, onclick: () => { panel.close(); conversation.show(id); } },
          h("span", { class: "row-text" }, h("strong", { dir: "auto" }, message ? message.sender_chat?.title ?? nameOf(senderOf(message)) : t("pin")), h("span", { class: "row-line", dir: "auto" }, text)),
          message ? h("span", { class: "quiet" }, `${dayName(message.date)}, ${clockTime(message.date)}`) : null),
        mayPin ? h("button", { type: "button", class: "round-button quiet", "aria-label": `${t("unpin")}: ${text}`, onclick: () => problem.attempt(context.office.unpin(id)) }, icon("close")) : null);
      };
      const pins = [...pinsOf(chat)].reverse();
      return [problem.element, pins.length ? h("ul", { class: "plain-list", "aria-label": t("pins") }, pins.map(row)) : h("p", { class: "quiet" }, t("no_pins")),
        mayPin && pins.length > 1 ? panelRow({ key: "unpin all", glyph: "close", label: t("unpin_all"), danger: true, onclick: () => problem.attempt(context.office.pin(null)) }) : null];
    },
  };
}
