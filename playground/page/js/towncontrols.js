// The town's own controls: its clock, Telegram's limits, saving, starting over, a test out of a conversation.

import { now, setNow } from "./clock.js";
import { fill, h } from "./dom.js";
import { choice, field, form, problemLine, saveAs } from "./forms.js";
import { fullTime, t } from "./i18n.js";
import { icon } from "./icons.js";
import { openBots } from "./newcomers.js";
import { workshop } from "./workshopapi.js";

const STEPS = [[60, "plus_minute"], [3600, "plus_hour"], [86400, "plus_day"]];
const PROFILES = ["off", "faq", "harsh"];

export class TownControls {
  /** `app`: store, stream, openConversations() -> [{user, chat, label}], afresh(). */
  constructor(app) {
    this.app = app;
    this.time = h("output", { class: "town-time" });
    this.limits = h("div", {});
    this.export = h("div", {});
    this.element = h("div", { class: "controls", role: "tabpanel", "aria-label": t("controls") }, this.#clock(), this.#limits(), this.#saving(), this.export,
      h("section", {}, h("h3", {}, t("bots")), h("button", { type: "button", class: "secondary", onclick: () => openBots(app.store) }, t("tokens_and_connections"))));
  }

  #clock() {
    const problem = problemLine();
    const move = async (body) => {
      const answer = await problem.attempt(workshop.moveClock(body));
      if (!answer) return;
      setNow(answer.now);
      this.tick();
    };
    return h("section", {}, h("h3", {}, t("clock")), this.time,
      h("div", { class: "fault-buttons" }, STEPS.map(([seconds, key]) => h("button", { type: "button", class: "secondary", onclick: () => move({ advance_s: seconds }) }, t(key)))), problem.element,
      h("details", { class: "adding" }, h("summary", {}, t("to_instant")), form(t("set_clock"), async ({ instant }) => {
        const answer = await workshop.moveClock({ now: new Date(instant).getTime() / 1000 });
        setNow(answer.now);
        this.tick();
      }, field("instant", t("instant"), { type: "datetime-local", required: true }))));
  }

  /** Shows the time; again each second while the panel is seen. */
  tick() {
    clearTimeout(this.timer);
    this.time.textContent = fullTime(now());
    if (this.element.isConnected && this.element.checkVisibility()) this.timer = setTimeout(() => this.tick(), 1000);
  }

  #limits() {
    return h("section", {}, h("h3", {}, t("limits")), this.limits);
  }

  #drawLimits({ profile, seed }) {
    this.app.store.limits = profile;
    fill(this.limits, form(t("apply"), async (values) => {
      const limits = { profile: values.profile };
      if (values.seed !== undefined && values.seed !== "") limits.seed = Number(values.seed);
      this.#drawLimits(await workshop.setLimits(limits));
    }, h("div", { class: "form-grid" }, choice("profile", t("profile"), PROFILES.map((name) => [name, t(`limits_${name}`)]), profile),
      field("seed", t("seed"), { type: "number", value: seed ?? "", hint: t("seed_hint") }))));
  }

  #saving() {
    const problem = problemLine();
    const picker = h("input", { type: "file", class: "unseen", accept: ".zip,application/zip", "aria-label": t("load_town"), tabindex: "-1", onchange: async () => {
      const [file] = picker.files;
      picker.value = "";
      if (file && await problem.attempt(workshop.load(file))) await this.app.afresh();
    } });
    const save = async () => {
      const town = await problem.attempt(workshop.saved());
      if (town) saveAs(`samovar-${new Date(now() * 1000).toISOString().slice(0, 19).replaceAll(":", "")}.zip`, town, "application/zip");
    };
    const again = h("button", { type: "button", class: "secondary danger", onclick: async () => {
      if (!again.classList.contains("sure")) { again.classList.add("sure"); again.textContent = t("reset_sure"); return; }
      again.classList.remove("sure");
      again.textContent = t("reset");
      if (await problem.attempt(workshop.reset())) await this.app.afresh();
    }, onblur: () => { again.classList.remove("sure"); again.textContent = t("reset"); } }, t("reset"));
    return h("section", {}, h("h3", {}, t("whole_town")), h("p", { class: "quiet" }, t("whole_town_hint")),
      h("div", { class: "fault-buttons" }, h("button", { type: "button", class: "secondary with-icon", onclick: save }, icon("download"), t("save_town")),
        h("button", { type: "button", class: "secondary with-icon", onclick: () => picker.click() }, icon("upload"), t("load_town")), again, picker), problem.element);
  }

  #drawExport() {
    const open = this.app.openConversations();
    const problem = problemLine();
    const download = async ({ user, chat }) => {
      const script = await problem.attempt(workshop.script(user, chat));
      if (script) saveAs("test_conversation.py", script, "text/x-python");
    };
    fill(this.export, open.length ? h("section", {}, h("h3", {}, t("as_test")), h("p", { class: "quiet" }, t("as_test_hint")),
      h("div", { class: "fault-buttons" }, open.map((one) => h("button", { type: "button", class: "secondary with-icon", onclick: () => download(one) }, icon("download"), one.label))), problem.element) : null);
  }

  async refresh() {
    this.tick();
    this.#drawExport();
    const [limits, clock] = await Promise.all([workshop.limits(), workshop.clock()]).catch(() => [null, null]);
    if (!limits) return;
    setNow(clock.now);
    this.tick();
    this.#drawLimits(limits);
  }
}
