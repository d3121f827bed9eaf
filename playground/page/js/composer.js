// Where a person writes: text, files, voice, commands, inline queries, the reply keyboard, replies and edits.

import { AttachmentTray } from "./attachments.js";
import { openAttachMenu } from "./attachmenu.js";
import { replyKeyboard } from "./buttons.js";
import { countDown, now } from "./clock.js";
import { fill, h } from "./dom.js";
import { duration, t } from "./i18n.js";
import { icon } from "./icons.js";
import { InlinePanel } from "./inline.js";
import { insteadNode, insteadOf } from "./instead.js";
import { rememberUnsent, unsentText } from "./memory.js";
import { summary } from "./message.js";
import { canRecord } from "./recorder.js";
import { RecordingBar } from "./recording.js";
import { pressReplyButton } from "./requests.js";
import { drawSendAs, openSendAs } from "./sendas.js";
import { Suggestions } from "./suggestions.js";
import { openWebApp } from "./webapp.js";

const LONGEST = 4096;
const TALLEST = 190;

const roundButton = (name, label, onclick, className = "") =>
  h("button", { type: "button", class: `round-button ${className}`, "aria-label": label, title: label, onclick }, icon(name));

export class Composer {
  /** `deeds`: what `Deeds.forComposer` gives. */
  constructor(deeds) {
    this.deeds = deeds;
    this.mode = null;
    this.keyboardHidden = false;
    this.#build();
  }

