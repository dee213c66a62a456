/** The foot of a phone: START or UNBLOCK, or the input with its menu, attachments, reply and edit bars and the reply keyboard. */
import { chooseFiles, chooseSamples, confirmFiles } from "./attach.js";
import { CLIPS } from "./clips.js";
import { confirm } from "./dialogs.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { InlineMode } from "./inline.js";
import { replyKeyboard } from "./keyboard.js";
import { openMenu } from "./menu.js";
import { askForClip, askForLocation, askForPoll } from "./sending.js";
import { Suggestions } from "./suggestions.js";
import { WordLinks } from "./wordlinks.js";

export class Composer {
  /** @param {import("./phone.js").PhoneView} phone */
  constructor(phone) {
    this.phone = phone;
    this.mode = null; // {kind: "reply" | "edit" | "caption" | "force", messageId, name, text}
    this.keyboardKey = null;
    this.keyboardOpen = false;
    this.answeredForce = null;

    this.input = el("textarea", {
      class: "input", rows: "1", dir: "auto", "aria-label": `Message as ${phone.name}`, placeholder: "Message", enterkeyhint: "send",
      on: {
        input: () => this.onInput(),
        keydown: (event) => this.onKey(event),
        paste: (event) => this.onPaste(event),
      },
    });
    this.links = new WordLinks(this.input);
    this.suggestions = new Suggestions(this.input);
    this.inline = new InlineMode({
      api: () => phone.api,
      username: () => phone.store.bot.username,
      suggestions: this.suggestions,
      chosen: () => this.setText(""),
      open: (payload) => { this.setText(""); phone.open(payload); },
      fail: (error) => phone.showError(error),
    });

    this.menuButton = button("Commands", { class: "menu-button", text: [icon("menu"), el("span", {}, "Menu")], "aria-haspopup": "listbox",
      on: { click: () => this.onMenuButton() } });
    this.keyboardButton = button("Keyboard of the bot", { icon: icon("keyboard"), class: "icon-button", on: { click: () => this.toggleKeyboard() } });
    this.attachButton = button("Attach", { icon: icon("attach"), class: "icon-button", "aria-haspopup": "menu", on: { click: () => this.openAttach() } });
    this.sendButton = button("Send", { icon: icon("send"), class: "icon-button send", on: { click: () => this.submit() } });
    this.bar = el("div", { class: "mode-bar", hidden: true });
    this.keyboard = el("div", { class: "keyboard-place", hidden: true });
    this.row = el("div", { class: "input-row" }, this.menuButton, this.input, this.keyboardButton, this.attachButton, this.sendButton);
    this.gate = el("button", { type: "button", class: "start-button" });
    this.element = el("div", { class: "composer" }, this.suggestions.element, this.bar, this.links.element, this.row, this.gate, this.keyboard);
  }

  update(screen, { name, deactivated }) {
    this.screen = screen;
    this.input.setAttribute("aria-label", `Message as ${name}`);
    const gate = gateOf(screen, deactivated);
    const hadFocus = this.gate === document.activeElement && gate === null;
    this.gate.hidden = gate === null;
    this.row.hidden = gate !== null;
    if (gate !== null) {
      this.gate.textContent = gate.label;
      this.gate.disabled = gate.run === undefined;
      this.gate.onclick = () => gate.run?.(this.phone);
      this.suggestions.close();
    } else if (hadFocus) {
      this.input.focus({ preventScroll: true });
    }
    this.updateMenuButton(screen);
    this.updateKeyboard(gate === null ? screen.reply_keyboard : null);
    this.updateForceReply(screen.force_reply);
    this.drawPlaceholder();
    this.drawBar();
  }

  updateMenuButton({ menu_button: menu, commands }) {
    const isLink = menu?.type === "web_app";
    this.menuButton.hidden = !isLink && commands.length === 0;
    this.menuButton.lastElementChild.textContent = isLink ? menu.text || "Open" : "Menu";
  }

  updateKeyboard(keyboard) {
    const key = keyboard && JSON.stringify(keyboard);
    if (key !== this.keyboardKey) {
      this.keyboardKey = key;
      this.keyboardOpen = key !== null;
      const hadFocus = this.keyboard.contains(document.activeElement);
      this.keyboard.replaceChildren(...(keyboard ? [replyKeyboard(keyboard, (shown) => this.onReplyButton(shown, keyboard))] : []));
      if (hadFocus) (this.keyboard.querySelector("button") ?? this.input).focus({ preventScroll: true });
    }
    this.drawKeyboard();
  }

  drawKeyboard() {
    const keyboard = this.keyboardKey !== null;
    this.keyboard.hidden = !keyboard || !this.keyboardOpen;
    this.keyboardButton.hidden = !keyboard || this.screen.reply_keyboard?.persistent === true;
    this.keyboardButton.setAttribute("aria-expanded", String(this.keyboardOpen));
  }

