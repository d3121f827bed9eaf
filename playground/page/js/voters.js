// Who chose what in a poll that is not anonymous.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { t } from "./i18n.js";
import { openDialog } from "./notices.js";
import { nameOf } from "./store.js";

const voter = (one, me) => h("li", { class: "person-row" }, avatar(one.id, nameOf(one), "small"),
  h("span", { class: "row-text" }, h("strong", { dir: "auto" }, one.id === me.id ? t("you") : nameOf(one)), one.username ? h("span", { class: "quiet" }, `@${one.username}`) : null));

function option({ text, text_entities: entities }, people, me) {
  return h("section", { class: "voters" },
    h("h3", { class: "voters-head" }, h("span", { class: "grow", dir: "auto" }, richText(text, entities)), h("span", { class: "quiet" }, people.length || t("nobody_voted"))),
    h("ul", { class: "plain-list", "aria-label": text }, people.map((one) => voter(one, me))));
}

/** Opens the list; `people`: who chose each option. */
export function openVoters(poll, people, person) {
  openDialog(t("who_voted"), h("p", { class: "quiet", dir: "auto" }, poll.question), poll.options.map((one, place) => option(one, people[place], person.me)));
}
