/**
 * The server's events, resumed after the last one seen.
 *
 * EventSource gives up for good when a reconnection is answered with anything but 200 (a playground that restarts), so a lost
 * connection is replaced by a new one here, a little later each time, and asks for what came `after` the last id.
 */
import { eventsUrl } from "./api.js";

export const EVENT_TYPES = ["message", "deleted", "chat", "toast", "user", "bot", "group", "call", "clock", "faults", "reset"];
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 4000;

export class EventStream {
  /**
   * @param {{onEvent: (type: string, data: object) => void, onConnection: (connected: boolean) => void}} listeners
   */
  constructor(botId, lastId, listeners) {
    this.botId = botId;
    this.lastId = lastId;
    this.listeners = listeners;
    this.pause = FIRST_PAUSE;
    this.timer = null;
    this.retryNow = () => {
      if (this.timer !== null) this.connect();
    };
    addEventListener("online", this.retryNow);
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = null;
    const source = new EventSource(eventsUrl(this.botId, this.lastId));
    this.source = source;
    source.addEventListener("open", () => {
      this.pause = FIRST_PAUSE;
      this.listeners.onConnection(true);
    });
    source.addEventListener("error", () => this.lost(source));
    for (const type of EVENT_TYPES) {
      source.addEventListener(type, (event) => {
        const id = Number(event.lastEventId);
        if (type !== "reset" && id <= this.lastId) return;
        if (event.lastEventId !== "") this.lastId = id;
        this.listeners.onEvent(type, JSON.parse(event.data));
      });
    }
  }

  lost(source) {
    source.close();
    if (this.source !== source) return;
    this.source = null;
    this.listeners.onConnection(false);
    this.timer = setTimeout(() => this.connect(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  close() {
    clearTimeout(this.timer);
    removeEventListener("online", this.retryNow);
    this.source?.close();
    this.source = null;
  }
}
