// The page of a chat: what it is, who is in it, and what this person may do about it.

import { avatar } from "./avatar.js";
import { manageRows } from "./chatsettings.js";
import { copyButton, problemLine } from "./forms.js";
import { h } from "./dom.js";
import { fullTime, t } from "./i18n.js";
import { chatMark, setChatMark } from "./memory.js";
import { addMemberPage, membersSection } from "./members.js";
import { requestsPage } from "./invites.js";
import { botPage, connection } from "./newcomers.js";
import { office } from "./office.js";
import { Panel, panelRow } from "./panel.js";
import { pinsPage } from "./pins.js";
import { isIn, powers } from "./rights.js";
import { sharedKinds, sharedPage } from "./shared.js";
import { nameOf, titleOf } from "./store.js";

const LIVE = new Set(["chat", "join_request", "loaded", "users", "edited", "deleted"]);

/** What the pages of one chat share. */
class Context {
  constructor(conversation) {
    this.conversation = conversation;
    this.person = conversation.person;
    this.store = conversation.host.store;
    this.office = office(this.person.me.id, conversation.chat.id);
    const follow = (change) => {
      if (LIVE.has(change.kind) && (change.chat === undefined || (change.chat === this.chat.id && change.user === this.person.id))) this.panel.refresh();
    };
    this.store.onChange(follow);
    this.panel = new Panel({ hint: t("as_person", { who: nameOf(this.person.me) }), column: conversation.host.element, onClose: () => this.store.listeners.delete(follow) });
  }

  get chat() { return this.conversation.chat; }

  get powers() { return powers(this.chat, this.person.me); }
}

function kindLine(chat) {
  if (chat.kind === "private") return t("bot");
  const count = t(chat.kind === "channel" ? "subscribers" : "members", { count: chat.member_count ?? chat.members.length });
  const kind = t(chat.kind === "channel" ? (chat.username ? "kind_public_channel" : "kind_private_channel")
    : chat.type === "group" ? "kind_basic_group" : chat.is_forum ? "kind_forum" : chat.username ? "kind_public_group" : "kind_private_group");
  return `${kind} · ${count}`;
}

function head(context) {
  const { chat } = context;
  return h("div", { class: "info-head" }, avatar(chat.id, titleOf(chat), "big", chat.photo),
    h("div", { class: "info-words" }, h("p", { class: "quiet" }, kindLine(chat)),
      chat.username ? h("p", { class: "info-link" }, h("span", {}, `@${chat.username}`), copyButton(`https://t.me/${chat.username}`, t("copy_link"))) : null,
      chat.about ? h("p", { dir: "auto", class: "info-about" }, chat.about) : null,
      chat.protected ? h("p", { class: "quiet" }, t("is_protected")) : null,
      chat.slow_mode_s ? h("p", { class: "quiet" }, t("is_slow", { time: t("seconds", { count: chat.slow_mode_s }) })) : null));
}

function muteRow(context) {
  const { chat, person, panel } = context;
  const muted = Boolean(chatMark("muted", person.id, chat.id));
  return panelRow({ key: "mute", glyph: muted ? "bell" : "mute", label: t(muted ? "unmute_chat" : "mute_chat"), deeper: false, onclick: () => {
    setChatMark("muted", person.id, chat.id, !muted);
    context.conversation.host.onRead();
    panel.refresh();
  } });
}

function linkedRow(context) {
  const { chat, person, panel, conversation } = context;
  const other = chat.linked && person.chats.get(chat.linked);
  if (!chat.linked) return null;
  return panelRow({ key: "linked", glyph: "chain", label: t(chat.kind === "channel" ? "discussion_group" : "linked_channel"), value: other ? titleOf(other) : t("not_yours"), disabled: !other,
    onclick: () => { panel.close(); conversation.host.open(chat.linked, { focus: true }); } });
}

function pinsRow(context) {
  const pins = context.chat.pins ?? (context.chat.pinned ? [context.chat.pinned] : []);
  return pins.length ? panelRow({ key: "pins", glyph: "pin", label: t("pins"), value: pins.length, onclick: () => context.panel.push(pinsPage(context)) }) : null;
}

