// The playground's own time: it runs like the browser's, but people may move it forwards.

const JUMP_S = 3;

let ahead = 0;

/** Unix seconds in the playground. */
export const now = () => Date.now() / 1000 + ahead;

/** Sets the clock to what the server says that it is. */
export function setNow(instant) { ahead = instant - Date.now() / 1000; }

/** Learns from an event's instant; small differences are only its way here. */
export function hearTime(instant) {
  const found = instant - Date.now() / 1000;
  if (Math.abs(found - ahead) > JUMP_S) ahead = found;
}

/** Draws what is left until `until` each second, as long as `element` is on the page; then once more with 0. */
export function countDown(element, until, draw) {
  const tick = () => {
    const left = Math.max(0, Math.ceil(until - now()));
    draw(left);
    if (left && (element.isConnected || !started)) setTimeout(tick, 1000);
  };
  let started = false;
  tick();
  started = true;
  return element;
}