  #build() {
    const { deeds } = this;
    this.field = h("textarea", {
      class: "field", rows: "1", dir: "auto", "aria-label": t("message_field"), maxlength: String(LONGEST * 4), enterkeyhint: "send",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onpaste: (event) => this.#paste(event),
    });
    this.suggestions = new Suggestions(this.field, (text) => this.#sendText(text));
    this.inline = new InlinePanel(this.field, deeds, { replyTo: () => this.#replyId(), onSent: () => { this.write(""); this.#leave(false); } });
    this.tray = new AttachmentTray(() => this.#refreshSend());
    this.picker = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", onchange: () => { this.addFiles(this.picker.files); this.picker.value = ""; } });
    this.attach = roundButton("attach", t("attach"), () => openAttachMenu(this.attach.getBoundingClientRect(), deeds, () => this.picker.click()));
    this.commands = roundButton("commands", t("commands"), () => this.suggestions.toggleCommands());
    this.webApp = h("button", { type: "button", class: "menu-app", hidden: true, onclick: () => this.#openMenuApp() });
    this.sendAs = h("button", { type: "button", class: "send-as", hidden: true, onclick: () => openSendAs(this.chat, deeds, this.sendAs.getBoundingClientRect()) });
    this.keyboardToggle = roundButton("keyboard", t("reply_keyboard"), () => { this.keyboardHidden = !this.keyboardHidden; this.#drawKeyboard(); });
    this.send = roundButton("send", t("send"), () => this.#send(), "send");
    this.slow = h("span", { class: "slow-clock", role: "timer", hidden: true });
    this.recorder = new RecordingBar({
      onVoice: ({ blob, seconds, name }) => deeds.upload({ kind: "voice", files: [{ file: blob, name }], seconds, replyTo: this.#takeReply() }),
      onProblem: (text) => deeds.complain(text),
      onBegin: () => { this.row.hidden = true; }, onEnd: () => { this.row.hidden = false; this.focus(); },
    });
    this.microphone = roundButton("microphone", t("record"), () => this.recorder.begin());
    this.strip = h("div", { class: "strip", hidden: true });
    this.row = h("div", { class: "composer-row" }, this.attach, this.sendAs, this.webApp, this.commands, this.field, this.slow, this.keyboardToggle, this.microphone, this.send, this.picker);
    this.keyboardPlace = h("div", { class: "keyboard-place" });
    this.writing = h("div", { class: "writing" }, this.suggestions.element, this.inline.element, this.strip, this.tray.element, this.row, this.recorder.element, this.keyboardPlace);
    this.instead = h("div", { class: "instead" });
    this.element = h("div", { class: "composer" }, this.writing, this.instead);
  }

  /** Follows what the chat allows now. `topic`: the open one; `mayManageTopics`: closed ones stay open for this person. */
  update(chat, { topic = null, mayManageTopics = false } = {}) {
    const begun = this.chat === undefined;
    this.chat = chat;
    this.#drawInstead(insteadOf(chat, { me: this.deeds.person.me, topic, mayManageTopics }));
    this.suggestions.setChat(chat);
    this.#drawMenuButton(chat);
    drawSendAs(this.sendAs, chat, this.deeds.person);
    if (this.markup !== chat.keyboard) {
      this.markup = chat.keyboard;
      this.keyboardHidden = false;
      this.#drawKeyboard();
    }
    this.#follow(chat.force_reply);
    this.field.placeholder = chat.force_reply?.placeholder || chat.keyboard?.input_field_placeholder || (topic && !topic.is_general ? t("message_in", { topic: topic.name }) : t(chat.kind === "channel" ? "broadcast" : "message_field"));
    this.#drawSlow(chat);
    if (begun && unsentText(this.deeds.person.me.id, chat.id)) this.write(unsentText(this.deeds.person.me.id, chat.id), { focus: false });
    this.#refreshSend();
  }

  #drawInstead(state) {
    this.writing.hidden = Boolean(state);
    this.instead.hidden = !state;
    if (state && this.shownInstead !== state.name) fill(this.instead, insteadNode(state, this.deeds));
    this.shownInstead = state?.name ?? null;
  }

  #drawMenuButton(chat) {
    const app = chat.menu_button?.type === "web_app" ? chat.menu_button : null;
    this.webApp.hidden = !app;
    this.webApp.textContent = app?.text ?? "";
    this.commands.hidden = chat.commands.length === 0;
  }

  #openMenuApp() { openWebApp(this.deeds, { title: this.chat.menu_button.text, url: this.chat.menu_button.web_app.url }); }

  // In slow mode the send button waits with the person.
  #drawSlow(chat) {
    const until = chat.slow_until ?? 0;
    if (this.slowUntil === until) return;
    this.slowUntil = until;
    this.slow.hidden = until <= now();
    if (until > now()) countDown(this.slow, until, (left) => {
      if (this.slowUntil !== until) return;
      this.slow.textContent = duration(left);
      this.slow.setAttribute("aria-label", t("slow_mode", { time: duration(left) }));
      this.slow.hidden = left === 0;
      this.#refreshSend();
    });
  }

  get #waits() { return (this.chat?.slow_until ?? 0) > now(); }

  // A bot that asks for a reply puts the person into replying, once for each request.
  #follow(force) {
    if (!force || this.forced === force.message_id) return;
    this.forced = force.message_id;
    const message = this.chat.messages.find((other) => other.message_id === force.message_id);
    if (message) this.reply(message, { focus: false });
  }

  #drawKeyboard() {
    const shown = this.markup?.keyboard && !this.keyboardHidden;
    fill(this.keyboardPlace, shown ? replyKeyboard(this.markup, (button) => this.#pressed(button)) : null);
    this.keyboardToggle.hidden = !this.markup?.keyboard;
    this.keyboardToggle.setAttribute("aria-pressed", String(Boolean(shown)));
  }

  async #pressed(button) {
    if (await pressReplyButton(button, this.deeds) && this.markup?.one_time_keyboard) { this.keyboardHidden = true; this.#drawKeyboard(); }
  }

  focus() { if (!this.writing.hidden) this.field.focus({ preventScroll: true }); }

  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.focus();
    this.#typed();
  }

  /** Puts a text in place of what is written. */
  write(text, { focus = true } = {}) {
    this.field.value = text;
    if (focus) this.focus();
    this.#typed();
  }

  reply(message, { focus = true } = {}) { this.#enter({ kind: "reply", message }, t("replying"), focus); }

  edit(message) {
    this.#enter({ kind: "edit", message }, t("editing"), true);
    this.write(message.text ?? message.caption ?? "");
  }

  #enter(mode, title, focus) {
    if (this.mode?.kind === "edit") this.field.value = "";
    this.mode = mode;
    fill(this.strip, icon(mode.kind), h("div", { class: "strip-text" }, h("strong", {}, title), h("span", { dir: "auto" }, summary(mode.message))),
      roundButton("close", t("cancel"), () => this.#leave(true), "quiet"));
    this.strip.hidden = false;
    if (focus) this.focus();
  }

  #leave(clear) {
    if (clear && this.mode?.kind === "edit") this.write("", { focus: false });
    this.mode = null;
    this.strip.hidden = true;
  }

  #replyId() { return this.mode?.kind === "reply" ? this.mode.message.message_id : null; }

  #takeReply() {
    const replyTo = this.#replyId();
    this.#leave(false);
    return replyTo;
  }

  forget(messageIds) { if (this.mode && messageIds.includes(this.mode.message.message_id)) this.#leave(true); }

  addFiles(files) { this.tray.add(files); this.focus(); }

  #typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    this.field.style.overflowY = this.field.scrollHeight > TALLEST ? "auto" : "hidden";
    if (this.inline.refresh()) this.suggestions.close();
    else this.suggestions.refresh();
    if (this.chat && this.mode?.kind !== "edit") rememberUnsent(this.deeds.person.me.id, this.chat.id, this.field.value);
    this.#refreshSend();
  }

  #refreshSend() {
    const something = Boolean(this.field.value.trim()) || this.tray.files.length > 0;
    this.microphone.hidden = something || !canRecord() || this.#waits;
    this.send.hidden = !something && canRecord() && !this.#waits;
    this.send.disabled = !something || this.#waits;
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.inline.key(event) || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.#send(); }
    else if (event.key === "Escape" && this.mode) { event.stopPropagation(); this.#leave(true); }
    else if (event.key === "ArrowUp" && !this.field.value) {
      const own = this.deeds.lastOwn();
      if (own) { event.preventDefault(); this.edit(own); }
    }
  }

  #paste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.addFiles(event.clipboardData.files);
  }

  async #send() {
    if (this.#waits && this.mode?.kind !== "edit") return;
    const text = this.field.value.trim();
    if (this.tray.files.length) await this.#sendFiles(text);
    else if (text) await this.#sendText(text);
    this.focus();
  }

  async #sendText(text) {
    const { mode } = this;
    const typed = this.field.value;
    this.#leave(false);
    this.write("", { focus: false });
    const replyTo = mode?.kind === "reply" ? mode.message.message_id : null;
    const done = mode?.kind === "edit" ? await this.deeds.edit(mode.message, text) : await this.deeds.say(text, replyTo);
    if (done) return;
    if (mode) this.#enter(mode, t(mode.kind === "edit" ? "editing" : "replying"), false);
    if (!this.field.value) this.write(typed, { focus: false });
  }

  async #sendFiles(caption) {
    const replyTo = this.#takeReply();
    const groups = this.tray.take();
    this.write("", { focus: false });
    for (const [place, group] of groups.entries()) {
      const words = place === groups.length - 1 ? caption : "";
      await this.deeds.upload({ ...group, caption: words, replyTo });
    }
  }
}
