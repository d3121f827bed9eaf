// Who is in a chat: the list, adding somebody, and how a place in it is told in words.

import { avatar } from "./avatar.js";
import { fill, h } from "./dom.js";
import { problemLine } from "./forms.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { memberPage, statusWords } from "./memberpages.js";
import { nameOf } from "./store.js";

const SEARCH_FROM = 8;
const ORDER = { creator: 0, administrator: 1 };

function memberRow(context, member) {
  const { user } = member;
  const name = nameOf(user);
  const words = statusWords(member);
  const notes = [user.id === context.person.me.id ? t("you") : "", user.is_bot ? t("bot") : "", member.is_anonymous ? t("anonymous") : ""].filter(Boolean).join(", ");
  return h("li", {}, h("button", { type: "button", class: "person-row as-button", dataset: { key: `member ${user.id}` }, onclick: () => context.panel.push(memberPage(context, user.id)) },
    avatar(user.id, name, "small"),
    h("span", { class: "row-text" }, h("strong", { dir: "auto" }, name), h("span", { class: "quiet row-line" }, [user.username ? `@${user.username}` : "", notes].filter(Boolean).join(" · "))),
    member.tag ? h("span", { class: "tag", title: t("tag") }, member.tag) : null,
    words ? h("span", { class: `member-status ${member.status}` }, words) : null));
}

function finder(count, draw) {
  if (count < SEARCH_FROM) return null;
  return h("input", { type: "search", class: "search-field", placeholder: t("find_member"), "aria-label": t("find_member"), oninput: (event) => draw(event.target.value) });
}

const matching = (user, words) => `${nameOf(user)} @${user.username ?? ""}`.toLowerCase().includes(words.trim().toLowerCase());

export function membersSection(context, onAdd) {
  const { chat } = context;
  const members = [...chat.members].sort((one, other) => (ORDER[one.status] ?? 2) - (ORDER[other.status] ?? 2) || nameOf(one.user).localeCompare(nameOf(other.user)));
  const list = h("ul", { class: "plain-list", "aria-label": t(chat.kind === "channel" ? "subscribers" : "members", { count: members.length }) });
  const draw = (words = "") => fill(list, members.filter((member) => matching(member.user, words)).map((member) => memberRow(context, member)));
  draw();
  const banned = context.powers.may("can_restrict_members") ? chat.banned ?? [] : [];
  return [h("section", { class: "panel-section" },
    h("h3", {}, t(chat.kind === "channel" ? "subscribers" : "members", { count: members.length })),
    context.powers.mayAs("can_invite_users") ? h("button", { type: "button", class: "panel-row", dataset: { key: "add" }, onclick: onAdd }, icon("plus"), h("span", { class: "grow" }, t("add_member"))) : null,
    finder(members.length, draw), list),
  banned.length ? h("section", { class: "panel-section" }, h("h3", {}, t("banned_people")),
    h("ul", { class: "plain-list", "aria-label": t("banned_people") }, banned.map((member) => memberRow(context, member)))) : null];
}

/** Everybody who is not in the chat yet. */
export function addMemberPage(context) {
  const { store, chat } = context;
  const inside = new Set(chat.members.map((member) => member.user.id));
  const others = [...store.users, ...store.bots.map((bot) => bot.user)].filter((user) => !inside.has(user.id));
  return {
    title: t("add_member"), draw: (panel) => {
      const problem = problemLine();
      const list = h("ul", { class: "plain-list", "aria-label": t("add_member") });
      const row = (user) => h("li", {}, h("button", {
        type: "button", class: "person-row as-button", onclick: async () => { if (await problem.attempt(context.office.addMember(user.id))) panel.pop(); },
      }, avatar(user.id, nameOf(user), "small"), h("span", { class: "row-text" }, h("strong", { dir: "auto" }, nameOf(user)),
        h("span", { class: "quiet row-line" }, [user.username ? `@${user.username}` : "", user.is_bot ? t("bot") : ""].filter(Boolean).join(" · ")))));
      const draw = (words = "") => fill(list, others.filter((user) => matching(user, words)).map(row));
      draw();
      return [problem.element, finder(others.length, draw), others.length ? list : h("p", { class: "quiet" }, t("everybody_is_in"))];
    },
  };
}
