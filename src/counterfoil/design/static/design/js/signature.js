// [data-draws]: a canvas that is drawn on with the mouse, a pen or a finger. The strokes go into the hidden input beside
// it, as "x,y x,y;x,y" in the canvas's own measure, whatever its size on the screen. Whoever can't draw types.
import { onArrival } from "./arrivals.js";

const MOST = 4_500; // points; the server takes a few more
const CLOSE = 3; // what is nearer to the point before says nothing new

onArrival("[data-draws]", (part) => {
  const canvas = part.querySelector("canvas");
  const input = part.querySelector("input");
  const clear = part.querySelector("button");
  const { width, height } = canvas;
  const pen = canvas.getContext("2d");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let strokes = input.value ? input.value.split(";").map((one) => one.split(" ").map((pair) => pair.split(",").map(Number))) : [];
  let open = null;

  part.hidden = false;

  function show() {
    const sharp = Math.max(1, devicePixelRatio * canvas.clientWidth / width || 1);
    [canvas.width, canvas.height] = [width * sharp, height * sharp];
    pen.scale(sharp, sharp);
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(canvas).color });
    for (const [first, ...others] of strokes) {
      pen.beginPath();
      pen.moveTo(...first);
      others.forEach((point) => pen.lineTo(...point));
      pen.stroke();
    }
    clear.hidden = strokes.length === 0;
  }

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return [
      within((event.clientX - box.left) / box.width * width, width),
      within((event.clientY - box.top) / box.height * height, height),
    ];
  }

  function keep() {
    input.value = strokes.map((one) => one.map((pair) => pair.join(",")).join(" ")).join(";");
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    open = [point(event)];
    strokes.push(open);
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!open) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = point(one);
      const [lastX, lastY] = open.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= CLOSE && strokes.flat().length < MOST) open.push([x, y]);
    }
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (!open) return;
      open = null;
      keep();
      show();
    });
  }
  clear.addEventListener("click", () => {
    strokes = [];
    keep();
    show();
    part.closest("fieldset")?.querySelector("input:not([type=hidden])")?.focus();
  });
  dark.addEventListener("change", show);
  new ResizeObserver(show).observe(part);
  show();
});
