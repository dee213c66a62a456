/** Under the hood: the last calls of the Bot API, the faults as switches, the clock, the bot's token. */
import { addFault, changeBot, clearCalls, removeFault, setClock } from "./api.js";
import { closeButton, confirm, field } from "./dialogs.js";
import { button, el, uniqueId } from "./dom.js";
import { clockTime, fullTime, moment, plural } from "./format.js";
import { icon } from "./icons.js";

const FAULTS = [
  { kind: "drop", name: "Drop", means: "The connection is cut, nothing was done" },
  { kind: "delay", name: "Delay", means: "A call is done late", seconds: 2 },
  { kind: "429", name: "Too many requests", means: "Refused with retry_after", retryAfter: 3 },
  { kind: "500", name: "Server error", means: "Internal Server Error, nothing was done" },
  { kind: "half", name: "Half an answer", means: "Done, then half of the answer and a cut" },
  { kind: "cut", name: "No answer", means: "Done, then cut without an answer" },
  { kind: "duplicate", name: "Duplicate update", means: "An update is delivered twice", seconds: 0, updates: true },
  { kind: "late", name: "Late update", means: "An update is delivered late", seconds: 2, updates: true },
  { kind: "overtake", name: "Taps overtake", means: "Messages are held, taps overtake them", seconds: 2, updates: true },
];
const NOT_MODIFIED = /\bmessage is not modified\b/;
const SECTIONS = ["Calls", "Faults", "Clock", "Bot"];

/** An edit that would have changed nothing did no harm: it is no success, but it does not count as a failure either. */
export const isNotModified = ({ ok, description }) => !ok && NOT_MODIFIED.test(description ?? "");
export const isFailure = (call) => !call.ok && !isNotModified(call);

export class Drawer {
  constructor(store, element) {
    this.store = store;
    this.element = element;
    this.problem = el("p", { class: "problem", role: "alert" });
    this.calls = new CallLog(store, (action) => this.run(action));
    this.faults = new FaultSwitches(store, (action) => this.run(action));
    this.clock = new ClockPanel(store, (action) => this.run(action));
    this.botPanel = new BotPanel(store, (action) => this.run(action));
    const panels = [this.calls, this.faults, this.clock, this.botPanel].map(({ element: panel }) => panel);
    element.append(
      el("div", { class: "drawer-head" }, tabs(panels), closeButton("Close the drawer", () => this.toggle(false))),
      this.problem, ...panels);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.toggle(false);
    });
  }

  toggle(open = this.element.hidden, opener = null) {
    if (opener) this.opener = opener;
    this.element.hidden = !open;
    this.opener?.setAttribute("aria-expanded", String(open));
    if (open) {
      this.clock.draw();
      this.element.querySelector("[role=tab][aria-selected=true]").focus();
    } else this.opener?.focus();
  }

  async run(action) {
    this.problem.textContent = "";
    try {
      return await action();
    } catch (error) {
      this.problem.textContent = error.message;
      return null;
    }
  }
}

function tabs(panels) {
  const buttons = SECTIONS.map((name, at) => {
    panels[at].id = uniqueId("panel");
    panels[at].setAttribute("role", "tabpanel");
    panels[at].setAttribute("aria-label", name);
    return el("button", { type: "button", role: "tab", "aria-controls": panels[at].id, on: { click: () => choose(at) } }, name);
  });
  const choose = (chosen) => buttons.forEach((tab, at) => {
    tab.setAttribute("aria-selected", String(at === chosen));
    tab.tabIndex = at === chosen ? 0 : -1;
    panels[at].hidden = at !== chosen;
  });
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Under the hood" }, ...buttons);
  list.addEventListener("keydown", (event) => moveBetween(buttons, event));
  choose(0);
  return list;
}

/** Arrow keys between tabs; the tab that gets the focus is chosen. */
export function moveBetween(buttons, event) {
  const at = buttons.indexOf(event.target);
  const moves = { ArrowRight: at + 1, ArrowLeft: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 };
  if (at < 0 || !(event.key in moves)) return;
  event.preventDefault();
  const next = buttons[moves[event.key] % buttons.length];
  next.focus();
  next.click();
}

class CallLog {
  constructor(store, run) {
    this.store = store;
    this.rows = new Map();
    this.method = el("input", { type: "search", placeholder: "Method", "aria-label": "Only methods with this in their name", on: { input: () => this.draw() } });
    this.failed = el("input", { type: "checkbox", on: { change: () => this.draw() } });
    this.polls = el("input", { type: "checkbox", on: { change: () => this.draw() } });
    const clear = button("Clear", { text: "Clear", class: "small-button", on: { click: () => run(() => this.clear()) } });
    this.counts = el("p", { class: "hint call-counts", role: "status" });
    this.list = el("div", { class: "calls" });
    this.none = el("p", { class: "empty" }, "No calls yet. What the bot asks of Telegram stands here.");
    this.element = el("div", { class: "panel" },
      el("div", { class: "panel-tools" }, this.method, clear,
        el("label", { class: "check" }, this.failed, "Failed only"), el("label", { class: "check" }, this.polls, "With getUpdates")), this.counts, this.none, this.list);
    store.on("calls", () => this.draw());
  }

