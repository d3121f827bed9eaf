// What can be done about one member: rights, restrictions, tag, ban.

import { avatar } from "./avatar.js";
import { now } from "./clock.js";
import { h } from "./dom.js";
import { choice, field, form, problemLine, tick } from "./forms.js";
import { fullTime, t } from "./i18n.js";
import { panelRow } from "./panel.js";
import { adminRights, canEdit, permissionsOf, powers } from "./rights.js";
import { nameOf } from "./store.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
const TERMS = [[5 * MINUTE, "term_5m"], [HOUR, "term_1h"], [DAY, "term_1d"], [7 * DAY, "term_1w"], [0, "term_forever"], ["custom", "term_custom"]];
const QUICK = TERMS.slice(0, 3).concat([TERMS[4]]);

const find = ({ chat }, id) => chat.members.find((member) => member.user.id === id) ?? (chat.banned ?? []).find((member) => member.user.id === id);

/** "owner", "admin", their title, "muted until ...". */
export function statusWords(member) {
  if (member.custom_title) return member.custom_title;
  if (member.status === "restricted") return member.until_date ? t("restricted_until", { time: fullTime(member.until_date) }) : t("status_restricted");
  if (member.status === "kicked") return member.until_date ? t("banned_until", { time: fullTime(member.until_date) }) : t("status_banned");
  return ["creator", "administrator"].includes(member.status) ? t(`status_${member.status}`) : "";
}

/** Asks for how long; `read(values)` gives the instant, or 0 for ever. */
function termField() {
  const custom = field("minutes", t("term_minutes"), { type: "number", min: "1", max: "527040", value: "30" });
  custom.hidden = true;
  const select = choice("term", t("term"), TERMS.map(([seconds, key]) => [String(seconds), t(key)]), "3600", { onchange: (event) => { custom.hidden = event.target.value !== "custom"; } });
  return [select, custom];
}

function untilOf({ term, minutes }) {
  const seconds = term === "custom" ? Number(minutes) * MINUTE : Number(term);
  return seconds ? Math.round(now() + seconds) : 0;
}

function allowedOf(chat, member) {
  const names = permissionsOf(chat);
  const source = member.status === "restricted" ? member : chat.permissions;
  return new Set(names.filter((name) => source?.[name] ?? false));
}

function restrictPage(context, id) {
  const member = find(context, id);
  const name = nameOf(member.user);
  const allowed = allowedOf(context.chat, member);
  return {
    title: t("restrict_who", { who: name }), draw: (panel) => form(t("restrict"), async (values) => {
      const permissions = Object.fromEntries(permissionsOf(context.chat).map((right) => [right, values[right]]));
      await context.office.setMember(id, { status: "restricted", permissions, until_date: untilOf(values) });
      panel.pop();
    }, h("fieldset", { class: "ticks" }, h("legend", {}, t("what_may", { who: name })),
      permissionsOf(context.chat).map((right) => tick(right, t(right), allowed.has(right)))),
    termField()),
  };
}

function promotePage(context, id) {
  const member = find(context, id);
  const mine = powers(context.chat, context.person.me);
  const isAdmin = member.status === "administrator";
  const given = (right) => (isAdmin ? Boolean(member[right]) : right !== "can_promote_members" && mine.may(right));
  return {
    title: t(isAdmin ? "rights_of" : "promote_who", { who: nameOf(member.user) }), draw: (panel) => form(t(isAdmin ? "save" : "promote"), async (values) => {
      const names = adminRights(context.chat);
      const rights = { can_manage_chat: true, ...Object.fromEntries(names.map((right) => [right, values[right]])) };
      const change = { status: "administrator", rights, is_anonymous: values.is_anonymous };
      if (values.custom_title !== undefined && values.custom_title !== (member.custom_title ?? "")) change.custom_title = values.custom_title;
      await context.office.setMember(id, change);
      panel.pop();
    }, h("fieldset", { class: "ticks" }, h("legend", {}, t("what_admin_may")),
      adminRights(context.chat).map((right) => tick(right, t(`right_${right}`), given(right), { disabled: !mine.may(right), hint: mine.may(right) ? null : t("you_lack_right") }))),
    tick("is_anonymous", t("stay_anonymous"), Boolean(member.is_anonymous), { hint: t("stay_anonymous_hint") }),
    context.chat.kind === "channel" ? null : field("custom_title", t("admin_title"), { maxlength: 16, value: member.custom_title ?? "", placeholder: t("status_administrator") })),
  };
}

function banPage(context, id) {
  const member = find(context, id);
  return {
    title: t("ban_who", { who: nameOf(member.user) }), draw: (panel) => [h("p", { class: "quiet" }, t("ban_hint")),
      form(t("ban"), async (values) => { await context.office.setMember(id, { status: "kicked", until_date: untilOf(values) }); panel.pop(); }, termField())],
  };
}

function tagPage(context, id) {
  const member = find(context, id);
  return {
    title: t("tag_of", { who: nameOf(member.user) }), draw: (panel) => form(t("save"), async ({ tag }) => { await context.office.setMember(id, { tag }); panel.pop(); },
      field("tag", t("tag"), { maxlength: 16, value: member.tag ?? "", hint: t("tag_hint"), autofocus: true })),
  };
}

