// <input type="checkbox" data-select-all="invoice"> ticks every box of that name in its form or table, and shows a dash
// while only some are ticked.
import { onArrival } from "./arrivals.js";

function boxes(all) {
  const around = all.form ?? all.closest("table");
  return [...around.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(all.dataset.selectAll)}"]:enabled`)];
}

function show(all) {
  const ticks = boxes(all);
  const ticked = ticks.filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === ticks.length;
  all.indeterminate = ticked > 0 && ticked < ticks.length;
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.("[data-select-all]")) {
    const checked = box.checked;
    for (const one of boxes(box)) one.checked = checked;
    box.dispatchEvent(new CustomEvent("selection", { bubbles: true }));
  } else {
    (box.form ?? box.closest("table"))?.querySelectorAll("[data-select-all]").forEach(show);
  }
});

onArrival("[data-select-all]", show);
window.addEventListener("pageshow", () => document.querySelectorAll("[data-select-all]").forEach(show));