function sharedRow(context) {
  const count = sharedKinds(context.chat).reduce((sum, [, messages]) => sum + messages.length, 0);
  return count ? panelRow({ key: "shared", glyph: "folder", label: t("shared"), value: count, onclick: () => context.panel.push(sharedPage(context)) }) : null;
}

// For developers: who answers here, and by what token.
function botRow(context) {
  const bot = context.store.bots.find((other) => other.user.id === context.chat.id);
  return bot ? panelRow({ key: "bot", glyph: "robot", label: t("token_and_connection"), value: t(`connection_${connection(bot)}`), onclick: () => context.panel.push(botPage(context.store, bot.user.id)) }) : null;
}

function commandsSection(context) {
  const { chat, panel, conversation } = context;
  if (chat.kind !== "private" || !chat.commands.length) return null;
  return h("section", { class: "panel-section" }, h("h3", {}, t("commands")), h("ul", { class: "plain-list" }, chat.commands.map((one) => h("li", {},
    h("button", { type: "button", class: "person-row as-button", onclick: () => { panel.close(); conversation.deeds.command(`/${one.command}`); } },
      h("strong", {}, `/${one.command}`), h("span", { class: "quiet", dir: "auto" }, one.description))))));
}

// In a group people may write in the name of a channel of their own.
function sendAsRow(context) {
  const { chat, person, panel } = context;
  const channels = chat.type === "supergroup" ? [...person.chats.values()].filter((other) => other.kind === "channel" && other.status === "creator") : [];
  if (!channels.length && !chat.send_as) return null;
  const nameOfSender = (id) => (id ? titleOf(person.chats.get(id) ?? { title: String(id) }) : nameOf(person.me));
  return panelRow({ key: "send as", glyph: "person", label: t("write_as"), value: nameOfSender(chat.send_as), onclick: () => panel.push({
    title: t("write_as"), draw: () => {
      const problem = problemLine();
      const row = (id) => panelRow({ key: `as ${id}`, glyph: (chat.send_as ?? null) === id ? "check" : id ? "channel" : "person", label: nameOfSender(id), deeper: false, onclick: async () => { if (await problem.attempt(context.office.sendAs(id))) panel.pop(); } });
      return [problem.element, row(null), channels.map((channel) => row(channel.id))];
    },
  }) });
}

function goingRow(context, attempt) {
  const { chat, panel, office: deeds } = context;
  const going = (key, glyph, request, danger) => panelRow({ key, glyph, label: t(key), danger, deeper: false, onclick: async () => { if (await attempt(request())) panel.close(); } });
  if (chat.kind === "private") {
    if (!chat.started) return null;
    return chat.blocked ? going("unblock", "check", deeds.unblock) : going("block", "ban", deeds.block, true);
  }
  const words = chat.kind === "channel" ? ["join_channel", "leave_channel"] : ["join", "leave"];
  if (!isIn(chat)) return chat.status === "kicked" ? null : going(words[0], "plus", deeds.join);
  return going(words[1], "door", deeds.leave, true);
}

function restrictionLine({ chat, person }) {
  const mine = chat.members.find((member) => member.user.id === person.me.id);
  if (chat.status !== "restricted") return null;
  return h("p", { class: "notice-line" }, mine?.until_date ? t("you_restricted_until", { time: fullTime(mine.until_date) }) : t("you_restricted"));
}

function mainPage(context) {
  return {
    title: () => titleOf(context.chat), live: true,
    draw: (panel) => {
      const { chat } = context;
      const group = chat.kind !== "private" && isIn(chat);
      const problem = problemLine();
      return [head(context), restrictionLine(context),
        h("section", { class: "panel-section" }, muteRow(context), linkedRow(context), pinsRow(context), sharedRow(context), botRow(context),
          group ? [sendAsRow(context), manageRows(context)] : null, goingRow(context, problem.attempt), problem.element),
        commandsSection(context),
        group && (chat.kind !== "channel" || context.powers.isAdmin) ? membersSection(context, () => panel.push(addMemberPage(context))) : null];
    },
  };
}

/** Opens those who ask to come in, over the chat's page. */
export function openRequests(conversation) {
  const context = new Context(conversation);
  context.panel.push(mainPage(context));
  context.panel.push(requestsPage(context));
}

/** Opens the page of the conversation's chat. */
export function openChatInfo(conversation) {
  const context = new Context(conversation);
  context.panel.push(mainPage(context));
}
