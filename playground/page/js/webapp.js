// A Mini App: where it is, what it is given, and what it would send back.

import { safeUrl } from "./entities.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { openDialog } from "./notices.js";

function openingOf(opened, asked) {
  const href = safeUrl(opened.url ?? asked.url ?? "");
  if (!href) return null;
  return h("a", { class: "primary wide center", href, target: "_blank", rel: "noopener noreferrer" }, t("open_app"));
}

function returning(close, onData) {
  const data = h("textarea", { name: "data", rows: "4", maxlength: "4096", required: true, dir: "auto" });
  return h("form", { class: "form", onsubmit: async (event) => {
    event.preventDefault();
    if (await onData(data.value)) close();
  } }, h("label", { class: "form-field" }, h("span", {}, t("app_data")), data, h("small", {}, t("app_data_hint"))),
  h("div", { class: "form-foot" }, h("button", { type: "submit", class: "primary" }, t("send_data"))));
}

/**
 * Opens a Mini App in this chat. `asked`: title, url, start_param, bot (its id); with `onData` the app may send a text to the bot,
 * as Telegram.WebApp.sendData does for apps of the reply keyboard.
 */
export async function openWebApp(deeds, { title, url, start_param: start, bot = null, onData = null }) {
  const asked = { ...(url && { url }), ...(start && { start_param: start }), ...(bot && { bot }) };
  const opened = await deeds.webApp(asked);
  if (!opened) return;
  openDialog(title, (close) => h("div", { class: "web-app" },
    h("p", { class: "quiet app-address", dir: "ltr" }, (opened.url ?? url ?? "").split("#")[0]), openingOf(opened, asked),
    h("details", { class: "app-secrets" }, h("summary", {}, "initData"), h("pre", { tabindex: "0" }, opened.init_data ?? "")),
    onData ? returning(close, onData) : null));
}
