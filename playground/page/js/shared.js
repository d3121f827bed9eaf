// What was shared in a chat: pictures, files, voices and links, newest first.

import { fileUrl } from "./api.js";
import { fill, h } from "./dom.js";
import { bytes, clockTime, dayName, duration, t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";
import { nameOf, senderOf } from "./store.js";

const linksIn = (message) => {
  const text = message.text ?? message.caption ?? "";
  return (message.entities ?? message.caption_entities ?? []).filter((entity) => ["url", "text_link"].includes(entity.type)).map((entity) => entity.url ?? text.slice(entity.offset, entity.offset + entity.length));
};

const KINDS = {
  media: (message) => Boolean(message.photo || message.video || message.animation),
  files: (message) => Boolean((message.document && !message.animation) || message.audio),
  voices: (message) => Boolean(message.voice || message.video_note),
  links: (message) => linksIn(message).length > 0,
};

/** How many messages of each kind the chat has; kinds without any are left out. */
export function sharedKinds(chat) {
  return Object.entries(KINDS).map(([kind, fits]) => [kind, chat.messages.filter(fits)]).filter(([, messages]) => messages.length);
}

function face(message) {
  const still = message.photo?.[0] ?? (message.video ?? message.animation)?.thumbnail;
  return still ? h("img", { src: fileUrl(still.file_id), alt: "", loading: "lazy" }) : icon("play");
}

function tile(message, show) {
  return h("button", { type: "button", class: "shared-tile", "aria-label": `${summary(message)}, ${dayName(message.date)}`, onclick: () => show(message) }, face(message));
}

function line(message, kind, show) {
  const file = message.document ?? message.audio ?? message.voice ?? message.video_note;
  const title = kind === "links" ? linksIn(message).join(" ") : file?.file_name ?? file?.title ?? summary(message);
  const facts = [file?.file_size ? bytes(file.file_size) : null, file?.duration ? duration(file.duration) : null, message.sender_chat?.title ?? nameOf(senderOf(message)), `${dayName(message.date)}, ${clockTime(message.date)}`];
  return h("li", {}, h("button", { type: "button", class: "person-row as-button", onclick: () => show(message) },
    icon({ files: "document", voices: "microphone", links: "chain" }[kind]), h("span", { class: "row-text" }, h("strong", { dir: "auto", class: "row-line" }, title), h("span", { class: "quiet row-line" }, facts.filter(Boolean).join(" · ")))));
}

export function sharedPage(context) {
  let chosen = null;
  return {
    title: t("shared"), draw: (panel) => {
      const kinds = sharedKinds(context.chat);
      const show = (message) => { panel.close(); context.conversation.host.open(context.chat.id); context.conversation.show(message.message_id); };
      const box = h("div", {});
      const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("shared") });
      const pick = (wanted) => {
        chosen = wanted;
        const messages = [...kinds.find(([kind]) => kind === wanted)[1]].reverse();
        fill(tabs, kinds.map(([kind, all]) => h("button", { type: "button", "aria-pressed": String(kind === wanted), dataset: { key: kind }, onclick: () => { pick(kind); tabs.querySelector(`[data-key="${kind}"]`).focus(); } }, `${t(`shared_${kind}`)} ${all.length}`)));
        fill(box, wanted === "media" ? h("div", { class: "shared-grid" }, messages.map((message) => tile(message, show))) : h("ul", { class: "plain-list" }, messages.map((message) => line(message, wanted, show))));
      };
      pick(chosen ?? kinds[0][0]);
      return [tabs, box];
    },
  };
}
