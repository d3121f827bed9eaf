// Pictures, voices, films and files inside a message.

import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { bytes, t } from "./i18n.js";
import { icon } from "./icons.js";
import { openViewer } from "./viewer.js";
import { voicePlayer } from "./voice.js";

const PICTURE_WIDTH = 320;
const PICTURE_HEIGHT = 380;

/** What a message without words is, in one word. */
export function mediaWord(message) {
  const kinds = ["animation", "photo", "voice", "audio", "video_note", "video", "sticker", "document", "location", "contact", "poll", "dice"];
  const kind = kinds.find((name) => message[name]);
  if (!kind) return "";
  if (kind === "sticker") return `${message.sticker.emoji ?? ""} ${t("kind_sticker")}`.trim();
  if (kind === "document") return message.document.file_name || t("kind_document");
  return t(`kind_${kind}`);
}

function fitted(width, height) {
  const scale = Math.min(1, PICTURE_WIDTH / width, PICTURE_HEIGHT / height);
  return [Math.max(80, Math.round(width * scale)), Math.max(60, Math.round(height * scale))];
}

function curtain(element) {
  const cover = h("button", { type: "button", class: "curtain", "aria-label": t("spoiler"), onclick: () => cover.remove() });
  return [element, cover];
}

function photo(message) {
  const best = message.photo.at(-1);
  const fit = message.photo.find((size) => size.width >= 2 * PICTURE_WIDTH) ?? best;
  const [width, height] = fitted(best.width, best.height);
  const alt = message.caption || t("kind_photo");
  const image = h("button", {
    type: "button", class: "picture", "aria-label": t("open_picture", { alt }),
    style: { width: `${width}px`, "aspect-ratio": `${width} / ${height}` },
    onclick: () => openViewer(fileUrl(best.file_id), alt),
  }, h("img", { src: fileUrl(fit.file_id), alt, width, height, loading: "lazy", decoding: "async" }));
  return h("div", { class: "media", dataset: { wide: "yes" } }, message.has_media_spoiler ? curtain(image) : image);
}

function film(file, { loop = false, round = false } = {}) {
  const [width, height] = fitted(file.width || file.length || PICTURE_WIDTH, file.height || file.length || PICTURE_WIDTH);
  const properties = { src: fileUrl(file.file_id), width, height, preload: "metadata", playsinline: true, controls: !loop, class: round ? "round" : null };
  const video = h("video", properties);
  if (loop) Object.assign(video, { loop: true, muted: true, autoplay: true });
  return h("div", { class: "media", dataset: round ? { bare: "yes" } : { wide: "yes" } }, video);
}

function sticker(message) {
  const { file_id: id, emoji, is_animated: animated, is_video: video, width, height } = message.sticker;
  if (animated) return h("div", { class: "media big-emoji", dataset: { bare: "yes" } }, emoji ?? "?");
  if (video) return film({ file_id: id, width, height }, { loop: true });
  return h("div", { class: "media", dataset: { bare: "yes" } },
    h("img", { class: "sticker", src: fileUrl(id), alt: `${emoji ?? ""} ${t("kind_sticker")}`, width: 160, height: 160 }));
}

function document_(message) {
  const { file_id: id, file_name: name, file_size: size } = message.document;
  const label = name || t("kind_document");
  return h("div", { class: "media" }, h("a", {
    class: "file", href: fileUrl(id), download: label, "aria-label": t("download", { name: label }),
  },
  h("span", { class: "file-icon" }, icon("document")),
  h("span", { class: "file-text" }, h("span", { class: "file-name", dir: "auto" }, label),
    h("span", { class: "file-size" }, size ? bytes(size) : t("kind_document")))));
}

function music(message) {
  const { file_id: id, title, performer, file_name: name } = message.audio;
  const label = [performer, title].filter(Boolean).join(" – ") || name || t("kind_audio");
  return h("div", { class: "media music" }, h("span", { class: "file-name", dir: "auto" }, label),
    h("audio", { src: fileUrl(id), controls: true, preload: "metadata", "aria-label": label }));
}

function card(title, line) {
  return h("div", { class: "media card" }, h("strong", { dir: "auto" }, title), line && h("span", { dir: "auto" }, line));
}

const RENDERERS = {
  animation: (message) => (message.animation.mime_type?.startsWith("image/")
    ? photo({ photo: [{ ...message.animation }], caption: message.caption }) : film(message.animation, { loop: true })),
  photo,
  voice: (message) => h("div", { class: "media" }, voicePlayer(fileUrl(message.voice.file_id), message.voice.duration, message.voice.file_unique_id)),
  audio: music,
  video_note: (message) => film(message.video_note, { round: true }),
  video: (message) => film(message.video),
  sticker,
  document: document_,
  location: ({ location }) => card(t("kind_location"), `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`),
  contact: ({ contact }) => card([contact.first_name, contact.last_name].filter(Boolean).join(" "), contact.phone_number),
  poll: ({ poll }) => card(poll.question, poll.options.map((option) => `${option.text}: ${option.voter_count}`).join(" · ")),
  dice: ({ dice }) => h("div", { class: "media big-emoji", dataset: { bare: "yes" }, "aria-label": `${dice.emoji} ${dice.value}` }, `${dice.emoji} ${dice.value}`),
};

/** Draws what a message carries besides words, or null. */
export function mediaOf(message) {
  const kind = Object.keys(RENDERERS).find((name) => message[name]);
  return kind ? RENDERERS[kind](message) : null;
}
