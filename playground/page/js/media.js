// Pictures, voices, films and files inside a message.

import { fileUrl } from "./api.js";
import * as cards from "./cards.js";
import { thrown } from "./dice.js";
import { h } from "./dom.js";
import { bytes, duration, t } from "./i18n.js";
import { icon } from "./icons.js";
import { place } from "./map.js";
import { poll } from "./poll.js";
import { openViewer } from "./viewer.js";
import { musicPlayer, voicePlayer } from "./voice.js";

const PICTURE_WIDTH = 320;
const PICTURE_HEIGHT = 380;
const KINDS = [
  "animation", "live_photo", "photo", "voice", "audio", "video_note", "video", "sticker", "document", "venue", "location", "contact", "poll", "dice",
  "game", "invoice", "checklist", "paid_media", "story", "giveaway", "giveaway_winners", "rich_message",
];

/** What a message without words is, in one word. */
export function mediaWord(message) {
  const kind = KINDS.find((name) => message[name]);
  if (!kind) return "";
  if (kind === "sticker") return `${message.sticker.emoji ?? ""} ${t("kind_sticker")}`.trim();
  if (kind === "document") return message.document.file_name || t("kind_document");
  if (kind === "audio") return [message.audio.performer, message.audio.title].filter(Boolean).join(" – ") || message.audio.file_name || t("kind_audio");
  if (kind === "poll") return `📊 ${message.poll.question}`;
  if (kind === "game") return `🎮 ${message.game.title}`;
  if (kind === "venue") return `📍 ${message.venue.title}`;
  if (kind === "dice") return message.dice.value ? `${message.dice.emoji} ${message.dice.value}` : message.dice.emoji;
  if (kind === "contact") return `${t("kind_contact")}: ${message.contact.first_name}`;
  if (kind === "location" && message.location.live_period) return t("live");
  return t(`kind_${kind}`);
}

function fitted(width, height) {
  const scale = Math.min(1, PICTURE_WIDTH / width, PICTURE_HEIGHT / height);
  return [Math.max(80, Math.round(width * scale)), Math.max(60, Math.round(height * scale))];
}

/** Covers a picture or a film until it is pressed. */
export function curtained(element, hidden) {
  if (!hidden) return element;
  const cover = h("button", { type: "button", class: "curtain", "aria-label": t("covered"), onclick: (event) => { event.stopPropagation(); cover.remove(); } },
    h("span", { class: "curtain-word", "aria-hidden": "true" }, icon("eye")));
  return [element, cover];
}

/** A picture to press; `size` = [width, height] in pixels, or null to fill its frame. */
export function picture(sizes, alt, size) {
  const best = sizes.at(-1);
  const fit = sizes.find((one) => one.width >= 2 * PICTURE_WIDTH) ?? best;
  const [width, height] = size ?? fitted(best.width, best.height);
  return h("button", {
    type: "button", class: "picture", "aria-label": t("open_picture", { alt }),
    style: size === null ? {} : { width: `${width}px`, "aspect-ratio": `${width} / ${height}` },
    onclick: () => openViewer(fileUrl(best.file_id), alt),
  }, h("img", { src: fileUrl(fit.file_id), alt, width, height, loading: "lazy", decoding: "async" }));
}

function photo(message) {
  const image = picture(message.photo, message.caption || t("kind_photo"));
  return h("div", { class: "media", dataset: { wide: "yes" } }, curtained(image, message.has_media_spoiler));
}

