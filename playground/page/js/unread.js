// What a person has not read: how much of it, and whether somebody speaks to them.

import { chatMark, unreadAfter } from "./memory.js";

// What is said in a topic answers the message that made the topic only in name.
const addressed = (message, me) => (message.reply_to_message?.from?.id === me.id && !message.reply_to_message.forum_topic_created)
  || [...(message.entities ?? []), ...(message.caption_entities ?? [])].some((entity) => isMention(entity, message.text ?? message.caption ?? "", me));

function isMention(entity, text, me) {
  if (entity.type === "text_mention") return entity.user?.id === me.id;
  return entity.type === "mention" && text.slice(entity.offset + 1, entity.offset + entity.length).toLowerCase() === me.username?.toLowerCase();
}

/** Gives `count`, `mentioned` and `muted` of a chat. */
export function unreadState(person, chat) {
  const messages = unreadAfter(person.me.id, chat);
  return {
    count: messages.length,
    mentioned: chat.kind !== "private" && messages.some((message) => addressed(message, person.me)),
    muted: Boolean(chatMark("muted", person.me.id, chat.id)),
  };
}

/** Everything unread that makes a sound. */
export function loudUnread(person) {
  let sum = 0;
  for (const chat of person.chats.values()) {
    const { count, muted, mentioned } = unreadState(person, chat);
    if (!muted || mentioned) sum += count;
  }
  return sum;
}
