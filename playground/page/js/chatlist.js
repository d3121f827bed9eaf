// A person's chats: pinned ones, then the newest; in a narrow column only the pictures stay.

import { avatar, faceOf } from "./avatar.js";
import { openRowMenu } from "./chatmenu.js";
import { doing } from "./chathead.js";
import { now } from "./clock.js";
import { arrange, fill, h } from "./dom.js";
import { clockTime, dayKey, t } from "./i18n.js";
import { icon } from "./icons.js";
import { chatMark, unsentText } from "./memory.js";
import { summary } from "./message.js";
import { isService, nameOf, orderedChats, senderOf, titleOf } from "./store.js";
import { unreadState } from "./unread.js";

const MOST_FOUND = 30;

export class ChatList {
  /** `host`: open(chat, options), openFound(chat, message), openNew(), follow(link). */
  constructor(person, host) {
    this.host = host;
    this.person = person;
    this.rows = new Map();
    this.drawn = new Map();
    this.wanted = "";
    this.search = h("input", {
      type: "search", class: "search-field", placeholder: t("search"), "aria-label": t("search_chats", { who: nameOf(person.me) }), autocomplete: "off",
      oninput: () => { this.wanted = this.search.value.trim(); this.render(this.person, this.openId); }, onkeydown: (event) => this.#searchKey(event), onblur: () => this.#leaveSearch(),
    });
    this.box = h("div", { class: "chat-rows" });
    this.found = h("div", { class: "found", role: "group", "aria-label": t("found_messages"), hidden: true });
    this.none = h("p", { class: "quiet nothing-found", hidden: true });
    this.element = h("nav", { class: "chat-list", "aria-label": t("chats_of", { who: nameOf(person.me) }), onkeydown: (event) => this.#walk(event) },
      h("div", { class: "list-head" }, this.search,
        h("button", { type: "button", class: "round-button find", "aria-label": t("search_chats", { who: nameOf(person.me) }), title: t("search"), onclick: () => this.focusSearch() }, icon("search")),
        h("button", { type: "button", class: "round-button new-chat", "aria-label": t("new_chat"), title: t("new_chat"), onclick: () => this.host.openNew() }, icon("edit"))),
      h("div", { class: "list-scroll" }, this.box, this.found, this.none));
  }

  focusSearch() {
    this.element.classList.add("finding");
    this.search.focus();
    this.search.select();
  }

  #leaveSearch() {
    if (!this.wanted) this.element.classList.remove("finding");
  }

