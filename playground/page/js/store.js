// What the page knows: people, their chats, and how each event changes them. The server holds the truth.

import { server } from "./api.js";
import { setFaces } from "./avatar.js";
import { hearTime, setNow } from "./clock.js";

const KEPT_MESSAGES = 400;
const LOAD_EVERYBODY_UP_TO = 12;
const KEPT_INLINE = 50;
const LOOK_AT_BOTS_MS = 3000;

function chatFrom(answer) {
  return {
    ...answer,
    messages: [...answer.messages],
    reactions: { ...answer.reactions },
    drafts: new Map(answer.drafts.map((draft) => [draftKey(draft), draft])),
    typing: null,
  };
}

export const draftKey = (draft) => `${draft.bot}:${draft.draft_id}`;

function putMessage(chat, message) {
  const same = chat.messages.findLastIndex((other) => other.message_id === message.message_id);
  if (same >= 0) chat.messages[same] = message;
  // A message for one person only has a number below zero and stands where it came.
  else if (message.message_id < 0) chat.messages.push(message);
  else chat.messages.splice(chat.messages.findLastIndex((other) => other.message_id <= message.message_id) + 1, 0, message);
  if (chat.messages.length > KEPT_MESSAGES) chat.messages.splice(0, chat.messages.length - KEPT_MESSAGES);
}

const CHANGES = {
  message: (chat, event, me) => {
    putMessage(chat, event.message);
    if (chat.slow_mode_s && event.message.from?.id === me.id && !["creator", "administrator"].includes(chat.status)) chat.slow_until = event.at + chat.slow_mode_s;
    for (const [key, draft] of chat.drafts) if (draft.bot === event.message.from?.id) chat.drafts.delete(key);
    if (chat.typing?.user.id === event.message.from?.id) chat.typing = null;
  },
  edited: (chat, event) => {
    if (chat.messages.some((message) => message.message_id === event.message.message_id)) putMessage(chat, event.message);
  },
  deleted: (chat, event) => {
    const gone = new Set(event.message_ids);
    chat.messages = chat.messages.filter((message) => !gone.has(message.message_id));
  },
  draft: (chat, event) => { chat.drafts.set(draftKey(event.draft), event.draft); },
  draft_gone: (chat, event) => { chat.drafts.delete(draftKey(event)); },
  typing: (chat, event) => { chat.typing = { user: event.user, action: event.action, thread: event.thread_id ?? null, until: event.until }; },
  answer: () => {},
  reactions: (chat, event) => { chat.reactions[event.message_id] = event.reactions; },
  keyboard: (chat, event) => { chat.keyboard = event.keyboard; chat.force_reply = event.force_reply; },
  chat: (chat, event) => { Object.assign(chat, event.head); },
  vote: (chat, event) => { chat.votes = { ...chat.votes, [event.message_id]: event.options }; },
  join_request: (chat, event) => {
    chat.join_requests = [...(chat.join_requests ?? []).filter((other) => other.user.id !== event.request.user.id), event.request];
  },
};

export class Store {
  constructor() {
    this.users = [];
    this.bots = [];
    this.groups = [];
    this.limits = "off";
    this.people = new Map();
    this.listeners = new Set();
    this.waiting = new Map();
    this.inline = new Map();
    this.seq = 0;
    this.connected = false;
  }

  /** Calls `listener({kind, user, chat, event})` after every change. */
  onChange(listener) { this.listeners.add(listener); }

  tell(change) { for (const listener of this.listeners) listener(change); }

  async load() {
    const state = await server.state();
    this.users = state.users;
    this.bots = state.bots;
    this.groups = state.groups;
    setFaces(state.photos);
    this.limits = state.limits;
    this.seq = state.seq;
    if (state.now !== undefined) setNow(state.now);
    this.people.clear();
    if (this.users.length <= LOAD_EVERYBODY_UP_TO) await Promise.all(this.users.map((user) => this.person(user.id)));
    this.tell({ kind: "loaded" });
  }

  /** Gives a person's state and reads it first when needed; events that come meanwhile wait. */
  async person(id) {
    if (this.people.has(id)) return this.people.get(id);
    if (!this.waiting.has(id)) this.waiting.set(id, { events: [], ready: this.#read(id) });
    return this.waiting.get(id).ready;
  }

  async #read(id) {
    try {
      const state = await server.personState(id);
      const person = { id, me: state.me, seq: state.seq, chats: new Map(state.chats.map((chat) => [chat.id, chatFrom(chat)])) };
      this.people.set(id, person);
      const events = this.waiting.get(id)?.events ?? [];
      for (const event of events) this.#applyTo(person, event);
      return person;
    } finally {
      this.waiting.delete(id);
      this.tell({ kind: "person", user: id });
    }
  }

  apply(event) {
    this.seq = Math.max(this.seq, event.seq ?? 0);
    if (event.at) hearTime(event.at);
    if (event.kind === "inline_results") this.#inlineAnswer(event.query_id).resolve(event);
    else if (event.kind === "user") this.#meet(event.user);
    else if (event.kind === "clock") { setNow(event.now); this.tell({ kind: "clock", event }); }
    else if (event.chat !== undefined) {
      for (const id of event.to) {
        const waiting = this.waiting.get(id);
        if (waiting && !this.people.has(id)) waiting.events.push(event);
        else if (this.people.has(id)) this.#applyTo(this.people.get(id), event);
      }
    } else this.tell({ kind: event.kind, event });
  }

  #applyTo(person, event) {
    if (event.seq <= person.seq) return;
    person.seq = event.seq;
    if (event.kind === "chat" && this.#comesIn(person.chats.get(event.chat), event.head)) this.readChat(person.id, event.chat).catch(() => {});
    if (event.kind === "chat" && !person.chats.has(event.chat)) {
      person.chats.set(event.chat, chatFrom({ messages: [], reactions: {}, drafts: [], keyboard: null, force_reply: null, ...event.head }));
    }
    const chat = person.chats.get(event.chat);
    const change = CHANGES[event.kind];
    if (!chat || !change) return;
    change(chat, event, person.me);
    this.tell({ kind: event.kind, user: person.id, chat: event.chat, event });
  }

  // Who comes into a chat sees what was said there before.
  #comesIn(chat, head) {
    const inside = (status) => !["left", "kicked", null, undefined].includes(status);
    return head.kind !== "private" && inside(head.status) && !inside(chat?.status);
  }

