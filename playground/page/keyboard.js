/** Inline keyboards under a message, and the reply keyboard under the input. */
import { button, el, setAttribute } from "./dom.js";
import { icon } from "./icons.js";

const MARKS = { url: "outside", switch_inline: "forward", switch_inline_current: "command", copy_text: "copy", web_app: "outside" };
const MEANINGS = { url: "link", switch_inline: "inline search", switch_inline_current: "inline search", copy_text: "copies", web_app: "web app" };

/**
 * The buttons of one message. `update` changes them in place, so that focus stays on a button while the bot edits the message
 * around it.
 */
export class InlineKeyboard {
  /** @param {(row: number, column: number, shown: object, element: HTMLElement) => void} onTap */
  constructor(onTap) {
    this.onTap = onTap;
    this.element = el("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons of this message" });
  }

  update(rows) {
    this.element.hidden = rows.length === 0;
    while (this.element.children.length > rows.length) this.element.lastElementChild.remove();
    rows.forEach((shown, row) => {
      const line = this.element.children[row] ?? this.element.appendChild(el("div", { class: "inline-row" }));
      while (line.children.length > shown.length) line.lastElementChild.remove();
      shown.forEach((each, column) => {
        const known = line.children[column];
        if (known === undefined) line.append(this.create(row, column, each));
        else this.draw(known, each);
      });
    });
  }

  create(row, column, shown) {
    const node = el("button", { type: "button", class: "inline-button" }, el("span", { class: "inline-label", dir: "auto" }));
    node.addEventListener("click", () => {
      if (!node.shown.waiting) this.onTap(row, column, node.shown, node);
    });
    this.draw(node, shown);
    return node;
  }

  draw(node, shown) {
    const before = node.shown;
    node.shown = shown;
    const label = node.querySelector(".inline-label");
    if (label.textContent !== shown.text) label.textContent = shown.text;
    node.title = shown.kind === "url" && shown.url ? shown.url : shown.text;
    setAttribute(node, "aria-busy", shown.waiting ? "true" : null);
    if (before?.kind !== shown.kind || Boolean(before?.waiting) !== Boolean(shown.waiting)) {
      for (const old of node.querySelectorAll(".inline-mark, .spinner, .sr-only")) old.remove();
      if (shown.waiting) node.append(el("span", { class: "spinner" }), el("span", { class: "sr-only" }, "(waiting for the bot)"));
      else if (MARKS[shown.kind]) {
        node.append(el("span", { class: "inline-mark" }, icon(MARKS[shown.kind])), el("span", { class: "sr-only" }, `(${MEANINGS[shown.kind]})`));
      }
    }
  }
}

export function replyKeyboard(keyboard, onTap) {
  const rows = keyboard.rows.map((row) =>
    el("div", { class: "reply-row" }, ...row.map((shown) => {
      const node = button(shown.text, {
        class: "reply-button",
        text: el("span", { dir: "auto" }, shown.text),
        title: shown.text,
        on: { click: () => onTap(shown, node) },
      });
      return node;
    })));
  return el("div", { class: keyboard.resize ? "reply-keyboard is-small" : "reply-keyboard", role: "group", "aria-label": "Keyboard of the bot" }, ...rows);
}