  #clear() {
    this.search.value = "";
    this.wanted = "";
    this.element.classList.remove("finding");
    this.render(this.person, this.openId);
  }

  #searchKey(event) {
    if (event.key === "Escape") { event.stopPropagation(); this.#clear(); this.host.backToWriting(); }
    else if (event.key === "ArrowDown") { event.preventDefault(); this.#buttons()[0]?.focus(); }
    else if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); this.#enter(); }
  }

  #enter() {
    const first = this.#buttons()[0];
    if (first) first.click();
    else if (this.wanted) this.host.follow(this.wanted);
  }

  #buttons() { return [...this.element.querySelectorAll(".chat-row")]; }

  // One row is in the Tab order; arrows walk from row to row.
  #walk(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const row = event.target.closest?.(".chat-row");
    if (!row || event.altKey) return;
    const rows = this.#buttons();
    const place = { Home: 0, End: rows.length - 1 }[event.key] ?? (event.key in steps ? rows.indexOf(row) + steps[event.key] : null);
    if (place === null) return;
    event.preventDefault();
    if (place < 0) this.search.focus();
    else rows[place]?.focus();
  }

  /** The chats as they stand in the list. */
  order(person) {
    const me = person.me.id;
    const gone = (chat) => (chatMark("removed", me, chat.id) ?? 0) >= Math.max(1, chat.messages.at(-1)?.message_id ?? 0) && chat.id !== this.openId;
    const pinned = (chat) => chatMark("pinned", me, chat.id) ?? 0;
    return orderedChats(person).filter((chat) => !gone(chat)).sort((one, other) => Boolean(pinned(other)) - Boolean(pinned(one)) || pinned(one) - pinned(other));
  }

  render(person, openId) {
    this.person = person;
    this.openId = openId;
    const words = this.wanted.toLowerCase();
    const matches = (chat) => `${titleOf(chat)} @${chat.username ?? chat.peer?.username ?? ""}`.toLowerCase().includes(words);
    const chats = this.order(person).filter((chat) => !words || matches(chat));
    arrange(this.box, chats.map((chat) => this.#row(chat)));
    const tabbed = chats.find((chat) => chat.id === openId) ?? chats[0];
    for (const chat of chats) this.rows.get(chat.id).tabIndex = chat === tabbed ? 0 : -1;
    this.#drawFound(words, chats.length);
  }

  #drawFound(words, chats) {
    const hits = words.length > 1 ? this.#search(words) : [];
    this.found.hidden = !hits.length;
    this.none.hidden = !words || Boolean(hits.length) || chats > 0;
    if (!this.none.hidden) this.none.textContent = t("no_such_chat", { words: this.wanted });
    const signature = hits.map(({ chat, message }) => `${chat.id}:${message.message_id}`).join();
    if (this.foundDrawn === signature) return;
    this.foundDrawn = signature;
    fill(this.found, h("h3", { class: "found-head" }, t("found_messages")), hits.map(({ chat, message }) => h("button", {
      type: "button", class: "chat-row found-row", tabindex: "-1", onclick: () => this.host.openFound(chat.id, message.message_id),
    }, h("span", { class: "row-face" }, avatar(chat.id, titleOf(chat), "", chat.photo)), h("span", { class: "row-text" },
      h("span", { class: "row-top" }, h("strong", { dir: "auto" }, titleOf(chat)), h("time", {}, timeOf(message))), h("span", { class: "row-line", dir: "auto" }, summary(message))))));
  }

  #search(words) {
    const hits = [];
    for (const chat of this.person.chats.values()) {
      for (const message of chat.messages) if ((message.text ?? message.caption ?? "").toLowerCase().includes(words)) hits.push({ chat, message });
    }
    return hits.sort((one, other) => other.message.date - one.message.date).slice(0, MOST_FOUND);
  }

  #row(chat) {
    if (!this.rows.has(chat.id)) {
      this.rows.set(chat.id, h("button", {
        type: "button", class: "chat-row", dataset: { chat: chat.id }, onclick: () => { this.host.open(chat.id, { focus: true }); if (this.wanted) this.#clear(); },
        oncontextmenu: (event) => { event.preventDefault(); openRowMenu(this, this.person.chats.get(chat.id), event); },
      }));
    }
    const row = this.rows.get(chat.id);
    if (chat.id === this.openId) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    const facts = this.#facts(chat);
    const signature = JSON.stringify(facts);
    // An unchanged row stays as it is: a press in progress must not lose what it stands on.
    if (this.drawn.get(chat.id) !== signature) {
      this.drawn.set(chat.id, signature);
      row.title = facts.name;
      fill(row, draw(chat, facts));
    }
    return row;
  }

  #facts(chat) {
    const me = this.person.me.id;
    const newest = chat.messages.at(-1);
    return {
      name: titleOf(chat), photo: chat.photo ?? faceOf(chat.id), kind: chat.kind === "private" ? "" : chat.kind === "channel" ? "channel" : chat.is_forum ? "topics" : "people",
      time: newest ? timeOf(newest) : "", iso: newest ? new Date(newest.date * 1000).toISOString() : "",
      ...unreadState(this.person, chat), pinned: Boolean(chatMark("pinned", me, chat.id)),
      asking: (chat.join_requests ?? []).length, ...this.#line(chat, newest, me),
    };
  }

  #line(chat, newest, me) {
    const action = doing(chat);
    if (action) return { typing: chat.kind === "private" ? action : `${chat.typing.user.first_name}: ${action}` };
    if (chat.drafts.size) return { typing: t("action_typing") };
    const unsent = chat.id === this.openId ? "" : unsentText(me, chat.id);
    if (unsent) return { unsent: unsent.slice(0, 120) };
    if (!newest) return { words: chat.about || t(chat.kind === "private" ? (chat.started ? "bot" : "not_started") : chat.kind) };
    const sender = senderOf(newest);
    const who = sender.id === me && !isService(newest) ? t("you") : chat.kind === "group" && !isService(newest) ? newest.sender_chat?.title ?? nameOf(sender) : "";
    return { who, words: summary(newest) };
  }
}

function timeOf(message) {
  if (dayKey(message.date) === dayKey(now())) return clockTime(message.date);
  return new Date(message.date * 1000).toLocaleDateString(navigator.language, { day: "2-digit", month: "2-digit" });
}

const mark = (glyph, label, className) => h("span", { class: `row-mark ${className}`, role: "img", "aria-label": label, title: label }, icon(glyph));

function line(facts) {
  if (facts.typing) return h("span", { class: "typing" }, facts.typing);
  if (facts.unsent) return [h("span", { class: "row-unsent" }, `${t("unsent")}: `), facts.unsent];
  return [facts.who ? h("span", { class: "row-who" }, `${facts.who}: `) : null, facts.words];
}

function badges(facts) {
  return [
    facts.asking ? h("span", { class: "count asking", "aria-label": t("asking_count", { count: facts.asking }), title: t("asking_count", { count: facts.asking }) }, icon("people"), facts.asking) : null,
    facts.mentioned ? h("span", { class: "mention-mark", role: "img", "aria-label": t("mentioned"), title: t("mentioned") }, "@") : null,
    facts.count ? h("span", { class: `count unread-count${facts.muted ? " muted" : ""}`, "aria-label": t("unread_count", { count: facts.count }) }, facts.count > 999 ? "999+" : facts.count) : null,
    !facts.count && facts.pinned ? mark("pin", t("pinned_chat"), "pinned") : null,
  ];
}

function draw(chat, facts) {
  return [
    h("span", { class: "row-face" }, avatar(chat.id, facts.name, "", facts.photo)),
    h("span", { class: "row-text" },
      h("span", { class: "row-top" }, facts.kind ? mark(facts.kind, t(`mark_${facts.kind}`), "kind") : null, h("strong", { dir: "auto" }, facts.name),
        facts.muted ? mark("mute", t("muted_chat"), "silent") : null, facts.time ? h("time", { datetime: facts.iso }, facts.time) : null),
      h("span", { class: "row-line", dir: "auto" }, line(facts))),
    h("span", { class: "row-badges" }, badges(facts)),
  ];
}
