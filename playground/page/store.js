/**
 * What the page knows: the bots, the people's phones, the log of calls, the clock and the faults. It changes by the loaded state
 * and by events only; views listen with `on(topic, listener)`.
 *
 * Topics: `phones` (a phone more, or a person changed), `phone:<user id>` (with what has changed), `toast:<user id>`, `calls`,
 * `clock`, `faults`, `bot`, `connection`.
 */
import { ChatApi, loadState } from "./api.js";

const KEPT_CALLS = 300;
const KEPT_MESSAGES = 200;

export class Store {
  constructor() {
    this.listeners = new Map();
    this.bots = [];
    this.botId = null;
    this.eventId = 0;
    this.phones = new Map();
    this.loading = new Map();
    this.groups = [];
    this.calls = [];
    this.faults = [];
    this.samples = [];
    this.clock = { now: Date.now() / 1000, frozen: false };
    this.clockReadAt = Date.now();
    this.connected = true;
  }

  get bot() {
    return this.bots.find((bot) => bot.id === this.botId) ?? null;
  }

  /** The playground's time now, in unix seconds. */
  get now() {
    return this.clock.now + (this.clock.frozen ? 0 : (Date.now() - this.clockReadAt) / 1000);
  }

  on(topic, listener) {
    if (!this.listeners.has(topic)) this.listeners.set(topic, new Set());
    this.listeners.get(topic).add(listener);
  }

  emit(topic, detail) {
    for (const listener of this.listeners.get(topic) ?? []) listener(detail);
  }

  async load(botId) {
    const state = await loadState(botId);
    this.bots = state.bots;
    this.botId = state.bot_id;
    this.eventId = state.event_id;
    this.groups = state.groups ?? [];
    this.samples = state.samples;
    this.calls = state.calls;
    this.faults = state.faults;
    this.readClock(state.clock);
    const gone = new Set(this.phones.keys());
    for (const { user, screen } of state.phones) {
      gone.delete(user.id);
      const phone = this.phones.get(user.id) ?? newPhone(user);
      phone.user = user;
      phone.homeId = screen.chat_id;
      phone.screens = new Map([[screen.chat_id, screen]]);
      if (!this.chatsOf(phone).some(({ chatId }) => chatId === phone.chatId)) phone.chatId = phone.homeId;
      this.phones.set(user.id, phone);
    }
    for (const id of gone) this.phones.delete(id);
    for (const phone of this.phones.values()) {
      if (phone.chatId === phone.homeId) continue;
      phone.screens.set(phone.chatId, await this.loadScreen(phone.user.id, phone.chatId));
      this.replay(phone.user.id, phone.chatId);
    }
    for (const topic of ["bot", "phones", "calls", "clock", "faults"]) this.emit(topic);
    for (const id of this.phones.keys()) this.emit(`phone:${id}`, { messages: true, loaded: true });
  }

  /** The chats a phone can show: the private one with the bot, then the groups its owner is in. */
  chatsOf(phone) {
    const groups = this.groups.filter((group) => group.member_ids.includes(phone.user.id));
    return [{ chatId: phone.homeId, title: null }, ...groups.map((group) => ({ chatId: group.chat_id, title: group.title }))];
  }

  /** Whose chat an id is: a person's name or a group's title. Null where a call concerns no chat. */
  chatName(chatId) {
    if (chatId === null || chatId === undefined || chatId === "") return null;
    const id = Number(chatId);
    return this.phones.get(id)?.user.name ?? this.groups.find((group) => group.chat_id === id)?.title ?? `chat ${chatId}`;
  }

  async showChat(userId, chatId) {
    const phone = this.phones.get(userId);
    if (!phone.screens.has(chatId)) phone.screens.set(chatId, await this.loadScreen(userId, chatId));
    this.replay(userId, chatId);
    phone.chatId = chatId;
    this.emit(`phone:${userId}`, { messages: true, loaded: true });
  }

  /** A chat's screen. What happens in it meanwhile is kept for `replay`, or it would be lost between the two. */
  async loadScreen(userId, chatId) {
    this.loading.set(`${userId} ${chatId}`, []);
    try {
      return await new ChatApi(this.botId, userId, chatId).screen();
    } catch (error) {
      this.loading.delete(`${userId} ${chatId}`);
      throw error;
    }
  }

