// One message -> one list item. A message object is replaced when it changes, so identity tells what to redraw.

import { albumOf, captionOf } from "./album.js";
import { fileUrl } from "./api.js";
import { avatar } from "./avatar.js";
import { inlineKeyboard } from "./buttons.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { clockTime, fullTime, t } from "./i18n.js";
import { icon } from "./icons.js";
import { mediaOf, mediaWord } from "./media.js";
import { forwardLine, onlyForYou, replyQuote, senderLine, senderName, viaLine } from "./messagehead.js";
import { reactionRow } from "./reactions.js";
import { richMessage, richSummary } from "./rich.js";
import { serviceText } from "./service.js";
import { senderOf } from "./store.js";

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*){1,3}$/u;

export { serviceText };

/** A line of plain words for lists, quotes and announcements. */
export function summary(message) {
  if (!message) return "";
  const service = serviceText(message, summary);
  if (service) return service;
  const words = message.text ?? message.caption ?? (message.rich_message ? richSummary(message.rich_message) : "");
  const media = message.rich_message && words ? "" : mediaWord(message);
  return (media && words ? `${media} · ${words}` : media || words || t("unknown_message")).replace(/\s+/g, " ").slice(0, 200);
}

function words(message, actions) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const entities = message.text ? message.entities : message.caption_entities;
  const big = message.text && !entities?.length && ONLY_EMOJI.test(text);
  return h("div", { class: big ? "words big-words" : "words", dir: "auto" }, richText(text, entities ?? [], actions));
}

function stamp(message, chat, own) {
  const signed = chat.kind === "channel" ? message.author_signature : null;
  return h("span", { class: "stamp" },
    signed ? h("span", { class: "signed", dir: "auto" }, signed) : null,
    message.edit_date ? h("span", { class: "edited", title: fullTime(message.edit_date) }, t("edited")) : null,
    h("time", { datetime: new Date(message.date * 1000).toISOString(), title: fullTime(message.date) }, clockTime(message.date)),
    own ? h("span", { class: "tick", role: "img", "aria-label": t("delivered") }, icon("check")) : null);
}

const small = (file) => (file.file_id ? h("img", { class: "reply-picture", src: fileUrl(file.file_id), alt: "" }) : null);

export const isLocked = (message, chat) => Boolean(message.has_protected_content || chat.protected);

function content(message, context) {
  const { actions, album } = context;
  if (message.rich_message) return { media: richMessage(message.rich_message, { message, actions, taps: context.taps }), text: null };
  const shown = { ...context, locked: isLocked(message, context.chat) };
  const media = album ? albumOf(album, shown) : mediaOf(message, shown);
  return { media, text: words(album ? captionOf(album) : message, actions) };
}

function bubble(message, context) {
  const { chat, person, actions } = context;
  const own = actions.isOwn(message);
  const { media, text } = content(message, context);
  const named = chat.kind !== "private" && !own && context.first;
  const above = context.album ? captionOf(context.album).show_caption_above_media : message.show_caption_above_media;
  const alone = media?.dataset.bare && !text;
  const classes = ["bubble", media?.dataset.wide && "with-picture", above && "caption-above", alone && "bare", message.rich_message && "rich-bubble"].filter(Boolean);
  return h("div", { class: classes.join(" "), dir: "ltr" },
    onlyForYou(message, person.me), named ? senderLine(message, chat) : null, forwardLine(message, actions), viaLine(message, actions), replyQuote(message, actions, summary, small),
    above ? [text, media] : [media, text],
    reactionRow(chat, message, person, actions), stamp(message, chat, own));
}

function menuButton(message, actions) {
  return h("button", {
    type: "button", class: "message-menu", tabindex: "-1", "aria-label": t("message_menu"), title: t("message_menu"),
    onclick: (event) => actions.menu(message, event.currentTarget.getBoundingClientRect()),
  }, icon("more"));
}

function openMenu(event, message, { actions, album }) {
  if (event.target.closest?.("a, button, audio, video, input, summary") && event.type !== "contextmenu") return;
  const keys = ["Enter", " ", "ContextMenu"];
  if (event.type === "keydown" && !(keys.includes(event.key) || (event.key === "F10" && event.shiftKey))) return;
  if (event.type === "contextmenu" && (event.target.closest("a") || String(getSelection()))) return;
  event.preventDefault();
  const box = event.currentTarget.querySelector(".bubble").getBoundingClientRect();
  const place = event.type === "contextmenu" && event.clientX ? new DOMRect(event.clientX, event.clientY, 0, 0) : box;
  const part = Number(event.target.closest?.("[data-part]")?.dataset.part);
  actions.menu(album?.find((other) => other.message_id === part) ?? message, place);
}

function told(message, context) {
  if (!context.album) return summary(message);
  const caption = captionOf(context.album).caption;
  return [t("album", { count: context.album.length }), caption].filter(Boolean).join(" · ");
}

function serviceItem(message, text, actions) {
  const target = message.pinned_message?.message_id;
  const line = target ? h("button", { type: "button", class: "service-link", dir: "auto", onclick: () => actions.show(target) }, text) : h("span", { dir: "auto" }, text);
  const photo = message.new_chat_photo?.at(-1);
  return h("div", { class: "service", role: "listitem", dataset: { id: message.message_id } }, line,
    photo ? h("img", { class: "service-photo", src: fileUrl(photo.file_id), alt: "" }) : null);
}

/** Draws a message. `context`: person, chat, actions, taps, album, first and last of the sender's run. */
export function messageItem(message, context) {
  const service = serviceText(message, summary);
  if (service) return serviceItem(message, service, context.actions);
  const { chat, person, actions } = context;
  const sender = senderOf(message);
  const own = actions.isOwn(message);
  const item = h("div", {
    class: ["message", own ? "own" : "theirs", context.first && "first", context.last && "last", message.ephemeral_message_id && "ephemeral"].filter(Boolean).join(" "),
    role: "listitem", tabindex: "-1", dataset: { id: message.message_id },
    "aria-label": t("message_of", { who: own ? t("you") : senderName(message), text: told(message, context), time: clockTime(message.date) }),
    oncontextmenu: (event) => openMenu(event, message, context),
    onkeydown: (event) => { if (event.target === event.currentTarget) openMenu(event, message, context); },
    ondblclick: (event) => { if (!event.target.closest("a, button, audio, video, pre, input, label, summary")) actions.reply(message); },
  });
  const face = chat.kind === "group" && !own
    ? h("div", { class: "face" }, context.last ? avatar(sender.id, senderName(message), "small") : null) : null;
  const keyboard = inlineKeyboard(message, context.taps, actions);
  item.append(...[face, h("div", { class: "stack" },
    h("div", { class: "line" }, bubble(message, context), menuButton(message, actions)), keyboard)].filter(Boolean));
  return item;
}
