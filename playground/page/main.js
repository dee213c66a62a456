/** Puts the page together: the top bar, the phones, the drawer, and the events that keep them up to date. */
import { button, el } from "./dom.js";
import { Drawer, isFailure, moveBetween } from "./drawer.js";
import { EventStream } from "./events.js";
import { clockTime, moment } from "./format.js";
import { icon } from "./icons.js";
import { closeMenu } from "./menu.js";
import { askForNewPerson } from "./people.js";
import { PhoneView } from "./phone.js";
import { Store } from "./store.js";
import { currentTheme, nextTheme } from "./theme.js";

const CLOCK_MOVES = "The playground's clock: Telegram's time, not the bot's";

class Desk {
  constructor() {
    this.store = new Store();
    this.views = new Map();
    this.active = null;
    this.place = document.getElementById("phones");
    this.tabs = el("div", { class: "phone-tabs", role: "tablist", "aria-label": "Phones", on: { keydown: (event) => moveBetween([...this.tabs.children], event) } });
    this.nobody = el("p", { class: "empty", hidden: true }, "Nobody is here yet. Add a phone above; where there is no bot either, start one with its token.");
    this.place.append(this.nobody);
    this.problem = el("p", { class: "notice", role: "alert", hidden: true });
    this.drawer = new Drawer(this.store, document.getElementById("drawer"));
    this.drawTop();
    this.store.on("phones", () => this.drawPhones());
    this.store.on("bot", () => {
      this.drawBots();
      if (this.store.bot === null && this.store.bots.length > 0) this.reload();
    });
    this.store.on("calls", (call) => this.countFailures(call));
    this.store.on("clock", () => this.drawClock());
    this.store.on("connection", (connected) => this.connection.classList.toggle("is-lost", !connected));
    setInterval(() => this.drawClock(), 1000);
    addEventListener("keydown", (event) => this.onKey(event));
  }

  async start() {
    const asked = Number(new URLSearchParams(location.search).get("bot_id"));
    await this.store.load(Number.isFinite(asked) && asked !== 0 ? asked : undefined);
    this.listen();
  }

  listen() {
    this.stream?.close();
    this.stream = new EventStream(this.store.botId, this.store.eventId, {
      onEvent: (type, data) => (type === "reset" ? this.reload() : this.store.apply(type, data)),
      onConnection: (connected) => this.store.setConnected(connected),
    });
  }

  /** The server no longer has what was missed: everything anew. */
  async reload() {
    this.stream?.close();
    try {
      await this.store.load(this.store.botId);
      this.listen();
    } catch {
      this.store.setConnected(false);
      setTimeout(() => this.reload(), 1000);
    }
  }

  drawTop() {
    this.bots = el("select", { "aria-label": "Bot", on: { change: () => { location.search = `?bot_id=${this.bots.value}`; } } });
    this.botName = el("span", { class: "top-bot" });
    this.connection = el("span", { class: "connection", role: "status" }, el("span", {}, "Reconnecting…"));
    this.clock = el("button", { type: "button", class: "top-clock", title: CLOCK_MOVES, on: { click: () => this.openClock() } }, icon("clock"), el("span"));
    const add = button("New phone", { icon: icon("person"), class: "icon-button", on: { click: () => askForNewPerson((text) => this.say(text)) } });
    const theme = button("Theme", { icon: icon("theme"), class: "icon-button", on: { click: () => drawTheme(nextTheme()) } });
    const drawTheme = (name) => {
      theme.title = `Theme: ${name}`;
      theme.setAttribute("aria-label", `Theme: ${name}`);
    };
    drawTheme(currentTheme());
    this.failures = el("span", { class: "badge", hidden: true });
    this.hood = button("Under the hood", {
      icon: icon("hood"), class: "icon-button", "aria-expanded": "false", "aria-controls": "drawer", on: { click: () => this.toggleDrawer() },
    });
    this.hood.append(this.failures);
    document.getElementById("top").append(
      el("div", { class: "top-bar" },
        el("h1", {}, "Playground"), this.botName, this.bots, this.connection,
        el("div", { class: "top-tools" }, this.clock, add, theme, this.hood)),
      this.tabs, this.problem);
  }

  /** F6 goes to the next phone, Shift+F6 back, Alt+1 to Alt+9 to the first nine: past all that a Tab would stop at. */
  onKey(event) {
    if (document.querySelector("dialog[open]") !== null || event.ctrlKey || event.metaKey) return;
    const ids = [...this.views.keys()];
    const digit = event.altKey && /^Digit([1-9])$/.exec(event.code)?.[1];
    let chosen;
    if (event.key === "F6" && !event.altKey) {
      const at = ids.findIndex((id) => this.views.get(id).view.element.contains(document.activeElement));
      const from = at < 0 && event.shiftKey ? 0 : at;
      chosen = ids[(from + (event.shiftKey ? -1 : 1) + ids.length) % ids.length];
    } else if (digit) chosen = ids[digit - 1];
    if (chosen === undefined) return;
    event.preventDefault();
    closeMenu(false);
    this.show(chosen);
    this.views.get(chosen).view.focus();
  }

