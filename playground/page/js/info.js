// The page of a chat: who is in it, what it is about, leaving, blocking, adding.

import { server } from "./api.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { openDialog } from "./notices.js";
import { nameOf, titleOf } from "./store.js";

const STATUSES = ["creator", "administrator", "restricted"];

function memberRow(member, me) {
  const { user, status } = member;
  const notes = [user.id === me.id ? t("you") : null, STATUSES.includes(status) ? t(`status_${status}`) : null, user.is_bot ? t("bot") : null];
  return h("li", { class: "person-row" }, avatar(user.id, nameOf(user), "small"),
    h("span", { class: "row-text" }, h("strong", { dir: "auto" }, nameOf(user)), user.username && h("span", { class: "quiet" }, `@${user.username}`)),
    h("span", { class: "quiet" }, notes.filter(Boolean).join(", ")));
}

function addable(conversation) {
  const inside = new Set(conversation.chat.members.map((member) => member.user.id));
  const { store } = conversation.host;
  return [...store.users, ...store.bots.map((bot) => bot.user)].filter((user) => !inside.has(user.id));
}

function adding(conversation, close) {
  const others = addable(conversation);
  if (!others.length || conversation.chat.status === "left") return null;
  return h("details", { class: "adding" }, h("summary", {}, t("add_member")),
    h("ul", { class: "plain-list" }, others.map((user) => h("li", {}, h("button", {
      type: "button", class: "person-row as-button",
      onclick: async () => { if (await conversation.deeds.attempt(conversation.deeds.seat.addMember(user.id))) close(); },
    }, avatar(user.id, nameOf(user), "small"), h("span", { dir: "auto" }, nameOf(user)))))));
}

function deed(conversation, close) {
  const { chat, deeds } = conversation;
  const button = (key, request, className) => h("button", {
    type: "button", class: className, onclick: async () => { if (await deeds.attempt(request())) close(); },
  }, t(key));
  if (chat.kind === "private") {
    if (!chat.started) return null;
    return chat.blocked ? button("unblock", () => deeds.seat.unblock(), "secondary") : button("block", () => deeds.seat.block(), "secondary danger");
  }
  return ["left", "kicked"].includes(chat.status) ? button("join", () => deeds.seat.join(), "secondary") : button("leave", () => deeds.seat.leave(), "secondary danger");
}

export function openChatInfo(conversation) {
  const { chat, person } = conversation;
  openDialog(titleOf(chat),
    h("div", { class: "info-head" }, avatar(chat.id, titleOf(chat), "big"),
      h("div", {}, chat.username ? h("p", { class: "quiet" }, `@${chat.username}`) : null, chat.about ? h("p", { dir: "auto" }, chat.about) : null)),
    chat.kind === "group" ? h("ul", { class: "plain-list", "aria-label": t("members", { count: chat.members.length }) }, chat.members.map((member) => memberRow(member, person.me))) : null,
    (close) => (chat.kind === "group" ? adding(conversation, close) : null),
    (close) => h("footer", { class: "dialog-foot" }, deed(conversation, close)));
}

function field(name, label, properties = {}) {
  return h("label", { class: "form-field" }, h("span", {}, label), h("input", { name, type: "text", autocomplete: "off", ...properties }));
}

/** Asks for a new person's name; `done(user)` after the server made them. */
export function openNewPerson(done) {
  openDialog(t("new_person"), (close) => {
    const problem = h("p", { class: "problem", role: "alert" });
    return h("form", { class: "form", onsubmit: async (event) => {
      event.preventDefault();
      const data = new FormData(event.target);
      const filled = Object.fromEntries([...data].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value));
      try {
        const user = await server.addPerson(filled);
        close();
        done(user);
      } catch (error) { problem.textContent = error.message; }
    } },
    field("first_name", t("first_name"), { required: true, maxlength: 64 }),
    field("last_name", t("last_name"), { maxlength: 64 }),
    field("username", t("username"), { pattern: "[A-Za-z0-9_]{4,32}" }),
    h("label", { class: "form-field" }, h("span", {}, t("language")), h("select", { name: "language_code" },
      ["en", "ru", "fa"].map((code) => h("option", { value: code }, code)))),
    problem, h("button", { type: "submit", class: "primary" }, t("create")));
  });
}
