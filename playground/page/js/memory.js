// What this browser remembers for itself: who is shown, which chat is open, what was read. Never the truth.

import { isService } from "./store.js";

const KEY = "samovar-playground";

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

const kept = read();

function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch { /* a browser without storage forgets: nothing else changes */ }
}

export const shownPeople = () => kept.people ?? null;
export function rememberShown(ids) { kept.people = ids; save(); }

export const openChat = (user) => kept.open?.[user] ?? null;
export function rememberOpen(user, chat) { (kept.open ??= {})[user] = chat; save(); }

// Text that waits in a composer: the conversation writes it down, the list of chats shows it.
export const unsentText = (user, chat) => kept.unsent?.[`${user}:${chat}`] ?? "";
export function rememberUnsent(user, chat, text) {
  kept.unsent ??= {};
  if (text) kept.unsent[`${user}:${chat}`] = text;
  else delete kept.unsent[`${user}:${chat}`];
  save();
}

// What a person arranged in the list: `pinned` on top, `muted` without a loud count, `removed` up to a message.
export const chatMark = (mark, user, chat) => kept[mark]?.[`${user}:${chat}`] ?? null;
export function setChatMark(mark, user, chat, value) {
  kept[mark] ??= {};
  if (value) kept[mark][`${user}:${chat}`] = value;
  else delete kept[mark][`${user}:${chat}`];
  save();
}

export const workshop = () => kept.workshop ?? {};
export function rememberWorkshop(change) { kept.workshop = { ...kept.workshop, ...change }; save(); }

const readKey = (user, chat, thread) => (thread === undefined ? `${user}:${chat}` : `${user}:${chat}:${thread ?? "general"}`);

/** `thread`: a topic's, null for the general one; left out for a chat without topics. */
export const lastRead = (user, chat, thread) => kept.read?.[readKey(user, chat, thread)] ?? 0;

/** Remembers the newest message that was read; true when that is news. */
export function markRead(user, chat, messageId, thread) {
  if (messageId === lastRead(user, chat, thread)) return false;
  (kept.read ??= {})[readKey(user, chat, thread)] = messageId;
  save();
  return true;
}

// A playground that starts anew reuses ids: marks beyond its newest message belong to an older one.
const valid = (mark, newest) => (mark > newest && newest ? 0 : mark);

function markFor(user, chat, newest) {
  const all = valid(lastRead(user, chat.id), newest);
  if (!chat.is_forum) return () => all;
  const marks = new Map();
  return (message) => {
    const thread = message.is_topic_message ? message.message_thread_id : null;
    if (!marks.has(thread)) marks.set(thread, Math.max(all, valid(lastRead(user, chat.id, thread), newest)));
    return marks.get(thread);
  };
}

/** What came after the last reading, in all topics or in one. */
export function unreadAfter(user, chat, thread) {
  const newest = chat.messages.findLast((message) => message.message_id > 0)?.message_id ?? 0;
  const mark = markFor(user, chat, newest);
  return chat.messages.filter((message) => message.message_id > mark(message) && message.from?.id !== user && !chat.own?.includes(message.message_id) && !isService(message)
    && (thread === undefined || (message.is_topic_message ? message.message_thread_id : null) === thread));
}

export const unreadIn = (user, chat, thread) => unreadAfter(user, chat, thread).length;
