/** Modal dialogs on the browser's own <dialog>: it traps focus, closes on Escape, and puts focus back where it was. */
import { button, el, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

/**
 * Shows a dialog; resolves with the pressed action's value, or null where it was closed.
 *
 * @param {{title: string, body: Node[], actions: {label: string, value: unknown, primary?: boolean, danger?: boolean}[],
 *   near?: HTMLElement, className?: string, role?: string, valid?: () => boolean}} shown `near`: the phone it belongs to
 */
export function ask({ title, body, actions, near, className = "", role, valid }) {
  const titleId = uniqueId("title");
  return new Promise((resolve) => {
    let answer = null;
    const returnTo = document.activeElement;
    const buttons = actions.map(({ label, value, primary, danger }) =>
      el("button", { type: primary ? "submit" : "button", class: `dialog-button${danger ? " is-danger" : ""}`,
        on: primary ? {} : { click: () => { answer = value; dialog.close(); } } }, label));
    const form = el("form", { method: "dialog", class: "dialog-form" },
      el("h2", { id: titleId }, title), ...body, el("div", { class: "dialog-buttons" }, ...buttons));
    const dialog = el("dialog", { class: `dialog ${className}`, "aria-labelledby": titleId, role }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (valid && !valid()) return;
      answer = actions.find(({ primary }) => primary)?.value ?? null;
      dialog.close();
    });
    closeOnBackdrop(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      giveFocusBack(returnTo, near);
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    if (near) centreOver(dialog, near);
  });
}

/** A message over a phone with one button, as an alert of answerCallbackQuery. */
export function tell({ title, text, near }) {
  return ask({
    title, near, className: "alert", role: "alertdialog",
    body: [el("p", { dir: "auto" }, text)],
    actions: [{ label: "OK", value: true, primary: true }],
  });
}

export function confirm({ title, text, label, danger, near }) {
  return ask({
    title, near, className: "alert",
    body: [el("p", { dir: "auto" }, text)],
    actions: [{ label: "Cancel", value: false }, { label, value: true, primary: true, danger }],
  });
}

export function closeOnBackdrop(dialog) {
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

/** Focus where it was; where that is gone meanwhile (an edited message), to the phone's input. */
export function giveFocusBack(element, near) {
  if (element?.isConnected && element !== document.body) element.focus({ preventScroll: true });
  else near?.querySelector("textarea, .start-button")?.focus({ preventScroll: true });
}

export function field(label, input, hint) {
  input.id ||= uniqueId("field");
  return el("div", { class: "field" }, el("label", { for: input.id }, label), input, hint ? el("small", {}, hint) : null);
}

export function closeButton(label, onClick) {
  return button(label, { icon: icon("close"), class: "icon-button", on: { click: onClick } });
}

function centreOver(dialog, near) {
  const box = near.getBoundingClientRect();
  const half = dialog.offsetWidth / 2;
  const centre = Math.max(half + 8, Math.min(box.left + box.width / 2, innerWidth - half - 8));
  dialog.style.marginInline = "0";
  dialog.style.left = `${centre - half}px`;
}
