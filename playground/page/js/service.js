// Service messages: what Telegram itself tells in the middle of a conversation.

import { duration, t } from "./i18n.js";
import { nameOf, senderOf } from "./store.js";

const names = (users) => users.map(nameOf).join(", ");

function joined(message) {
  const who = names(message.new_chat_members);
  const alone = message.new_chat_members.length === 1 && message.new_chat_members[0].id === message.from?.id;
  return alone || !message.from ? t("joined", { who }) : t("added", { by: nameOf(message.from), who });
}

function left(message) {
  const gone = message.left_chat_member;
  return gone.id === message.from?.id || !message.from ? t("left", { who: nameOf(gone) }) : t("removed", { by: nameOf(message.from), who: nameOf(gone) });
}

function topicEdited({ forum_topic_edited: topic }, who) {
  if (topic.name) return t("topic_renamed", { who, name: topic.name });
  return t("topic_icon", { who });
}

function sharedPeople(message, who) {
  const shared = message.users_shared.users ?? [];
  const listed = shared.map((user) => (user.first_name ? nameOf(user) : `#${user.user_id}`)).join(", ");
  return t("users_shared", { who, listed });
}

function writeAccess({ write_access_allowed: access }) {
  return access.web_app_name ? t("access_by_app", { name: access.web_app_name }) : t("access_allowed");
}

// Field of the message -> its line; `who` is whose deed it was, `summary` tells a message in a line.
const LINES = {
  new_chat_members: joined,
  left_chat_member: left,
  new_chat_title: (message, who) => t(message.chat.type === "channel" ? "channel_renamed" : "renamed", { who, title: message.new_chat_title }),
  new_chat_photo: (message, who) => t("new_photo", { who }),
  delete_chat_photo: (message, who) => t("photo_removed", { who }),
  pinned_message: (message, who, summary) => t("pinned", { who, text: summary(message.pinned_message) }),
  group_chat_created: (message, who) => t("group_created", { who }),
  supergroup_chat_created: (message, who) => t("group_created", { who }),
  channel_chat_created: () => t("channel_created"),
  migrate_to_chat_id: () => t("migrated_to"),
  migrate_from_chat_id: (message) => t("migrated_from", { title: message.chat.title ?? "" }),
  forum_topic_created: (message, who) => t("topic_created", { who, name: message.forum_topic_created.name }),
  forum_topic_edited: topicEdited,
  forum_topic_closed: (message, who) => t("topic_closed_by", { who }),
  forum_topic_reopened: (message, who) => t("topic_reopened_by", { who }),
  general_forum_topic_hidden: (message, who) => t("general_hidden", { who }),
  general_forum_topic_unhidden: (message, who) => t("general_shown", { who }),
  users_shared: sharedPeople,
  chat_shared: (message, who) => t("chat_shared", { who, title: message.chat_shared.title ?? message.chat_shared.chat_id }),
  web_app_data: (message, who) => t("web_app_sent", { who, button: message.web_app_data.button_text }),
  write_access_allowed: writeAccess,
  connected_website: (message) => t("website", { name: message.connected_website }),
  message_auto_delete_timer_changed: (message, who) => t("auto_delete", { who, time: duration(message.message_auto_delete_timer_changed.message_auto_delete_time / 60) }),
  proximity_alert_triggered: ({ proximity_alert_triggered: alert }) => t("proximity", { who: nameOf(alert.traveler), other: nameOf(alert.watcher), distance: alert.distance }),
  boost_added: (message, who) => t("boosted", { who }),
  chat_background_set: (message, who) => t("background_set", { who }),
  chat_owner_left: (message, who) => t("owner_left", { who }),
  chat_owner_changed: ({ chat_owner_changed: change }) => t("owner_changed", { who: nameOf(change.new_owner) }),
  successful_payment: ({ successful_payment: payment }) => t("paid", { sum: `${payment.total_amount} ${payment.currency}` }),
  refunded_payment: ({ refunded_payment: payment }) => t("refunded", { sum: `${payment.total_amount} ${payment.currency}` }),
  video_chat_scheduled: () => t("video_chat_scheduled"),
  video_chat_started: (message, who) => t("video_chat_started", { who }),
  video_chat_ended: ({ video_chat_ended: call }) => t("video_chat_ended", { time: duration(call.duration) }),
  video_chat_participants_invited: (message, who) => t("video_chat_invited", { who, listed: names(message.video_chat_participants_invited.users) }),
  poll_option_added: (message, who) => t("option_added", { who, text: message.poll_option_added.option_text }),
  poll_option_deleted: (message, who) => t("option_deleted", { who, text: message.poll_option_deleted.option_text }),
  checklist_tasks_done: (message, who) => t("tasks_done", { who }),
  checklist_tasks_added: (message, who) => t("tasks_added", { who }),
  gift: (message, who) => t("gift_given", { who }),
  unique_gift: (message, who) => t("gift_given", { who }),
  giveaway_created: (message, who) => t("giveaway_created", { who }),
  giveaway_completed: () => t("giveaway_completed"),
};

/** The line of a service message, or null for a message that somebody wrote. */
export function serviceText(message, summary) {
  const field = Object.keys(LINES).find((name) => message[name] !== undefined && message[name] !== null && message[name] !== false);
  if (!field) return null;
  const sender = senderOf(message);
  return LINES[field](message, sender.title ?? nameOf(sender), summary);
}
