// What can be sent besides words: files, a poll, a place, a contact, a throw of dice.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { makeContact, makeLocation, makePoll } from "./makers.js";
import { menuItem, openPopup } from "./popup.js";

const THROWS = ["🎲", "🎯", "🎳", "🏀", "⚽", "🎰"];

/** Opens the menu at `box`. `deeds`: send(content), person; `onFiles()` asks the browser for files. */
export function openAttachMenu(box, deeds, onFiles) {
  const made = async (name, wanted) => {
    const value = await wanted;
    if (value) await deeds.send({ [name]: value });
  };
  openPopup(t("attach"), box, (close) => {
    const item = (glyph, key, deed) => menuItem(icon(glyph), t(key), () => { close(); deed(); });
    return [
      item("image", "attach_files", onFiles),
      item("poll", "attach_poll", () => made("poll", makePoll())),
      item("map", "attach_place", () => made("location", makeLocation())),
      item("person", "attach_contact", () => made("contact", makeContact(deeds.person.me))),
      h("div", { class: "throws", role: "group", "aria-label": t("throw") }, THROWS.map((emoji) => h("button", {
        type: "button", role: "menuitem", class: "quick-reaction", "aria-label": t("throw_one", { emoji }), onclick: () => { close(); deeds.send({ dice: emoji }); },
      }, emoji))),
    ];
  });
}