/** A film with controls, or one that runs by itself without a sound. */
export function filmElement(file, { loop = false, round = false, size = null, label } = {}) {
  const [width, height] = size ?? fitted(file.width || file.length || PICTURE_WIDTH, file.height || file.length || PICTURE_WIDTH);
  const properties = { src: fileUrl(file.file_id), width, height, preload: "metadata", playsinline: true, poster: file.thumbnail ? fileUrl(file.thumbnail.file_id) : null, controls: !loop && !round, class: round ? "round" : null, "aria-label": label };
  const video = h("video", properties);
  if (loop) Object.assign(video, { loop: true, muted: true, autoplay: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  return video;
}

function film(message, file, { loop = false } = {}) {
  const label = message.caption || t(loop ? "kind_animation" : "kind_video");
  const mark = loop ? h("span", { class: "film-mark", "aria-hidden": "true" }, "GIF") : null;
  return h("div", { class: "media", dataset: { wide: "yes" } }, curtained([filmElement(file, { loop, label }), mark], message.has_media_spoiler));
}

function videoNote({ video_note: note }) {
  const video = filmElement({ ...note, width: note.length, height: note.length }, { round: true, label: t("kind_video_note") });
  const time = h("span", { class: "film-mark" }, duration(note.duration ?? 0));
  const button = h("button", { type: "button", class: "round-film", "aria-label": t("play"), onclick: () => (video.paused ? video.play().catch(() => {}) : video.pause()) }, video, h("span", { class: "round-play", "aria-hidden": "true" }, icon("play")), time);
  for (const name of ["play", "pause"]) video.addEventListener(name, () => { button.classList.toggle("running", !video.paused); button.setAttribute("aria-label", t(video.paused ? "play" : "pause")); });
  return h("div", { class: "media", dataset: { bare: "yes" } }, button);
}

function sticker(message) {
  const { file_id: id, emoji, is_animated: animated, is_video: video, width, height } = message.sticker;
  const label = `${emoji ?? ""} ${t("kind_sticker")}`.trim();
  if (animated) return h("div", { class: "media big-emoji", dataset: { bare: "yes" }, role: "img", "aria-label": label }, emoji ?? "?");
  if (video) return h("div", { class: "media", dataset: { bare: "yes" } }, filmElement({ file_id: id, width, height }, { loop: true, label, size: [160, 160] }));
  return h("div", { class: "media", dataset: { bare: "yes" } },
    h("img", { class: "sticker", src: fileUrl(id), alt: label, width: 160, height: 160 }));
}

/** A file to take away. */
export function fileCard(file, { locked = false } = {}) {
  const { file_id: id, file_name: name, file_size: size } = file;
  const label = name || t("kind_document");
  const content = [h("span", { class: "file-icon" }, icon("document")),
    h("span", { class: "file-text" }, h("span", { class: "file-name", dir: "auto" }, label), h("span", { class: "file-size" }, size ? bytes(size) : t("kind_document")))];
  if (locked) return h("div", { class: "file" }, content);
  return h("a", { class: "file", href: fileUrl(id), download: label, "aria-label": t("download", { name: label }) }, content);
}



const RENDERERS = {
  animation: (message) => (message.animation.mime_type?.startsWith("image/")
    ? photo({ ...message, photo: [{ ...message.animation }] }) : film(message, message.animation, { loop: true })),
  photo,
  voice: (message) => h("div", { class: "media" }, voicePlayer(fileUrl(message.voice.file_id), message.voice.duration, message.voice.file_unique_id)),
  audio: (message) => h("div", { class: "media" }, musicPlayer(fileUrl(message.audio.file_id), message.audio)),
  video_note: videoNote,
  video: (message) => film(message, message.video),
  sticker,
  document: (message, context) => h("div", { class: "media" }, fileCard(message.document, { locked: context.locked })),
  venue: place,
  location: place,
  contact: cards.contact,
  poll,
  dice: thrown,
  game: cards.game,
  invoice: cards.invoice,
  checklist: cards.checklist,
  paid_media: cards.paidMedia,
  story: cards.story,
  giveaway: cards.giveaway,
  giveaway_winners: cards.giveaway,
};

/** Draws what a message carries besides words, or null. `context`: chat, actions, locked. */
export function mediaOf(message, context = {}) {
  const kind = Object.keys(RENDERERS).find((name) => message[name]);
  return kind ? RENDERERS[kind](message, context) : null;
}
