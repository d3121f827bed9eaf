// The keyboard: what works everywhere on the page, and the sheet that tells it.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { Panel } from "./panel.js";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const ALT = isMac ? "⌥" : "Alt";
const CTRL = isMac ? "⌘" : "Ctrl";

const SHEET = [
  ["keys_people", [[[ALT, "1…9"], "key_person"], [[ALT, "↑ ↓"], "key_chat"], [[CTRL, "K"], "key_search"], [[ALT, "N"], "key_new"], [[ALT, "I"], "key_info"], [["Esc"], "key_escape"]]],
  ["keys_writing", [[["Enter"], "key_send"], [["Shift", "Enter"], "key_line"], [["↑"], "key_edit"], [["/"], "key_commands"], [["Tab"], "key_tab"]]],
  ["keys_messages", [[["↑ ↓"], "key_messages"], [["Enter"], "key_menu"]]],
  ["keys_workshop", [[[ALT, "W"], "key_workshop"], [["← →"], "key_tabs"], [["?"], "key_sheet"]]],
];

export function openShortcuts() {
  if (document.querySelector("dialog:modal")) return;
  const keys = (names) => names.map((name) => h("kbd", {}, name));
  new Panel().push({ title: t("shortcuts"), draw: () => h("div", { class: "shortcuts" }, SHEET.map(([title, rows]) => h("section", {}, h("h3", {}, t(title)),
    h("dl", {}, rows.map(([names, key]) => h("div", {}, h("dt", {}, keys(names)), h("dd", {}, t(key)))))))) });
}

const isWriting = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

function deedOf(app, event) {
  const column = app.active;
  if (event.key === "?" && !isWriting(event.target)) return openShortcuts;
  if (event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.shiftKey) return () => column?.list.focusSearch();
  if (!event.altKey || event.ctrlKey || event.metaKey) return null;
  if (/^Digit[1-9]$/.test(event.code)) return () => app.goTo(Number(event.code.slice(5)) - 1);
  return {
    ArrowUp: () => column?.step(-1), ArrowDown: () => column?.step(1), KeyW: () => app.drawer.toggle(),
    KeyN: () => column?.openNew(), KeyI: () => column?.openInfo(),
  }[event.code] ?? null;
}

/** Listens on the whole page; a dialog that is open keeps its keys. */
export function listenForKeys(app) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog:modal") || event.target.closest?.("dialog")) return;
    const deed = deedOf(app, event);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
