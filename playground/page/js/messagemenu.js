// What can be done with one message.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { isLocked } from "./message.js";
import { menuItem, openPopup } from "./popup.js";
import { QUICK, mineOf, openAllReactions, openReactors, reactionsOf } from "./reactions.js";
import { powers } from "./rights.js";

function reactionBar(conversation, message, place, close) {
  const { deeds, chat, person } = conversation;
  const mine = mineOf(chat, message, person.me);
  const quick = QUICK.map((emoji) => h("button", {
    type: "button", role: "menuitemcheckbox", "aria-checked": String(mine === emoji), "aria-label": emoji, class: "quick-reaction",
    onclick: () => { close(); deeds.react(message, mine === emoji ? null : emoji); },
  }, emoji));
  const more = h("button", { type: "button", role: "menuitem", class: "quick-reaction more", "aria-label": t("more_reactions"), title: t("more_reactions"),
    onclick: () => { close(); openAllReactions(place, mine, (emoji) => deeds.react(message, emoji)); } }, icon("down"));
  return h("div", { class: "quick-reactions", role: "group", "aria-label": t("react") }, quick, more);
}

function linkOf(chat, message) {
  if (chat.kind === "private" || message.ephemeral_message_id) return null;
  const base = chat.username ? `https://t.me/${chat.username}` : `https://t.me/c/${String(chat.id).replace(/^-100|^-/, "")}`;
  return `${base}/${message.message_id}`;
}

function pollItems(conversation, message, item) {
  const { poll } = message;
  if (!poll || poll.is_closed) return [];
  const { deeds, chat } = conversation;
  const voted = chat.votes?.[message.message_id]?.length > 0;
  const mayRetract = voted && (poll.allows_revoting ?? poll.type !== "quiz");
  return [
    mayRetract ? item("back", "retract", () => deeds.vote(message, [])) : null,
    deeds.wrote(message) && !message.forward_origin ? item("stop", "close_poll", () => deeds.closePoll(message)) : null,
  ];
}

function mayDelete(conversation, message) {
  const { chat, deeds, person } = conversation;
  if (message.ephemeral_message_id) return false;
  return chat.kind === "private" || deeds.wrote(message) || powers(chat, person.me).mayAs("can_delete_messages");
}

function mayPin(conversation, message) {
  const { chat, person } = conversation;
  if (message.ephemeral_message_id) return false;
  return chat.kind === "private" || powers(chat, person.me).mayAs(chat.kind === "channel" ? "can_edit_messages" : "can_pin_messages");
}

export function openMessageMenu(conversation, message, place) {
  const { deeds, chat, person } = conversation;
  const shared = !message.ephemeral_message_id;
  openPopup(t("message_menu"), place, (close) => {
    const item = (glyph, key, deed, className) => menuItem(icon(glyph), t(key), () => { close(); deed(); }, className);
    const text = message.text ?? message.caption;
    const pinned = (chat.pins ?? [chat.pinned]).includes(message.message_id);
    const locked = isLocked(message, chat);
    const link = linkOf(chat, message);
    return [
      shared ? reactionBar(conversation, message, place, close) : null,
      chat.can_send !== false ? item("reply", "reply", () => deeds.reply(message)) : null,
      text && !locked ? item("copy", "copy", () => deeds.copy(text)) : null,
      link ? item("chain", "copy_message_link", () => deeds.copy(link)) : null,
      deeds.canEdit(message) ? item("edit", "edit", () => conversation.composer.edit(message)) : null,
      shared && !locked ? item("share", "forward", () => deeds.forward(message)) : null,
      ...pollItems(conversation, message, item),
      mayPin(conversation, message) ? item("pin", pinned ? "unpin" : "pin", () => deeds.attempt(pinned ? deeds.seat.unpin(message.message_id) : deeds.seat.pin(message.message_id))) : null,
      reactionsOf(chat, message).length ? item("people", "who_reacted", () => openReactors(chat, message, person, deeds.store, place)) : null,
      locked ? h("p", { class: "menu-note" }, t("protected_note")) : null,
      mayDelete(conversation, message) ? item("trash", "delete", () => deeds.attempt(deeds.seat.remove(message.message_id)), "danger") : null,
    ];
  });
}
