/** Light, dark, or as the system says: kept in this browser. */
const KEY = "playground.theme";
const ORDER = ["system", "light", "dark"];

export function currentTheme() {
  const kept = localStorage.getItem(KEY);
  return ORDER.includes(kept) ? kept : "system";
}

export function applyTheme(theme = currentTheme()) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function nextTheme() {
  const theme = ORDER[(ORDER.indexOf(currentTheme()) + 1) % ORDER.length];
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
  return theme;
}

applyTheme();
