// The bar that stands in the composer's place while a voice message is recorded.

import { fill, h } from "./dom.js";
import { duration, t } from "./i18n.js";
import { icon } from "./icons.js";
import { startRecording } from "./recorder.js";

const round = (name, label, onclick, className = "") => h("button", { type: "button", class: `round-button ${className}`, "aria-label": label, title: label, onclick }, icon(name));

export class RecordingBar {
  /** `onVoice({blob, seconds, name})`, `onProblem(text)`, `onEnd()` when the bar goes away. */
  constructor({ onVoice, onProblem, onBegin, onEnd }) {
    Object.assign(this, { onVoice, onProblem, onBegin, onEnd });
    this.recording = null;
    this.element = h("div", { class: "recorder", hidden: true });
  }

  async begin() {
    try {
      this.recording = await startRecording();
    } catch {
      this.onProblem(t("no_microphone"));
      return;
    }
    const time = h("span", { class: "voice-time" }, "0:00");
    this.timer = setInterval(() => { time.textContent = duration(this.recording?.seconds() ?? 0); }, 200);
    fill(this.element, h("span", { class: "recording-dot" }), h("span", {}, t("recording")), time, h("span", { class: "grow" }),
      round("trash", t("cancel"), async () => { await this.recording?.cancel(); this.#over(); }),
      round("send", t("send_voice"), () => this.#send(), "send"));
    this.element.hidden = false;
    this.onBegin();
    this.element.querySelector(".send").focus();
  }

  #over() {
    clearInterval(this.timer);
    this.recording = null;
    this.element.hidden = true;
    this.onEnd();
  }

  async #send() {
    const { recording } = this;
    this.#over();
    try {
      await this.onVoice(await recording.finish());
    } catch {
      this.onProblem(t("no_sound"));
    }
  }
}
