/** The words of the message under way that lead somewhere (text_link): asked for, shown above the input, sent as entities. */
import { ask, field } from "./dialogs.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { safeUrl } from "./links.js";

export class WordLinks {
  /** @param {HTMLTextAreaElement} input */
  constructor(input) {
    this.input = input;
    this.links = [];
    this.element = el("ul", { class: "word-links", "aria-label": "Links in this message", hidden: true });
  }

  /** Asks where the selected words lead; without a selection for the words too, which are then written at the cursor. */
  async ask(near) {
    const { selectionStart: start, selectionEnd: end, value } = this.input;
    const words = el("input", { type: "text", required: true, autocomplete: "off", dir: "auto", value: value.slice(start, end).trim() });
    const address = el("input", { type: "text", required: true, autocomplete: "off", spellcheck: "false", inputmode: "url", placeholder: "https://…" });
    const problem = el("p", { class: "problem", role: "alert" });
    const sure = await ask({
      near, title: "Link", body: [field("Words", words), field("Address", address), problem],
      actions: [{ label: "Cancel", value: false }, { label: "Link", value: true, primary: true }],
      valid: () => {
        const good = words.value.trim() !== "" && safeUrl(address.value.trim()) !== null;
        problem.textContent = good ? "" : "This is no address that a link may have.";
        return good;
      },
    });
    this.input.focus();
    if (!sure) return;
    this.input.setRangeText(words.value.trim(), start, end, "end");
    this.add(words.value.trim(), address.value.trim());
    this.input.dispatchEvent(new Event("input"));
  }

  /** True where an address was pasted over selected words: they lead there from now on. */
  onPaste(text) {
    const { selectionStart: start, selectionEnd: end, value } = this.input;
    const words = value.slice(start, end).trim();
    if (words === "" || !/^(https?|tg):\/\/\S+$/.test(text.trim()) || safeUrl(text.trim()) === null) return false;
    this.add(words, text.trim());
    return true;
  }

  add(words, url) {
    this.links = [...this.links.filter((link) => link.words !== words), { words, url }];
    this.draw();
  }

  clear() {
    this.links = [];
    this.draw();
  }

  /** The links that an own message has, when it is edited. */
  take(text, entities) {
    this.links = entities.filter(({ type }) => type === "text_link")
      .map(({ offset, length, url }) => ({ words: text.slice(offset, offset + length), url }));
    this.draw();
  }

  /** Each where its words stand first; words that were deleted meanwhile lead nowhere. */
  entities(text) {
    return this.links.map(({ words, url }) => ({ type: "text_link", offset: text.indexOf(words), length: words.length, url }))
      .filter(({ offset }) => offset >= 0);
  }

  draw() {
    this.element.hidden = this.links.length === 0;
    this.element.replaceChildren(...this.links.map((link) => el("li", {},
      icon("link"), el("bdi", { class: "word-link-words" }, link.words), el("span", { class: "word-link-url" }, link.url),
      button(`No link for ${link.words}`, {
        icon: icon("close"), class: "icon-button",
        on: { click: () => { this.links = this.links.filter((each) => each !== link); this.draw(); this.input.focus(); } },
      }))));
  }
}
