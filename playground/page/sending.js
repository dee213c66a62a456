/** The dialogs for what a person sends besides texts and files: clips, a place, a poll, and what the app says by itself. */
import { CLIPS } from "./clips.js";
import { ask, field } from "./dialogs.js";
import { el } from "./dom.js";

const CITIES = [["Karachi", 24.8607, 67.0011], ["Lahore", 31.5204, 74.3587], ["Leeds", 53.8008, -1.5491]];
const SERVICES = [
  ["pinned", "Pin the newest message"], ["timer", "Set the auto-delete timer to a day"], ["timer_off", "Turn off the auto-delete timer"],
  ["wallpaper", "Set a wallpaper"], ["color", "Set a plain background"], ["write_access", "Allow the bot to write"],
  ["unknown", "Something that no bot knows yet"],
];
const OPTIONS = 12;

const SEND = [{ label: "Cancel", value: false }, { label: "Send", value: true, primary: true }];

/** `{file, values}` of a clip, or null. Without a file the playground makes one up. */
export async function askForClip(kind, near) {
  const { name, captioned, accept } = CLIPS[kind];
  const file = el("input", { type: "file", accept });
  const caption = el("input", { type: "text", maxlength: 1024, autocomplete: "off", dir: "auto" });
  const emoji = el("input", { type: "text", maxlength: 8, autocomplete: "off", value: "👍" });
  const sent = await ask({
    near, title: name,
    body: [
      field("File", file, "Without one the playground makes one up."),
      captioned ? field("Caption", caption) : null,
      kind === "sticker" ? field("Emoji", emoji) : null,
    ].filter(Boolean),
    actions: SEND,
  });
  if (!sent) return null;
  const values = {};
  if (captioned && caption.value.trim() !== "") values.caption = caption.value.trim();
  if (kind === "sticker") values.emoji = emoji.value.trim();
  return { file: file.files[0] ?? null, values };
}

/** `{latitude, longitude}`, or null. */
export async function askForLocation(near) {
  const choice = el("select", {}, ...CITIES.map(([name], at) => el("option", { value: at }, name)));
  const number = (value, most) => el("input", { type: "number", step: "any", min: -most, max: most, required: true, value });
  const [, latitude, longitude] = CITIES[0];
  const [across, along] = [number(latitude, 90), number(longitude, 180)];
  choice.addEventListener("change", () => { [, across.value, along.value] = CITIES[choice.value]; });
  const sent = await ask({
    near, title: "Location", body: [field("Place", choice), field("Latitude", across), field("Longitude", along)], actions: SEND,
  });
  return sent ? { latitude: Number(across.value), longitude: Number(along.value) } : null;
}

/** `{question, options}`, or null. */
export async function askForPoll(near) {
  const question = el("input", { type: "text", maxlength: 300, required: true, autocomplete: "off", dir: "auto" });
  const options = el("textarea", { rows: "4", required: true, dir: "auto" });
  const problem = el("p", { class: "problem", role: "alert" });
  const lines = () => options.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const sent = await ask({
    near, title: "Poll", body: [field("Question", question), field("Options", options, "One a line."), problem], actions: SEND,
    valid: () => {
      const good = lines().length >= 2 && lines().length <= OPTIONS;
      problem.textContent = good ? "" : `A poll has 2 to ${OPTIONS} options.`;
      return good;
    },
  });
  return sent ? { question: question.value.trim(), options: lines() } : null;
}

/** The kind of a service message, or null. */
export async function askForService(near) {
  const choice = el("select", {}, ...SERVICES.map(([kind, name]) => el("option", { value: kind }, name)));
  const sure = await ask({
    near, title: "Something the app reports", body: [field("What happens", choice, "The bot gets a service message about it.")],
    actions: [{ label: "Cancel", value: false }, { label: "Do it", value: true, primary: true }],
  });
  return sure ? choice.value : null;
}
