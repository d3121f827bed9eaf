// New groups and channels, and following a link into a chat.

import { server } from "./api.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { choice, field, form, tick } from "./forms.js";
import { t } from "./i18n.js";
import { found } from "./office.js";
import { Panel, panelRow } from "./panel.js";
import { nameOf } from "./store.js";

const USERNAME = "[A-Za-z][A-Za-z0-9_]{3,31}";

function memberTicks(column) {
  const others = [...column.store.users, ...column.store.bots.map((bot) => bot.user)].filter((user) => user.id !== column.id);
  return h("fieldset", { class: "ticks choose-members" }, h("legend", {}, t("who_is_in")), others.map((user) => h("label", { class: "tick-row" },
    h("input", { type: "checkbox", name: `member ${user.id}` }), avatar(user.id, nameOf(user), "tiny"),
    h("span", { class: "tick-text" }, h("span", { dir: "auto" }, nameOf(user), user.is_bot ? h("small", {}, ` ${t("bot")}`) : null)))));
}

const chosen = (values) => Object.entries(values).filter(([name, on]) => on === true && name.startsWith("member ")).map(([name]) => Number(name.slice(7)));

async function make(column, group) {
  const chat = await found.group({ creator: column.id, ...group });
  return chat.id;
}

function page(column, kind) {
  const channel = kind === "channel";
  return {
    title: t(`new_${kind}`), draw: (panel) => form(t("create"), async (values) => {
      const group = { title: values.title, type: channel ? "channel" : kind === "group" ? "group" : "supergroup", members: chosen(values) };
      if (values.username) group.username = values.username;
      if (kind === "forum") group.is_forum = true;
      if (values.by_request) group.join_by_request = true;
      if (channel && values.discussion === "new") group.linked = await make(column, { title: t("discussion_of", { title: values.title }), type: "supergroup", members: chosen(values) });
      else if (channel && values.discussion) group.linked = Number(values.discussion);
      const id = await make(column, group);
      panel.close();
      await column.openWhenThere(id);
    },
    field("title", t(channel ? "channel_title" : "chat_title"), { required: true, maxlength: 128, autofocus: true }),
    kind === "group" ? null : field("username", t("public_name"), { prefix: "t.me/", pattern: USERNAME, hint: t("public_name_hint") }),
    channel ? choice("discussion", t("discussion_group"), [["", t("none")], ["new", t("new_discussion")], ...ownGroups(column)], "") : null,
    ["group", "channel"].includes(kind) ? null : tick("by_request", t("join_by_request"), false, { hint: t("join_by_request_hint") }),
    memberTicks(column)),
  };
}

function ownGroups(column) {
  return [...column.person.chats.values()].filter((chat) => chat.type === "supergroup" && chat.status === "creator" && !chat.linked).map((chat) => [String(chat.id), chat.title]);
}

/** The dialog of new things in a person's list. */
export function openNewChat(column, kind = null) {
  const panel = new Panel({ hint: t("as_person", { who: nameOf(column.person.me) }), column: column.element });
  const to = (name, glyph) => panelRow({ key: name, glyph, label: h("span", { class: "row-text" }, h("strong", {}, t(`new_${name}`)), h("small", { class: "quiet" }, t(`new_${name}_hint`))), onclick: () => panel.push(page(column, name)) });
  panel.push({ title: t("new_chat"), draw: () => [to("supergroup", "people"), to("forum", "topics"), to("channel", "channel"), to("group", "person"),
    panelRow({ key: "link", glyph: "chain", label: h("span", { class: "row-text" }, h("strong", {}, t("open_link")), h("small", { class: "quiet" }, t("open_link_hint"))), onclick: () => panel.push(linkPage(column)) })] });
  if (kind === "link") panel.push(linkPage(column));
  else if (kind) panel.push(page(column, kind));
}

/** The path of a `t.me` address or of an @name; null when it is neither. */
export function insidePath(text) {
  const found = text.trim().match(/^(?:(?:https?:\/\/)?(?:t\.me|telegram\.me|telegram\.dog)\/|tg:\/\/|@)(.+)$/i);
  return found ? found[1] : null;
}

async function previewOf(text) {
  if (!insidePath(text)) return null;
  const { chat: id, kind, title, username, member_count: count, by_request: asks } = await server.preview(text.trim());
  if (id === null) return null;
  const size = kind === "private" ? t("bot") : t(kind === "channel" ? "subscribers" : "members", { count });
  return { id, title, line: [username ? `@${username}` : null, size, asks ? t("by_request") : null].filter(Boolean).join(" · ") };
}

function linkPage(column) {
  return {
    title: t("open_link"), draw: (panel) => {
      const preview = h("div", { class: "link-preview", role: "status", "aria-live": "polite" });
      let asked = 0;
      const look = async (text) => {
        asked += 1;
        const mine = asked;
        const found = await previewOf(text).catch(() => null);
        if (mine !== asked) return;
        preview.replaceChildren(...(found ? [avatar(found.id, found.title, "small"), h("span", { class: "row-text" }, h("strong", { dir: "auto" }, found.title), h("span", { class: "quiet" }, found.line))] : []));
      };
      return form(t("open"), async ({ link }) => { if (await follow(column, link)) panel.close(); },
        field("link", t("link"), { required: true, autofocus: true, placeholder: "t.me/…, @name", hint: t("link_hint"), oninput: (event) => look(event.target.value) }), preview);
    },
  };
}

/** Lets the person follow a link; the server says what happened. Gives true when that is shown. */
export async function follow(column, link) {
  const answer = await server.open(column.id, link.trim());
  if (answer.did === "requested") { column.notices.toast(t("request_sent")); return true; }
  if (answer.did === "joined") column.notices.toast(t("you_joined"));
  if (answer.did === "choose_group") { chooseGroup(column, answer); return true; }
  if (answer.chat) await column.openWhenThere(answer.chat);
  return true;
}

// A `startgroup` link asks to which of the person's groups the bot goes.
function chooseGroup(column, answer) {
  const groups = [...column.person.chats.values()].filter((chat) => answer.groups.includes(chat.id));
  const panel = new Panel({ hint: t("as_person", { who: nameOf(column.person.me) }), column: column.element });
  panel.push({ title: t("bot_to_group"), draw: () => groups.map((chat) => panelRow({ key: `group ${chat.id}`, glyph: "people", label: chat.title, onclick: async () => {
    panel.close();
    column.open(chat.id, { focus: true });
    await column.current.deeds.attempt(column.current.deeds.seat.addMember(answer.bot, answer.payload));
  } })) });
}
