// The line over a conversation: whose it is, and what somebody does there right now.

import { avatar } from "./avatar.js";
import { now } from "./clock.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { openChatInfo, openRequests } from "./info.js";
import { nameOf, titleOf } from "./store.js";

const ACTIONS = [
  "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document", "choose_sticker",
  "find_location", "record_video_note", "upload_video_note",
];

const GENERAL = 1;

/** What is being done in a chat now, in words; null when nothing is. */
export function doing(chat) {
  const { typing } = chat;
  if (!typing || typing.until <= now()) return null;
  return t(`action_${ACTIONS.includes(typing.action) ? typing.action : "typing"}`);
}

export class ChatHead {
  constructor(conversation) {
    const { chat, host } = conversation;
    this.conversation = conversation;
    this.status = h("span", { class: "head-status" });
    this.title = h("span", { class: "head-title", dir: "auto" });
    this.face = h("span", { class: "head-face" });
    this.element = h("header", { class: "chat-head" },
      h("button", { type: "button", class: "round-button back", "aria-label": t("back"), onclick: () => host.onBack() }, icon("back")),
      h("button", { type: "button", class: "head-info", "aria-label": t("about_chat", { title: titleOf(chat) }), onclick: () => openChatInfo(conversation) },
        this.face, h("span", { class: "head-text" }, this.title, this.status)),
      this.asking = h("button", { type: "button", class: "asking-button", hidden: true, onclick: () => openRequests(conversation) }));
  }

  render() {
    const { chat } = this.conversation;
    this.title.textContent = titleOf(chat);
    if (this.shown !== `${titleOf(chat)} ${chat.photo}`) fill(this.face, avatar(chat.id, titleOf(chat), "", chat.photo));
    this.shown = `${titleOf(chat)} ${chat.photo}`;
    this.#drawStatus();
    this.#drawAsking((chat.join_requests ?? []).length);
  }

  // Whoever may let people in sees at once that somebody waits.
  #drawAsking(count) {
    this.asking.hidden = !count;
    if (this.askingShown === count) return;
    this.askingShown = count;
    this.asking.setAttribute("aria-label", t("asking_count", { count }));
    this.asking.title = t("asking_count", { count });
    fill(this.asking, icon("people"), h("span", { class: "count" }, count));
  }

  #drawStatus() {
    const { chat } = this.conversation;
    const here = !chat.is_forum || (chat.typing?.thread ?? GENERAL) === (this.conversation.thread ?? GENERAL);
    const action = here ? doing(chat) : null;
    clearTimeout(this.timer);
    if (action) {
      fill(this.status, h("span", { class: "typing" }, chat.kind === "private" ? "" : `${nameOf(chat.typing.user)}: `, action,
        h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"))));
      this.timer = setTimeout(() => this.#drawStatus(), (chat.typing.until - now()) * 1000 + 50);
    } else this.status.textContent = this.#rest(chat);
  }

  #rest(chat) {
    if (chat.kind === "private") return chat.peer?.username ? `@${chat.peer.username} · ${t("bot")}` : t("bot");
    return t(chat.kind === "channel" ? "subscribers" : "members", { count: chat.member_count ?? chat.members.length });
  }
}
