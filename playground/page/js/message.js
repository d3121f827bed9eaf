// One message -> one list item. A message object is replaced when it changes, so identity tells what to redraw.

import { avatar, glaze } from "./avatar.js";
import { inlineKeyboard } from "./buttons.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { clockTime, fullTime, t } from "./i18n.js";
import { icon } from "./icons.js";
import { mediaOf, mediaWord } from "./media.js";
import { nameOf, senderOf } from "./store.js";

const senderName = (message) => message.sender_chat?.title ?? nameOf(senderOf(message));

/** A line of plain words for lists, quotes and announcements. */
export function summary(message) {
  if (!message) return "";
  const service = serviceText(message);
  if (service) return service;
  const words = message.text ?? message.caption ?? "";
  const media = mediaWord(message);
  return (media && words ? `${media} · ${words}` : media || words || t("unknown_message")).replace(/\s+/g, " ").slice(0, 200);
}

function serviceText(message) {
  const who = senderName(message);
  if (message.new_chat_members) return t("joined", { who: message.new_chat_members.map(nameOf).join(", ") });
  if (message.left_chat_member) return t("left", { who: nameOf(message.left_chat_member) });
  if (message.new_chat_title) return t("renamed", { who, title: message.new_chat_title });
  if (message.pinned_message) return t("pinned", { who, text: summary(message.pinned_message) });
  if (message.group_chat_created || message.supergroup_chat_created) return t("group_created", { who });
  if (message.new_chat_photo) return t("new_photo", { who });
  return null;
}

function replyQuote(message, actions) {
  const target = message.reply_to_message;
  if (!target) return null;
  return h("button", {
    type: "button", class: "reply-quote", style: { "--glaze": glaze(senderOf(target).id) },
    onclick: () => actions.show(target.message_id),
  },
  h("strong", {}, senderName(target)),
  h("span", { dir: "auto" }, message.quote?.text ?? summary(target)));
}

function forwardLine(message) {
  const origin = message.forward_origin;
  if (!origin) return null;
  const from = origin.sender_user ? nameOf(origin.sender_user)
    : origin.sender_user_name ?? origin.chat?.title ?? origin.sender_chat?.title ?? "?";
  return h("div", { class: "forward" }, t("forwarded", { who: from }));
}

function words(message, actions) {
  const caption = message.text === undefined || message.text === null;
  const text = caption ? message.caption : message.text;
  if (!text) return null;
  const entities = caption ? message.caption_entities : message.entities;
  return h("div", { class: "words", dir: "auto" }, richText(text, entities ?? [], actions));
}

function stamp(message, own) {
  return h("span", { class: "stamp" },
    message.edit_date ? h("span", { title: fullTime(message.edit_date) }, t("edited")) : null,
    h("time", { datetime: new Date(message.date * 1000).toISOString(), title: fullTime(message.date) }, clockTime(message.date)),
    own ? h("span", { class: "tick", role: "img", "aria-label": t("delivered") }, icon("check")) : null);
}

function reactionRow(chat, message, me, actions) {
  const reactions = chat.reactions[message.message_id] ?? [];
  if (!reactions.length) return null;
  return h("div", { class: "reactions" }, reactions.map((reaction) => {
    const mine = reaction.by.includes(me.id);
    return h("button", {
      type: "button", class: "reaction", "aria-pressed": String(mine),
      "aria-label": t("reaction_of", { emoji: reaction.emoji, count: reaction.by.length }),
      onclick: () => actions.react(message, mine ? null : reaction.emoji),
    }, h("span", {}, reaction.emoji), reaction.by.length > 1 ? h("span", {}, reaction.by.length) : null);
  }));
}

function bubble(message, context) {
  const { chat, person, actions } = context;
  const own = senderOf(message).id === person.me.id;
  const media = mediaOf(message);
  const text = words(message, actions);
  const named = chat.kind === "group" && !own && context.first;
  const name = named ? h("div", { class: "sender", style: { "--glaze": glaze(senderOf(message).id) } },
    h("span", { dir: "auto" }, senderName(message)),
    senderOf(message).is_bot ? h("span", { class: "badge" }, t("bot")) : null) : null;
  const parts = message.show_caption_above_media ? [text, media] : [media, text];
  const classes = ["bubble", media?.dataset.wide && "with-picture", media?.dataset.bare && !text && "bare"].filter(Boolean);
  return h("div", { class: classes.join(" ") },
    name, forwardLine(message), replyQuote(message, actions), parts,
    reactionRow(chat, message, person.me, actions), stamp(message, own));
}

function menuButton(message, actions) {
  return h("button", {
    type: "button", class: "message-menu", tabindex: "-1", "aria-label": t("message_menu"), title: t("message_menu"),
    onclick: (event) => actions.menu(message, event.currentTarget.getBoundingClientRect()),
  }, icon("more"));
}

function openMenu(event, message, actions) {
  if (event.target.closest?.("a, button, audio, video, input") && event.type !== "contextmenu") return;
  const keys = ["Enter", " ", "ContextMenu"];
  if (event.type === "keydown" && !(keys.includes(event.key) || (event.key === "F10" && event.shiftKey))) return;
  if (event.type === "contextmenu" && (event.target.closest("a, img") || String(getSelection()))) return;
  event.preventDefault();
  const box = event.currentTarget.querySelector(".bubble").getBoundingClientRect();
  const place = event.type === "contextmenu" && event.clientX ? new DOMRect(event.clientX, event.clientY, 0, 0) : box;
  actions.menu(message, place);
}

/** Draws a message. `context`: person, chat, actions, taps, first and last of the sender's run. */
export function messageItem(message, context) {
  const service = serviceText(message);
  if (service) return h("div", { class: "service", role: "listitem", dataset: { id: message.message_id } }, h("span", { dir: "auto" }, service));
  const { chat, person, actions } = context;
  const sender = senderOf(message);
  const own = sender.id === person.me.id;
  const item = h("div", {
    class: ["message", own ? "own" : "theirs", context.first && "first", context.last && "last"].filter(Boolean).join(" "),
    role: "listitem", tabindex: "-1", dataset: { id: message.message_id },
    "aria-label": t("message_of", { who: own ? t("you") : senderName(message), text: summary(message), time: clockTime(message.date) }),
    oncontextmenu: (event) => openMenu(event, message, actions),
    onkeydown: (event) => { if (event.target === event.currentTarget) openMenu(event, message, actions); },
    ondblclick: (event) => { if (!event.target.closest("a, button, audio, video, pre")) actions.reply(message); },
  });
  const face = chat.kind === "group" && !own
    ? h("div", { class: "face" }, context.last ? avatar(sender.id, senderName(message), "small") : null) : null;
  const keyboard = inlineKeyboard(message, context.taps, actions);
  item.append(...[face, h("div", { class: "stack" },
    h("div", { class: "line" }, bubble(message, context), menuButton(message, actions)), keyboard)].filter(Boolean));
  return item;
}