  async clear() {
    await clearCalls(this.store.botId);
    this.store.calls = [];
    this.store.emit("calls");
  }

  /** Polling that goes well says nothing, and would hide the rest. */
  wants(call) {
    if (isNotModified(call)) return !this.failed.checked;
    return !call.ok || (!this.failed.checked && (this.polls.checked || call.method.toLowerCase() !== "getupdates"));
  }

  draw() {
    const method = this.method.value.trim().toLowerCase();
    const shown = this.store.calls.filter((call) => call.method.toLowerCase().includes(method) && this.wants(call));
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    let before = null;
    for (const call of shown) {
      let row = this.rows.get(call.id);
      if (row === undefined) {
        row = callRow(call, this.store.chatName(call.chat_id));
        this.rows.set(call.id, row);
      }
      if (row.nextElementSibling !== before || row.parentElement !== this.list) this.list.insertBefore(row, before);
      before = row;
    }
    this.none.hidden = shown.length > 0;
    const { calls } = this.store;
    const [failed, same] = [calls.filter(isFailure).length, calls.filter(isNotModified).length];
    const text = calls.length === 0 ? "" : `${failed} failed · ${same} not modified · of ${plural(calls.length, "call")}`;
    if (this.counts.textContent !== text) this.counts.textContent = text;
  }
}

function callRow(call, whose) {
  const same = isNotModified(call);
  const result = call.ok ? "ok" : same ? "same" : `${call.error_code ?? "cut"}`;
  return el("details", { class: call.ok ? "call" : same ? "call is-same" : "call is-failed" },
    el("summary", {},
      el("span", { class: "call-result" }, result),
      el("span", { class: "call-method" }, call.method),
      call.fault ? el("span", { class: "call-fault", title: "A fault made this" }, call.fault) : null,
      el("span", { class: "call-time", title: fullTime(call.at) }, `${clockTime(call.at)} · ${Math.round(call.ms)} ms`),
      whose ? el("span", { class: "call-chat", dir: "auto" }, whose) : null,
      call.description ? el("span", { class: "call-error", dir: "auto" }, call.description) : null),
    el("dl", {}, ...Object.entries(call.params ?? {}).flatMap(([name, value]) => [
      el("dt", {}, name), el("dd", { dir: "auto" }, typeof value === "string" ? value : JSON.stringify(value)),
    ])));
}

class FaultSwitches {
  constructor(store, run) {
    this.store = store;
    this.run = run;
    const methods = el("datalist", { id: uniqueId("methods") });
    this.methods = methods;
    this.rows = FAULTS.map((fault) => this.row(fault, methods.id));
    this.element = el("div", { class: "panel" },
      el("p", { class: "hint" }, "Switched on, a fault hits the next matching calls; it switches itself off when it has hit as often as asked. 0 times: until switched off."),
      methods, ...this.rows.map(({ element }) => element));
    store.on("faults", () => this.draw());
    store.on("calls", () => this.drawMethods());
  }

  row(fault, methodsId) {
    const number = (value, props = {}) => el("input", { type: "number", min: 0, step: "any", value, ...props });
    const method = fault.updates ? null : el("input", { type: "text", value: "*", list: methodsId, spellcheck: "false", autocomplete: "off" });
    const times = number(1, { step: 1 });
    const seconds = fault.seconds === undefined ? null : number(fault.seconds);
    const retryAfter = fault.retryAfter === undefined ? null : number(fault.retryAfter, { step: 1, min: 1 });
    const toggle = el("button", { type: "button", role: "switch", class: "switch", "aria-checked": "false" });
    const nameId = uniqueId("fault");
    toggle.setAttribute("aria-labelledby", nameId);
    const active = el("small", { class: "fault-active" });
    toggle.addEventListener("click", () => this.run(() => this.toggle(fault, { method, times, seconds, retryAfter })));
    const element = el("div", { class: "fault", data: { kind: fault.kind } },
      el("div", { class: "fault-head" },
        el("div", {}, el("strong", { id: nameId }, fault.name), el("small", {}, fault.means)), toggle),
      el("div", { class: "fault-fields" },
        method && field("Method", method), field("Times", times), seconds && field("Seconds", seconds), retryAfter && field("Retry after", retryAfter)),
      active);
    return { element, toggle, active, fault };
  }