  replay(userId, chatId) {
    const kept = this.loading.get(`${userId} ${chatId}`) ?? [];
    this.loading.delete(`${userId} ${chatId}`);
    for (const [type, data] of kept) this.apply(type, data);
  }

  apply(type, data) {
    const kept = this.loading.get(`${data.user_id} ${data.chat_id}`);
    if (kept !== undefined) kept.push([type, data]);
    else HANDLERS[type]?.(this, data);
  }

  readClock(clock) {
    this.clock = clock;
    this.clockReadAt = Date.now();
  }

  /** The screen an event is about, with the phone; null where the page has not opened that chat. */
  screenOf({ user_id: userId, chat_id: chatId }) {
    return this.phones.get(userId)?.screens.get(chatId) ?? null;
  }

  changed({ user_id: userId, chat_id: chatId }, what) {
    if (this.phones.get(userId)?.chatId === chatId) this.emit(`phone:${userId}`, what);
  }

  setConnected(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    this.emit("connection", connected);
  }
}

function newPhone(user) {
  return { user, homeId: user.id, chatId: user.id, screens: new Map() };
}

function putMessage(messages, message) {
  const known = messages.findIndex(({ message_id: id }) => id === message.message_id);
  if (known >= 0) {
    messages[known] = message;
    return;
  }
  let place = messages.length;
  while (place > 0 && messages[place - 1].message_id > message.message_id) place -= 1;
  messages.splice(place, 0, message);
  if (messages.length > KEPT_MESSAGES) messages.shift();
}

/** A new person: their phone shows what the server says it shows. */
async function addPhone(store, user) {
  const phone = newPhone(user);
  phone.screens.set(user.id, await store.loadScreen(user.id, user.id));
  store.phones.set(user.id, phone);
  store.replay(user.id, user.id);
  store.emit("phones");
  store.emit(`phone:${user.id}`, { messages: true, loaded: true });
}

const HANDLERS = {
  message(store, data) {
    const screen = store.screenOf(data);
    if (screen === null) return;
    const isNew = !screen.messages.some(({ message_id: id }) => id === data.message.message_id);
    putMessage(screen.messages, data.message);
    if (isNew && !data.message.outgoing) screen.action = null; // what was typed has come
    store.changed(data, { messages: true, arrived: isNew ? data.message : null });
  },
  deleted(store, data) {
    const screen = store.screenOf(data);
    if (screen === null) return;
    const ids = new Set(data.message_ids);
    screen.messages = screen.messages.filter(({ message_id: id }) => !ids.has(id));
    store.changed(data, { messages: true });
  },
  chat(store, data) {
    const screen = store.screenOf(data);
    if (screen === null) return;
    const { messages: _, ...rest } = data.screen;
    Object.assign(screen, rest);
    store.changed(data, { chat: true });
  },
  toast(store, data) {
    const screen = store.screenOf(data);
    if (screen !== null) screen.toast = data.toast;
    store.emit(`toast:${data.user_id}`, data.toast);
  },
  user(store, { user }) {
    const phone = store.phones.get(user.id);
    if (phone === undefined) {
      addPhone(store, user).catch(() => store.load(store.botId));
      return;
    }
    phone.user = user;
    store.emit("phones");
    store.emit(`phone:${user.id}`, { chat: true });
  },
  bot(store, { bot }) {
    const place = store.bots.findIndex(({ id }) => id === bot.id);
    if (place >= 0) store.bots[place] = bot;
    else store.bots.push(bot);
    store.emit("bot");
  },
  group(store, { group }) {
    const place = store.groups.findIndex(({ chat_id: id }) => id === group.chat_id);
    if (place >= 0) store.groups[place] = group;
    else store.groups.push(group);
    for (const id of store.phones.keys()) store.emit(`phone:${id}`, { chat: true });
  },
  call(store, { call }) {
    store.calls.push(call);
    if (store.calls.length > KEPT_CALLS) store.calls.shift();
    store.emit("calls", call);
  },
  clock(store, clock) {
    store.readClock(clock);
    store.emit("clock");
  },
  faults(store, faults) {
    store.faults = Array.isArray(faults) ? faults : faults.faults;
    store.emit("faults");
  },
};
