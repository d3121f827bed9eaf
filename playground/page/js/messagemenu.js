// What can be done with one message.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { menuItem, openPopup } from "./popup.js";

const QUICK = ["👍", "👎", "❤", "🔥", "👀", "😁", "🤔"];

export function openMessageMenu(conversation, message, place) {
  const { deeds, chat, person } = conversation;
  const mine = (chat.reactions[message.message_id] ?? []).find((reaction) => reaction.by.includes(person.me.id))?.emoji;
  openPopup(t("message_menu"), place, (close) => {
    const item = (glyph, key, deed, className) => menuItem(icon(glyph), t(key), () => { close(); deed(); }, className);
    const text = message.text ?? message.caption;
    const pinned = chat.pinned === message.message_id;
    return [
      h("div", { class: "quick-reactions", role: "group", "aria-label": t("react") }, QUICK.map((emoji) => h("button", {
        type: "button", role: "menuitemcheckbox", "aria-checked": String(mine === emoji), "aria-label": emoji, class: "quick-reaction",
        onclick: () => { close(); deeds.react(message, mine === emoji ? null : emoji); },
      }, emoji))),
      item("reply", "reply", () => deeds.reply(message)),
      text ? item("copy", "copy", () => navigator.clipboard?.writeText(text)) : null,
      deeds.canEdit(message) ? item("edit", "edit", () => conversation.composer.edit(message)) : null,
      chat.kind === "group" ? item("check", pinned ? "unpin" : "pin", () => deeds.attempt(deeds.seat.pin(pinned ? null : message.message_id))) : null,
      item("trash", "delete", () => deeds.attempt(deeds.seat.remove(message.message_id)), "danger"),
    ];
  });
}
