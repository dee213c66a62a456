/** What a person sends besides text: files from disk, ready samples, the clipboard. Each shows what goes before it goes. */
import { ask, field } from "./dialogs.js";
import { el } from "./dom.js";
import { fileSize, plural } from "./format.js";
import { ownUrl } from "./links.js";

/** Opens the browser's own file dialog. `photo` offers pictures only. */
export function chooseFiles(kind, onFiles) {
  const input = el("input", { type: "file", multiple: true, accept: kind === "photo" ? "image/*" : null, hidden: true, class: "file-input" });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.remove();
    if (files.length > 0) onFiles(files);
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

/** `{files, kind, caption}` as the person confirms it, or null. */
export async function confirmFiles(files, kind, near) {
  const urls = [];
  const caption = captionField();
  const asFiles = el("input", { type: "checkbox", checked: kind === "document" });
  const canBePhotos = files.every((file) => /^image\/(png|jpe?g|webp|gif|bmp)$/.test(file.type));
  const previews = el("div", { class: "previews" }, ...files.map((file) => {
    if (!file.type.startsWith("image/")) {
      return el("div", { class: "preview-file" }, el("bdi", {}, file.name), el("small", {}, fileSize(file.size)));
    }
    const url = URL.createObjectURL(file);
    urls.push(url);
    return el("img", { src: url, alt: file.name, title: file.name });
  }));
  const sent = await ask({
    near, className: "sending",
    title: `Send ${plural(files.length, canBePhotos && kind === "photo" ? "photo" : "file")}`,
    body: [
      previews, field("Caption", caption),
      canBePhotos ? el("label", { class: "check" }, asFiles, "Send without compression, as a file") : null,
    ].filter(Boolean),
    actions: [{ label: "Cancel", value: false }, { label: "Send", value: true, primary: true }],
  });
  urls.forEach((url) => URL.revokeObjectURL(url));
  if (!sent) return null;
  return { files, caption: caption.value.trim(), kind: asFiles.checked || !canBePhotos ? "document" : "photo" };
}

/** `{names, kind, caption}` of the chosen samples, or null. Several make an album. */
export async function chooseSamples(samples, near) {
  const caption = captionField();
  const asFiles = el("input", { type: "checkbox" });
  const boxes = samples.map((sample) => el("input", { type: "checkbox", value: sample.name, class: "sample-box" }));
  const grid = el("div", { class: "samples", role: "group", "aria-label": "Samples; choose several for an album" },
    ...samples.map((sample, at) => el("label", { class: "sample" }, boxes[at],
      sample.kind === "photo"
        ? el("img", { loading: "lazy", src: ownUrl(sample.url), alt: "" })
        : el("span", { class: "document-face", "aria-hidden": "true" }, sample.name.split(".").pop()),
      el("bdi", { class: "sample-name" }, sample.name))));
  const problem = el("p", { class: "problem", role: "alert" });
  const chosen = () => samples.filter((_, at) => boxes[at].checked);
  const kindOf = (picked) => (asFiles.checked || picked.some(({ kind }) => kind !== "photo") ? "document" : "photo");
  const sent = await ask({
    near, className: "sending", title: "Send a sample",
    body: [grid, field("Caption", caption), el("label", { class: "check" }, asFiles, "Send without compression, as a file"), problem],
    actions: [{ label: "Cancel", value: false }, { label: "Send", value: true, primary: true }],
    valid: () => {
      problem.textContent = chosen().length === 0 ? "Choose at least one." : "";
      return chosen().length > 0;
    },
  });
  if (!sent) return null;
  const picked = chosen();
  return { names: picked.map(({ name }) => name), caption: caption.value.trim(), kind: kindOf(picked) };
}

function captionField() {
  return el("input", { type: "text", maxlength: 1024, autocomplete: "off", dir: "auto" });
}
