/** Which addresses may become links, and which of them are this bot's deep links. */

const SCHEMES = new Set(["http:", "https:", "tg:", "mailto:", "tel:"]);

/** The address as a link may carry it, or null: `javascript:`, `data:` and the like never get into the document. */
export function safeUrl(address) {
  if (typeof address !== "string" || address === "") return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`;
  let url;
  try {
    url = new URL(withScheme);
  } catch {
    return null;
  }
  return SCHEMES.has(url.protocol) ? url.href : null;
}

/** A picture that may be shown: from this playground only, as the page's policy says too. */
export function ownUrl(address) {
  if (typeof address !== "string" || address === "") return null;
  let url;
  try {
    url = new URL(address, location.origin);
  } catch {
    return null;
  }
  return url.origin === location.origin && url.protocol.startsWith("http") ? url.href : null;
}

/** `{username, payload}` of `https://t.me/name?start=x` or `tg://resolve?domain=name&start=x`; null for any other address. */
export function deepLink(address) {
  const safe = safeUrl(address);
  if (safe === null) return null;
  const url = new URL(safe);
  if (url.protocol === "tg:") {
    if (!/^(tg:)(\/\/)?resolve\b/.test(url.href)) return null;
    const username = url.searchParams.get("domain");
    return username ? { username, payload: url.searchParams.get("start") ?? "" } : null;
  }
  if (!/^https?:$/.test(url.protocol) || !/^(www\.)?(t\.me|telegram\.me)$/.test(url.hostname)) return null;
  const match = /^\/([A-Za-z0-9_]{3,32})\/?$/.exec(url.pathname);
  return match ? { username: match[1], payload: url.searchParams.get("start") ?? "" } : null;
}

/** What a person pasted into "Open a link": a whole link or the payload alone. Null where it is neither. */
export function payloadOf(typed, username) {
  const text = typed.trim();
  if (/^[A-Za-z0-9_-]{0,64}$/.test(text)) return text;
  const link = deepLink(text);
  if (link === null || link.username.toLowerCase() !== username.toLowerCase()) return null;
  return link.payload;
}
