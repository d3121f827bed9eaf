// What a person does in one chat: each deed is one request, and a refusal is told in a toast.

import { Refusal, seat, server } from "./api.js";
import { chooseChat } from "./choosers.js";
import { t } from "./i18n.js";
import { openMessageMenu } from "./messagemenu.js";
import { Presses } from "./presses.js";
import { powers } from "./rights.js";
import { senderOf, titleOf } from "./store.js";
import { openVoters } from "./voters.js";
import { openWebApp } from "./webapp.js";

const TELEGRAM = new Set(["t.me", "telegram.me", "www.t.me"]);

export class Deeds {
  constructor(conversation) {
    this.conversation = conversation;
    this.seat = seat(conversation.person.me.id, conversation.chat.id);
    this.presses = new Presses(this);
    this.ticks = new Map();
  }

  get store() { return this.conversation.host.store; }

  complain(text) { this.conversation.host.notices.toast(text, { bad: true }); }

  tell(text) { this.conversation.host.notices.toast(text); }

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
    const { conversation } = this;
    return {
      say: (text, replyTo) => this.#sent(this.seat.say(text, { replyTo, thread: conversation.thread })),
      send: (content) => this.#sent(this.seat.send(content, conversation.thread)),
      upload: (item) => this.#sent(this.seat.upload({ ...item, thread: conversation.thread })),
      edit: (message, text) => this.attempt(this.seat.edit(message.message_id, message.text === undefined || message.text === null ? { caption: text } : { text })),
      press: (button) => this.attempt(this.seat.press(button)),
      askInline: async (bot, query, offset) => {
        const asked = await this.attempt(this.seat.askInline(bot, query, offset));
        return asked ? this.store.inlineResults(asked.query_id) : null;
      },
      chooseInline: (query, result, replyTo) => this.#sent(this.seat.chooseInline(query, result, { replyTo, thread: conversation.thread })),
      webApp: (wanted) => this.webApp(wanted),
      start: (payload) => this.attempt(this.seat.start(payload)),
      unblock: () => this.attempt(this.seat.unblock()),
      join: () => this.attempt(this.seat.join()),
      migrated: () => conversation.host.openSoon(conversation.chat.migrated_to),
      sendAs: (channel) => this.attempt(this.seat.sendAs(channel)),
      openLink: (link) => this.openLink(link),
      complain: (text) => this.complain(text),
      lastOwn: () => conversation.shownMessages().findLast((message) => this.canEdit(message)) ?? null,
      store: this.store,
      person: conversation.person,
    };
  }

  // An anonymous administrator's own messages do not name them: what is sent from here is remembered, as the server does.
  async #sent(request) {
    const answer = await this.attempt(request);
    const { chat } = this.conversation;
    const nameless = (answer?.messages ?? [answer]).filter((message) => message?.sender_chat && !chat.own?.includes(message.message_id));
    if (nameless.length) {
      chat.own = [...(chat.own ?? []), ...nameless.map((message) => message.message_id)];
      this.conversation.redraw();
      this.conversation.scroller.pin();
    }
    return answer;
  }

  /** Whether a message stands on this person's side; a channel's posts are the channel's. */
  isOwn(message) { return this.conversation.chat.kind === "channel" ? senderOf(message).id === this.conversation.person.me.id : this.wrote(message); }

  wrote(message) {
    const { person, chat } = this.conversation;
    const sender = senderOf(message);
    if (sender.id === person.me.id || chat.own?.includes(message.message_id)) return true;
    return message.sender_chat?.type === "channel" && message.chat.type !== "channel" && !message.is_automatic_forward && person.chats.get(sender.id)?.status === "creator";
  }

  #edits(message) {
    const { chat, person } = this.conversation;
    return this.wrote(message) || (chat.kind === "channel" && powers(chat, person.me).may("can_edit_messages"));
  }

  canEdit(message) { return this.#edits(message) && Boolean(message.text ?? message.caption) && !message.forward_origin && !message.via_bot; }

  menu(message, place) { openMessageMenu(this.conversation, message, place); }

  reply(message) { this.conversation.composer.reply(message); }

  show(messageId) { this.conversation.show(messageId); }

  insert(text) { this.conversation.composer.insert(text); }

  react(message, emoji) { return this.attempt(this.seat.react(message.message_id, emoji)); }

  /** What is ticked in a poll and not sent yet. */
  ticked(messageId) {
    if (!this.ticks.has(messageId)) this.ticks.set(messageId, new Set());
    return this.ticks.get(messageId);
  }

  vote(message, options) { return this.attempt(this.seat.vote(message.message_id, options)); }

  async whoVoted(message) {
    const answer = await this.attempt(this.seat.voters(message.message_id));
    if (answer) openVoters(message.poll, answer.options, this.conversation.person);
  }

  closePoll(message) { return this.attempt(this.seat.closePoll(message.message_id)); }

  webApp(wanted) { return this.attempt(this.seat.webApp(wanted)); }

  stop(draft) { return this.attempt(this.seat.stop(draft.draft_id)); }

  command(text) { return this.attempt(this.seat.say(text, { thread: this.conversation.thread })); }

  async copy(text) {
    await navigator.clipboard?.writeText(text);
    this.tell(t("copied"));
  }

  /** Takes a message to another chat, and with it the rest of its album. */
  async forward(message) {
    const { conversation } = this;
    const album = message.media_group_id ? conversation.chat.messages.filter((other) => other.media_group_id === message.media_group_id) : [message];
    const target = await chooseChat(t("forward_to"), conversation.person, (chat) => chat.can_send !== false && (chat.kind !== "private" || chat.started));
    if (target && await this.attempt(this.seat.forward(album.map((part) => part.message_id), target.id))) this.tell(t("forwarded_to", { title: titleOf(target) }));
  }

  /** A person's name goes into the composer; what has a chat opens it. */
  mention(text) {
    const name = text.slice(1).toLowerCase();
    if (this.store.users.some((user) => user.username?.toLowerCase() === name)) this.insert(`${text} `);
    else this.openLink(text);
  }

  /** For an address inside Telegram (`t.me/...`): what to do instead of leaving the page. */
  internal(href) {
    const url = new URL(href);
    return TELEGRAM.has(url.hostname) || url.protocol === "tg:" ? () => this.openLink(url.href) : null;
  }

  /** Follows a `t.me` link or an @name, as Telegram would. */
  async openLink(link) {
    const { conversation } = this;
    const done = await this.attempt(server.open(conversation.person.me.id, link));
    if (!done) return;
    if (done.did === "choose_group") await this.#chooseGroup(done);
    else if (done.did === "requested") this.tell(t("asked_to_join"));
    else if (done.chat) conversation.host.openSoon(done.chat, done.message_id ?? null, (opened) => this.#startApp(link, opened));
  }

  #startApp(link, { deeds }) {
    const start = URL.canParse(link) ? new URL(link).searchParams.get("startapp") : null;
    if (start !== null) openWebApp(deeds, { title: titleOf(deeds.conversation.chat), start_param: start, bot: deeds.conversation.chat.id });
  }

  // A link that adds a bot asks for the group first.
  async #chooseGroup({ bot, payload, groups }) {
    const { conversation } = this;
    const me = conversation.person.me.id;
    const group = await chooseChat(t("choose_group"), conversation.person, (chat) => groups.includes(chat.id));
    if (group && await this.attempt(seat(me, group.id).addMember(bot, payload))) conversation.host.openSoon(group.id);
  }

  tapsOf(messageId) { return this.presses.keysOf(messageId); }

  tap(message, place, button) { return this.presses.press(message, place, button); }

  answered(event) { this.presses.answered(event); }
}
