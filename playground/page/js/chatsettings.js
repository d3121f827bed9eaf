// What administrators set for a whole chat. Only what this person's rights allow is offered.

import { h } from "./dom.js";
import { choice, field, form, problemLine, tick } from "./forms.js";
import { t } from "./i18n.js";
import { linksPage, requestsPage } from "./invites.js";
import { panelRow } from "./panel.js";
import { permissionsOf } from "./rights.js";
import { titleOf } from "./store.js";

export const SLOW_STEPS = [0, 5, 10, 30, 60, 300, 900, 3600];

function changed(before, after) {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== (before[name] ?? "")));
}

function editPage(context) {
  const { chat } = context;
  const before = { title: chat.title, description: chat.about ?? "" };
  return {
    title: t("edit_chat"), draw: (panel) => form(t("save"), async (values) => {
      const change = changed(before, { title: values.title, description: values.description });
      if (Object.keys(change).length) await context.office.change(change);
      if (values.photo) await context.office.setPhoto(values.photo);
      else if (values.no_photo) await context.office.removePhoto();
      panel.pop();
    }, field("title", t("chat_title"), { value: chat.title, required: true, maxlength: 128, autofocus: true }),
    field("description", t("description"), { rows: "3", maxlength: 255, value: chat.about ?? "" }),
    field("photo", t("photo"), { type: "file", accept: "image/png,image/jpeg,image/webp" }),
    chat.photo ? tick("no_photo", t("remove_photo"), false) : null),
  };
}

function kindPage(context) {
  const { chat } = context;
  const owner = context.powers.isOwner;
  return {
    title: t("chat_kind"), draw: (panel) => form(t("save"), async (values) => {
      const change = {};
      if (values.username !== undefined && values.username !== (chat.username ?? "")) change.username = values.username;
      if (values.join_by_request !== undefined && values.join_by_request !== Boolean(chat.join_by_request)) change.join_by_request = values.join_by_request;
      if (values.protected !== undefined && values.protected !== Boolean(chat.protected)) change.protected = values.protected;
      if (values.signs_posts !== undefined && values.signs_posts !== Boolean(chat.signs_posts)) change.signs_posts = values.signs_posts;
      if (Object.keys(change).length) await context.office.change(change);
      panel.pop();
    }, owner && chat.type !== "group" ? field("username", t("public_name"), { prefix: "t.me/", value: chat.username ?? "", pattern: "[A-Za-z][A-Za-z0-9_]{3,31}", hint: t("public_name_hint"), autofocus: true }) : null,
    chat.kind === "channel" ? tick("signs_posts", t("sign_posts"), Boolean(chat.signs_posts), { hint: t("sign_posts_hint") }) : null,
    chat.type === "supergroup" && chat.kind === "group" ? tick("join_by_request", t("join_by_request"), Boolean(chat.join_by_request), { hint: t("join_by_request_hint") }) : null,
    owner ? tick("protected", t("protect_content"), Boolean(chat.protected), { hint: t("protect_content_hint") }) : null),
  };
}

function permissionsPage(context) {
  const { chat } = context;
  return {
    title: t("permissions"), draw: (panel) => form(t("save"), async (values) => {
      const change = { permissions: Object.fromEntries(permissionsOf(chat).map((name) => [name, values[name]])) };
      if (values.slow !== undefined && Number(values.slow) !== (chat.slow_mode_s ?? 0)) change.slow_mode_s = Number(values.slow);
      await context.office.change(change);
      panel.pop();
    }, h("fieldset", { class: "ticks" }, h("legend", {}, t("what_members_may")),
      permissionsOf(chat).map((name) => tick(name, t(name), Boolean(chat.permissions?.[name])))),
    chat.type === "supergroup" ? choice("slow", t("slow_mode_of"), SLOW_STEPS.map((seconds) => [String(seconds), seconds ? stepWords(seconds) : t("off")]), String(chat.slow_mode_s ?? 0)) : null),
  };
}

function stepWords(seconds) {
  if (seconds < 60) return t("seconds", { count: seconds });
  return seconds < 3600 ? t("minutes", { count: seconds / 60 }) : t("hours", { count: seconds / 3600 });
}

function linkedPage(context) {
  const { chat, person } = context;
  const wanted = chat.kind === "channel" ? "group" : "channel";
  const own = [...person.chats.values()].filter((other) => other.kind === wanted && other.type !== "group" && (other.status === "creator" || other.rights?.includes("can_change_info") || other.id === chat.linked));
  const problem = problemLine();
  return {
    title: t(chat.kind === "channel" ? "discussion_group" : "linked_channel"), draw: (panel) => {
      const choose = (id) => async () => { if (await problem.attempt(context.office.change({ linked: id }))) panel.pop(); };
      return [h("p", { class: "quiet" }, t(own.length ? "linked_hint" : "linked_none")), problem.element,
        own.map((other) => panelRow({ key: `link ${other.id}`, glyph: other.id === chat.linked ? "check" : "chain", label: titleOf(other), deeper: false, onclick: choose(other.id) })),
        chat.linked ? panelRow({ key: "unlink", glyph: "close", label: t("unlink"), danger: true, onclick: choose(null) }) : null];
    },
  };
}

function topicsRow(context, attempt) {
  const { chat } = context;
  return panelRow({ key: "topics", glyph: "topics", label: t("topics"), value: t(chat.is_forum ? "on" : "off"), deeper: false, onclick: () => attempt(context.office.change({ is_forum: !chat.is_forum })) });
}

function migrateRow(context, attempt) {
  return panelRow({ key: "migrate", glyph: "upload", label: t("migrate"), deeper: false, onclick: async () => {
    const made = await attempt(context.office.migrate());
    if (!made) return;
    context.panel.close();
    if (made.id) context.conversation.host.open(made.id, { focus: true });
  } });
}

function invitingRows(context) {
  const { chat, panel } = context;
  const asking = (chat.join_requests ?? []).length;
  return [
    panelRow({ key: "links", glyph: "chain", label: t("invite_links"), value: chat.invite_links?.length || "", onclick: () => panel.push(linksPage(context)) }),
    asking || chat.join_by_request ? panelRow({ key: "requests", glyph: "people", label: t("join_requests"), value: asking ? h("span", { class: "count" }, asking) : "0", onclick: () => panel.push(requestsPage(context)) }) : null,
  ];
}

/** The lines of the chat's page that manage it. */
export function manageRows(context) {
  const { chat, panel, powers } = context;
  const problem = problemLine();
  const informs = powers.mayAs("can_change_info");
  const decides = powers.may("can_change_info");
  const inviter = powers.may("can_invite_users");
  const to = (key, glyph, label, page, value = "") => panelRow({ key, glyph, label, value, onclick: () => panel.push(page(context)) });
  return [
    informs ? to("edit", "edit", t("edit_chat"), editPage) : null,
    decides ? to("kind", chat.username ? "eye" : "key", t("chat_kind"), kindPage, chat.username ? t("public") : t("private")) : null,
    chat.kind === "group" && powers.may("can_restrict_members") ? to("permissions", "shield", t("permissions"), permissionsPage, `${permissionsOf(chat).filter((name) => chat.permissions?.[name]).length}/${permissionsOf(chat).length}`) : null,
    decides && chat.type !== "group" ? to("link", "chain", t(chat.kind === "channel" ? "set_discussion" : "set_channel"), linkedPage) : null,
    inviter ? invitingRows(context) : null,
    chat.type === "supergroup" && powers.isOwner ? topicsRow(context, problem.attempt) : null,
    chat.type === "group" && powers.isOwner ? migrateRow(context, problem.attempt) : null,
    problem.element,
  ];
}

