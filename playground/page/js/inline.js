// Inline mode: "@bot query" in the composer asks the bot, and its results stand over the composer.

import { fileUrl } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { openWebApp } from "./webapp.js";

const PAUSE_MS = 250;
const ASKED = /^@(\w{3,32})\s([\s\S]*)$/;
const GRID_KINDS = new Set(["photo", "gif", "mpeg4_gif", "sticker"]);
const GLYPHS = { article: "document", contact: "person", location: "map", venue: "map", audio: "play", voice: "microphone", document: "document", video: "play", game: "play", photo: "image", gif: "image", mpeg4_gif: "image", sticker: "image" };
const COLUMNS = 3;

const titleOfResult = (result) => result.title ?? ([result.first_name, result.last_name].filter(Boolean).join(" ") || (result.game_short_name ?? result.caption ?? t(`kind_${GRID_KINDS.has(result.type) ? "photo" : "document"}`)));
const noteOf = (result) => result.description ?? result.phone_number ?? result.address ?? result.performer ?? result.input_message_content?.message_text ?? "";

// Only what the playground itself keeps can be shown: the page asks no other host for pictures.
const pictureOf = (result) => result.photo_file_id ?? result.sticker_file_id ?? (result.type === "gif" ? result.gif_file_id : null) ?? null;

export class InlinePanel {
  /** `deeds`: askInline, chooseInline, webApp, openLink, store; `replyTo()`: what is answered; `onSent()` after a result was sent. */
  constructor(field, deeds, { replyTo, onSent }) {
    this.field = field;
    this.deeds = deeds;
    this.replyTo = replyTo;
    this.onSent = onSent;
    this.asked = null;
    this.results = [];
    const id = `inline-${Math.random().toString(36).slice(2)}`;
    this.list = h("div", { class: "inline-results", role: "listbox", id, "aria-label": t("inline_results"), onscroll: () => this.#maybeMore() });
    this.top = h("div", { class: "inline-top" });
    this.element = h("div", { class: "inline-panel", hidden: true }, this.top, this.list);
  }

  #bot(name) {
    return this.deeds.store.bots.find((bot) => bot.user.username?.toLowerCase() === name.toLowerCase() && (bot.inline_placeholder ?? null) !== null) ?? null;
  }

  /** Looks at what is typed; true while it is a question to a bot. */
  refresh() {
    const [, name, query] = this.field.value.match(ASKED) ?? [];
    const bot = name ? this.#bot(name) : null;
    if (!bot) { this.close(); return false; }
    if (this.asked?.bot === bot.user.id && this.asked.query === query) return true;
    this.asked = { bot: bot.user.id, query, user: bot.user, hint: bot.inline_placeholder };
    this.field.setAttribute("aria-busy", "true");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(this.asked, ""), PAUSE_MS);
    return true;
  }

  async #ask(asked, offset) {
    const event = await this.deeds.askInline(asked.bot, asked.query, offset);
    if (asked !== this.asked) return;
    this.field.removeAttribute("aria-busy");
    if (!event) { this.element.hidden = true; return; }
    this.results = offset ? [...this.results, ...event.results.map((result) => ({ result, query: event.query_id }))] : event.results.map((result) => ({ result, query: event.query_id }));
    this.next = event.next_offset || "";
    this.more = false;
    this.chosen = this.results.length ? Math.max(0, offset ? this.chosen : 0) : -1;
    this.#draw(event.button);
  }

  #maybeMore() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    if (!this.next || this.more || scrollHeight - scrollTop - clientHeight > 80) return;
    this.more = true;
    this.#ask(this.asked, this.next);
  }

  #draw(button) {
    this.grid = this.results.length > 0 && this.results.every(({ result }) => GRID_KINDS.has(result.type));
    this.list.classList.toggle("as-grid", this.grid);
    fill(this.top, button ? this.#button(button) : null, this.asked.hint && !this.asked.query ? h("p", { class: "quiet inline-hint" }, this.asked.hint) : null);
    fill(this.list, this.results.length ? this.results.map((one, place) => this.#option(one, place)) : button ? null : h("p", { class: "quiet inline-none" }, t("no_results")));
    this.element.hidden = false;
    this.field.setAttribute("aria-controls", this.list.id);
    this.#mark();
  }

  #button(button) {
    const { user } = this.asked;
    return h("button", { type: "button", class: "inline-button", onpointerdown: (event) => event.preventDefault(), onclick: () => {
      if (button.web_app) openWebApp(this.deeds, { title: button.text, url: button.web_app.url, bot: user.id });
      else this.deeds.openLink(`https://t.me/${user.username}?start=${button.start_parameter ?? ""}`);
    } }, button.text);
  }

  #option({ result }, place) {
    const shown = pictureOf(result);
    const face = shown ? h("img", { src: fileUrl(shown), alt: "", loading: "lazy" }) : h("span", { class: "inline-face" }, icon(GLYPHS[result.type] ?? "document"));
    const title = titleOfResult(result);
    return h("div", { class: "inline-result", role: "option", id: `${this.list.id}-${place}`, "aria-label": [title, noteOf(result)].filter(Boolean).join(". "),
      onpointerdown: (event) => event.preventDefault(), onclick: () => this.#choose(place) },
    face, this.grid ? null : h("span", { class: "row-text" }, h("strong", { dir: "auto" }, title), h("span", { class: "quiet", dir: "auto" }, noteOf(result))));
  }

  #mark() {
    [...this.list.children].forEach((option, place) => option.setAttribute?.("aria-selected", String(place === this.chosen)));
    if (this.chosen >= 0) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
    else this.field.removeAttribute("aria-activedescendant");
    this.list.children[this.chosen]?.scrollIntoView({ block: "nearest" });
  }

  /** Handles a key while results are shown; true when it was its own. */
  key(event) {
    if (this.element.hidden) return false;
    const across = this.grid ? COLUMNS : 1;
    const steps = { ArrowDown: across, ArrowUp: -across, ...(this.grid && { ArrowRight: 1, ArrowLeft: -1 }) };
    if (event.key === "Escape") { event.stopPropagation(); this.element.hidden = true; return true; }
    if (event.key in steps && this.results.length) {
      this.chosen = Math.min(this.results.length - 1, Math.max(0, this.chosen + steps[event.key]));
      this.#mark();
    } else if (event.key === "Enter" && !event.shiftKey && this.chosen >= 0) this.#choose(this.chosen);
    else return false;
    event.preventDefault();
    return true;
  }

  async #choose(place) {
    const { result, query } = this.results[place];
    if (await this.deeds.chooseInline(query, result.id, this.replyTo())) this.onSent();
  }

  close() {
    clearTimeout(this.timer);
    this.asked = null;
    this.results = [];
    this.element.hidden = true;
    this.field.removeAttribute("aria-busy");
  }
}
