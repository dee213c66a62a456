/** One person's phone: the chat's head, its messages and its foot. */
import { ChatApi } from "./api.js";
import { Composer, isEditable } from "./composer.js";
import { ask, confirm, field, tell } from "./dialogs.js";
import { button, el, uniqueId } from "./dom.js";
import { colourOf, initials } from "./format.js";
import { icon } from "./icons.js";
import { deepLink, payloadOf, safeUrl } from "./links.js";
import { MessageLog } from "./log.js";
import { openMenu } from "./menu.js";
import { askToChangePerson } from "./people.js";
import { askForService } from "./sending.js";

const ACTIONS = {
  typing: "typing", upload_photo: "sending a photo", upload_document: "sending a file", upload_video: "sending a video",
  upload_voice: "sending a voice message", upload_video_note: "sending a video message", record_video: "recording a video",
  record_voice: "recording a voice message", record_video_note: "recording a video message", choose_sticker: "choosing a sticker",
  find_location: "choosing a location",
};
const TOAST_TIME = 5000;

export class PhoneView {
  /** @param {{phones: () => PhoneView[], activate: (phone: PhoneView) => void}} desk the other phones */
  constructor(store, userId, desk) {
    this.store = store;
    this.userId = userId;
    this.desk = desk;
    this.toastTimer = null;
    const nameId = uniqueId("name");
    this.ownerName = el("h2", { class: "owner-name", id: nameId, dir: "auto" });
    this.ownerHandle = el("span", { class: "owner-handle" });
    this.avatar = el("span", { class: "avatar", "aria-hidden": "true" });
    this.title = el("span", { class: "chat-title", dir: "auto" });
    this.status = el("span", { class: "chat-status", "aria-live": "polite" });
    this.chooser = el("select", { class: "chat-chooser", "aria-label": "Chat", on: { change: () => this.showChat(Number(this.chooser.value)) } });
    this.menuButton = button("Phone menu", { icon: icon("more"), class: "icon-button", "aria-haspopup": "menu", on: { click: () => this.openMenu() } });
    this.log = new MessageLog("Messages", this.messageActions());
    this.about = el("div", { class: "about" });
    this.composer = new Composer(this);
    this.toast = el("div", { class: "toast", role: "status", dir: "auto" });
    this.element = el("section", { class: "phone", "aria-labelledby": nameId, data: { userId } },
      el("div", { class: "owner" }, this.ownerName, this.ownerHandle),
      el("div", { class: "device" },
        el("header", { class: "chat-head" }, this.avatar, el("div", { class: "chat-names" }, this.title, this.status), this.chooser, this.menuButton),
        el("div", { class: "chat" }, this.log.element, this.about, this.log.jump, this.toast),
        this.composer.element));
    this.acceptDrops();
    store.on(`phone:${userId}`, (what) => this.update(what));
    store.on(`toast:${userId}`, (toast) => this.onToast(toast));
    store.on("connection", () => this.drawStatus());
    store.on("bot", () => this.phone && this.drawHead());
  }

  get phone() {
    return this.store.phones.get(this.userId);
  }

  get name() {
    return this.phone.user.name;
  }

  get botName() {
    return this.store.bot.first_name;
  }

  get screen() {
    return this.phone.screens.get(this.phone.chatId);
  }

  get api() {
    return new ChatApi(this.store.botId, this.userId, this.phone.chatId);
  }

  get isGroup() {
    return this.phone.chatId !== this.phone.homeId;
  }

  get hasFocus() {
    return this.element.contains(document.activeElement) || document.activeElement === document.body;
  }

  /** @param {{messages?: boolean, loaded?: boolean, arrived?: object|null, chat?: boolean}} what */
  update({ messages = false, loaded = false, arrived = null } = {}) {
    if (this.phone === undefined) return;
    const { screen } = this;
    if (loaded && this.screen.chat_id !== this.shownChat) {
      this.shownChat = this.screen.chat_id;
      this.log.items.forEach(({ element }) => element.remove());
      this.log.items.clear();
    }
    this.drawHead();
    this.drawAbout();
    this.composer.update(screen, { name: this.name, deactivated: this.phone.user.deactivated });
    if (!messages) return;
    this.log.update(screen.messages, { loaded, arrived, named: this.isGroup, now: this.store.now });
    this.composer.forget((id) => screen.messages.some((message) => message.message_id === id));
  }

  drawHead() {
    const { user } = this.phone;
    this.ownerName.textContent = user.name;
    this.ownerHandle.textContent = [user.username ? `@${user.username}` : "", user.language_code].filter(Boolean).join(" · ");
    this.element.classList.toggle("is-deactivated", user.deactivated);
    const chats = this.store.chatsOf(this.phone);
    const shown = chats.find(({ chatId }) => chatId === this.phone.chatId);
    const title = shown?.title ?? this.botName;
    this.title.textContent = title;
    this.avatar.textContent = initials(title);
    this.avatar.dataset.colour = colourOf(this.phone.chatId === this.phone.homeId ? this.store.botId : this.phone.chatId);
    this.chooser.hidden = chats.length < 2;
    this.chooser.replaceChildren(...chats.map(({ chatId, title: name }) =>
      el("option", { value: chatId, selected: chatId === this.phone.chatId }, name ?? this.botName)));
    this.drawStatus();
  }

