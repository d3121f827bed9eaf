// A voice message's player: one plays at a time.

import { h } from "./dom.js";
import { duration, t } from "./i18n.js";
import { icon } from "./icons.js";

const BARS = 34;
let playing = null;

// The bars are a picture of the file's name, not of its sound: a calm shape that stays the same for one voice.
function shape(seed) {
  let state = [...String(seed)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7);
  return Array.from({ length: BARS }, (_, place) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    const envelope = 0.55 + 0.45 * Math.sin((place / BARS) * Math.PI * 3 + (seed?.length ?? 0));
    return 0.2 + 0.8 * envelope * (state / 2 ** 32);
  });
}

export function voicePlayer(source, seconds, seed) {
  const audio = h("audio", { preload: "none" });
  // The whole voice at once: only then does a browser know its length and can be asked for any place in it.
  const load = async () => { if (!audio.src) audio.src = URL.createObjectURL(await (await fetch(source)).blob()); };
  const time = h("span", { class: "voice-time" }, duration(seconds ?? 0));
  const bars = shape(seed).map((height) => h("i", { style: { "--height": `${Math.round(height * 100)}%` } }));
  const button = h("button", { type: "button", class: "voice-button", "aria-label": t("play") }, icon("play"));
  const track = h("span", { class: "voice-track", "aria-hidden": "true" }, bars);
  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : seconds || 1);

  const draw = () => {
    const done = audio.currentTime / length();
    bars.forEach((bar, place) => bar.classList.toggle("done", place / BARS < done));
    time.textContent = duration(audio.paused && !audio.currentTime ? seconds ?? 0 : audio.currentTime);
  };
  const state = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", t(audio.paused ? "play" : "pause"));
    draw();
  };
  button.addEventListener("click", () => {
    if (!audio.paused) { audio.pause(); return; }
    if (playing && playing !== audio) playing.pause();
    playing = audio;
    load().then(() => audio.play()).catch(() => { time.textContent = t("cannot_play"); });
  });
  track.addEventListener("click", (event) => {
    if (!audio.src) return;
    const box = track.getBoundingClientRect();
    audio.currentTime = ((event.clientX - box.left) / box.width) * length();
    draw();
  });
  for (const name of ["play", "pause"]) audio.addEventListener(name, state);
  audio.addEventListener("timeupdate", draw);
  audio.addEventListener("ended", () => { audio.currentTime = 0; state(); });
  return h("div", { class: "voice" }, button, h("span", { class: "voice-side" }, track, time), audio);
}
