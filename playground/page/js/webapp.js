// A Mini App: where it is, what it is given, and what it would send back.

import { safeUrl } from "./entities.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { openDialog } from "./notices.js";

function openingOf(url) {
  const href = safeUrl(url);
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

/** Shows where an app is. */
export function showWebApp({ title, url, initData = null, onData = null }) {
  openDialog(title, (close) => h("div", { class: "web-app" },
    h("p", { class: "quiet app-address", dir: "ltr" }, url.split("#")[0]), openingOf(url),
    initData ? h("details", { class: "app-secrets" }, h("summary", {}, "initData"), h("pre", { tabindex: "0" }, initData)) : null,
    onData ? returning(close, onData) : null));
}

/**
 * Opens a Mini App in this chat. `asked`: title, url, start_param, bot (its id); with `onData` the app may send a text to the bot,
 * as Telegram.WebApp.sendData does for apps of the reply keyboard.
 */
export async function openWebApp(deeds, { title, url, start_param: start, bot = null, onData = null }) {
  const asked = { ...(url && { url }), ...(start && { start_param: start }), ...(bot && { bot }) };
  const opened = await deeds.webApp(asked);
  if (opened) showWebApp({ title, url: opened.url ?? url ?? "", initData: opened.init_data, onData });
}
