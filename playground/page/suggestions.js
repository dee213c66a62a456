/** The list above the input: the bot's commands after "/", or the results of an inline query. The input keeps the focus. */
import { el, setAttribute, uniqueId } from "./dom.js";

export class Suggestions {
  /** @param {HTMLTextAreaElement} input */
  constructor(input) {
    this.input = input;
    this.options = [];
    this.at = -1;
    this.list = el("div", { role: "listbox", id: uniqueId("suggestions"), "aria-label": "Suggestions", class: "suggestions-list" });
    this.note = el("p", { class: "suggestions-note", role: "status" });
    this.element = el("div", { class: "suggestions", hidden: true }, this.note, this.list);
    this.element.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-autocomplete", "list");
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {{key: string, content: Node[], className?: string, run: () => void}[]} options */
  show(options, { label, note = "", first = true, selected = first ? 0 : -1 }) {
    this.options = options;
    this.list.setAttribute("aria-label", label);
    this.list.replaceChildren(...options.map(({ content, className, run }, place) =>
      el("div", {
        role: "option", id: `${this.list.id}-${place}`, class: `suggestion ${className ?? ""}`, "aria-selected": "false",
        on: { click: run, pointermove: () => this.mark(place, false) },
      }, ...content)));
    this.note.textContent = note;
    this.note.hidden = note === "";
    this.element.hidden = options.length === 0 && note === "";
    this.mark(Math.min(selected, options.length - 1));
  }

  close() {
    this.element.hidden = true;
    this.options = [];
    this.at = -1;
    this.input.removeAttribute("aria-activedescendant");
  }

  mark(place, scroll = true) {
    this.at = place;
    [...this.list.children].forEach((node, at) => setAttribute(node, "aria-selected", String(at === place)));
    const node = this.list.children[place];
    setAttribute(this.input, "aria-activedescendant", node?.id);
    if (scroll) node?.scrollIntoView({ block: "nearest" });
  }

  /** True where the key was for the list. */
  onKey(event) {
    if (!this.isOpen || event.isComposing) return false;
    const count = this.options.length;
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" && count > 0) this.mark((this.at + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) this.mark((this.at - 1 + count) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.at >= 0) this.options[this.at].run(event.key);
    else return false;
    event.preventDefault();
    return true;
  }
}