  async toggle(fault, { method, times, seconds, retryAfter }) {
    const active = this.store.faults.filter(({ kind }) => String(kind) === fault.kind);
    if (active.length > 0) {
      for (const { id } of active) await removeFault(id);
      return;
    }
    const values = { kind: fault.kind, times: Number(times.value) };
    if (method && method.value.trim() !== "") values.method = method.value.trim();
    if (seconds) values.seconds = Number(seconds.value);
    if (retryAfter) values.retry_after = Number(retryAfter.value);
    await addFault(values);
  }

  draw() {
    for (const { toggle, active, fault } of this.rows) {
      const on = this.store.faults.filter(({ kind }) => String(kind) === fault.kind);
      toggle.setAttribute("aria-checked", String(on.length > 0));
      active.textContent = on.map(({ method, times, chat_id: chat }) =>
        [method && method !== "*" ? method : "any", times ? plural(times, "time") : "until switched off", chat ? `chat ${chat}` : ""].filter(Boolean).join(", ")).join("; ");
    }
  }

  drawMethods() {
    const known = [...new Set(this.store.calls.map(({ method }) => method))].sort();
    const drawn = known.join(" ");
    if (this.drawnMethods === drawn) return;
    this.drawnMethods = drawn;
    this.methods.replaceChildren(...known.map((name) => el("option", { value: name })));
  }
}

class ClockPanel {
  constructor(store, run) {
    this.store = store;
    this.time = el("p", { class: "clock-now" });
    this.freeze = el("button", { type: "button", role: "switch", class: "switch", "aria-label": "Freeze the clock" });
    this.freeze.addEventListener("click", () => run(() => setClock({ freeze: !store.clock.frozen })));
    const advance = (name, seconds) => button(name, { text: name, class: "small-button", on: { click: () => run(() => setClock({ advance: seconds })) } });
    this.moment = el("input", { type: "datetime-local", step: 1 });
    const set = button("Set", { text: "Set", class: "small-button", on: { click: () => run(() => this.set()) } });
    this.element = el("div", { class: "panel" },
      this.time,
      el("p", { class: "hint" }, "Moves Telegram's time: the dates of messages, how long a tap waits for its answer, when updates expire, and the limits on how fast a bot may send. The bot has a clock of its own, which stays as it is."),
      el("div", { class: "fault-head" }, el("div", {}, el("strong", {}, "Freeze"), el("small", {}, "Telegram's time stands still, and so do its waits")), this.freeze),
      el("div", { class: "panel-tools" }, advance("+1 minute", 60), advance("+1 hour", 3600), advance("+1 day", 86_400), advance("+1 week", 604_800)),
      el("div", { class: "panel-tools" }, field("Set to", this.moment), set));
    store.on("clock", () => this.draw());
    setInterval(() => this.drawTime(), 1000);
  }

  async set() {
    const unix = new Date(this.moment.value).getTime() / 1000;
    if (!Number.isFinite(unix)) throw new Error("Choose a date and a time first.");
    await setClock({ set: unix });
  }

  draw() {
    this.freeze.setAttribute("aria-checked", String(this.store.clock.frozen));
    this.drawTime();
  }

  drawTime() {
    if (this.element.isConnected && !this.element.closest("[hidden]")) this.time.textContent = moment(this.store.now);
  }
}

class BotPanel {
  constructor(store, run) {
    this.store = store;
    this.base = el("code", {});
    this.token = el("code", {});
    const copy = button("Copy the token", { icon: icon("copy"), class: "icon-button", on: { click: () => run(() => navigator.clipboard.writeText(store.bot.token)) } });
    this.revoke = button("Revoke the token", { text: "Revoke the token", class: "small-button is-danger", on: { click: () => run(() => this.askToRevoke()) } });
    this.element = el("div", { class: "panel" },
      el("p", { class: "hint" }, "A bot runs here when its API's base URL is this server."),
      el("div", { class: "field" }, el("span", {}, "Base URL"), this.base),
      el("div", { class: "field" }, el("span", {}, "Token"), el("span", { class: "token" }, this.token, copy)),
      this.revoke);
    store.on("bot", () => this.draw());
  }

  async askToRevoke() {
    const sure = await confirm({ title: "Revoke the token?", text: "The bot's calls are then refused with 401, as after @BotFather's /revoke.", label: "Revoke", danger: true });
    if (sure) await changeBot(this.store.botId, { revoked: true });
  }

  draw() {
    this.base.textContent = `${location.origin}/bot`;
    this.token.textContent = this.store.bot?.token ?? "";
  }
}
