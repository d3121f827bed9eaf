// How long calls take and how long updates wait, by kind.

import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { span } from "./rawrows.js";

/** The value below which `share` of the sorted numbers lie. */
export function quantile(sorted, share) {
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] : 0;
}

/** Groups `{name, seconds, bad}` by name: count, errors, p50, p95, max; the slowest first. */
export function measured(samples) {
  const groups = new Map();
  for (const sample of samples) {
    if (!groups.has(sample.name)) groups.set(sample.name, { name: sample.name, times: [], errors: 0 });
    const group = groups.get(sample.name);
    group.times.push(sample.seconds);
    if (sample.bad) group.errors += 1;
  }
  return [...groups.values()].map(({ name, times, errors }) => {
    const sorted = times.sort((one, other) => one - other);
    return { name, errors, count: sorted.length, p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), max: sorted.at(-1) };
  }).sort((one, other) => other.p95 - one.p95);
}

function table(title, rows, nameOfRow) {
  if (!rows.length) return null;
  const longest = Math.max(...rows.map((row) => row.p95), 1e-6);
  const bar = (row) => h("div", { class: "bar", "aria-hidden": "true" }, h("i", { class: "bar-95", style: { width: `${100 * row.p95 / longest}%` } }), h("i", { class: "bar-50", style: { width: `${100 * row.p50 / longest}%` } }));
  const heads = [nameOfRow, t("count"), "p50", "p95", t("longest")];
  return h("section", {}, h("h3", {}, title), h("table", { class: "timings" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name, row.errors ? h("span", { class: "bad" }, ` ${t("errors_count", { count: row.errors })}`) : null, bar(row)),
      h("td", {}, row.count), h("td", {}, span(row.p50)), h("td", {}, span(row.p95)), h("td", {}, span(row.max)))))));
}

export class Timings {
  constructor(calls, deliveries) {
    this.calls = calls;
    this.deliveries = deliveries;
    this.element = h("div", { class: "controls", role: "tabpanel", "aria-label": t("timings") });
  }

  render() {
    const calls = measured([...this.calls.items.values()].map((call) => ({ name: call.method, seconds: call.took_ms / 1000, bad: !call.ok })));
    const taken = [...this.deliveries.items.values()].filter((delivery) => delivery.confirmed_at);
    const waits = measured(taken.map((delivery) => ({ name: delivery.type, seconds: delivery.confirmed_at - delivery.queued_at })));
    const nothing = !calls.length && !waits.length;
    fill(this.element, nothing ? h("p", { class: "quiet" }, t("no_timings")) : [h("p", { class: "quiet" }, t("timings_hint")), table(t("calls"), calls, t("method_short")), table(t("updates_until"), waits, t("type"))]);
  }
}
