/** A small menu beside a button: arrows, Home, End and letters move, Escape closes, focus goes back. */
import { el } from "./dom.js";
import { icon } from "./icons.js";

let open = null;

export function closeMenu(returnFocus = true) {
  if (open === null) return;
  const { node, anchor, onOutside } = open;
  open = null;
  removeEventListener("pointerdown", onOutside, true);
  removeEventListener("resize", closeMenu);
  node.remove();
  anchor.removeAttribute("aria-expanded");
  if (returnFocus && anchor.isConnected) anchor.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} anchor the element that opened it
 * @param {Array<{label: string, icon?: string, danger?: boolean, run: () => void} | null>} items null: left out
 * @param {{label: string, x?: number, y?: number}} options where there is no anchor's corner to hang from, a point
 */
export function openMenu(anchor, items, { label, x, y }) {
  closeMenu(false);
  const entries = items.filter(Boolean).map((item) =>
    el("button", {
      type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "menu-item is-danger" : "menu-item",
      on: { click: () => { closeMenu(); item.run(); } },
    }, item.icon ? icon(item.icon) : null, el("span", { dir: "auto" }, item.label)));
  if (entries.length === 0) return;
  const node = el("div", { class: "menu", role: "menu", "aria-label": label }, ...entries);
  node.addEventListener("keydown", (event) => onKey(event, entries));
  const onOutside = (event) => {
    if (!node.contains(event.target)) closeMenu(anchor.contains(event.target));
  };
  document.body.append(node);
  anchor.setAttribute("aria-expanded", "true");
  open = { node, anchor, onOutside };
  addEventListener("pointerdown", onOutside, true);
  addEventListener("resize", closeMenu);
  place(node, anchor, x, y);
  entries[0].focus({ preventScroll: true });
}

function onKey(event, entries) {
  const at = entries.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 };
  if (event.key in moves) entries[moves[event.key] % entries.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (event.key.length === 1 && event.key !== " ") {
    const rest = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
    rest.find((entry) => entry.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function place(node, anchor, x, y) {
  const box = anchor.getBoundingClientRect();
  const wide = node.offsetWidth;
  const high = node.offsetHeight;
  const left = x ?? (box.left + wide + 8 > innerWidth ? box.right - wide : box.left);
  let top = y ?? box.bottom + 4;
  if (top + high > innerHeight - 8) top = (y ?? box.top - 4) - high;
  node.style.left = `${Math.max(8, Math.min(left, innerWidth - wide - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(top, innerHeight - high - 8))}px`;
}
