// Polls and quizzes: choosing, voting, results.

import { countDown, now } from "./clock.js";
import { h } from "./dom.js";
import { richText } from "./entities.js";
import { duration, t } from "./i18n.js";
import { icon } from "./icons.js";

const kindKey = (poll) => {
  if (poll.is_closed) return "poll_final";
  if (poll.type === "quiz") return poll.is_anonymous ? "quiz_anonymous" : "quiz_public";
  return poll.is_anonymous ? "poll_anonymous" : "poll_public";
};

export const correctOf = (poll) => poll.correct_option_ids ?? (Number.isInteger(poll.correct_option_id) ? [poll.correct_option_id] : []);

/** Whole percents that add up to 100, so that no vote seems lost. */
export function percents(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!total) return counts.map(() => 0);
  const exact = counts.map((count) => (100 * count) / total);
  const whole = exact.map(Math.floor);
  const order = exact.map((value, place) => [value - whole[place], place]).sort((one, other) => other[0] - one[0]);
  const missing = 100 - whole.reduce((sum, value) => sum + value, 0);
  for (const [, place] of order.slice(0, missing)) whole[place] += 1;
  return whole;
}

function shares(poll) {
  if (!poll.allows_multiple_answers) return percents(poll.options.map((option) => option.voter_count));
  return poll.options.map((option) => (poll.total_voter_count ? Math.round((100 * option.voter_count) / poll.total_voter_count) : 0));
}

function mark(poll, place, chosen) {
  const correct = correctOf(poll);
  if (poll.type === "quiz" && correct.includes(place)) return { glyph: "check", name: t("right_answer"), className: "right" };
  if (!chosen) return null;
  if (poll.type === "quiz" && correct.length) return { glyph: "close", name: t("wrong_answer"), className: "wrong" };
  return { glyph: "check", name: t("your_choice"), className: "" };
}

function result(poll, option, place, share, chosen) {
  const sign = mark(poll, place, chosen);
  return h("li", { class: `poll-result ${sign?.className ?? ""}`, title: t("votes", { count: option.voter_count }) },
    h("span", { class: "poll-share" }, `${share}%`),
    h("span", { class: "poll-answer" }, h("span", { dir: "auto" }, richText(option.text, option.text_entities)),
      h("span", { class: "poll-bar", "aria-hidden": "true" }, h("i", { style: { width: `${Math.max(share, 1)}%` } })),
      h("span", { class: "unseen" }, t("votes", { count: option.voter_count }))),
    sign ? h("span", { class: "poll-mark", role: "img", "aria-label": sign.name }, icon(sign.glyph)) : null);
}

function results(poll, chosen) {
  const share = shares(poll);
  return h("ul", { class: "poll-options", "aria-label": t("results") },
    poll.options.map((option, place) => result(poll, option, place, share[place], chosen.includes(place))));
}

// What is ticked and not sent yet outlives a redrawing: somebody else's vote does not wipe it out.
function several(message, poll, actions) {
  const ticked = actions.ticked(message.message_id);
  const vote = h("button", { type: "button", class: "poll-vote", disabled: ticked.size === 0, onclick: async () => {
    vote.disabled = true;
    const done = await actions.vote(message, [...ticked].sort((one, other) => one - other));
    if (done) ticked.clear(); else vote.disabled = false;
  } }, t("vote"));
  return [h("div", { class: "poll-options", role: "group", "aria-label": t("options") }, poll.options.map((option, place) => h("label", { class: "poll-option" },
    h("input", { type: "checkbox", checked: ticked.has(place), onchange: (event) => {
      if (event.target.checked) ticked.add(place); else ticked.delete(place);
      vote.disabled = ticked.size === 0;
    } }), h("span", { dir: "auto" }, richText(option.text, option.text_entities))))), vote];
}

function one(message, poll, actions) {
  return h("div", { class: "poll-options", role: "group", "aria-label": t("options") }, poll.options.map((option, place) => {
    const button = h("button", { type: "button", class: "poll-option", onclick: async () => {
      button.setAttribute("aria-busy", "true");
      if (!await actions.vote(message, [place])) button.removeAttribute("aria-busy");
    } }, h("span", { class: "poll-dot", "aria-hidden": "true" }), h("span", { dir: "auto" }, richText(option.text, option.text_entities)));
    return button;
  }));
}

function explanation(poll, chosen) {
  if (!poll.explanation || !(chosen.length || poll.is_closed)) return null;
  const wrong = !chosen.some((place) => correctOf(poll).includes(place));
  return h("details", { class: "poll-why", open: chosen.length > 0 && wrong }, h("summary", {}, t("why")),
    h("p", { dir: "auto" }, richText(poll.explanation, poll.explanation_entities)));
}

function clock(message, poll) {
  const until = poll.close_date ?? (poll.open_period ? message.date + poll.open_period : null);
  if (!until || poll.is_closed || until <= now()) return null;
  const left = h("span", { class: "poll-clock", role: "timer" });
  return countDown(left, until, (seconds) => { left.textContent = seconds ? duration(seconds) : ""; });
}

function foot(poll, message, over, actions) {
  const count = poll.total_voter_count;
  const words = count ? t(poll.type === "quiz" ? "answers" : "votes", { count }) : t("no_votes");
  const shown = count && over && !poll.is_anonymous
    ? h("button", { type: "button", class: "in-text poll-who", "aria-haspopup": "dialog", onclick: () => actions.whoVoted(message) }, t("who_voted")) : null;
  return h("div", { class: "poll-foot" }, h("span", {}, words), shown, clock(message, poll));
}

/** Draws a poll as this person meets it. */
export function poll(message, { chat, actions }) {
  const { poll: asked } = message;
  const chosen = chat?.votes?.[message.message_id] ?? [];
  const over = asked.is_closed || chosen.length > 0;
  const body = over ? results(asked, chosen) : asked.allows_multiple_answers ? several(message, asked, actions) : one(message, asked, actions);
  return h("div", { class: "media poll" },
    asked.description ? h("p", { class: "poll-about", dir: "auto" }, richText(asked.description, asked.description_entities)) : null,
    h("strong", { class: "poll-question", dir: "auto" }, richText(asked.question, asked.question_entities)),
    h("span", { class: "poll-kind" }, t(kindKey(asked)), asked.allows_multiple_answers && !asked.is_closed ? ` · ${t("several")}` : ""),
    body, explanation(asked, chosen), foot(asked, message, over, actions));
}
