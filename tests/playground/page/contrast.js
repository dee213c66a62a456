// How much an element's text stands out from what is painted behind it, as WCAG counts it. What lets something through is
// laid over what is behind it, and at last over the chat's background: there the palest and the darkest of its colours count.
(node) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const resolved = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  const layers = [];
  let grounds = null;
  for (let behind = node; grounds === null; behind = behind.parentElement) {
    const colour = rgba(getComputedStyle(behind).backgroundColor);
    if (colour[3] > 250) grounds = [colour];
    else if (behind.classList.contains("chat")) grounds = ["--chat-1", "--chat-2", "--chat-3"].map((name) => rgba(resolved(name)));
    else layers.unshift(colour);
  }
  const over = (top, ground) => ground.map((part, at) => (at < 3 ? (top[at] * top[3] + part * (255 - top[3])) / 255 : 255));
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const text = rgba(getComputedStyle(node).color);
  return Math.min(...grounds.map((ground) => {
    const painted = layers.reduce((below, layer) => over(layer, below), ground);
    const both = [light(over(text, painted)), light(painted)];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  }));
}
