/** The messages of one chat: keeps each message's element, its place, and the reader's place in the list. */
import { Bubble, serviceNote } from "./bubble.js";
import { button, el, prefersReducedMotion, setAttribute } from "./dom.js";
import { dayKey, dayName, plural } from "./format.js";
import { icon } from "./icons.js";

const RUN = 600; // seconds within which messages of one sender make a run
/** Kinds that an album shows side by side or below each other; of others each has its own bubble. */
const ALBUMS = new Set(["photo", "document"]);
const AT_BOTTOM = 40; // pixels that still count as the end of the list

export class MessageLog {
  constructor(label, actions) {
    this.actions = actions;
    this.items = new Map();
    this.visited = null;
    this.stuck = true;
    this.scrolledTo = 0;
    this.unseen = 0;
    this.content = el("div", { class: "log-content" });
    this.element = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions text", "aria-label": label }, this.content);
    this.count = el("span", { class: "jump-count", "aria-hidden": "true" });
    this.jump = button("Jump to the newest message", {
      icon: icon("down"), class: "jump", hidden: true, on: { click: () => this.toBottom(true) },
    });
    this.jump.append(this.count);
    this.element.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusin", (event) => this.onFocus(event.target.closest(".message")));
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.onFocus(null);
    });
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(this.element);
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(this.content);
  }

  /** @param {{loaded?: boolean, arrived?: object|null, named?: boolean}} what `named`: a group, where senders have names */
  update(messages, { loaded = false, arrived = null, named = false, now }) {
    if (loaded) this.unseen = 0;
    const focused = document.activeElement;
    const hadFocus = this.element.contains(focused);
    const wanted = this.itemsFor(messages, named, now);
    for (const [key, item] of this.items) {
      if (wanted.some((each) => each.key === key)) continue;
      item.element.remove();
      this.items.delete(key);
    }
    let cursor = this.content.firstElementChild;
    for (const { key, make, update } of wanted) {
      let item = this.items.get(key);
      if (item === undefined) {
        item = make();
        item.element.classList.toggle("is-new", !loaded);
        this.items.set(key, item);
      }
      update?.(item);
      if (item.element === cursor) cursor = cursor.nextElementSibling;
      else this.content.insertBefore(item.element, cursor);
    }
    this.setTabStop();
    this.setReach();
    if (hadFocus && !focused.isConnected) (this.tabStop ?? this.element).focus({ preventScroll: true });
    if (loaded || arrived?.outgoing || this.stuck) this.toBottom();
    else if (arrived) {
      this.unseen += 1;
      this.drawJump();
    }
  }

  itemsFor(messages, named, now) {
    const units = unitsOf(messages);
    const wanted = [];
    units.forEach((unit, index) => {
      const before = units[index - 1];
      if (!before || dayKey(before.date) !== dayKey(unit.date)) {
        const name = dayName(unit.date, now);
        wanted.push({ key: `day ${dayKey(unit.date)} ${name}`, make: () => ({ element: dayNote(name) }) });
      }
      if (unit.service) {
        wanted.push({ key: `service ${unit.key} ${unit.service}`, make: () => ({ element: serviceNote(unit.service) }) });
        return;
      }
      const place = { first: !sameRun(before, unit), last: !sameRun(unit, units[index + 1]), named };
      wanted.push({ key: unit.key, make: () => new Bubble(this.actions), update: (bubble) => bubble.update(unit.messages, place) });
    });
    return wanted;
  }

  get articles() {
    return [...this.content.querySelectorAll(".message")];
  }

  /** Tab enters the list at one message, the last visited or the newest; the arrows move between messages. */
  setTabStop() {
    if (!this.tabStop?.isConnected) this.tabStop = null;
    const articles = this.articles;
    const stop = this.tabStop ?? articles.at(-1);
    for (const article of articles) setAttribute(article, "tabindex", article === stop ? "0" : "-1");
  }

  /** @param {HTMLElement | null} article the message that the focus is in */
  onFocus(article) {
    this.visited = article;
    if (article !== null) {
      this.tabStop = article;
      this.setTabStop();
    }
    this.setReach();
  }

  /** Tab goes on to the buttons and links of the message that has the focus, and of no other: a chat has hundreds. */
  setReach() {
    for (const node of this.content.querySelectorAll(CONTROLS)) {
      const reached = node.closest(".message") === this.visited;
      const own = node.matches("[role=button]") ? "0" : null; // a button or a link needs no tabindex
      setAttribute(node, "tabindex", reached ? own : "-1");
    }
  }

  onKey(event) {
    const article = event.target;
    if (!article.classList.contains("message")) return;
    const articles = this.articles;
    const at = articles.indexOf(article);
    const moves = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: articles.length - 1 };
    if (event.key in moves) {
      const next = articles[moves[event.key]];
      if (next) {
        this.tabStop = next;
        this.setTabStop();
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: "nearest" });
      }
    } else if (event.key === "Enter") {
      const bubble = [...this.items.values()].find((item) => item.element === article);
      this.actions.menu(bubble.messages, article);
    } else return;
    event.preventDefault();
  }

  onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    const atBottom = scrollHeight - scrollTop - clientHeight < AT_BOTTOM;
    // Only the reader leaves the end, by scrolling up; a list that grew meanwhile is followed by the observers.
    if (atBottom || scrollTop < this.scrolledTo) this.stuck = atBottom;
    this.scrolledTo = scrollTop;
    if (this.stuck) this.unseen = 0;
    this.drawJump();
  }

  drawJump() {
    this.jump.hidden = this.stuck;
    this.count.textContent = this.unseen > 0 ? String(this.unseen) : "";
    this.jump.setAttribute("aria-label", this.unseen > 0 ? `Jump to ${plural(this.unseen, "new message")}` : "Jump to the newest message");
  }

  toBottom(smooth = false) {
    this.element.scrollTo({ top: this.element.scrollHeight, behavior: smooth && !prefersReducedMotion() ? "smooth" : "instant" });
    if (smooth) return;
    this.stuck = true;
    this.unseen = 0;
    this.drawJump();
  }

  goTo(messageId) {
    const item = [...this.items.values()].find(({ messages }) => messages?.some((message) => message.message_id === messageId));
    if (item === undefined) return false;
    item.element.scrollIntoView({ block: "center", behavior: prefersReducedMotion() ? "instant" : "smooth" });
    item.element.classList.remove("is-found");
    void item.element.offsetWidth; // restarts the flash
    item.element.classList.add("is-found");
    item.element.focus({ preventScroll: true });
    return true;
  }
}

const CONTROLS = ".message :is(a[href], button:not(.message-more), [role=button])";

/** Messages side by side with one media_group_id are one unit. */
function unitsOf(messages) {
  const units = [];
  for (const message of messages) {
    const last = units.at(-1);
    const group = message.media_group_id;
    if (group && ALBUMS.has(message.media?.kind) && last?.group === group && last.messages[0].media?.kind === message.media?.kind) last.messages.push(message);
    else {
      const key = group ? `album ${group} ${message.message_id}` : `message ${message.message_id}`;
      units.push({ key, group, date: message.date, service: message.service ?? null, messages: [message] });
    }
  }
  return units;
}

function sameRun(one, other) {
  if (!one || !other || one.service || other.service) return false;
  const [before, after] = [one.messages[0], other.messages[0]];
  return before.outgoing === after.outgoing && before.from_name === after.from_name
    && after.date - before.date < RUN && dayKey(before.date) === dayKey(after.date);
}

function dayNote(name) {
  return el("div", { class: "service day" }, el("span", {}, name));
}