  toggleKeyboard() {
    this.keyboardOpen = !this.keyboardOpen;
    this.drawKeyboard();
  }

  updateForceReply(force) {
    if (force && force.message_id !== this.answeredForce) {
      this.answeredForce = force.message_id;
      const asked = this.screen.messages.find(({ message_id: id }) => id === force.message_id);
      this.mode = { kind: "force", messageId: force.message_id, name: asked?.from_name ?? this.phone.botName, text: asked?.text ?? "" };
      if (this.phone.hasFocus) this.input.focus({ preventScroll: true });
    } else if (!force && this.mode?.kind === "force") {
      this.mode = null;
    }
  }

  drawPlaceholder() {
    const { force_reply: force, reply_keyboard: keyboard } = this.screen;
    this.input.placeholder = (this.mode?.kind === "force" && force?.placeholder) || keyboard?.placeholder || "Message";
  }

  drawBar() {
    const { mode } = this;
    this.bar.hidden = mode === null || this.row.hidden;
    if (mode === null) return;
    this.bar.replaceChildren(
      icon(this.isEditing ? "edit" : "reply"),
      el("div", { class: "mode-text" },
        el("strong", { dir: "auto" }, EDITING[mode.kind] ?? `Reply to ${mode.name}`),
        el("span", { dir: "auto" }, mode.text || "Media")),
      button("Cancel", { icon: icon("close"), class: "icon-button", on: { click: () => this.leaveMode() } }));
  }

  reply(message) {
    this.enter({ kind: "reply", messageId: message.message_id, name: message.outgoing ? "yourself" : message.from_name, text: nameOf(message) });
  }

  edit(message) {
    this.setText(message.text);
    this.links.take(message.text, message.media ? [] : message.entities ?? []);
    this.enter({ kind: message.media ? "caption" : "edit", messageId: message.message_id, name: "", text: nameOf(message) });
  }

  get isEditing() {
    return this.mode !== null && this.mode.kind in EDITING;
  }

