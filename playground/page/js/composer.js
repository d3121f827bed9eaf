// Where a person writes: text, files, voice, commands, the reply keyboard, replies and edits.

import { AttachmentTray } from "./attachments.js";
import { replyKeyboard } from "./buttons.js";
import { fill, h } from "./dom.js";
import { duration, t } from "./i18n.js";
import { icon } from "./icons.js";
import { summary } from "./message.js";
import { canRecord, startRecording } from "./recorder.js";
import { Suggestions } from "./suggestions.js";

const LONGEST = 4096;
const TALLEST = 190;

const roundButton = (name, label, onclick, className = "") =>
  h("button", { type: "button", class: `round-button ${className}`, "aria-label": label, title: label, onclick }, icon(name));

export class Composer {
  /** `deeds`: say, upload, edit, start, unblock, join (each gives true when done), and `lastOwn()`. */
  constructor(deeds) {
    this.deeds = deeds;
    this.mode = null;
    this.keyboardHidden = false;
    this.recording = null;
    this.#build();
  }

  #build() {
    this.field = h("textarea", {
      class: "field", rows: "1", dir: "auto", "aria-label": t("message_field"), maxlength: String(LONGEST * 4), enterkeyhint: "send",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onpaste: (event) => this.#paste(event),
    });
    this.suggestions = new Suggestions(this.field, (text) => this.#sendText(text));
    this.tray = new AttachmentTray(() => this.#refreshSend());
    this.picker = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", onchange: () => { this.addFiles(this.picker.files); this.picker.value = ""; } });
    this.attach = roundButton("attach", t("attach"), () => this.picker.click());
    this.commands = roundButton("commands", t("commands"), () => this.suggestions.toggleCommands());
    this.keyboardToggle = roundButton("keyboard", t("reply_keyboard"), () => { this.keyboardHidden = !this.keyboardHidden; this.#drawKeyboard(); });
    this.send = roundButton("send", t("send"), () => this.#send(), "send");
    this.microphone = roundButton("microphone", t("record"), () => this.#record());
    this.strip = h("div", { class: "strip", hidden: true });
    this.recorder = h("div", { class: "recorder", hidden: true });
    this.row = h("div", { class: "composer-row" }, this.attach, this.commands, this.field, this.keyboardToggle, this.microphone, this.send, this.picker);
    this.keyboardPlace = h("div", { class: "keyboard-place" });
    this.writing = h("div", { class: "writing" }, this.suggestions.element, this.strip, this.tray.element, this.row, this.recorder, this.keyboardPlace);
    this.instead = h("div", { class: "instead" });
    this.element = h("div", { class: "composer" }, this.writing, this.instead);
  }

  /** Follows what the chat allows now. */
  update(chat) {
    this.chat = chat;
    const instead = this.#insteadOf(chat);
    this.writing.hidden = Boolean(instead);
    this.instead.hidden = !instead;
    if (instead && this.shownInstead !== instead.name) fill(this.instead, instead.node());
    this.shownInstead = instead?.name ?? null;
    this.suggestions.setChat(chat);
    this.commands.hidden = chat.commands.length === 0;
    if (this.markup !== chat.keyboard) {
      this.markup = chat.keyboard;
      this.keyboardHidden = false;
      this.#drawKeyboard();
    }
    this.#follow(chat.force_reply);
    this.field.placeholder = chat.force_reply?.placeholder || chat.keyboard?.input_field_placeholder || t("message_field");
    this.#refreshSend();
  }

  // A bot that asks for a reply puts the person into replying, once for each request.
  #follow(force) {
    if (!force || this.forced === force.message_id) return;
    this.forced = force.message_id;
    const message = this.chat.messages.find((other) => other.message_id === force.message_id);
    if (message) this.reply(message, { focus: false });
  }

  #insteadOf(chat) {
    const button = (name, deed) => ({ name, node: () => h("button", { type: "button", class: "primary wide", onclick: deed }, t(name)) });
    if (chat.blocked) return button("unblock", () => this.deeds.unblock());
    if (chat.kind === "private" && !chat.started) return button("start", () => this.deeds.start());
    if (chat.kind === "group" && ["left", null].includes(chat.status)) return button("join", () => this.deeds.join());
    if (chat.can_send === false) return { name: "cannot_send", node: () => h("p", { class: "quiet" }, t("cannot_send")) };
    return null;
  }

  #drawKeyboard() {
    const shown = this.markup?.keyboard && !this.keyboardHidden;
    fill(this.keyboardPlace, shown ? replyKeyboard(this.markup, (text) => this.#pressed(text)) : null);
    this.keyboardToggle.hidden = !this.markup?.keyboard;
    this.keyboardToggle.setAttribute("aria-pressed", String(Boolean(shown)));
  }

  async #pressed(text) {
    if (await this.deeds.say(text, null) && this.markup?.one_time_keyboard) { this.keyboardHidden = true; this.#drawKeyboard(); }
  }

  focus() { if (!this.writing.hidden) this.field.focus({ preventScroll: true }); }

  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.focus();
    this.#typed();
  }

  reply(message, { focus = true } = {}) { this.#enter({ kind: "reply", message }, t("replying"), focus); }

  edit(message) {
    this.#enter({ kind: "edit", message }, t("editing"), true);
    this.field.value = message.text ?? message.caption ?? "";
    this.#typed();
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
    if (clear && this.mode?.kind === "edit") { this.field.value = ""; this.#typed(); }
    this.mode = null;
    this.strip.hidden = true;
  }

  forget(messageIds) { if (this.mode && messageIds.includes(this.mode.message.message_id)) this.#leave(true); }

  addFiles(files) { this.tray.add(files); this.focus(); }

  #typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
    this.field.style.overflowY = this.field.scrollHeight > TALLEST ? "auto" : "hidden";
    this.suggestions.refresh();
    this.#refreshSend();
  }

  #refreshSend() {
    const empty = !this.field.value.trim() && !this.tray.files.length;
    this.microphone.hidden = !(empty && canRecord());
    this.send.hidden = !this.microphone.hidden;
    this.send.disabled = empty;
  }

  #key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
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
    const text = this.field.value.trim();
    if (this.tray.files.length) await this.#sendFiles(text);
    else if (text) await this.#sendText(text);
    this.focus();
  }

  async #sendText(text) {
    const { mode } = this;
    const typed = this.field.value;
    this.field.value = "";
    this.#leave(false);
    this.#typed();
    const replyTo = mode?.kind === "reply" ? mode.message.message_id : null;
    const done = mode?.kind === "edit" ? await this.deeds.edit(mode.message, text) : await this.deeds.say(text, replyTo);
    if (done) return;
    if (mode) this.#enter(mode, t(mode.kind === "edit" ? "editing" : "replying"), false);
    this.field.value ||= typed;
    this.#typed();
  }

  async #sendFiles(caption) {
    const replyTo = this.mode?.kind === "reply" ? this.mode.message.message_id : null;
    const files = this.tray.take();
    this.field.value = "";
    this.#leave(false);
    this.#typed();
    for (const [place, item] of files.entries()) {
      const last = place === files.length - 1;
      await this.deeds.upload({ kind: item.kind, files: [{ file: item.file, name: item.file.name }], caption: last ? caption : "", replyTo });
    }
  }

  async #record() {
    try {
      this.recording = await startRecording();
    } catch {
      this.deeds.complain(t("no_microphone"));
      return;
    }
    const time = h("span", { class: "voice-time" }, "0:00");
    const timer = setInterval(() => { time.textContent = duration(this.recording?.seconds() ?? 0); }, 200);
    const over = () => { clearInterval(timer); this.recording = null; this.recorder.hidden = true; this.row.hidden = false; this.focus(); };
    fill(this.recorder, h("span", { class: "recording-dot" }), h("span", {}, t("recording")), time, h("span", { class: "grow" }),
      roundButton("trash", t("cancel"), async () => { await this.recording?.cancel(); over(); }),
      roundButton("send", t("send_voice"), async () => { const voice = this.recording; over(); await this.#sendVoice(voice); }, "send"));
    this.row.hidden = true;
    this.recorder.hidden = false;
    this.recorder.querySelector(".send").focus();
  }

  async #sendVoice(recording) {
    try {
      const { blob, seconds, name } = await recording.finish();
      await this.deeds.upload({ kind: "voice", files: [{ file: blob, name }], seconds });
    } catch {
      this.deeds.complain(t("no_sound"));
    }
  }
}
