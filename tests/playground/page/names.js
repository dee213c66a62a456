// What a screen reader or a keyboard could not use in this document, as a list of sentences.
() => {
  const problems = [];
  const seen = new Set();
  for (const node of document.querySelectorAll("[id]")) {
    if (seen.has(node.id)) problems.push(`two elements have the id ${node.id}`);
    seen.add(node.id);
  }
  const textOf = (id) => document.getElementById(id)?.textContent.trim();
  const named = (node) => node.getAttribute("aria-label") || node.textContent.trim() || node.title
    || node.querySelector("img")?.alt || (node.getAttribute("aria-labelledby") ?? "").split(" ").some(textOf);
  const controls = "button, a[href], [role=button], [role=switch], section, dialog, [role=log], [role=listbox]";
  for (const node of document.querySelectorAll(controls)) {
    if (!node.checkVisibility()) continue;
    if (!named(node)) problems.push(`no name: ${node.outerHTML.slice(0, 100)}`);
  }
  for (const node of document.querySelectorAll("input:not([type=file]), select, textarea")) {
    if (!node.labels?.length && !node.getAttribute("aria-label")) problems.push(`no label: ${node.outerHTML.slice(0, 100)}`);
  }
  for (const node of document.querySelectorAll("img:not([alt])")) problems.push(`no alt: ${node.outerHTML.slice(0, 100)}`);
  for (const name of ["aria-controls", "aria-labelledby", "aria-activedescendant"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      const found = document.getElementById(node.getAttribute(name));
      if (!found) problems.push(`${name} leads nowhere: ${node.outerHTML.slice(0, 100)}`);
    }
  }
  const unreachable = "button button, a button, button a, [tabindex]:not([tabindex='0']):not([tabindex='-1'])";
  for (const node of document.querySelectorAll(unreachable)) {
    problems.push(`cannot be reached well: ${node.outerHTML.slice(0, 100)}`);
  }
  return problems;
}
