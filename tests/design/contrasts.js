// Over a net of brand colours, the least contrast of text with what it stands on, and of lines that mean something.
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const between = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  };
  const pairs = {
    text: [["on-accent", "accent"], ["accent-text", "surface"], ["accent-text", "canvas"], ["accent-text", "accent-soft"],
      ["ink-2", "surface"], ["ink-2", "canvas"], ["ink-2", "side"], ["ink-2", "sunken"], ["ink-2", "accent-soft"], ["on-accent", "pressed"],
      ["bad", "surface"], ["bad", "canvas"], ["ok", "surface"], ["ink", "mark"], ["ink-2", "mark"]],
    shape: [["field", "surface"], ["field", "canvas"], ["accent-text", "surface"], ["accent-text", "side"]],
  };
  const sample = document.createElement("div");
  sample.dataset.brand = "any";
  document.body.append(sample);
  const probe = document.createElement("i");
  sample.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const worst = { text: {}, shape: {} };
  const steps = [0, 51, 102, 153, 204, 255];
  for (const r of steps) for (const g of steps) for (const b of steps) {
    sample.style.setProperty("--brand", `rgb(${r} ${g} ${b})`);
    for (const kind of ["text", "shape"]) for (const [over, under] of pairs[kind]) {
      const key = `${over} on ${under}`;
      const ratio = between(colour(over), colour(under));
      worst[kind][key] = Math.min(worst[kind][key] ?? 99, ratio);
    }
  }
  return worst;
}
