// What stands over the words of a message: whose it is, where it is from, what it answers, who sees it.

import { glaze } from "./avatar.js";
import { h } from "./dom.js";
import { fullTime, t } from "./i18n.js";
import { icon } from "./icons.js";
import { mediaWord } from "./media.js";
import { nameOf, senderOf } from "./store.js";

export const senderName = (message) => {
  const sender = senderOf(message);
  return sender.title ?? nameOf(sender);
};

function badges(message, chat) {
  const sender = senderOf(message);
  const marks = [];
  if (message.sender_tag) marks.push(message.sender_tag);
  else if (message.author_signature && chat.kind === "group") marks.push(message.author_signature);
  else if (chat.kind === "group" && message.sender_chat && message.sender_chat.id === chat.id) marks.push(t("anonymous_admin"));
  if (message.sender_chat?.type === "channel" && chat.kind === "group") marks.push(t("channel"));
  if (sender.is_bot && !message.sender_chat) marks.push(t("bot"));
  return marks.map((mark) => h("span", { class: "badge", dir: "auto" }, mark));
}

/** The sender's name with their tag, over the first message of a run. */
export function senderLine(message, chat) {
  return h("div", { class: "sender", style: { "--glaze": glaze(senderOf(message).id) } },
    h("span", { class: "sender-name", dir: "auto" }, senderName(message)), badges(message, chat));
}

function originName(origin) {
  if (origin.sender_user) return nameOf(origin.sender_user);
  const chat = origin.chat ?? origin.sender_chat;
  const signed = origin.author_signature ? ` (${origin.author_signature})` : "";
  return origin.sender_user_name ?? (chat ? `${chat.title ?? nameOf(chat)}${signed}` : "?");
}

/** "Forwarded from ...", or nothing. */
export function forwardLine(message, actions) {
  const origin = message.forward_origin;
  if (!origin || message.is_automatic_forward) return null;
  const line = t("forwarded", { who: originName(origin) });
  const username = origin.sender_user?.username ?? origin.chat?.username ?? origin.sender_chat?.username;
  const title = fullTime(origin.date);
  if (!username) return h("div", { class: "forward", title, dir: "auto" }, line);
  return h("button", { type: "button", class: "forward in-text", title, dir: "auto", onclick: () => actions.mention(`@${username}`) }, line);
}

/** "via @bot", or nothing. */
export function viaLine(message, actions) {
  const bot = message.via_bot;
  if (!bot) return null;
  const name = bot.username ? `@${bot.username}` : nameOf(bot);
  return h("div", { class: "via" }, t("via"), " ", h("button", { type: "button", class: "in-text", onclick: () => actions.insert(`${name} `) }, name));
}

/** Says that nobody else sees the message. */
export function onlyForYou(message, me) {
  if (!message.ephemeral_message_id) return null;
  const own = message.receiver_user && message.receiver_user.id !== me.id;
  return h("div", { class: "only-you" }, icon("eye"), own ? t("only_sees", { who: nameOf(message.receiver_user) }) : t("only_you"));
}

function thumbnail(target) {
  return target.photo?.[0] ?? target.sticker ?? null;
}

function quoteBox({ id, name, text, picture, onclick, quoted }) {
  return h(onclick ? "button" : "div", {
    type: onclick ? "button" : null, class: `reply-quote${quoted ? " quoted" : ""}`, style: { "--glaze": glaze(id) }, onclick,
  },
  picture, h("span", { class: "reply-words" }, h("strong", { dir: "auto" }, name), h("span", { dir: "auto" }, text)));
}

/** What the message answers: a message of this chat, or a copy of one from elsewhere. */
export function replyQuote(message, actions, summary, picture) {
  const target = message.reply_to_message;
  const quoted = message.quote?.text;
  if (target && !target.forum_topic_created) {
    return quoteBox({
      id: senderOf(target).id, name: senderName(target), text: quoted ?? summary(target), quoted: Boolean(quoted),
      picture: thumbnail(target) ? picture(thumbnail(target)) : null, onclick: () => actions.show(target.message_id),
    });
  }
  const outside = message.external_reply;
  if (!outside) return null;
  const from = outside.origin ? originName(outside.origin) : "?";
  const place = outside.chat?.title ? `${from} · ${outside.chat.title}` : from;
  return quoteBox({ id: outside.chat?.id ?? 0, name: place, text: quoted ?? (mediaWord(outside) || t("unknown_message")), quoted: Boolean(quoted) });
}
