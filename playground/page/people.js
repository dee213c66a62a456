/** The dialogs about people: a new phone, and changing whose phone it is. */
import { addUser, changeUser } from "./api.js";
import { ask, field } from "./dialogs.js";
import { el } from "./dom.js";

export async function askForNewPerson(onError) {
  const values = await askForPerson({ title: "New phone", label: "Add" });
  if (values) await addUser(values).catch((error) => onError(error.message));
}

export async function askToChangePerson(user, near, onError) {
  const values = await askForPerson({ title: "Whose phone", label: "Save", user, near });
  if (values) await changeUser(user.id, values).catch((error) => onError(error.message));
}

async function askForPerson({ title, label, user, near }) {
  const text = (value, props = {}) => el("input", { type: "text", value: value ?? "", autocomplete: "off", dir: "auto", ...props });
  const first = text(user?.first_name, { required: true, maxlength: 64 });
  const last = text(user?.last_name, { maxlength: 64 });
  const username = text(user?.username, { pattern: "[A-Za-z][A-Za-z0-9_]{3,31}", title: "4 to 32 letters, digits and underscores" });
  const language = text(user?.language_code ?? "en", { maxlength: 12, pattern: "[a-z]{2,3}(-[A-Za-z]+)?", title: "Such as en or ur" });
  const deactivated = el("input", { type: "checkbox", role: "switch", checked: user?.deactivated ?? false });
  const saved = await ask({
    title, near,
    body: [
      field("First name", first), field("Last name", last), field("Username", username), field("Language", language),
      user ? el("label", { class: "check" }, deactivated, "Account deleted (deactivated)") : null,
    ].filter(Boolean),
    actions: [{ label: "Cancel", value: false }, { label, value: true, primary: true }],
  });
  if (!saved) return null;
  const values = {
    first_name: first.value.trim(), last_name: last.value.trim(), username: username.value.trim(), language_code: language.value.trim(),
  };
  if (!user) for (const name of Object.keys(values)) if (values[name] === "") delete values[name];
  if (user) values.deactivated = deactivated.checked;
  return values;
}