  /** Reads one chat of a person anew. */
  async readChat(user, id) {
    const answer = chatFrom(await server.chat(user, id));
    const person = this.people.get(user);
    if (!person) return;
    if (person.chats.has(id)) Object.assign(person.chats.get(id), answer);
    else person.chats.set(id, answer);
    this.tell({ kind: "chat", user, chat: id, event: { kind: "chat", chat: id } });
  }

  /** Asks again who is connected. */
  async readBots() {
    const { bots } = await server.state().catch(() => ({ bots: this.bots }));
    const before = JSON.stringify(this.bots);
    this.bots = bots;
    if (JSON.stringify(bots) !== before) this.tell({ kind: "bots" });
  }

  /** Follows who is connected while the page is looked at. */
  watchBots() { setInterval(() => { if (document.visibilityState === "visible" && this.connected) this.readBots(); }, LOOK_AT_BOTS_MS); }

  // The answer may come by the stream before the question's own response.
  #inlineAnswer(queryId) {
    if (!this.inline.has(queryId)) {
      let resolve;
      const promise = new Promise((done) => { resolve = done; });
      this.inline.set(queryId, { promise, resolve });
      if (this.inline.size > KEPT_INLINE) this.inline.delete(this.inline.keys().next().value);
    }
    return this.inline.get(queryId);
  }

  /** Waits for what a bot answers to an inline query. */
  inlineResults(queryId) { return this.#inlineAnswer(queryId).promise; }

  // Names and faces may have changed.
  async #meetAgain() {
    const state = await server.state();
    this.users = state.users;
    this.bots = state.bots;
    setFaces(state.photos);
    this.tell({ kind: "faces" });
    this.tell({ kind: "users" });
  }

  // Everybody may talk to a new bot at once.
  async #meetBot(user) {
    await this.#meetAgain();
    await Promise.all([...this.people.keys()].map((person) => this.readChat(person, user.id)));
    this.tell({ kind: "users" });
  }

  #meet(user) {
    if (user.is_bot) this.#meetBot(user).catch(() => {});
    else if (this.users.some((other) => other.id === user.id)) this.#meetAgain().catch(() => {});
    else {
      this.users.push(user);
      if (this.users.length <= LOAD_EVERYBODY_UP_TO) this.person(user.id);
      this.tell({ kind: "users" });
    }
  }
}

export function nameOf(user) {
  return [user?.first_name, user?.last_name].filter(Boolean).join(" ") || user?.title || "?";
}

const SERVICE_FIELDS = [
  "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo", "pinned_message",
  "group_chat_created", "supergroup_chat_created", "channel_chat_created", "migrate_to_chat_id", "migrate_from_chat_id",
  "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
  "users_shared", "chat_shared", "web_app_data", "write_access_allowed", "connected_website", "message_auto_delete_timer_changed",
  "proximity_alert_triggered", "boost_added", "chat_background_set", "chat_owner_left", "chat_owner_changed", "successful_payment", "refunded_payment",
  "video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited", "poll_option_added", "poll_option_deleted",
  "checklist_tasks_done", "checklist_tasks_added", "gift", "unique_gift", "giveaway_created", "giveaway_completed",
];

/** Something that happened, told by Telegram itself and not by a person. */
export const isService = (message) => SERVICE_FIELDS.some((field) => message[field] !== undefined && message[field] !== null);

export const senderOf = (message) => message.sender_chat ?? message.from ?? { id: 0, first_name: "?" };

/** The chat's name as this person sees it. */
export const titleOf = (chat) => chat.title || nameOf(chat.peer);

/** A list's order: the newest word first, then chats with nothing in them. */
export function orderedChats(person) {
  const newest = (chat) => chat.messages.at(-1)?.date ?? 0;
  const shown = [...person.chats.values()].filter((chat) => !person.chats.has(chat.migrated_to)).filter((chat) => chat.kind !== "private" ? chat.status !== null || chat.messages.length : true);
  return shown.sort((one, other) => newest(other) - newest(one) || (one.kind === "private" ? 0 : 1) - (other.kind === "private" ? 0 : 1) || titleOf(one).localeCompare(titleOf(other)));
}
