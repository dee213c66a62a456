/** Photos, albums and documents inside a bubble, and the viewer they open in. */
import { button, el } from "./dom.js";
import { closeOnBackdrop, giveFocusBack } from "./dialogs.js";
import { fileSize } from "./format.js";
import { icon } from "./icons.js";
import { ownUrl } from "./links.js";

/** What a browser shows without running anything in it; everything else is saved, not opened. The server has the same list. */
const OPENS = /^(application\/pdf|image\/(png|jpeg|gif|webp)|text\/plain)$/;

/** How many pictures stand in each row of the mosaic, by the album's size. */
const ROWS = { 1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [2, 2, 3], 8: [2, 3, 3], 9: [3, 3, 3], 10: [2, 2, 3, 3] };
const WIDTH = 300;

export function photoAlt(message, place, count) {
  const many = count > 1 ? ` ${place + 1} of ${count}` : "";
  const caption = message.text ? `: ${message.text}` : "";
  return `Photo${many} from ${message.outgoing ? "you" : message.from_name}${caption}`;
}

/** One photo, or a mosaic of the album's. */
export function photos(messages) {
  const grid = el("div", { class: `mosaic count-${messages.length}` });
  const rows = rowsFor(messages.length);
  messages.forEach((message, place) => {
    const { media } = message;
    const alt = photoAlt(message, place, messages.length);
    const picture = el("img", {
      loading: "lazy", src: ownUrl(media.thumb_url ?? media.url), alt, width: media.width, height: media.height, decoding: "async", draggable: "false",
    });
    const tile = el("button", { type: "button", class: `photo in-${rows[place]}`, "aria-haspopup": "dialog" }, picture);
    if (messages.length === 1) fit(tile, media);
    if (media.has_spoiler) hide(tile, picture, alt);
    tile.addEventListener("click", () => {
      if (!show(tile, picture, alt)) openViewer(messages, place);
    });
    grid.append(tile);
  });
  return grid;
}

function hide(tile, picture, alt) {
  tile.classList.add("is-hidden");
  picture.alt = `Hidden photo, show it (${alt.split(":")[0]})`;
}

/** True where the photo was hidden until now. */
function show(tile, picture, alt) {
  if (!tile.classList.contains("is-hidden")) return false;
  tile.classList.remove("is-hidden");
  picture.alt = alt;
  return true;
}

function rowsFor(count) {
  const rows = ROWS[count] ?? Array.from({ length: Math.ceil(count / 3) }, () => 3);
  return rows.flatMap((size) => Array.from({ length: size }, () => size));
}

/** A single photo keeps its shape, between a wide strip and a tall one. */
function fit(tile, { width, height }) {
  if (!width || !height) return;
  const ratio = Math.min(2.4, Math.max(0.62, width / height));
  const wide = Math.min(WIDTH, Math.max(120, width));
  tile.style.aspectRatio = String(ratio);
  tile.style.width = `${ratio < 0.8 ? Math.min(wide, 240) : wide}px`;
}

export function documentRow(media) {
  const name = media.file_name || "file";
  const href = ownUrl(media.url);
  const extension = /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1] ?? "";
  const thumb = media.thumb_url && ownUrl(media.thumb_url);
  const opens = OPENS.test(media.mime_type ?? "");
  const face = thumb
    ? el("img", { class: "document-thumb", loading: "lazy", src: thumb, alt: "" })
    : el("span", { class: "document-face", "aria-hidden": "true" }, extension ? extension.toLowerCase() : icon("file"));
  const details = [
    el("bdi", { class: "document-name" }, name),
    el("span", { class: "document-size" }, [fileSize(media.file_size), opens ? "open" : "save"].filter(Boolean).join(" · ")),
  ];
  const main = el("a", {
    class: "document-open", href, target: opens ? "_blank" : null, rel: "noopener noreferrer", download: opens ? null : name,
  }, face, el("span", { class: "document-text" }, ...details));
  const save = opens
    ? el("a", { class: "document-save", href, download: name, "aria-label": `Save ${name}`, title: "Save" }, icon("save"))
    : null;
  return el("div", { class: "document" }, main, save);
}

export function openViewer(messages, start) {
  let at = start;
  const returnTo = document.activeElement;
  const picture = el("img", { class: "viewer-picture", alt: "" });
  const caption = el("p", { class: "viewer-caption", dir: "auto" });
  const place = el("span", { class: "viewer-place", role: "status" });
  const save = el("a", { class: "icon-button", "aria-label": "Save the picture", title: "Save" }, icon("save"));
  const move = (step) => {
    at = (at + step + messages.length) % messages.length;
    draw();
  };
  const previous = button("Previous picture", { icon: icon("back"), class: "icon-button viewer-step", on: { click: () => move(-1) } });
  const next = button("Next picture", { icon: icon("next"), class: "icon-button viewer-step", on: { click: () => move(1) } });
  const close = button("Close the viewer", { icon: icon("close"), class: "icon-button", on: { click: () => dialog.close() } });
  const dialog = el("dialog", { class: "viewer", "aria-label": "Picture" },
    el("div", { class: "viewer-bar" }, place, save, close),
    el("div", { class: "viewer-stage" }, previous, picture, next),
    caption);

  function draw() {
    const { media, text } = messages[at];
    picture.src = ownUrl(media.url) ?? "";
    picture.alt = photoAlt(messages[at], at, messages.length);
    save.href = ownUrl(media.url) ?? "";
    save.download = media.file_name ?? `photo-${messages[at].message_id}.jpg`;
    caption.textContent = text;
    caption.hidden = !text;
    place.textContent = messages.length > 1 ? `${at + 1} of ${messages.length}` : "";
    previous.hidden = next.hidden = messages.length === 1;
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") move(-1);
    else if (event.key === "ArrowRight") move(1);
  });
  dialog.querySelector(".viewer-stage").addEventListener("click", (event) => {
    if (event.target === event.currentTarget) dialog.close();
  });
  closeOnBackdrop(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    giveFocusBack(returnTo);
  });
  draw();
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
