// <code data-insert> in a form becomes a button that puts its text where the cursor was last in one of the form's texts.
// Without JavaScript it is what to type.
import { onArrival } from "./arrivals.js";

const TEXTS = "textarea, input.input";
const used = new WeakMap();

document.addEventListener("focusin", ({ target }) => {
  if (target.matches(TEXTS) && target.form) used.set(target.form, target);
});

onArrival("[data-insert]", (code) => {
  if (code.closest("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  code.replaceWith(button);
  button.append(code);
  button.addEventListener("click", () => {
    const field = used.get(button.form) ?? button.form.querySelector("textarea");
    field.setRangeText(code.textContent, field.selectionStart, field.selectionEnd, "end");
    field.focus();
  });
});
