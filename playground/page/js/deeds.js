// What a person does in one chat: each deed is one request, and a refusal is told in a toast.

import { Refusal, seat } from "./api.js";
import { safeUrl } from "./entities.js";
import { tapKey } from "./buttons.js";
import { t } from "./i18n.js";
import { openMessageMenu } from "./messagemenu.js";
import { senderOf } from "./store.js";

const ANSWER_WAIT_MS = 30000;
const REMEMBERED_ANSWERS = 50;

export class Deeds {
  constructor(conversation) {
    this.conversation = conversation;
    this.seat = seat(conversation.person.me.id, conversation.chat.id);
    this.waiting = new Map();
    this.early = new Map();
  }

  complain(text) { this.conversation.host.notices.toast(text, { bad: true }); }

  /** Runs a request; gives its answer, or null after a refusal. */
  async attempt(request) {
    try {
      return (await request) ?? true;
    } catch (error) {
      this.complain(error instanceof Refusal ? error.message : t("no_connection"));
      return null;
    }
  }

  forComposer() {
    return {
      say: (text, replyTo, thread) => this.attempt(this.seat.say(text, { replyTo, thread })),
      upload: (item) => this.attempt(this.seat.upload(item)),
      edit: (message, text) => this.attempt(this.seat.edit(message.message_id, message.text === undefined || message.text === null ? { caption: text } : { text })),
      start: () => this.attempt(this.seat.start()),
      unblock: () => this.attempt(this.seat.unblock()),
      join: () => this.attempt(this.seat.join()),
      complain: (text) => this.complain(text),
      lastOwn: () => this.conversation.chat.messages.findLast((message) => this.canEdit(message)) ?? null,
    };
  }

  isOwn(message) { return senderOf(message).id === this.conversation.person.me.id; }

  canEdit(message) { return this.isOwn(message) && Boolean(message.text ?? message.caption) && !message.forward_origin; }

  menu(message, place) { openMessageMenu(this.conversation, message, place); }

  reply(message) { this.conversation.composer.reply(message); }

  show(messageId) { this.conversation.show(messageId); }

  react(message, emoji) { return this.attempt(this.seat.react(message.message_id, emoji)); }

  stop(draft) { return this.attempt(this.seat.stop(draft.draft_id)); }

  command(text) { return this.attempt(this.seat.say(text, { thread: this.conversation.thread })); }

  mention(text) { this.conversation.host.openMention(text.slice(1)); }

  /** For an address inside the playground (`t.me/<bot>?start=...`): what to do instead of leaving the page. */
  internal(href) {
    const url = new URL(href);
    if (!["t.me", "telegram.me"].includes(url.hostname)) return null;
    return this.conversation.host.insideLink(url.pathname.slice(1), url.searchParams.get("start"));
  }

  tapsOf(messageId) {
    return new Set([...this.waiting.values()].filter((tap) => tap.messageId === messageId).map((tap) => tapKey(tap.messageId, tap.row, tap.column)));
  }

  async tap(message, row, column, button) {
    if (button.copy_text) { await this.#copy(button.copy_text.text); return; }
    if (button.url) { this.#open(button.url); return; }
    const answer = await this.attempt(this.seat.tap(message.message_id, row, column));
    if (answer?.query_id !== undefined) this.#await(answer.query_id, { messageId: message.message_id, row, column });
    else if (answer?.url) this.#open(answer.url);
  }

  async #copy(text) {
    await navigator.clipboard?.writeText(text);
    this.conversation.host.notices.toast(t("copied"));
  }

  #open(address) {
    const href = safeUrl(address);
    if (!href) return;
    const inside = this.internal(href);
    if (inside) inside();
    else window.open(href, "_blank", "noopener,noreferrer");
  }

  // The answer may come by the stream before the tap's own response.
  #await(queryId, tap) {
    if (this.early.has(queryId)) { this.#tell(this.early.get(queryId)); this.early.delete(queryId); return; }
    tap.timer = setTimeout(() => this.#over(queryId), ANSWER_WAIT_MS);
    this.waiting.set(queryId, tap);
    this.conversation.render();
  }

  #over(queryId) {
    clearTimeout(this.waiting.get(queryId)?.timer);
    this.waiting.delete(queryId);
    this.conversation.render();
  }

  answered(event) {
    if (this.waiting.has(event.query_id)) { this.#over(event.query_id); this.#tell(event); return; }
    this.early.set(event.query_id, event);
    if (this.early.size > REMEMBERED_ANSWERS) this.early.delete(this.early.keys().next().value);
  }

  #tell({ text, alert, url }) {
    const { notices } = this.conversation.host;
    if (alert && text) notices.alert(text);
    else if (text || url) notices.toast(text || url, { url: url ? safeUrl(url) : null });
  }
}
