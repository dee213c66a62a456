/** Voices, videos, stickers and the like inside a bubble, and what is no file at all: a contact, a location, a poll. */
import { el } from "./dom.js";
import { clipLength, fileSize } from "./format.js";
import { icon } from "./icons.js";
import { ownUrl, safeUrl } from "./links.js";

/** What people call each kind, its icon, and whether something may be written below it. */
export const CLIPS = {
  voice: { name: "Voice message", icon: "voice", captioned: true, accept: "audio/*" },
  audio: { name: "Music", icon: "audio", captioned: true, accept: "audio/*" },
  video: { name: "Video", icon: "video", captioned: true, accept: "video/*" },
  video_note: { name: "Round video", icon: "round", captioned: false, accept: "video/*" },
  animation: { name: "GIF", icon: "animation", captioned: true, accept: "video/*,image/gif" },
  sticker: { name: "Sticker", icon: "sticker", captioned: false, accept: "image/webp,.tgs,.webm" },
};

const HEARD = new Set(["voice", "audio"]);
const DRAWN = /^image\/(png|jpeg|webp|gif)$/;

export const isClip = (kind) => Object.hasOwn(CLIPS, kind ?? "");

/** One clip. The playground plays none: a tap saves the file. */
export function clip(message) {
  const { media } = message;
  if (media.kind === "sticker") return sticker(message);
  return HEARD.has(media.kind) ? heard(media) : seen(media);
}

function sticker({ media, outgoing, from_name: from }) {
  const src = ownUrl(DRAWN.test(media.mime_type) ? media.url : media.thumb_url);
  const alt = `Sticker ${media.emoji} from ${outgoing ? "you" : from}`;
  return el("img", { class: "sticker", loading: "lazy", src, alt, width: 160, height: 160, decoding: "async" });
}

function heard(media) {
  const { name, icon: face } = CLIPS[media.kind];
  const details = [clipLength(media.duration), fileSize(media.file_size), "save"].join(" · ");
  return el("div", { class: "documents" },
    el("div", { class: "document" },
      el("a", { class: "document-open", href: ownUrl(media.url), download: media.file_name },
        el("span", { class: "document-face", "aria-hidden": "true" }, icon(face)),
        el("span", { class: "document-text" },
          el("bdi", { class: "document-name" }, media.title || (media.kind === "audio" ? media.file_name : name)),
          el("span", { class: "document-size" }, details)))));
}

function seen(media) {
  const { name } = CLIPS[media.kind];
  const picture = el("img", {
    loading: "lazy", src: ownUrl(media.thumb_url), alt: "", width: media.width, height: media.height, decoding: "async",
  });
  const length = media.kind === "animation" ? "GIF" : clipLength(media.duration);
  return el("a", {
    class: `clip is-${media.kind}`, href: ownUrl(media.url), download: media.file_name,
    "aria-label": `${name}, ${clipLength(media.duration)}, save it`, title: "Save",
  }, picture, el("span", { class: "clip-length", "aria-hidden": "true" }, length));
}

/** A contact, a location or a poll. */
export function specialCard(special) {
  const [face, ...lines] = SPECIAL[special.kind]?.(special) ?? ["more", el("span", {}, special.kind)];
  return el("div", { class: "special" },
    el("span", { class: "document-face", "aria-hidden": "true" }, icon(face)), el("div", { class: "special-lines" }, ...lines));
}

const SPECIAL = {
  contact: ({ first_name: first, last_name: last, phone_number: number }) => [
    "contact", el("strong", { dir: "auto" }, [first, last].filter(Boolean).join(" ")), el("bdi", {}, number)],
  location: ({ latitude, longitude }) => [
    "location", el("strong", {}, "Location"),
    el("a", {
      href: safeUrl(`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`), target: "_blank", rel: "noopener noreferrer",
    }, `${latitude}, ${longitude}`)],
  poll: ({ question, options }) => [
    "poll", el("strong", { dir: "auto" }, question),
    el("ul", { class: "poll-options" }, ...options.map(({ text }) => el("li", { dir: "auto" }, text)))],
};
