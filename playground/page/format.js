/** Times, dates and sizes in the reader's own locale. */

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat(undefined, { month: "long", day: "numeric" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(undefined, { month: "long", day: "numeric", year: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

const date = (unix) => new Date(unix * 1000);

export const clockTime = (unix) => TIME.format(date(unix));
export const fullTime = (unix) => FULL.format(date(unix));
export const moment = (unix) => MOMENT.format(date(unix));
export const isoTime = (unix) => date(unix).toISOString();

export const dayKey = (unix) => {
  const at = date(unix);
  return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
};

/** "Today", "Yesterday" or the date, seen from the playground's clock. */
export function dayName(unix, now) {
  if (dayKey(unix) === dayKey(now)) return "Today";
  const yesterday = date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayKey(unix) === dayKey(yesterday.getTime() / 1000)) return "Yesterday";
  return (date(unix).getFullYear() === date(now).getFullYear() ? DAY : DAY_AND_YEAR).format(date(unix));
}

export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A clip's length, such as 1:04. */
export const clipLength = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("") || "?";
}

/** One of seven avatar colours, the same for the same id. */
export const colourOf = (id) => Math.abs(Number(id)) % 7;

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