  toggleDrawer() {
    this.drawer.toggle(undefined, this.hood);
    this.failed = 0;
    this.failures.hidden = true;
    this.hood.setAttribute("aria-label", "Under the hood");
  }

  openClock() {
    this.drawer.toggle(true, this.hood);
    document.querySelectorAll("#drawer [role=tab]")[2].click();
  }

  countFailures(call) {
    if (!call || !isFailure(call) || !this.drawer.element.hidden) return;
    this.failed = (this.failed ?? 0) + 1;
    this.failures.textContent = this.failed > 99 ? "99+" : String(this.failed);
    this.failures.hidden = false;
    this.hood.setAttribute("aria-label", `Under the hood, ${this.failed} failed calls`);
  }

  drawBots() {
    const { bots, botId, bot } = this.store;
    this.botName.textContent = bot ? `@${bot.username}` : "";
    document.title = bot ? `${bot.first_name} — Playground` : "Playground";
    this.botName.hidden = bots.length > 1;
    this.bots.hidden = bots.length < 2;
    this.bots.replaceChildren(...bots.map((each) => el("option", { value: each.id, selected: each.id === botId }, `@${each.username}`)));
  }

  drawClock() {
    const { now, clock } = this.store;
    const text = clockTime(now);
    const label = this.clock.lastElementChild;
    if (label.textContent !== text) label.textContent = text;
    this.clock.classList.toggle("is-frozen", clock.frozen);
    this.clock.setAttribute("aria-label", `Clock: ${moment(now)}${clock.frozen ? ", frozen" : ""}`);
  }

  drawPhones() {
    const { phones } = this.store;
    for (const [id, { view, tab }] of this.views) {
      if (phones.has(id)) continue;
      view.element.remove();
      tab.remove();
      this.views.delete(id);
    }
    for (const id of phones.keys()) {
      if (!this.views.has(id)) this.addView(id);
      const { tab } = this.views.get(id);
      tab.querySelector(".tab-name").textContent = phones.get(id).user.name;
    }
    for (const [at, { view }] of [...this.views.values()].entries()) {
      if (at < 9) view.element.setAttribute("aria-keyshortcuts", `Alt+${at + 1}`);
    }
    this.nobody.hidden = phones.size > 0;
    if (!this.views.has(this.active)) this.active = null;
    const kept = Number(sessionStorage.getItem("playground.phone"));
    const first = this.views.has(kept) ? kept : this.views.keys().next().value;
    if (this.active === null && first !== undefined) this.show(first);
  }

  addView(id) {
    const view = new PhoneView(this.store, id, {
      phones: () => [...this.views.values()].map((entry) => entry.view),
      activate: (phone) => this.show(phone.userId),
    });
    view.element.id = `phone-${id}`;
    const tab = el("button", { type: "button", role: "tab", "aria-controls": view.element.id, on: { click: () => this.show(id) } },
      el("span", { class: "tab-name", dir: "auto" }), el("span", { class: "tab-new", "aria-hidden": "true" }));
    this.store.on(`phone:${id}`, ({ arrived }) => {
      if (arrived && !arrived.outgoing && this.active !== id) tab.classList.add("has-new");
    });
    this.views.set(id, { view, tab });
    this.tabs.append(tab);
    this.place.append(view.element);
  }

  /** In a narrow window one phone is on the screen; in a wide one it is only scrolled into view. */
  show(id) {
    this.active = id;
    sessionStorage.setItem("playground.phone", String(id));
    for (const [each, { view, tab }] of this.views) {
      const chosen = each === id;
      view.element.classList.toggle("is-active", chosen);
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) tab.classList.remove("has-new");
    }
    const { view, tab } = this.views.get(id);
    tab.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    view.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (view.phone) view.log.stuck && view.log.toBottom();
  }

  say(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
    setTimeout(() => { this.problem.hidden = true; }, 6000);
  }
}

async function begin() {
  const desk = new Desk();
  const waiting = el("p", { class: "empty", role: "status" }, "Connecting to the playground…");
  document.getElementById("phones").append(waiting);
  for (;;) {
    try {
      await desk.start();
      break;
    } catch (error) {
      waiting.textContent = error.message;
      await new Promise((resolve) => { setTimeout(resolve, 1000); });
    }
  }
  waiting.remove();
}

begin();