  drawStatus() {
    if (this.phone === undefined) return;
    const { action } = this.screen;
    const text = !this.store.connected ? "connecting" : action ? ACTIONS[action] ?? action.replaceAll("_", " ") : null;
    if (this.status.dataset.shown === (text ?? "")) return;
    this.status.dataset.shown = text ?? "";
    this.status.classList.toggle("is-acting", text !== null);
    this.status.replaceChildren(...(text === null
      ? [this.isGroup ? "group" : "bot"]
      : [text, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"))]));
  }

  /** What a person sees before the first message: what the bot says about itself. */
  drawAbout() {
    const { screen } = this;
    const empty = screen.messages.length === 0 && !screen.blocked;
    this.about.hidden = !empty;
    if (!empty) return;
    const text = screen.bot_description || `${this.botName} has not said what it does. Press Start to find out.`;
    this.about.replaceChildren(el("div", { class: "about-card" },
      el("strong", {}, screen.bot_description ? "What can this bot do?" : "No messages here yet"),
      el("p", { dir: "auto" }, text)));
  }

  async showChat(chatId) {
    await this.run(() => this.store.showChat(this.userId, chatId));
  }

  /** Makes a call of this chat; says so where it is refused. Null then. */
  call(name, values) {
    return this.run((api) => api.post(name, values));
  }

  async run(action) {
    try {
      return await action(this.api) ?? {};
    } catch (error) {
      this.showError(error);
      return null;
    }
  }

  open(payload) {
    return this.run((api) => api.open(payload));
  }

  showToast(text) {
    this.toast.classList.remove("is-error");
    this.pop(text);
  }

  showError(error) {
    this.toast.classList.add("is-error");
    this.pop(error.message);
  }

  pop(text) {
    clearTimeout(this.toastTimer);
    this.toast.textContent = text;
    this.toast.classList.add("is-shown");
    this.toastTimer = setTimeout(() => {
      this.toast.classList.remove("is-shown");
      this.toast.textContent = "";
    }, TOAST_TIME);
  }

  onToast({ text, alert, url }) {
    if (url) this.followAnswer(url);
    if (!text) return;
    if (alert) {
      this.desk.activate(this);
      tell({ title: this.botName, text, near: this.element });
    } else this.showToast(text);
  }

  /** The `url` of answerCallbackQuery: a deep link opens here; another address waits for a tap, or it would be a pop-up. */
  followAnswer(address) {
    const link = deepLink(address);
    const safe = safeUrl(address);
    if (link !== null && link.username.toLowerCase() === this.store.bot.username.toLowerCase()) this.open(link.payload);
    else if (safe !== null) {
      this.showToast("");
      this.toast.append(el("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, `Open ${safe}`));
    }
  }

  messageActions() {
    return {
      now: () => this.store.now,
      command: (text) => this.call("say", { text }),
      copy: (text) => this.copy(text),
      deepLink: (link, node) => this.offerDeepLink(link, node),
      goTo: (id) => this.log.goTo(id) || this.showToast("That message is no longer here."),
      tap: (message, row, column, shown, node) => this.tap(message, row, column, shown, node),
      menu: (messages, anchor, point) => this.openMessageMenu(messages, anchor, point),
    };
  }

  async tap(message, row, column, shown, node) {
    // A window that opens after an answer from the network counts as a pop-up, so a link opens right away.
    if (shown.kind === "url" || shown.kind === "web_app") this.openAddress(shown.url, node);
    const answer = await this.call("tap", { message_id: message.message_id, row, column });
    if (answer === null) return;
    if (shown.kind === "copy_text" && typeof answer.copied === "string") this.copy(answer.copied);
    if (answer.inline_query !== undefined && answer.inline_query !== null) this.startInline(answer.inline_query);
  }

  startInline(query) {
    const text = typeof query === "string" ? query : query.query ?? "";
    this.composer.setText(`@${this.store.bot.username} ${text}`);
    this.composer.input.focus();
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.showToast("Copied");
    } catch {
      this.showToast("This browser does not let the page copy.");
    }
  }

  /** An address of a button or an answer: this bot's deep links open here, others in a tab of their own. */
  openAddress(address, node) {
    const safe = safeUrl(address);
    if (safe === null) {
      this.showToast("The playground does not open this address.");
      return;
    }
    const link = deepLink(safe);
    if (link !== null && this.offerDeepLink(link, node)) return;
    window.open(safe, "_blank", "noopener,noreferrer");
  }

  /** True where the link is this bot's: it opens in this phone, or in another one that the person chooses. */
  offerDeepLink({ username, payload }, node) {
    if (username.toLowerCase() !== this.store.bot.username.toLowerCase()) return false;
    const others = this.desk.phones().filter((phone) => phone !== this);
    if (others.length === 0) this.open(payload);
    else {
      const choices = [this, ...others].map((phone) => ({
        label: phone === this ? `Open here, as ${phone.name}` : `Open as ${phone.name}`, icon: phone === this ? "link" : "person",
        run: () => { this.desk.activate(phone); phone.open(payload); },
      }));
      openMenu(node, choices, { label: "Open the link in a phone" });
    }
    return true;
  }

  /** Where somebody goes on who comes to this phone: its input, or what stands in its place. */
  focus() {
    const { input, gate, row } = this.composer;
    const place = !row.hidden ? input : gate.disabled ? this.menuButton : gate;
    place.focus({ preventScroll: true });
  }

  openMenu() {
    const { screen } = this;
    openMenu(this.menuButton, [
      { label: "Open a link…", icon: "link", run: () => this.askForLink() },
      { label: "Something the app reports…", icon: "pin", run: () => this.askForService() },
      { label: "Forward a text…", icon: "forward", run: () => this.askForForward() },
      this.isGroup ? null : screen.blocked
        ? { label: "Unblock the bot", icon: "check", run: () => this.call("unblock") }
        : { label: "Block the bot", icon: "block", danger: true, run: () => this.block() },
      { label: "Whose phone…", icon: "person", run: () => askToChangePerson(this.phone.user, this.element, (text) => this.showError(new Error(text))) },
    ], { label: `Menu of ${this.name}'s phone` });
  }

  async block() {
    const sure = await confirm({
      title: "Block this bot?", text: `${this.botName} will not be able to write to ${this.name}.`, label: "Block", danger: true, near: this.element,
    });
    if (sure) this.call("block");
  }

  async askForLink() {
    const { username } = this.store.bot;
    const input = el("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: `https://t.me/${username}?start=…` });
    const problem = el("p", { class: "problem", role: "alert" });
    const sure = await ask({
      title: "Open a link", near: this.element,
      body: [field("Link, or its start payload", input, `As if ${this.name} had tapped it.`), problem],
      actions: [{ label: "Cancel", value: false }, { label: "Open", value: true, primary: true }],
      valid: () => {
        const good = payloadOf(input.value, username) !== null;
        problem.textContent = good ? "" : `Not a link to @${username}. A payload has at most 64 letters, digits, _ and -.`;
        return good;
      },
    });
    if (sure) this.open(payloadOf(input.value, username));
  }

  async askForService() {
    const kind = await askForService(this.element);
    if (kind) this.call("service", { kind });
  }

  async askForForward() {
    const text = el("textarea", { rows: "4", required: true, dir: "auto" });
    const from = el("input", { type: "text", required: true, value: "Somebody", dir: "auto", autocomplete: "off" });
    const sure = await ask({
      title: "Forward a text", near: this.element, body: [field("Text", text), field("Written by", from)],
      actions: [{ label: "Cancel", value: false }, { label: "Forward", value: true, primary: true }],
    });
    if (sure) this.call("forward", { text: text.value, from_name: from.value });
  }

  openMessageMenu(messages, anchor, point = {}) {
    const message = messages.find(({ text }) => text) ?? messages.at(-1);
    const own = messages[0].outgoing;
    openMenu(anchor, [
      { label: "Reply", icon: "reply", run: () => this.composer.reply(message) },
      message.text ? { label: "Copy text", icon: "copy", run: () => this.copy(message.text) } : null,
      own && isEditable(message) ? { label: message.media ? "Edit caption" : "Edit", icon: "edit", run: () => this.composer.edit(message) } : null,
      { label: "Pin", icon: "pin", run: () => this.call("service", { kind: "pinned", message_id: message.message_id }) },
      ...this.forwardChoices(message),
      { label: "Delete", icon: "trash", danger: true, run: () => this.delete(messages) },
    ], { label: "Message actions", ...point });
  }

  forwardChoices(message) {
    const from = message.forward_from ?? (message.outgoing ? this.name : message.from_name);
    const here = { label: "Forward to this chat", icon: "forward", run: () => this.call("forward", { message_id: message.message_id, from_name: from }) };
    if (!message.text) return [here];
    const others = this.desk.phones().filter((phone) => phone !== this).map((phone) => ({
      label: `Forward to ${phone.name}'s chat`, icon: "forward", run: () => phone.call("forward", { text: message.text, from_name: from }),
    }));
    return [here, ...others];
  }

  async delete(messages) {
    await this.call("delete", { message_ids: messages.map(({ message_id: id }) => id) });
    this.composer.input.focus({ preventScroll: true });
  }

  acceptDrops() {
    const { element } = this;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    element.addEventListener("dragover", (event) => {
      if (!hasFiles(event) || this.composer.row.hidden) return;
      event.preventDefault();
      element.classList.add("is-dropping");
    });
    element.addEventListener("dragleave", (event) => {
      if (!element.contains(event.relatedTarget)) element.classList.remove("is-dropping");
    });
    element.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      element.classList.remove("is-dropping");
      const files = [...event.dataTransfer.files];
      if (files.length > 0) this.composer.sendFiles(files, files.every((file) => file.type.startsWith("image/")) ? "photo" : "document");
    });
  }
}
