// New people and new bots, and what one needs to connect a bot.

import { avatar } from "./avatar.js";
import { fill, h } from "./dom.js";
import { choice, copyButton, field, filled, form, tick } from "./forms.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { found } from "./office.js";
import { Panel, panelRow } from "./panel.js";
import { nameOf } from "./store.js";

const LANGUAGES = ["en", "ru", "de", "es", "fr", "it", "pt-br", "uk", "tr", "ar", "fa", "hi", "zh-hans", "ja"];
const USERNAME = "[A-Za-z][A-Za-z0-9_]{2,31}";

function languageField() {
  const names = new Intl.DisplayNames([navigator.language], { type: "language" });
  return choice("language_code", t("language"), LANGUAGES.map((code) => [code, `${names.of(code)} (${code})`]), "en");
}

/** Asks for a new person's name; `done(user)` after the server made them. */
export function openNewPerson(done) {
  const panel = new Panel();
  panel.push({ title: t("new_person"), draw: () => form(t("create"), async (values) => {
    const { is_premium: premium, photo, ...rest } = values;
    const user = await found.person({ ...filled(rest), ...(premium && { is_premium: true }) });
    if (photo) await found.face(user.id, photo);
    panel.close();
    done(user);
  },
  field("first_name", t("first_name"), { required: true, maxlength: 64, autofocus: true }),
  field("last_name", t("last_name"), { maxlength: 64 }),
  field("username", t("username"), { prefix: "@", pattern: USERNAME }),
  languageField(), field("photo", t("photo"), { type: "file", accept: "image/png,image/jpeg,image/webp" }), tick("is_premium", t("premium"), false)) });
}

/** The state of a bot's connection: polling, webhook or offline. */
export function connection(bot) {
  if (bot.webhook) return "webhook";
  return bot.polling ? "polling" : "offline";
}

export function connectionBadge(bot) {
  const state = connection(bot);
  return h("span", { class: `connection ${state}` }, h("i", { "aria-hidden": "true" }), t(`connection_${state}`));
}

const snippet = (token) => `from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

base_url = "${location.origin}"
bot = Bot("${token}", session=AiohttpSession(api=TelegramAPIServer.from_base(base_url)))`;

function copyable(label, text) {
  return h("div", { class: "copyable" }, h("div", { class: "copyable-head" }, h("span", { class: "quiet" }, label), copyButton(text, t("copy"))),
    h("pre", { tabindex: "0", "aria-label": label }, text));
}

/** A bot's token, its connection and the lines that connect it. */
export function botPage(store, id) {
  return {
    title: () => nameOf(store.bots.find((bot) => bot.user.id === id)?.user), live: true,
    draw: () => {
      const bot = store.bots.find((other) => other.user.id === id);
      if (!bot) return null;
      const { user } = bot;
      const traits = [t(user.can_read_all_group_messages ? "reads_all" : "privacy_on"), user.supports_inline_queries ? t("inline_on") : null, user.has_topics_enabled ? t("topics_on") : null];
      return [h("div", { class: "info-head" }, avatar(user.id, nameOf(user), "big"), h("div", { class: "info-words" },
        h("p", { class: "quiet" }, `@${user.username} · id ${user.id}`), h("p", {}, connectionBadge(bot), bot.pending ? h("span", { class: "quiet" }, ` · ${t("updates_wait", { count: bot.pending })}`) : null),
        h("p", { class: "quiet" }, traits.filter(Boolean).join(" · ")), bot.webhook ? h("p", { class: "quiet link-address" }, bot.webhook) : null)),
      copyable(t("token"), bot.token), copyable(t("base_url"), location.origin), copyable(t("how_to_connect"), snippet(bot.token))];
    },
  };
}

function botFields() {
  const words = field("words", t("inline_placeholder"), { maxlength: 64, placeholder: t("search") });
  words.hidden = true;
  return [
    field("first_name", t("name"), { required: true, maxlength: 64, autofocus: true }),
    field("username", t("username"), { prefix: "@", required: true, pattern: "[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]", title: t("bot_username_hint"), hint: t("bot_username_hint") }),
    tick("privacy", t("privacy_mode"), true, { hint: t("privacy_mode_hint") }),
    tick("inline", t("inline_mode"), false, { hint: t("inline_mode_hint"), onchange: (event) => { words.hidden = !event.target.checked; } }), words,
    tick("topics", t("bot_topics"), false, { hint: t("bot_topics_hint") }), tick("guests", t("guest_mode"), false, { hint: t("guest_mode_hint") }),
  ];
}

function newBotPage(store, panel) {
  return {
    title: t("new_bot"), draw: () => form(t("create"), async ({ first_name: name, username, privacy, inline, words, topics, guests }) => {
      const bot = await found.bot({
        first_name: name, username, can_read_all_group_messages: !privacy, has_topics_enabled: topics, supports_guest_queries: guests, ...(inline && { inline_placeholder: words || t("search") }),
      });
      if (!store.bots.some((other) => other.user.id === bot.user.id)) store.bots.push(bot);
      store.tell({ kind: "users" });
      panel.pages.pop();
      panel.push(botPage(store, bot.user.id));
    }, botFields()),
  };
}

/** All bots: who is connected, tokens, a new one. Refreshes itself while it is open; `show`: the bot to begin with. */
export function openBots(store, { create = false, show = null } = {}) {
  const follow = (change) => { if (["users", "loaded", "bots"].includes(change.kind)) panel.refresh(); };
  const watch = setInterval(() => store.readBots(), 2000);
  const panel = new Panel({ onClose: () => { clearInterval(watch); store.listeners.delete(follow); } });
  store.onChange(follow);
  store.readBots();
  panel.push({
    title: t("bots"), live: true, draw: () => [
      panelRow({ key: "new", glyph: "plus", label: t("new_bot"), onclick: () => panel.push(newBotPage(store, panel)) }),
      h("ul", { class: "plain-list", "aria-label": t("bots") }, store.bots.map((bot) => h("li", {}, h("button", {
        type: "button", class: "person-row as-button", dataset: { key: `bot ${bot.user.id}` }, onclick: () => panel.push(botPage(store, bot.user.id)),
      }, avatar(bot.user.id, nameOf(bot.user), "small"), h("span", { class: "row-text" }, h("strong", { dir: "auto" }, nameOf(bot.user)), h("span", { class: "quiet" }, `@${bot.user.username}`)), connectionBadge(bot)))))],
  });
  if (create) panel.push(newBotPage(store, panel));
  if (show !== null) panel.push(botPage(store, show));
}

/** A button for the page's head with the number of bots that are connected. */
export function botsButton(store) {
  const dot = h("span", { class: "dot-state", "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "round-button", onclick: () => openBots(store) });
  fill(button, icon("robot"), dot);
  const draw = () => {
    const on = store.bots.filter((bot) => connection(bot) !== "offline").length;
    const label = `${t("bots")}: ${t("connected_of", { on, count: store.bots.length })}`;
    dot.classList.toggle("on", on > 0);
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  store.onChange((change) => { if (["users", "loaded", "bots"].includes(change.kind)) draw(); });
  draw();
  return button;
}
