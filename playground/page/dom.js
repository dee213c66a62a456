/**
 * The only way this page makes elements. Data reaches the document as text nodes and attributes, never as markup;
 * addresses go through `safeUrl` in links.js first.
 */

/**
 * @param {string} tag
 * @param {object} props `class`, `on: {event: listener}`, `data: {name: value}`; everything else is an attribute. `true` is an
 *   empty attribute; `false`, `null` and `undefined` leave it out.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function button(label, { icon: picture, text, ...props } = {}) {
  return el("button", { type: "button", "aria-label": text === undefined ? label : null, title: text === undefined ? label : null, ...props },
    picture ?? null, text ?? null);
}

/** Sets an attribute, or removes it where the value says so. Leaves the document alone where nothing changes. */
export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else {
    const text = value === true ? "" : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

let counter = 0;

export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

export function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
