import { svg } from "./dom.js";

// Drawn for this page on a 24 x 24 grid with round strokes.
const STROKES = {
  back: ["M15 5l-7 7 7 7"],
  send: ["M5 12h13", "M12 5.5l6.5 6.5-6.5 6.5"],
  attach: ["M19 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-7.9 7.9a1.5 1.5 0 0 1-2.1-2.1l7-7"],
  microphone: ["M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3z", "M6 11.5a6 6 0 0 0 12 0", "M12 17.5V21"],
  more: ["M6 12h.01", "M12 12h.01", "M18 12h.01"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  reply: ["M10 7l-5 5 5 5", "M5 12h8a6 6 0 0 1 6 6"],
  copy: ["M9 9h10v11H9z", "M15 9V4H5v11h4"],
  edit: ["M5 19l1-4L16 5l3 3L9 18z"],
  trash: ["M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"],
  down: ["M6 9.5l6 6 6-6"],
  commands: ["M9.5 19l5-14"],
  keyboard: ["M3.5 7h17v10h-17z", "M7 10.5h.01", "M11 10.5h.01", "M15 10.5h.01", "M8 14h8"],
  document: ["M7 3.5h7l4 4V20.5H7z", "M14 3.5V8h4"],
  download: ["M12 4v11", "M7.5 11l4.5 4.5 4.5-4.5", "M5 20h14"],
  stop: ["M7.5 7.5h9v9h-9z"],
  wrench: ["M14.5 6.5a4 4 0 0 0-5 5L4 17l3 3 5.5-5.5a4 4 0 0 0 5-5l-2.5 2.5-2.6-.4-.4-2.6z"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  link: ["M7 17L17 7", "M9 7h8v8"],
};
const SOLID = {
  play: ["M8 5.5v13l11-6.5z"],
  pause: ["M7 5.5h3.6v13H7z M13.4 5.5H17v13h-3.6z"],
};

export function icon(name) {
  if (SOLID[name]) return svg("0 0 24 24", SOLID[name].map((d) => ({ d })), { class: "icon", fill: "currentColor" });
  return svg("0 0 24 24", STROKES[name].map((d) => ({ d })), {
    class: "icon", fill: "none", stroke: "currentColor",
    "stroke-width": name === "more" ? "2.8" : "1.9", "stroke-linecap": "round", "stroke-linejoin": "round",
  });
}

/** The samovar itself: the mark in the corner and the picture of an empty conversation. */
export function samovar(className) {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": "2.4", "stroke-linecap": "round", "stroke-linejoin": "round" };
  return svg("0 0 64 64", [
    { d: "M22 21h20c5 8 3 20-6 25h-8c-9-5-11-17-6-25z", fill: "currentColor", opacity: "0.16" },
    { d: "M22 21h20c5 8 3 20-6 25h-8c-9-5-11-17-6-25z", ...line },
    { d: "M26 21l2-5h8l2 5", ...line },
    { d: "M32 16v-4", ...line },
    { d: "M19.5 28c-6-3-9 4-4 7l3 1", ...line },
    { d: "M44.5 28c6-3 9 4 4 7l-3 1", ...line },
    { d: "M28 46l-3 7h14l-3-7", ...line },
    { d: "M22 56h20", ...line },
    { d: "M32 34v5m-3 0h6", ...line },
    { d: "M27 8c-2-2 2-3 0-5", ...line, "stroke-width": "2", opacity: "0.65" },
    { d: "M37 8c-2-2 2-3 0-5", ...line, "stroke-width": "2", opacity: "0.65" },
  ], { class: className });
}
