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

function player(source, seconds, { button, draw, playName = t("play") }) {
  const audio = h("audio", { preload: "none" });
  // The whole sound at once: only then does a browser know its length and can be asked for any place in it.
  const load = async () => { if (!audio.src) audio.src = URL.createObjectURL(await (await fetch(source)).blob()); };
  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : seconds || 1);
  const state = () => {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", audio.paused ? playName : t("pause"));
    draw(audio.currentTime, length(), audio.paused);
  };
  const toggle = () => {
    if (!audio.paused) { audio.pause(); return; }
    if (playing && playing !== audio) playing.pause();
    playing = audio;
    load().then(() => audio.play()).catch(() => draw(0, length(), true, t("cannot_play")));
  };
  const seek = async (share) => { await load(); audio.currentTime = share * length(); draw(audio.currentTime, length(), audio.paused); };
  button.addEventListener("click", toggle);
  for (const name of ["play", "pause"]) audio.addEventListener(name, state);
  audio.addEventListener("timeupdate", () => draw(audio.currentTime, length(), audio.paused));
  audio.addEventListener("ended", () => { audio.currentTime = 0; state(); });
  return { audio, seek, length };
}

const round = (name) => h("button", { type: "button", class: "voice-button", "aria-label": name }, icon("play"));

/** A voice message: a button, a wave to press and the time. */
export function voicePlayer(source, seconds, seed) {
  const time = h("span", { class: "voice-time" }, duration(seconds ?? 0));
  const bars = shape(seed).map((height) => h("i", { style: { "--height": `${Math.round(height * 100)}%` } }));
  const track = h("span", { class: "voice-track", role: "slider", tabindex: "0", "aria-label": t("place_in_voice"), "aria-valuemin": "0", "aria-valuemax": String(seconds ?? 0), "aria-valuenow": "0" }, bars);
  const draw = (at, length, paused, problem) => {
    bars.forEach((bar, place) => bar.classList.toggle("done", place / BARS < at / length));
    time.textContent = problem ?? duration(paused && !at ? seconds ?? 0 : at);
    track.setAttribute("aria-valuenow", String(Math.round(at)));
  };
  const button = round(t("play"));
  const { audio, seek, length } = player(source, seconds, { button, draw });
  track.addEventListener("click", (event) => {
    if (!audio.src) return;
    const box = track.getBoundingClientRect();
    seek((event.clientX - box.left) / box.width);
  });
  track.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 5, ArrowLeft: -5 }[event.key];
    if (!step || !audio.src) return;
    event.preventDefault();
    event.stopPropagation();
    seek(Math.min(1, Math.max(0, (audio.currentTime + step) / length())));
  });
  return h("div", { class: "voice" }, button, h("span", { class: "voice-side" }, track, time), audio);
}

/** A piece of music: its name, who plays it, and where it is. */
export function musicPlayer(source, { title, performer, file_name: name, duration: seconds }) {
  const label = title || name || t("kind_audio");
  const time = h("span", { class: "voice-time" }, duration(seconds ?? 0));
  const range = h("input", { type: "range", class: "music-range", min: "0", max: "1000", value: "0", "aria-label": t("place_in_voice") });
  const draw = (at, length, paused, problem) => {
    range.value = String(Math.round((1000 * at) / length));
    range.style.setProperty("--done", `${(100 * at) / length}%`);
    time.textContent = problem ?? (at ? `${duration(at)} / ${duration(length)}` : duration(seconds ?? 0));
  };
  const button = round(`${t("play")}: ${label}`);
  const { audio, seek } = player(source, seconds, { button, draw, playName: `${t("play")}: ${label}` });
  range.addEventListener("input", () => seek(Number(range.value) / 1000));
  return h("div", { class: "voice music" }, button, h("span", { class: "voice-side" },
    h("span", { class: "file-name", dir: "auto" }, label), performer ? h("span", { class: "performer", dir: "auto" }, performer) : null, range, time), audio);
}
