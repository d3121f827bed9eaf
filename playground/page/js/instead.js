// What stands in the composer's place when nothing can be written: a button that helps, or why not.

import { now } from "./clock.js";
import { h } from "./dom.js";
import { fullTime, t } from "./i18n.js";

const FOR_EVER_S = 366 * 86400;

function ownRestriction(chat, me) {
  const mine = chat.members.find((member) => member.user.id === me.id);
  return mine?.status === "restricted" ? mine : null;
}

function mutedWords(chat, me) {
  if (chat.kind === "channel") return t("only_admins_post");
  const mine = ownRestriction(chat, me);
  if (mine && mine.can_send_messages === false) {
    const until = Number(mine.until_date) || 0;
    return until && until < now() + FOR_EVER_S ? t("muted_until", { time: fullTime(until) }) : t("muted");
  }
  if (chat.permissions && chat.permissions.can_send_messages === false) return t("nobody_writes");
  return t("cannot_send");
}

function closedTopic(topic, mayManage) {
  if (!topic?.is_closed || mayManage) return null;
  return t("topic_is_closed");
}

/** `name` tells one state from another, `text` or `button` is what it shows; null when one may write. */
export function insteadOf(chat, { me, topic, mayManageTopics }) {
  if (chat.blocked) return { name: "unblock", button: "unblock" };
  if (chat.kind === "private" && !chat.started) return { name: "start", button: "start" };
  if (chat.kind !== "private") {
    if (chat.migrated_to) return { name: "migrated", button: "open_supergroup" };
    if (chat.status === "kicked") return { name: "banned", text: t("banned") };
    if (chat.requested) return { name: "requested", text: t("request_waits") };
    if (["left", null].includes(chat.status)) return { name: "join", button: chat.kind === "channel" ? "join_channel" : chat.join_by_request ? "ask_to_join" : "join" };
  }
  const closed = closedTopic(topic, mayManageTopics);
  if (closed) return { name: `closed ${topic.thread_id}`, text: closed };
  if (chat.can_send === false) {
    const text = mutedWords(chat, me);
    return { name: `muted ${text}`, text };
  }
  return null;
}

/** Draws it; `deeds`: unblock, start, join, migrated. */
export function insteadNode(state, deeds) {
  if (state.button) return h("button", { type: "button", class: "primary wide", onclick: () => deeds[state.name]() }, t(state.button));
  return h("p", { class: "quiet", role: "status" }, state.text);
}
