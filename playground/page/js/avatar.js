import { fileUrl } from "./api.js";
import { h } from "./dom.js";

// Warm glazes; white letters reach AA contrast on each of them.
const GLAZES = ["#a8471c", "#2f6f5e", "#8a3b5c", "#4b5fa8", "#96561a", "#6b4a9c", "#9c3b34", "#2c6b86"];

const letters = (name) => {
  const words = name.replace(/[^\p{L}\p{N}\s]/gu, " ").trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0];
  const second = words.length > 1 ? [...words[words.length - 1]][0] : "";
  return (first + second).toUpperCase();
};

export const glaze = (id) => GLAZES[(Math.abs(Number(id) || 0) + 3 * Math.floor(Math.abs(Number(id) || 0) / 1e6)) % GLAZES.length];

let faces = new Map();

/** Takes `{id: file_id}` of everybody who has a picture. */
export function setFaces(photos) { faces = new Map(Object.entries(photos ?? {}).map(([id, photo]) => [Number(id), photo])); }

/** The picture of somebody, or null. */
export const faceOf = (id) => faces.get(Number(id)) ?? null;

/** A round picture for people and bots, a soft square for groups (their ids are below zero); `photo` is a file's id. */
export function avatar(id, name, size = "", photo = faceOf(id)) {
  return h("span", { class: `avatar ${size}${Number(id) < 0 ? " group" : ""}`, style: { "--glaze": glaze(id) }, "aria-hidden": "true" },
    photo ? h("img", { src: fileUrl(photo), alt: "", loading: "lazy" }) : letters(name));
}
