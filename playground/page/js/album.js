// Several pictures and films of one album as a mosaic; files and music of an album one under another.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { curtained, filmElement, mediaOf, picture } from "./media.js";

const WIDTH = 320;
const GAP = 3;
const LOWEST = 84;
const TALLEST = 220;

const ratioOf = (message) => {
  const size = message.photo?.at(-1) ?? message.video ?? message.animation;
  return size?.width && size.height ? Math.min(2.4, Math.max(0.5, size.width / size.height)) : 1;
};

/** How many tiles stand in each row of an album of `count`. */
export function rows(count) {
  const known = { 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [3, 3, 4] };
  return known[count] ?? [count];
}

/** The sizes of a row's tiles in pixels: together exactly as wide as the mosaic, one height for all. */
export function rowSizes(ratios) {
  const room = WIDTH - GAP * (ratios.length - 1);
  const sum = ratios.reduce((one, other) => one + other, 0);
  const height = Math.min(TALLEST, Math.max(LOWEST, Math.round(room / sum)));
  const widths = ratios.map((ratio) => Math.floor((room * ratio) / sum));
  widths[widths.length - 1] += room - widths.reduce((one, other) => one + other, 0);
  return widths.map((width) => [width, height]);
}

function tile(message, [width, height], place, count) {
  const name = message.caption || t("of_album", { place: place + 1, count });
  const inside = message.photo ? picture(message.photo, name, null) : filmElement(message.video ?? message.animation, { loop: Boolean(message.animation), label: name, size: [width, height] });
  return h("div", { class: "tile", dataset: { part: message.message_id }, style: { "flex-grow": String(width), "flex-basis": "0", "aspect-ratio": `${width} / ${height}` } }, curtained(inside, message.has_media_spoiler));
}

function mosaic(messages) {
  let from = 0;
  return h("div", { class: "media mosaic", dataset: { wide: "yes" }, role: "group", "aria-label": t("album", { count: messages.length }) }, rows(messages.length).map((length) => {
    const start = from;
    const part = messages.slice(start, start + length);
    from += length;
    const sizes = rowSizes(part.map(ratioOf));
    return h("div", { class: "mosaic-row" }, part.map((message, place) => tile(message, sizes[place], start + place, messages.length)));
  }));
}

/** Draws the messages of one album. */
export function albumOf(messages, context) {
  if (messages.every((message) => message.photo || message.video || message.animation)) return mosaic(messages);
  const pieces = messages.map((message, place) => h("div", { class: "album-piece", dataset: { part: message.message_id } }, mediaOf(message, context),
    message.caption && place < messages.length - 1 ? h("div", { class: "words", dir: "auto" }, message.caption) : null));
  return h("div", { class: "media pile", role: "group", "aria-label": t("album", { count: messages.length }) }, pieces);
}

/** The message whose caption stands under the album: of a mosaic the first that has words, of files the last. */
export function captionOf(messages) {
  const worded = messages.filter((message) => message.caption);
  if (messages.every((message) => message.photo || message.video || message.animation)) return worded[0] ?? messages[0];
  return messages.at(-1);
}