function muteButtons(context, member, attempt) {
  const permissions = Object.fromEntries(permissionsOf(context.chat).map((right) => [right, false]));
  const mute = (seconds) => attempt(context.office.setMember(member.user.id, { status: "restricted", permissions, until_date: seconds ? Math.round(now() + seconds) : 0 }));
  return h("div", { class: "quick-terms", role: "group", "aria-label": t("mute_for", { who: nameOf(member.user) }) }, h("span", { class: "quiet" }, t("mute_member")),
    QUICK.map(([seconds, key]) => h("button", { type: "button", class: "small-button", dataset: { key }, onclick: () => mute(seconds) }, t(key))));
}

function restricting(context, member, attempt) {
  const id = member.user.id;
  const set = (change) => () => attempt(context.office.setMember(id, change));
  if (member.status === "kicked") return panelRow({ key: "unban", glyph: "check", label: t("unban"), deeper: false, onclick: set({ status: "member" }) });
  const group = context.chat.kind !== "channel" && member.status !== "administrator";
  return [
    group && context.chat.type === "supergroup" ? [
      muteButtons(context, member, attempt),
      panelRow({ key: "restrict", glyph: "shield", label: t("restrict_more"), onclick: () => context.panel.push(restrictPage(context, id)) }),
      member.status === "restricted" ? panelRow({ key: "lift", glyph: "check", label: t("lift"), deeper: false, onclick: set({ status: "member" }) }) : null] : null,
    panelRow({ key: "remove", glyph: "door", label: t("remove_member"), danger: true, onclick: () => attempt(context.office.setMember(id, { status: "left" })) }),
    panelRow({ key: "ban", glyph: "ban", label: t("ban_more"), danger: true, onclick: () => context.panel.push(banPage(context, id)) }),
  ];
}

function promoting(context, member, attempt) {
  const id = member.user.id;
  const isAdmin = member.status === "administrator";
  if (member.status === "kicked") return null;
  return [
    panelRow({ key: "promote", glyph: "star", label: t(isAdmin ? "change_rights" : "promote_more"), onclick: () => context.panel.push(promotePage(context, id)) }),
    isAdmin ? panelRow({ key: "dismiss", glyph: "close", label: t("dismiss"), danger: true, onclick: () => attempt(context.office.setMember(id, { status: "member" })) }) : null,
  ];
}

/** What an administrator was given, or what a restricted member may not do. */
function listed(context, member) {
  if (member.status === "administrator") {
    const given = adminRights(context.chat).filter((right) => member[right]);
    return h("p", { class: "quiet" }, given.length ? `${t("may")}: ${given.map((right) => t(`right_${right}`)).join(", ")}` : t("no_rights"));
  }
  if (member.status !== "restricted") return null;
  const denied = permissionsOf(context.chat).filter((right) => member[right] === false);
  if (denied.length === permissionsOf(context.chat).length) return h("p", { class: "quiet" }, t("may_only_read"));
  return h("p", { class: "quiet" }, `${t("may_not")}: ${denied.map((right) => t(right)).join(", ")}`);
}

export function memberPage(context, id) {
  return {
    title: () => nameOf(find(context, id)?.user ?? context.store.users.find((user) => user.id === id)), live: true,
    draw: () => {
      const member = find(context, id);
      if (!member) return h("p", { class: "quiet" }, t("not_member"));
      const problem = problemLine();
      const may = canEdit(context.chat, context.person.me, member);
      const self = id === context.person.me.id;
      const tags = context.chat.type === "supergroup" && (context.powers.may("can_manage_tags") || (self && context.powers.mayAs("can_edit_tag")));
      return [h("div", { class: "info-head" }, avatar(id, nameOf(member.user), "big"), h("div", { class: "info-words" },
        h("p", { class: "quiet" }, [member.user.username ? `@${member.user.username}` : "", member.user.is_bot ? t("bot") : "", `id ${id}`].filter(Boolean).join(" · ")),
        h("p", {}, statusWords(member) || t("plain_member"), member.tag ? [" · ", h("span", { class: "tag" }, member.tag)] : null), listed(context, member))),
      h("section", { class: "panel-section" },
        self ? null : goingTo(context, member),
        may.promote ? promoting(context, member, problem.attempt) : null,
        context.powers.isOwner && self ? panelRow({ key: "promote", glyph: "eye", label: t("own_place"), onclick: () => context.panel.push(ownerPage(context, member)) }) : null,
        tags && ["member", "restricted"].includes(member.status) ? panelRow({ key: "tag", glyph: "edit", label: t("set_tag"), value: member.tag ?? "", onclick: () => context.panel.push(tagPage(context, id)) }) : null,
        may.restrict ? restricting(context, member, problem.attempt) : null, problem.element)];
    },
  };
}

// People can be become, bots can be written to.
function goingTo(context, { user }) {
  const { host } = context.conversation;
  const glyph = user.is_bot ? "send" : "person";
  return panelRow({ key: "go", glyph, label: t(user.is_bot ? "write_to_bot" : "become", { who: nameOf(user) }), onclick: () => {
    context.panel.close();
    if (user.is_bot) host.open(user.id, { focus: true });
    else host.app.show(user.id);
  } });
}

// The owner gives themselves a title and may hide behind the group's name.
function ownerPage(context, member) {
  return {
    title: t("own_place"), draw: (panel) => form(t("save"), async (values) => {
      const change = { is_anonymous: values.is_anonymous };
      if (values.custom_title !== (member.custom_title ?? "")) change.custom_title = values.custom_title;
      await context.office.setMember(member.user.id, change);
      panel.pop();
    }, tick("is_anonymous", t("stay_anonymous"), Boolean(member.is_anonymous), { hint: t("stay_anonymous_hint") }),
    field("custom_title", t("admin_title"), { maxlength: 16, value: member.custom_title ?? "", placeholder: t("status_creator") })),
  };
}
