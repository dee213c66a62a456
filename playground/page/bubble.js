/** One message on the screen, or one album. */
import { clip, isClip, specialCard } from "./clips.js";
import { button, el, setAttribute } from "./dom.js";
import { clockTime, fullTime, isoTime } from "./format.js";
import { icon } from "./icons.js";
import { InlineKeyboard } from "./keyboard.js";
import { documentRow, photos } from "./media.js";
import { renderText } from "./text.js";

/** Kinds that stand on the chat's background, without a bubble around them. */
const BARE = new Set(["sticker", "video_note"]);
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*){1,3}$/u;

/**
 * The element stays the same for as long as the message is on the screen. An edit draws the bubble anew; the keyboard changes button
 * by button, and opened spoilers stay open.
 */
export class Bubble {
  /** @param {object} actions what the phone does when something in the message is tapped: see Phone.messageActions */
  constructor(actions) {
    this.actions = actions;
    this.opened = new Set();
    this.drawn = null;
    this.bubble = el("div", { class: "bubble" });
    this.keyboard = new InlineKeyboard((row, column, shown, node) => actions.tap(this.last, row, column, shown, node));
    this.more = button("Message actions", {
      icon: icon("more"), class: "message-more", tabindex: "-1", "aria-haspopup": "menu",
      on: { click: () => actions.menu(this.messages, this.more) },
    });
    this.element = el("article", { class: "message", tabindex: "-1" },
      el("div", { class: "stack" }, this.bubble, this.keyboard.element), this.more);
    this.element.addEventListener("contextmenu", (event) => {
      if (event.target.closest("a, img") || String(getSelection()) !== "") return;
      event.preventDefault();
      actions.menu(this.messages, this.element, event.clientX > 0 ? { x: event.clientX, y: event.clientY } : {});
    });
  }

  get last() {
    return this.messages.at(-1);
  }

  /** @param {{first: boolean, last: boolean, named: boolean}} place in a run of messages of one sender */
  update(messages, { first, last, named }) {
    this.messages = messages;
    const head = messages[0];
    const { classList } = this.element;
    classList.toggle("is-out", head.outgoing);
    classList.toggle("is-first", first);
    classList.toggle("is-last", last);
    this.element.dataset.messageId = this.last.message_id;
    const drawn = JSON.stringify([named && first, messages.map(({ inline_keyboard: _, ...rest }) => rest)]);
    if (drawn !== this.drawn) {
      if (this.drawn !== null) this.opened = keptOpen(this.opened, this.text, textOf(messages));
      this.drawn = drawn;
      this.text = textOf(messages);
      this.draw(messages, named && first);
    }
    this.keyboard.update(this.last.inline_keyboard ?? []);
    classList.toggle("has-keyboard", (this.last.inline_keyboard ?? []).length > 0);
  }

  draw(messages, named) {
    const head = messages[0];
    const captioned = messages.find(({ text }) => text) ?? this.last;
    const kind = head.media?.kind ?? null;
    setAttribute(this.element, "aria-label", `${head.outgoing ? "You" : head.from_name}, ${clockTime(head.date)}${head.edit_date ? ", edited" : ""}`);
    const meta = metaOf(messages);
    const bare = (kind === "photo" || BARE.has(kind)) && !captioned.text;
    const jumbo = kind === null && !head.special && (captioned.entities ?? []).length === 0 && ONLY_EMOJI.test(captioned.text);
    this.bubble.className = ["bubble", kind ? `has-${kind}` : "", bare ? "is-bare" : "", BARE.has(kind) ? "is-free" : "", jumbo ? "is-jumbo" : ""].filter(Boolean).join(" ");
    this.bubble.replaceChildren(...[
      named && !head.outgoing ? el("div", { class: "from-name", dir: "auto" }, head.from_name) : null,
      head.forward_from ? el("div", { class: "forward-from" }, "Forwarded from ", el("bdi", {}, head.forward_from)) : null,
      head.via_bot ? el("div", { class: "via-bot" }, "via ", el("bdi", {}, `@${head.via_bot}`)) : null,
      head.reply_to ? this.replyQuote(head.reply_to) : null,
      kind === "photo" ? photos(messages) : null,
      isClip(kind) ? clip(head) : null,
      head.special ? specialCard(head.special) : null,
      ...(kind === "document" ? this.documents(messages, meta) : [bare ? meta : this.textOf(captioned, meta)]),
    ].filter(Boolean));
  }

  textOf(message, meta) {
    const body = el("span", { class: "body" }, ...renderText(message.text, message.entities ?? [], this.actions, this.opened));
    return el("div", { class: "text", dir: "auto" }, body, meta);
  }

  /** Each document of an album has its own caption below it; the time stands under the last. */
  documents(messages, meta) {
    return messages.flatMap((message) => {
      const isLast = message === messages.at(-1);
      const row = el("div", { class: "documents" }, documentRow(message.media));
      return message.text || isLast ? [row, this.textOf(message, isLast ? meta : null)] : [row];
    });
  }

  replyQuote(reply) {
    return el("button", { type: "button", class: "reply-quote", on: { click: () => this.actions.goTo(reply.message_id) } },
      el("span", { class: "reply-name", dir: "auto" }, reply.from_name),
      el("span", { class: "reply-text", dir: "auto" }, reply.text || "Media"));
  }
}

export function serviceNote(text) {
  return el("div", { class: "service" }, el("span", {}, text));
}

const textOf = (messages) => messages.find(({ text }) => text)?.text ?? "";

/** What the reader opened stays open while the text is the same; another text starts closed. */
const keptOpen = (opened, before, after) => (before === after ? opened : new Set());

function metaOf(messages) {
  const last = messages.at(-1);
  const edited = messages.find(({ edit_date: at }) => at);
  return el("span", { class: "meta" }, el("span", { class: "meta-parts", dir: "ltr" },
    edited ? el("span", { class: "edited", title: `Edited ${fullTime(edited.edit_date)}` }, "edited ") : null,
    el("time", { datetime: isoTime(last.date), title: fullTime(last.date) }, clockTime(last.date)),
    last.outgoing ? icon("checks") : null));
}
