// Pressed buttons under messages: what each kind does, and which of them wait for their bot's answer.

import { tapKey } from "./buttons.js";
import { chooseChat } from "./choosers.js";
import { safeUrl } from "./entities.js";
import { t } from "./i18n.js";
import { plain } from "./richtext.js";
import { openWebApp } from "./webapp.js";

const ANSWER_WAIT_MS = 30000;
const REMEMBERED_ANSWERS = 50;
const CHOSEN_KINDS = { allow_bot_chats: "private", allow_group_chats: "group", allow_channel_chats: "channel" };

const keyOfPlace = (messageId, place) => (place.text === undefined ? tapKey(messageId, place.row, place.column) : tapKey(messageId, place.text, undefined));

export class Presses {
  constructor(deeds) {
    this.deeds = deeds;
    this.waiting = new Map();
    this.early = new Map();
  }

  get #conversation() { return this.deeds.conversation; }

  keysOf(messageId) {
    return new Set([...this.waiting.values()].filter((tap) => tap.messageId === messageId).map((tap) => keyOfPlace(tap.messageId, tap.place)));
  }

  /** `place`: {row, column} of a keyboard, or {text} of a rich message. */
  async press(message, place, button) {
    const deed = this.#deedOf(message, button);
    if (deed) { await deed(); return; }
    const answer = await this.deeds.attempt(this.deeds.seat.tap(message.message_id, place));
    if (answer?.query_id !== undefined) this.#await(answer.query_id, { messageId: message.message_id, place });
    else if (answer?.url) this.open(answer.url);
  }

  // Buttons that ask no bot; null for those that do.
  #deedOf(message, button) {
    if (button.copy_text) return () => this.deeds.copy(button.copy_text.text);
    if (button.url) return () => this.open(button.url);
    if (button.login_url) return () => this.open(button.login_url.url);
    if (button.pay) return () => this.deeds.tell(t("no_payments"));
    if (button.disabled) return () => {};
    const bot = message.via_bot ?? message.from;
    return bot ? this.#deedFor(bot, button) : null;
  }

  #deedFor(bot, button) {
    const { switch_inline_query: query, switch_inline_query_current_chat: here, switch_inline_query_chosen_chat: chosen } = button;
    if (button.web_app) return () => openWebApp(this.deeds, { title: plain(button.text), url: button.web_app.url, bot: bot.id });
    if (here !== undefined) return () => this.#conversation.composer.write(`@${bot.username} ${here}`);
    if (query !== undefined) return () => this.#elsewhere(`@${bot.username} ${query}`, () => true);
    if (chosen) return () => this.#elsewhere(`@${bot.username} ${chosen.query ?? ""}`, (chat) => Object.entries(CHOSEN_KINDS).some(([name, kind]) => chosen[name] && chat.kind === kind));
    return null;
  }

  async #elsewhere(text, fits) {
    const { person, host } = this.#conversation;
    const chat = await chooseChat(t("choose_chat_for"), person, (other) => fits(other) && other.can_send !== false);
    if (chat) host.openSoon(chat.id, null, (conversation) => conversation.composer.write(text));
  }

  open(address) {
    const href = safeUrl(address);
    if (!href) return;
    const inside = this.deeds.internal(href);
    if (inside) inside();
    else window.open(href, "_blank", "noopener,noreferrer");
  }

  // The answer may come by the stream before the tap's own response.
  #await(queryId, tap) {
    if (this.early.has(queryId)) { this.#tell(this.early.get(queryId)); this.early.delete(queryId); return; }
    tap.timer = setTimeout(() => this.#over(queryId), ANSWER_WAIT_MS);
    this.waiting.set(queryId, tap);
    this.#conversation.render();
  }

  #over(queryId) {
    clearTimeout(this.waiting.get(queryId)?.timer);
    this.waiting.delete(queryId);
    this.#conversation.render();
  }

  answered(event) {
    if (this.waiting.has(event.query_id)) { this.#over(event.query_id); this.#tell(event); return; }
    this.early.set(event.query_id, event);
    if (this.early.size > REMEMBERED_ANSWERS) this.early.delete(this.early.keys().next().value);
  }

  #tell({ text, alert, url }) {
    const { notices } = this.#conversation.host;
    const href = url ? safeUrl(url) : null;
    if (href && this.deeds.internal(href)) { this.open(url); if (!text) return; }
    if (alert && text) notices.alert(text);
    else if (text || url) notices.toast(text || url, { url: href });
  }
}
