// Contacts, games, bills, checklists and the rest that is a small card in a message.

import { fileUrl } from "./api.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { nameOf } from "./store.js";

const written = (text, entities) => (text ? h("span", { dir: "auto" }, richText(text, entities)) : null);

/** A shared contact. */
export function contact({ contact: { first_name: first, last_name: last, phone_number: phone, user_id: id } }) {
  const name = [first, last].filter(Boolean).join(" ");
  return h("div", { class: "media contact" }, avatar(id ?? phone.length, name),
    h("span", { class: "file-text" }, h("strong", { dir: "auto" }, name), h("span", { class: "file-size" }, phone.startsWith("+") ? phone : `+${phone}`)));
}

/** A game with its picture; its buttons stand under the message. */
export function game({ game: played }) {
  const picture = played.photo?.at(-1);
  return h("div", { class: "media game", dataset: { wide: "yes" } },
    picture ? h("img", { class: "game-picture", src: fileUrl(picture.file_id), alt: "" }) : null,
    h("div", { class: "map-words" }, h("span", { class: "grow" }, h("strong", { dir: "auto" }, `🎮 ${played.title}`), h("span", { dir: "auto" }, played.description), written(played.text, played.text_entities))));
}

function price(amount, currency) {
  if (currency === "XTR") return `⭐ ${amount}`;
  try {
    const format = new Intl.NumberFormat(navigator.language, { style: "currency", currency });
    return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
  } catch {
    return `${amount} ${currency}`;
  }
}

/** A bill. */
export function invoice({ invoice: bill }) {
  return h("div", { class: "media card" }, h("strong", { dir: "auto" }, bill.title), h("span", { dir: "auto" }, bill.description), h("span", { class: "price" }, price(bill.total_amount, bill.currency)));
}

/** A checklist. */
export function checklist({ checklist: list }) {
  return h("div", { class: "media card" }, h("strong", { dir: "auto" }, richText(list.title, list.title_entities)),
    h("ul", { class: "checklist" }, list.tasks.map((task) => {
      const done = Boolean(task.completion_date);
      return h("li", {}, h("span", { class: `tick-box${done ? " done" : ""}`, role: "img", "aria-label": t(done ? "done" : "not_done") }, done ? icon("check") : null),
        h("span", { dir: "auto" }, richText(task.text, task.text_entities)));
    })));
}

/** Pictures and films for stars: the page pays for nothing and tells the price. */
export const paidMedia = ({ paid_media: paid }) => h("div", { class: "media card" }, h("strong", {}, t("paid_media")), h("span", {}, `⭐ ${paid.star_count}`));

/** A story, a giveaway: only that it is one. */
export const story = ({ story: told }) => h("div", { class: "media card" }, h("strong", {}, t("kind_story")), h("span", { dir: "auto" }, told.chat?.title ?? nameOf(told.chat)));
export const giveaway = ({ giveaway: offer, giveaway_winners: won }) => h("div", { class: "media card" }, h("strong", {}, t("kind_giveaway")),
  h("span", {}, t("winners", { count: (won ?? offer).winner_count })));
