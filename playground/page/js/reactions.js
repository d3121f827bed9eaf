// Reactions under a message, who set them, and the picker of all of them.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { nameOf } from "./store.js";
import { openPopup } from "./popup.js";

// The emoji that Telegram allows as reactions.
const ALL = [
  ..."👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡".split(" "),
];
export const QUICK = ["👍", "👎", "❤", "🔥", "👀", "😁"];

const REACHED_MS = 450;

export const reactionsOf = (chat, message) => chat.reactions[message.message_id] ?? [];
export const mineOf = (chat, message, me) => reactionsOf(chat, message).find((reaction) => reaction.by.includes(me.id))?.emoji ?? null;

function whoever(chat, id, store) {
  const known = [...(store?.users ?? []), ...(store?.bots ?? []).map((bot) => bot.user), ...chat.members.map((member) => member.user), chat.peer].filter(Boolean);
  return nameOf(known.find((user) => user.id === id) ?? { first_name: `#${id}` });
}

const who = (chat, person, id, store) => (id === person.me.id ? t("you") : whoever(chat, id, store));

/** Opens the list of who reacted with what. */
export function openReactors(chat, message, person, store, box) {
  openPopup(t("who_reacted"), box, () => h("ul", { class: "plain-list reactors" }, reactionsOf(chat, message).flatMap((reaction) =>
    reaction.by.map((id) => h("li", { class: "person-row" }, avatar(id, whoever(chat, id, store), "tiny"),
      h("span", { class: "grow", dir: "auto" }, who(chat, person, id, store)), h("span", { class: "reactor-emoji" }, reaction.emoji))))), { role: "dialog" });
}

/** Opens every emoji; `onChoose(emoji)`. */
export function openAllReactions(box, mine, onChoose) {
  openPopup(t("react"), box, (close) => h("div", { class: "emoji-grid", role: "group", "aria-label": t("react") }, ALL.map((emoji) => h("button", {
    type: "button", role: "menuitemcheckbox", "aria-checked": String(emoji === mine), "aria-label": emoji, class: "quick-reaction",
    onclick: () => { close(); onChoose(emoji === mine ? null : emoji); },
  }, emoji))), { className: "emoji-popup" });
}

function label(chat, person, reaction, store) {
  const people = reaction.by.map((id) => who(chat, person, id, store)).join(", ");
  return t("reaction_by", { emoji: reaction.emoji, people });
}

/** The row under a message's words; a long press or the right button tells who reacted. */
export function reactionRow(chat, message, person, actions) {
  const reactions = reactionsOf(chat, message);
  if (!reactions.length) return null;
  return h("div", { class: "reactions", role: "group", "aria-label": t("reactions") }, reactions.map((reaction) => {
    const mine = reaction.by.includes(person.me.id);
    let timer = null;
    let told = false;
    const tell = (event) => {
      event.preventDefault?.();
      event.stopPropagation?.();
      told = true;
      openReactors(chat, message, person, actions.store, button.getBoundingClientRect());
    };
    const button = h("button", {
      type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": label(chat, person, reaction, actions.store),
      title: label(chat, person, reaction, actions.store), oncontextmenu: tell,
      onpointerdown: () => { told = false; timer = setTimeout(() => tell({}), REACHED_MS); },
      onpointerup: () => clearTimeout(timer), onpointerleave: () => clearTimeout(timer),
      onclick: () => { if (!told) actions.react(message, mine ? null : reaction.emoji); },
    }, h("span", {}, reaction.emoji), h("span", {}, reaction.by.length > 1 ? reaction.by.length : ""));
    return button;
  }));
}
