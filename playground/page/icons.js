/** The page's icons: outlines on a 24-pixel square, drawn in the colour of the text around them. */
const PATHS = {
  add: "M12 5v14M5 12h14",
  animation: "M4 5h16v14H4zM9 9.5a2.5 2.5 0 1 0 0 5V12H8M13 9.5v5M19 9.5h-3v5M16 12h2",
  attach: "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6",
  audio: "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  back: "M15 5l-7 7 7 7",
  block: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM5.7 5.7l12.6 12.6",
  check: "M5 12.5l4.5 4.5L19 7",
  checks: "M2.5 12.5l4 4L15 7M11 16.5l.5.5L21 7",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3.5 2",
  close: "M6 6l12 12M18 6L6 18",
  command: "M15 4L9 20",
  contact: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  down: "M5 9l7 7 7-7",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  forward: "M13 6l7 6-7 6v-4c-5 0-8 1.5-9.5 5C3.5 14 6 10 13 10z",
  hood: "M4 6h16M4 12h10M4 18h13M18 10v4M9 4v4M13 16v4",
  keyboard: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  location: "M12 21c-4-5-6.5-8-6.5-11.5a6.5 6.5 0 0 1 13 0C18.5 13 16 16 12 21zM12 7.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  menu: "M5 7h14M5 12h14M5 17h14",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  next: "M9 5l7 7-7 7",
  outside: "M8 16L17 7M10 7h7v7",
  person: "M10 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM2.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5M19 7v6M16 10h6",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v6",
  poll: "M6 20V10M12 20V4M18 20v-7",
  reply: "M11 6l-7 6 7 6v-4c5 0 8 1.5 9.5 5 0-5-2.5-9-9.5-9z",
  round: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM10 8.5l5.5 3.5-5.5 3.5z",
  sample: "M4 8l8-4 8 4-8 4zM4 12l8 4 8-4M4 16l8 4 8-4",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  send: "M4 12L3 4l18 8-18 8 1-8zM4 12h9",
  sticker: "M5 4h14v9l-6 7H5zM13 20v-7h6M9 9v.01M14 9v.01M9 12.5c1 1 2 1.2 3.5 1",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  video: "M3 6h12v12H3zM15 11l6-4v10l-6-4z",
  voice: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
