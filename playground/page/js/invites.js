// Invite links and those who ask to come in.

import { avatar } from "./avatar.js";
import { now } from "./clock.js";
import { h } from "./dom.js";
import { choice, copyButton, field, form, problemLine, tick } from "./forms.js";
import { fullTime, t } from "./i18n.js";
import { panelRow } from "./panel.js";
import { nameOf } from "./store.js";

const EXPIRIES = [[0, "never"], [3600, "term_1h"], [86400, "term_1d"], [7 * 86400, "term_1w"]];

const over = (link) => link.is_revoked || (link.expire_date && link.expire_date <= now());

function facts(link) {
  return [
    link.is_revoked ? t("revoked") : null,
    link.is_primary ? t("primary_link") : null,
    t("came_by", { count: link.joined ?? 0 }) + (link.member_limit ? ` / ${link.member_limit}` : ""),
    link.pending_join_request_count ? t("asking_count", { count: link.pending_join_request_count }) : null,
    link.creates_join_request ? t("by_request") : null,
    link.expire_date ? t(over(link) ? "expired" : "expires", { time: fullTime(link.expire_date) }) : null,
    link.creator ? nameOf(link.creator) : null,
  ].filter(Boolean).join(" · ");
}

function linkRow(context, link, attempt) {
  return h("li", { class: `link-row${over(link) ? " over" : ""}` },
    h("div", { class: "row-text" }, h("strong", { dir: "auto" }, link.name || link.invite_link.replace(/^https?:\/\//, "")),
      link.name ? h("span", { class: "quiet link-address" }, link.invite_link.replace(/^https?:\/\//, "")) : null, h("span", { class: "quiet" }, facts(link))),
    h("div", { class: "row-buttons" }, over(link) ? null : copyButton(link.invite_link),
      link.is_revoked ? null : h("button", { type: "button", class: "small-button danger", dataset: { key: `revoke ${link.invite_link}` }, onclick: () => attempt(context.office.revokeLink(link.invite_link).then(() => reread(context))) }, t("revoke"))));
}

// Links have no event of their own: what changed is read again.
async function reread(context) {
  const chat = await context.office.read();
  context.chat.invite_links = chat.invite_links;
  context.panel.refresh();
}

export function linksPage(context) {
  return {
    title: t("invite_links"), live: true, draw: (panel) => {
      const problem = problemLine();
      const links = [...(context.chat.invite_links ?? [])].sort((one, other) => Number(over(one)) - Number(over(other)));
      return [panelRow({ key: "new", glyph: "plus", label: t("new_link"), onclick: () => panel.push(newLinkPage(context)) }), problem.element,
        links.length ? h("ul", { class: "plain-list", "aria-label": t("invite_links") }, links.map((link) => linkRow(context, link, problem.attempt))) : h("p", { class: "quiet" }, t("no_links"))];
    },
  };
}

function newLinkPage(context) {
  return {
    title: t("new_link"), draw: (panel) => form(t("create"), async (values) => {
      const link = {};
      if (values.name) link.name = values.name;
      if (Number(values.expiry)) link.expire_date = Math.round(now() + Number(values.expiry));
      if (values.limit && !values.by_request) link.member_limit = Number(values.limit);
      if (values.by_request) link.creates_join_request = true;
      await context.office.newLink(link);
      await reread(context);
      panel.pop();
    }, field("name", t("link_name"), { maxlength: 32, autofocus: true }),
    choice("expiry", t("link_expires"), EXPIRIES.map(([seconds, key]) => [String(seconds), t(key)]), "0"),
    field("limit", t("link_limit"), { type: "number", min: "1", max: "99999" }),
    tick("by_request", t("by_request_long"), false, { hint: t("by_request_hint") })),
  };
}

function requestRow(context, request, attempt) {
  const { user } = request;
  const decide = (approve) => attempt(context.office.decide(user.id, approve).then((chat) => {
    context.chat.join_requests = chat.join_requests ?? context.chat.join_requests.filter((other) => other.user.id !== user.id);
    context.panel.refresh();
  }));
  const button = (key, className, approve) => h("button", { type: "button", class: className, "aria-label": t(`${key}_who`, { who: nameOf(user) }), dataset: { key: `${key} ${user.id}` }, onclick: () => decide(approve) }, t(key));
  return h("li", { class: "request-row" }, avatar(user.id, nameOf(user), "small"),
    h("div", { class: "row-text" }, h("strong", { dir: "auto" }, nameOf(user)), h("span", { class: "quiet" }, [user.username ? `@${user.username}` : "", request.bio, fullTime(request.at)].filter(Boolean).join(" · "))),
    h("div", { class: "row-buttons" }, button("approve", "small-button strong", true), button("decline", "small-button", false)));
}

export function requestsPage(context) {
  return {
    title: t("join_requests"), live: true, draw: () => {
      const problem = problemLine();
      const requests = context.chat.join_requests ?? [];
      return [problem.element, requests.length
        ? h("ul", { class: "plain-list", "aria-label": t("join_requests") }, requests.map((request) => requestRow(context, request, problem.attempt)))
        : h("p", { class: "quiet" }, t("no_requests"))];
    },
  };
}
