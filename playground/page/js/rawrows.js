// Rows of the workshop: what a bot called and what it was sent.

import { h } from "./dom.js";
import { copyButton } from "./forms.js";
import { t } from "./i18n.js";
import { jsonView } from "./json.js";
import { unfolding } from "./livelist.js";

const instants = new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });
export const instant = (unix) => instants.format(unix * 1000);

const measure = (unit, digits = 0) => new Intl.NumberFormat(navigator.language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits });
const MEASURES = { ms: measure("millisecond"), exact: measure("millisecond", 1), tenths: measure("second", 1), s: measure("second"), min: measure("minute") };

export function span(seconds) {
  if (seconds < 1) return MEASURES.ms.format(seconds * 1000);
  if (seconds < 120) return MEASURES[seconds < 10 ? "tenths" : "s"].format(seconds);
  return MEASURES.min.format(seconds / 60);
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The call as a line for a shell. */
export function curl(call, token) {
  return `curl -s ${quoted(`${location.origin}/bot${token}/${call.method}`)} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(call.params))}`;
}

function gist(value) {
  const words = value?.text ?? value?.caption ?? value?.data ?? value?.query ?? value?.action ?? value?.question ?? value?.message?.text ?? value?.message?.caption;
  return typeof words === "string" ? words : "";
}

export function callRow(call, bots) {
  const bot = bots.find((other) => other.user.id === call.bot);
  return unfolding([h("span", { class: `code ${call.ok ? "ok" : "bad"}` }, call.ok ? "200" : call.code), h("b", {}, call.method),
    h("span", { class: call.ok ? "quiet" : "bad-words", dir: "auto" }, call.ok ? gist(call.params) : call.description), h("span", { class: "took" }, MEASURES.ms.format(call.took_ms)), h("time", {}, instant(call.at))],
  () => [h("p", { class: "quiet raw-facts" }, [bot ? `@${bot.user.username}` : call.bot, `#${call.id}`, MEASURES.exact.format(call.took_ms)].join(" · ")),
    call.ok ? null : h("p", { class: "problem" }, `${call.code}: ${call.description}`),
    jsonView(t("params"), call.params, bot ? copyButton(() => curl(call, bot.token), t("copy_curl")) : null),
    call.result === null || call.result === undefined ? null : jsonView(t("result"), call.result)], call.ok ? "" : "failed");
}

export const callText = (call) => `${call.method} ${call.description ?? ""} ${call.code ?? ""} ${JSON.stringify(call.params)}`;

function path(delivery) {
  const steps = [[t("state_queued"), instant(delivery.queued_at)]];
  if (delivery.delivered_at) steps.push([`${t("state_delivered")}${delivery.times > 1 ? ` ×${delivery.times}` : ""}`, `+${span(delivery.delivered_at - delivery.queued_at)}`]);
  if (delivery.confirmed_at) steps.push([t("state_confirmed"), `+${span(delivery.confirmed_at - delivery.queued_at)}`]);
  if (["dropped", "lost"].includes(delivery.state)) steps.push([t(`state_${delivery.state}`), ""]);
  return h("ol", { class: "path" }, steps.map(([name, when]) => h("li", {}, h("b", {}, name), " ", when)));
}

export function deliveryRow(delivery, bots) {
  const bot = bots.find((other) => other.user.id === delivery.bot);
  const content = delivery.update?.[delivery.type];
  return unfolding([h("span", { class: `state ${delivery.state}` }, t(`state_${delivery.state}`)), h("b", {}, delivery.type),
    h("span", { class: "quiet", dir: "auto" }, gist(content)), delivery.times > 1 ? h("span", { class: "took bad" }, `×${delivery.times}`) : null, h("time", {}, instant(delivery.queued_at))],
  () => [h("p", { class: "quiet raw-facts" }, [bot ? `@${bot.user.username}` : delivery.bot, `update_id ${delivery.update_id}`].join(" · ")), path(delivery), jsonView(t("update"), delivery.update)]);
}

export const deliveryText = (delivery) => `${delivery.type} ${delivery.update_id} ${t(`state_${delivery.state}`)} ${JSON.stringify(delivery.update)}`;
