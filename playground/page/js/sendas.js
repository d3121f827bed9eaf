// In whose name a person writes in a group: their own, or that of a channel of theirs.

import { avatar } from "./avatar.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { openPopup } from "./popup.js";
import { nameOf, titleOf } from "./store.js";

const ownChannels = (person) => [...person.chats.values()].filter((chat) => chat.kind === "channel" && chat.status === "creator");

/** Shows who writes now, where there is a choice. */
export function drawSendAs(button, chat, person) {
  const channels = chat.kind === "group" && chat.type === "supergroup" && !chat.is_anonymous ? ownChannels(person) : [];
  button.hidden = !channels.length;
  if (!channels.length) return;
  const channel = channels.find((other) => other.id === chat.send_as);
  const name = channel ? titleOf(channel) : nameOf(person.me);
  if (button.title === `${t("send_as")}: ${name}`) return;
  button.title = `${t("send_as")}: ${name}`;
  button.setAttribute("aria-label", button.title);
  fill(button, channel ? avatar(channel.id, name, "tiny", channel.photo) : avatar(person.me.id, name, "tiny"));
}

/** Opens the choice. */
export function openSendAs(chat, deeds, box) {
  const { person } = deeds;
  const row = (id, face, name, on) => (close) => h("button", {
    type: "button", role: "menuitemradio", "aria-checked": String(on), class: "menu-item", onclick: () => { close(); deeds.sendAs(id); },
  }, face, h("span", { dir: "auto" }, name));
  const rows = [row(null, avatar(person.me.id, nameOf(person.me), "tiny"), nameOf(person.me), !chat.send_as),
    ...ownChannels(person).map((channel) => row(channel.id, avatar(channel.id, titleOf(channel), "tiny", channel.photo), titleOf(channel), channel.id === chat.send_as))];
  openPopup(t("send_as"), box, (close) => rows.map((draw) => draw(close)));
}
