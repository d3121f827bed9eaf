// A map without a network: streets, a river and a park drawn from the coordinates alone, the same each time.

import { countDown, now } from "./clock.js";
import { h, svg } from "./dom.js";
import { clockTime, duration, t } from "./i18n.js";

const WIDTH = 320;
const HEIGHT = 170;
const CELL = 0.02;
const FOR_EVER = 0x7fffffff;

function dice(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const line = (from, to) => `M${from.map((value) => value.toFixed(1)).join(" ")}L${to.map((value) => value.toFixed(1)).join(" ")}`;

function streets(random, shift) {
  const lines = [];
  const tilt = (random() - 0.5) * 60;
  for (let x = -60; x < WIDTH + 60; x += 34 + random() * 30) lines.push({ d: line([x + shift[0], -20], [x + tilt + shift[0], HEIGHT + 20]), width: random() < 0.25 ? 7 : 3.5 });
  for (let y = -40; y < HEIGHT + 40; y += 28 + random() * 26) lines.push({ d: line([-20, y + shift[1]], [WIDTH + 20, y - tilt / 3 + shift[1]]), width: random() < 0.25 ? 7 : 3.5 });
  return lines;
}

function picture(latitude, longitude) {
  const row = Math.round(latitude / CELL);
  const column = Math.round(longitude / CELL);
  const random = dice(Math.imul(row, 73856093) ^ Math.imul(column, 19349663));
  const shift = [-(longitude / CELL - column) * WIDTH * 0.6, (latitude / CELL - row) * HEIGHT * 0.6];
  const parkX = random() * WIDTH * 0.7 + shift[0];
  const parkY = random() * HEIGHT * 0.6 + shift[1];
  const bank = random() * HEIGHT + shift[1];
  return svg(`0 0 ${WIDTH} ${HEIGHT}`, [
    { d: `M0 0H${WIDTH}V${HEIGHT}H0z`, class: "map-land" },
    { d: `M${parkX} ${parkY}h${50 + random() * 60}v${34 + random() * 40}h-${50 + random() * 40}z`, class: "map-park" },
    { d: `M-10 ${bank}C${WIDTH * 0.3} ${bank - 60} ${WIDTH * 0.6} ${bank + 70} ${WIDTH + 10} ${bank - 20}`, class: "map-water" },
    ...streets(random, shift).map(({ d, width }) => ({ d, class: "map-street", "stroke-width": width })),
  ], { class: "map-picture", preserveAspectRatio: "xMidYMid slice" });
}

const pin = () => svg("0 0 24 30", [{ d: "M12 0C5.4 0 0 5.2 0 11.6 0 20 12 30 12 30s12-10 12-18.4C24 5.2 18.6 0 12 0z" }, { d: "M12 7.5a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6z", class: "map-hole" }], { class: "map-pin" });

const figures = ({ latitude, longitude }) => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** The picture of a place with its pin; `label` is what a screen reader says. */
export function mapPicture(location, label) {
  return h("span", { class: "map", role: "img", "aria-label": label }, picture(location.latitude, location.longitude), pin());
}

function live(message, location) {
  const until = location.live_period === FOR_EVER ? Infinity : message.date + location.live_period;
  if (until <= now()) return h("div", { class: "map-words" }, h("strong", {}, t("live_over")));
  const left = h("span", { class: "map-left", role: "timer" });
  const title = h("strong", {}, t("live"));
  const updated = t("updated_at", { time: clockTime(message.edit_date ?? message.date) });
  const box = h("div", { class: "map-words is-live" }, h("span", { class: "live-dot", "aria-hidden": "true" }), h("span", { class: "grow" }, title, h("span", {}, updated)), left);
  if (until === Infinity) return box;
  countDown(left, until, (seconds) => {
    left.textContent = seconds ? duration(seconds) : "";
    if (!seconds) { title.textContent = t("live_over"); box.classList.remove("is-live"); }
  });
  return box;
}

/** A place, a live place or a venue of a message. */
export function place(message) {
  const { venue } = message;
  const location = venue?.location ?? message.location;
  const label = venue ? `${venue.title}, ${venue.address}` : t("place_at", { where: figures(location) });
  const words = venue ? h("div", { class: "map-words" }, h("span", { class: "grow" }, h("strong", { dir: "auto" }, venue.title), h("span", { dir: "auto" }, venue.address)))
    : location.live_period ? live(message, location)
      : h("div", { class: "map-words" }, h("span", { class: "grow" }, h("strong", {}, t("kind_location")), h("span", {}, figures(location))));
  return h("div", { class: "media place", dataset: { wide: "yes" } }, mapPicture(location, label), words);
}
