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
  sun: ["M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", "M12 3v1.5", "M12 19.5V21", "M3 12h1.5", "M19.5 12H21", "M5.6 5.6l1.1 1.1", "M17.3 17.3l1.1 1.1", "M5.6 18.4l1.1-1.1", "M17.3 6.7l1.1-1.1"],
  moon: ["M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"],
  contrast: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M12 4v16", "M12 8h5.5", "M12 12h7.5", "M12 16h5.5"],
  search: ["M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12z", "M15 15l5 5"],
  plus: ["M12 5v14", "M5 12h14"],
  help: ["M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2", "M12 17.5h.01"],
  robot: ["M6 9h12v9H6z", "M12 9V5.5", "M9.5 13h.01", "M14.5 13h.01", "M3.5 12v3", "M20.5 12v3", "M10 16h4"],
  mute: ["M6 10v5h3l4 3.5v-12L9 10z", "M17 10l4 4", "M21 10l-4 4"],
  bell: ["M6.5 16.5v-5a5.5 5.5 0 0 1 11 0v5l1.5 1.5H5z", "M10.5 20.5h3"],
  pin: ["M9 4h6l-.7 6 3.2 3v2h-11v-2l3.2-3z", "M12 15v5.5"],
  person: ["M12 4.5a3.7 3.7 0 1 1 0 7.4 3.7 3.7 0 0 1 0-7.4z", "M5 20c.5-4 3.3-5.6 7-5.6s6.5 1.6 7 5.6"],
  people: ["M9 5a3.3 3.3 0 1 1 0 6.600A3.3 3.3 0 0 1 9 5z", "M3 19c.4-3.5 2.7-5 6-5s5.6 1.5 6 5", "M15.5 5.500a3 3 0 0 1 0 5.7", "M17 14.300c2.3.5 3.6 2 4 4.7"],
  channel: ["M4 10v4h3l9 4.500v-13L7 10z", "M19 9.500a4 4 0 0 1 0 5", "M8 14.500l1.2 4.500h2.300l-1-3.4"],
  chain: ["M10 14a3.8 3.8 0 0 0 5.5.2l3-3a3.9 3.9 0 0 0-5.5-5.500l-1.3 1.3", "M14 10a3.8 3.8 0 0 0-5.5-.2l-3 3a3.9 3.9 0 0 0 5.5 5.500l1.3-1.3"],
  door: ["M13 4.500h6v15h-6", "M4 12h10", "M10.5 8l4 4-4 4"],
  star: ["M12 4.200l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.5-4.8 2.5.9-5.4-3.9-3.8 5.4-.8z"],
  key: ["M8.5 11a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z", "M11 12l8-8", "M16 7l2.5 2.5"],
  eye: ["M3 12c2.2-4 5.2-6 9-6s6.8 2 9 6c-2.2 4-5.2 6-9 6s-6.8-2-9-6z", "M12 9.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"],
  folder: ["M3.5 6.500h6l2 2.500h9v9.500h-17z"],
  gear: ["M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z", "M12 3.500v3", "M12 17.500v3", "M3.5 12h3", "M17.5 12h3", "M6 6l2.1 2.1", "M15.9 15.900L18 18", "M6 18l2.1-2.1", "M15.9 8.100L18 6"],
  time: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M12 8v4.300l3 1.7"],
  topics: ["M4 6.500h16", "M4 12h10", "M4 17.500h13"],
  ban: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M6.5 6.5l11 11"],
  shield: ["M12 3.500l7 2.500v5.500c0 4.5-2.8 7.5-7 9-4.2-1.5-7-4.5-7-9V6z"],
  upload: ["M12 16V5", "M7.5 9L12 4.5 16.5 9", "M5 20h14"],
  forward: ["M9 5l7 7-7 7"],
  window: ["M4 5.5h16v13H4z", "M4 9.5h16", "M7 7.5h.01"],
  inline: ["M5 7h9", "M5 12h6", "M5 17h9", "M16 9l3 3-3 3"],
  map: ["M12 21s-6.5-6.2-6.5-11a6.5 6.5 0 0 1 13 0c0 4.8-6.5 11-6.5 11z", "M12 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"],
  poll: ["M6 19v-6", "M12 19V5", "M18 19v-9"],
  image: ["M4 5.5h16v13H4z", "M4 16l4.5-4.5 4 4 3-3L20 17", "M15.5 9.5h.01"],
  lock: ["M6.5 11h11v8.5h-11z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  share: ["M14 6l5 5-5 5", "M19 11h-8a6 6 0 0 0-6 6v1"],
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
