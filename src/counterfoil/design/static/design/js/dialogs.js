// Dialogs open by `command` and `commandfor` on their own. This adds what some browsers lack, and what markup can't say:
// a link with data-opens="id" opens that dialog here instead of fetching the page that shows it open,
// and a dialog that arrived open (its form had mistakes) becomes a real one.
import { onArrival } from "./arrivals.js";

const native = "commandForElement" in HTMLButtonElement.prototype;

const commands = {
  "show-modal": (dialog) => dialog.open || dialog.showModal(),
  close: (dialog, button) => dialog.close(button.value),
};

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-opens]");
  const dialog = link && document.getElementById(link.dataset.opens);
  if (dialog) {
    event.preventDefault();
    commands["show-modal"](dialog);
  }
});

if (!native) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[commandfor]");
    const target = button && document.getElementById(button.getAttribute("commandfor"));
    const command = button && commands[button.getAttribute("command")];
    if (target && command) command(target, button);
  });
}

// A press on the veil outside closes, unless something was typed.
document.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.matches(":modal") || dialog.hasAttribute("data-typed")) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
  if (!inside && event.detail) dialog.close();
});
document.addEventListener("input", (event) => event.target.closest("dialog")?.toggleAttribute("data-typed", true));

onArrival("dialog.dialog[open]", (dialog) => {
  if (dialog.matches(":modal")) return;
  dialog.removeAttribute("open");
  dialog.showModal();
});
