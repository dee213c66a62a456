/** A message's text with its entities as DOM nodes. Offsets count UTF-16 units, as JavaScript's strings do. */
import { el } from "./dom.js";
import { fullTime, isoTime } from "./format.js";
import { deepLink, safeUrl } from "./links.js";

/**
 * @param {object} actions what a tap does: `command(text)`, `deepLink(link, element)`, `copy(text)`, `now()`
 * @param {Set<string>} opened spoilers and quotes that the reader has opened, by their place in the text; kept by the caller
 */
export function renderText(text, entities, actions, opened = new Set()) {
  const context = { text, actions, opened };
  return render(context, 0, text.length, sorted(entities, text.length));
}

function sorted(entities, length) {
  return entities
    .map((entity) => ({ ...entity, start: Math.max(0, entity.offset), end: Math.min(length, entity.offset + entity.length) }))
    .filter((entity) => entity.start < entity.end)
    .sort((one, other) => one.start - other.start || other.end - one.end);
}

/** The nodes of text[start, end): an entity that crosses its neighbour's end is cut there and goes on behind it. */
function render(context, start, end, entities) {
  const nodes = [];
  const waiting = [...entities];
  let at = start;
  while (waiting.length > 0) {
    const entity = waiting.shift();
    if (entity.start > at) nodes.push(context.text.slice(at, entity.start));
    const inside = [];
    while (waiting.length > 0 && waiting[0].start < entity.end) {
      const inner = waiting.shift();
      inside.push({ ...inner, end: Math.min(inner.end, entity.end) });
      if (inner.end > entity.end) putInOrder(waiting, { ...inner, start: entity.end });
    }
    nodes.push(wrap(context, entity, render(context, entity.start, entity.end, inside)));
    at = entity.end;
    // A block ends its line by itself: the line break after it would show as an empty line.
    if (BLOCKS.has(entity.type) && at < end && context.text[at] === "\n" && waiting[0]?.start !== at) at += 1;
  }
  if (at < end) nodes.push(context.text.slice(at, end));
  return nodes;
}

function putInOrder(entities, entity) {
  const place = entities.findIndex((other) => other.start > entity.start || (other.start === entity.start && other.end <= entity.end));
  entities.splice(place < 0 ? entities.length : place, 0, entity);
}

function wrap(context, entity, children) {
  const draw = DRAWN[entity.type];
  return draw ? draw(children, entity, context) : el("span", {}, ...children);
}

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

const covered = ({ text }, entity) => text.slice(entity.start, entity.end);

function link(address, children, { actions }) {
  const href = safeUrl(address);
  if (href === null) return el("span", { class: "dead-link", title: "The playground does not open this address" }, ...children);
  const deep = deepLink(href);
  const node = el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, ...children);
  if (deep !== null) {
    node.addEventListener("click", (event) => {
      if (actions.deepLink(deep, node)) event.preventDefault();
    });
  }
  return node;
}

function tappable(className, label, children, onTap) {
  const node = el("span", { class: className, role: "button", tabindex: "0", "aria-label": label }, ...children);
  node.addEventListener("click", () => onTap(node));
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    onTap(node);
  });
  return node;
}

function spoiler(children, entity, { opened }) {
  const key = `spoiler ${entity.start}`;
  if (opened.has(key)) return el("span", { class: "spoiler is-open" }, ...children);
  const hidden = el("span", { inert: true, "aria-hidden": "true" }, ...children);
  return tappable("spoiler", "Hidden text, show it", [hidden], (node) => {
    opened.add(key);
    const shown = el("span", { class: "spoiler is-open", tabindex: "-1" }, ...hidden.childNodes);
    const hadFocus = document.activeElement === node;
    node.replaceWith(shown);
    if (hadFocus) shown.focus();
  });
}

function quote(children, entity, { opened }) {
  const body = el("div", { class: "quote-text" }, ...children);
  if (entity.type !== "expandable_blockquote") return el("blockquote", {}, body);
  const key = `quote ${entity.start}`;
  const node = el("blockquote", { class: "expandable" }, body);
  const toggle = el("button", { type: "button", class: "quote-toggle" });
  const draw = () => {
    const open = opened.has(key);
    node.classList.toggle("is-open", open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Show less" : "Show more";
  };
  toggle.addEventListener("click", () => {
    if (!opened.delete(key)) opened.add(key);
    draw();
  });
  node.append(toggle);
  draw();
  // A quote that fits without being opened has nothing to show more of; its height is known once it is in the document.
  requestAnimationFrame(() => {
    if (!opened.has(key) && body.isConnected) toggle.hidden = body.scrollHeight <= body.clientHeight + 1;
  });
  return node;
}

function preformatted(children, entity, context) {
  const copy = el("button", { type: "button", class: "pre-copy", "aria-label": "Copy the code" }, "Copy");
  copy.addEventListener("click", () => context.actions.copy(covered(context, entity)));
  return el("pre", { data: { language: entity.language ?? "" } },
    el("span", { class: "pre-head" }, el("span", {}, entity.language || "code"), copy),
    el("code", {}, ...children));
}

/** `r`, or `w`, `d` or `D`, `t` or `T` in this order: relative, weekday, date, time; without a format the text stands. */
function dateTime(children, entity, { actions }) {
  const unix = entity.unix_time;
  if (!Number.isFinite(unix)) return el("span", {}, ...children);
  const shown = formatted(unix, entity.date_time_format ?? "", actions.now());
  return el("time", { class: "date-time", datetime: isoTime(unix), title: fullTime(unix) }, ...(shown === null ? children : [shown]));
}

const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]];

function formatted(unix, format, now) {
  if (format === "") return null;
  if (format === "r") {
    const seconds = Math.round(unix - now);
    const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
    const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
    return relative.format(Math.trunc(seconds / size), unit);
  }
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (/d/i.test(format)) Object.assign(options, { day: "numeric", month: format.includes("D") ? "long" : "2-digit", year: "numeric" });
  if (/t/i.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (format.includes("T")) options.second = "2-digit";
  return new Intl.DateTimeFormat(undefined, options).format(new Date(unix * 1000));
}

const plain = (tag, className) => (children) => el(tag, { class: className }, ...children);

const DRAWN = {
  bold: plain("strong"),
  italic: plain("em"),
  underline: plain("u"),
  strikethrough: plain("s"),
  hashtag: plain("span", "tag"),
  cashtag: plain("span", "tag"),
  bank_card_number: plain("span", "tag"),
  custom_emoji: plain("span", "custom-emoji"),
  spoiler,
  blockquote: quote,
  expandable_blockquote: quote,
  pre: preformatted,
  code: (children, entity, context) =>
    tappable("code", null, [el("code", {}, ...children)], () => context.actions.copy(covered(context, entity))),
  url: (children, entity, context) => link(covered(context, entity), children, context),
  text_link: (children, entity, context) => link(entity.url, children, context),
  email: (children, entity, context) => link(`mailto:${covered(context, entity)}`, children, context),
  phone_number: (children, entity, context) => link(`tel:${covered(context, entity).replace(/[^+\d]/g, "")}`, children, context),
  mention: (children, entity, context) => link(`https://t.me/${covered(context, entity).slice(1)}`, children, context),
  text_mention: (children, entity) => el("span", { class: "tag", title: entity.user?.first_name ?? null }, ...children),
  bot_command: (children, entity, context) =>
    tappable("command", null, children, () => context.actions.command(covered(context, entity))),
  date_time: dateTime,
};
