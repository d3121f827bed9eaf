// Rich messages: Telegram's blocks -> nodes.

import { richButtons } from "./buttons.js";
import { fileUrl } from "./api.js";
import { h } from "./dom.js";
import { expandableQuote, preformatted } from "./entities.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { mapPicture } from "./map.js";
import { curtained, fileCard, filmElement, picture } from "./media.js";
import { math, plain, richWords } from "./richtext.js";
import { musicPlayer, voicePlayer } from "./voice.js";

const DEEPEST = 16;

function captioned(block, element, context) {
  const { caption } = block;
  return h("figure", { class: `rich-${block.type}` }, element,
    caption ? h("figcaption", { dir: "auto" }, richWords(caption.text ?? caption, context), caption.credit ? h("cite", {}, richWords(caption.credit, context)) : null) : null);
}

const words = (block) => plain(block.caption?.text);

function listItem(item, context) {
  const mark = item.has_checkbox ? h("span", { class: `tick-box${item.is_checked ? " done" : ""}`, role: "img", "aria-label": t(item.is_checked ? "done" : "not_done") }, item.is_checked ? icon("check") : null)
    : h("span", { class: "rich-label" }, item.label);
  return h("li", {}, mark, h("div", { class: "rich-item" }, blocks(item.blocks, context)));
}

function cell(one, context) {
  return h(one.is_header ? "th" : "td", {
    class: [`to-${one.align}`, `at-${one.valign}`, one.text === undefined || one.text === null ? "no-cell" : null].filter(Boolean).join(" "),
    scope: one.is_header ? "col" : null, colspan: one.colspan > 1 ? one.colspan : null, rowspan: one.rowspan > 1 ? one.rowspan : null, dir: "auto",
  }, richWords(one.text, context));
}

function table(block, context) {
  const classes = ["rich-table", block.is_bordered && "bordered", block.is_striped && "striped", block.is_compact && "compact"].filter(Boolean).join(" ");
  return h("div", { class: "rich-scroll", tabindex: "0", role: "region", "aria-label": plain(block.caption) || t("table") },
    h("table", { class: classes }, block.caption ? h("caption", { dir: "auto" }, richWords(block.caption, context)) : null,
      h("tbody", {}, block.cells.map((row) => h("tr", {}, row.map((one) => cell(one, context)))))));
}

function slideshow(block, context) {
  const slides = block.blocks.map((one, place) => h("div", { class: "slide", role: "group", "aria-label": t("of_album", { place: place + 1, count: block.blocks.length }), hidden: place > 0 }, blocks([one], context)));
  const count = h("span", { class: "slide-count", "aria-live": "polite" }, `1 / ${slides.length}`);
  let shown = 0;
  const turn = (step) => {
    slides[shown].hidden = true;
    shown = (shown + step + slides.length) % slides.length;
    slides[shown].hidden = false;
    count.textContent = `${shown + 1} / ${slides.length}`;
  };
  const button = (name, step, glyph) => h("button", { type: "button", class: "round-button", "aria-label": t(name), onclick: () => turn(step) }, icon(glyph));
  return captioned(block, h("div", { class: "slides" }, slides, h("div", { class: "slide-bar" }, button("previous", -1, "back"), count, button("next", 1, "forward"))), context);
}

function quote(block, context, children) {
  return h("blockquote", { class: `rich-${block.type}` }, children, block.credit ? h("cite", { dir: "auto" }, richWords(block.credit, context)) : null);
}

function collapsed(block, context) {
  const element = expandableQuote(richWords(block.text, context));
  if (block.credit) element.append(h("cite", { dir: "auto" }, richWords(block.credit, context)));
  return element;
}

const heading = (block, context) => h(`h${Math.min(6, Math.max(1, block.size)) === 1 ? 3 : Math.min(6, block.size + 2)}`, { class: `rich-heading size-${Math.min(6, Math.max(1, block.size))}`, dir: "auto" }, richWords(block.text, context));

const KINDS = {
  paragraph: (block, context) => h("p", { dir: "auto" }, richWords(block.text, context)),
  heading,
  pre: (block, context) => preformatted(block, plain(block.text), richWords(block.text, context)),
  footer: (block, context) => h("p", { class: "rich-footer", dir: "auto" }, richWords(block.text, context)),
  divider: () => h("hr", {}),
  mathematical_expression: (block) => math(block.expression, "div"),
  anchor: (block) => h("span", { dataset: { anchor: block.name } }),
  list: (block, context) => h("ul", { class: "rich-list" }, block.items.map((item) => listItem(item, context))),
  blockquote: (block, context) => quote(block, context, blocks(block.blocks, context)),
  expandable_blockquote: collapsed,
  pullquote: (block, context) => quote(block, context, richWords(block.text, context)),
  collage: (block, context) => captioned(block, h("div", { class: "rich-collage" }, blocks(block.blocks, context)), context),
  slideshow,
  table,
  details: (block, context) => h("details", { class: "rich-details", open: Boolean(block.is_open) }, h("summary", { dir: "auto" }, richWords(block.summary, context)), h("div", {}, blocks(block.blocks, context))),
  map: (block, context) => captioned(block, mapPicture(block.location, words(block) || t("kind_location")), context),
  buttons: (block, context) => richButtons(block, context),
  animation: (block, context) => captioned(block, curtained(filmElement(block.animation, { loop: true, label: words(block) || t("kind_animation") }), block.has_spoiler), context),
  audio: (block, context) => captioned(block, musicPlayer(fileUrl(block.audio.file_id), block.audio), context),
  document: (block, context) => captioned(block, fileCard(block.document), context),
  photo: (block, context) => captioned(block, curtained(picture(block.photo, words(block) || t("kind_photo")), block.has_spoiler), context),
  video: (block, context) => captioned(block, curtained(filmElement(block.video, { label: words(block) || t("kind_video") }), block.has_spoiler), context),
  voice_note: (block, context) => captioned(block, voicePlayer(fileUrl(block.voice_note.file_id), block.voice_note.duration, block.voice_note.file_unique_id), context),
  thinking: (block, context) => h("p", { class: "rich-thinking" }, richWords(block.text, context) ?? t("thinking"), h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"))),
};

function blocks(list, context) {
  if (context.depth >= DEEPEST) return null;
  const inside = { ...context, depth: context.depth + 1 };
  return list.map((block) => KINDS[block.type]?.(block, inside) ?? null);
}

/** Draws a rich message. `context`: message (whose buttons they are), actions, taps. */
export function richMessage(rich, context) {
  return h("div", { class: "rich", dir: rich.is_rtl ? "rtl" : null }, blocks(rich.blocks, { ...context, depth: 0 }));
}

/** The first words of a rich message, for lists and quotes. */
export function richSummary(rich) {
  const found = [];
  const walk = (list) => {
    for (const block of list ?? []) {
      if (found.join(" ").length > 200) return;
      const text = plain(block.text ?? block.summary ?? block.expression ?? words(block));
      if (text) found.push(text);
      walk(block.blocks);
      for (const item of block.items ?? []) walk(item.blocks);
    }
  };
  walk(rich.blocks);
  return found.join(" ");
}