  enter(mode) {
    this.mode = mode;
    this.drawBar();
    this.drawPlaceholder();
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  leaveMode() {
    if (this.isEditing) {
      this.setText("");
      this.links.clear();
    }
    this.mode = null;
    this.drawBar();
    this.drawPlaceholder();
    this.input.focus();
  }

  /** Drops a reply or an edit whose message is gone. */
  forget(isThere) {
    if (this.mode && !isThere(this.mode.messageId)) this.leaveMode();
  }

  setText(text) {
    this.input.value = text;
    this.onInput();
  }

  onInput() {
    this.row.classList.toggle("has-text", this.input.value.trim() !== "");
    this.grow();
    if (this.isEditing) return;
    if (this.inline.read(this.input.value)) return;
    const typed = /^\/(\w*)$/.exec(this.input.value);
    if (typed) this.showCommands(typed[1]);
    else this.suggestions.close();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  onKey(event) {
    if (this.suggestions.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.links.ask(this.phone.element);
    } else if (event.key === "Escape" && this.mode) {
      event.preventDefault();
      this.leaveMode();
    } else if (event.key === "ArrowUp" && this.input.value === "" && !this.mode) {
      const own = this.screen.messages.findLast((message) => message.outgoing && message.text && isEditable(message));
      if (own) {
        event.preventDefault();
        this.edit(own);
      }
    }
  }

  onPaste(event) {
    const files = [...event.clipboardData.files];
    if (files.length === 0) {
      if (this.links.onPaste(event.clipboardData.getData("text/plain"))) event.preventDefault();
      return;
    }
    event.preventDefault();
    this.sendFiles(files, files.every((file) => file.type.startsWith("image/")) ? "photo" : "document");
  }

  onMenuButton() {
    const menu = this.screen.menu_button;
    if (menu?.type === "web_app") {
      this.phone.openAddress(menu.url, this.menuButton);
    } else if (this.suggestions.isOpen) {
      this.suggestions.close();
    } else {
      this.input.focus();
      this.showCommands("");
    }
  }

  showCommands(start) {
    const options = this.screen.commands
      .filter(({ command }) => command.startsWith(start.toLowerCase()))
      .map(({ command, description }) => ({
        className: "is-command",
        content: [el("span", { class: "command-name" }, `/${command}`), el("span", { class: "command-description", dir: "auto" }, description)],
        run: (key) => {
          this.suggestions.close();
          if (key === "Tab") this.setText(`/${command} `);
          else this.sendText(`/${command}`);
        },
      }));
    this.suggestions.show(options, { label: "Commands" });
  }

  submit() {
    const text = this.input.value.trim();
    if (text !== "" || this.mode?.kind === "caption") this.sendText(text);
  }

  /** The input empties at once; where the playground refuses, the text comes back. */
  async sendText(text) {
    const { mode, links: { links } } = this;
    const before = this.input.value;
    const entities = this.links.entities(text);
    this.links.clear();
    this.mode = null;
    this.setText("");
    this.drawBar();
    this.drawPlaceholder();
    const sent = mode?.kind === "edit"
      ? await this.phone.call("edit", { message_id: mode.messageId, text, entities })
      : mode?.kind === "caption"
        ? await this.phone.call("edit", { message_id: mode.messageId, caption: text })
        : await this.phone.call("say", { text, reply_to: mode?.messageId, entities });
    if (sent !== null || this.input.value !== "") return;
    this.mode = mode;
    for (const { words, url } of links) this.links.add(words, url);
    this.setText(before);
    this.drawBar();
  }

  takeReply() {
    const id = this.isEditing ? undefined : this.mode?.messageId;
    if (id !== undefined) {
      this.mode = null;
      this.drawBar();
      this.drawPlaceholder();
    }
    return id;
  }

  onReplyButton(shown, keyboard) {
    if (keyboard.one_time) {
      this.screen.reply_keyboard = null;
      this.updateKeyboard(null);
      this.drawPlaceholder();
    }
    if (shown.kind === "text") this.phone.call("say", { text: shown.text });
    else if (shown.kind === "request_contact") this.shareContact();
    else if (shown.kind === "request_location") this.shareLocation();
    else if (shown.kind === "request_poll") this.sendPoll();
    else this.phone.showToast("The playground has no such button yet: only texts, contacts, locations and polls are sent.");
    this.input.focus({ preventScroll: true });
  }

  async shareContact() {
    const sure = await confirm({
      title: "Share your phone number?", text: `${this.phone.botName} will see ${this.phone.name}'s name and phone number.`,
      label: "Share", near: this.phone.element,
    });
    if (sure) this.phone.call("contact");
  }

  openAttach() {
    openMenu(this.attachButton, [
      { label: "Photo", icon: "photo", run: () => chooseFiles("photo", (files) => this.sendFiles(files, "photo")) },
      { label: "File", icon: "file", run: () => chooseFiles("document", (files) => this.sendFiles(files, "document")) },
      this.phone.store.samples.length > 0 ? { label: "Sample", icon: "sample", run: () => this.sendSamples() } : null,
      ...Object.entries(CLIPS).map(([kind, { name, icon: picture }]) => ({ label: name, icon: picture, run: () => this.sendClip(kind) })),
      { label: "Location", icon: "location", run: () => this.shareLocation() },
      { label: "Poll", icon: "poll", run: () => this.sendPoll() },
      { label: "Contact", icon: "contact", run: () => this.shareContact() },
      { label: "Link…", icon: "link", run: () => this.links.ask(this.phone.element) },
    ], { label: "Attach" });
  }

  async sendClip(kind) {
    const chosen = await askForClip(kind, this.phone.element);
    if (chosen === null) return;
    await this.phone.run((api) => api.sendClip(kind, chosen.file, { ...chosen.values, reply_to: this.takeReply() }));
  }

  async shareLocation() {
    const place = await askForLocation(this.phone.element);
    if (place) this.phone.call("location", { ...place, reply_to: this.takeReply() });
  }

  async sendPoll() {
    const poll = await askForPoll(this.phone.element);
    if (poll) this.phone.call("poll", { ...poll, reply_to: this.takeReply() });
  }

  async sendFiles(files, kind) {
    const chosen = await confirmFiles(files, kind, this.phone.element);
    if (chosen === null) return;
    await this.phone.run((api) => api.sendFiles(chosen.files, { ...chosen, replyTo: this.takeReply() }));
  }

  async sendSamples() {
    const chosen = await chooseSamples(this.phone.store.samples, this.phone.element);
    if (chosen === null) return;
    await this.phone.run((api) => api.sendSamples(chosen.names, { ...chosen, replyTo: this.takeReply() }));
  }
}

const EDITING = { edit: "Edit message", caption: "Edit caption" };

/** What may be changed of an own message: its text, or the caption of a file that may have one. */
export function isEditable({ media, special, service, forward_from: from }) {
  return !special && !service && !from && (CLIPS[media?.kind]?.captioned ?? true);
}

const nameOf = ({ text, media }) => text || CLIPS[media?.kind]?.name || "Media";

/** What stands in place of the input, if anything. */
function gateOf(screen, deactivated) {
  if (deactivated) return { label: "This account is deleted" };
  if (screen.blocked) return { label: "Unblock", run: (phone) => phone.call("unblock") };
  if (!screen.started) return { label: "Start", run: (phone) => phone.open() };
  return null;
}
