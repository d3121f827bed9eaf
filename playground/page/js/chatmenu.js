// What can be done with a chat from the list.

import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { chatMark, markRead, setChatMark } from "./memory.js";
import { office } from "./office.js";
import { menuItem, openPopup } from "./popup.js";
import { isIn } from "./rights.js";
import { titleOf } from "./store.js";
import { unreadState } from "./unread.js";

function place(event) {
  if (event.clientX || event.clientY) return new DOMRect(event.clientX, event.clientY, 0, 0);
  return event.currentTarget.getBoundingClientRect();
}

/** Opens the menu of a row: read, pin, mute, about, leave, remove. */
export function openRowMenu(list, chat, event) {
  const { person, host } = list;
  const me = person.me.id;
  const newest = chat.messages.at(-1)?.message_id ?? 0;
  const toggle = (name, value) => { setChatMark(name, me, chat.id, chatMark(name, me, chat.id) ? null : value); host.onRead(); };
  const deeds = office(me, chat.id);
  openPopup(titleOf(chat), place(event), (close) => {
    const item = (glyph, text, deed, className) => menuItem(icon(glyph), text, () => { close(); deed(); }, className);
    const group = chat.kind !== "private";
    return [
      unreadState(person, chat).count ? item("check", t("mark_read"), () => { markRead(me, chat.id, newest); host.onRead(); }) : null,
      item("pin", t(chatMark("pinned", me, chat.id) ? "unpin_chat" : "pin_chat"), () => toggle("pinned", Date.now())),
      item(chatMark("muted", me, chat.id) ? "bell" : "mute", t(chatMark("muted", me, chat.id) ? "unmute_chat" : "mute_chat"), () => toggle("muted", true)),
      item("eye", t("about_chat_short"), () => host.openInfo(chat.id)),
      group && isIn(chat) ? item("door", t(chat.kind === "channel" ? "leave_channel" : "leave"), () => host.attempt(deeds.leave()), "danger") : null,
      !group && chat.started ? item("ban", t(chat.blocked ? "unblock" : "block"), () => host.attempt(chat.blocked ? deeds.unblock() : deeds.block()), chat.blocked ? "" : "danger") : null,
      item("trash", t("remove_from_list"), () => host.removeFromList(chat.id), "danger"),
    ];
  });
}
