// Buttons of the reply keyboard that ask for something: the person gives it, or does not.

import { requestOf } from "./buttons.js";
import { chooseChat, choosePeople, confirmed } from "./choosers.js";
import { t } from "./i18n.js";
import { makeLocation, makePoll } from "./makers.js";
import { nameOf } from "./store.js";
import { openWebApp } from "./webapp.js";

const fitsUser = (wanted) => (user) => (wanted.user_is_bot === undefined || wanted.user_is_bot === null || wanted.user_is_bot === user.is_bot)
  && (wanted.user_is_premium === undefined || wanted.user_is_premium === null || wanted.user_is_premium === Boolean(user.is_premium));

function fitsChat(wanted) {
  const same = (asked, is) => asked === undefined || asked === null || asked === Boolean(is);
  return (chat) => chat.kind === (wanted.chat_is_channel ? "channel" : "group") && same(wanted.chat_is_forum, chat.is_forum)
    && same(wanted.chat_has_username, chat.username) && (!wanted.chat_is_created || chat.status === "creator") && chat.status !== "left";
}

const GIVE = {
  request_contact: async (button, deeds) => (await confirmed(t("share_contact"), t("share_contact_why", { who: nameOf(deeds.person.me) }), t("share")) ? { contact: true } : null),
  request_location: async () => {
    const location = await makeLocation({ plain: true });
    return location && { location };
  },
  request_users: async (button, deeds) => {
    const everybody = [...deeds.store.users, ...deeds.store.bots.map((bot) => bot.user)].filter((user) => user.id !== deeds.person.me.id).filter(fitsUser(button.request_users));
    const chosen = await choosePeople(button.text, everybody, button.request_users.max_quantity ?? 1);
    return chosen && { users: chosen.map((user) => user.id) };
  },
  request_chat: async (button, deeds) => {
    const chat = await chooseChat(button.text, deeds.person, fitsChat(button.request_chat));
    return chat && { chat: chat.id };
  },
  request_poll: async (button) => {
    const poll = await makePoll(button.request_poll.type ?? null);
    return poll && { poll };
  },
};

/** Does what a button of the reply keyboard says; true when something was sent. */
export async function pressReplyButton(button, deeds) {
  const request = requestOf(button);
  if (!request) return deeds.say(button.text, null);
  if (request === "web_app") {
    await openWebApp(deeds, { title: button.text, url: button.web_app.url, onData: (data) => deeds.press({ text: button.text, web_app_data: data }) });
    return false;
  }
  const given = await GIVE[request](button, deeds);
  return given ? deeds.press({ text: button.text, ...given }) : false;
}
