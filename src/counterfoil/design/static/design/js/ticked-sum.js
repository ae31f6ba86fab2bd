// <form data-ticked-sum="2">: adds up the data-minor of the boxes that are ticked and writes it into [data-sum], with so
// many decimals, and how many they are; without a figure only that. What is really to be paid the next page says;
// without scripts the words stand without either.
import { onArrival } from "./arrivals.js";

function show(form) {
  const place = form.querySelector("[data-sum]");
  if (!place) return;
  const ticked = [...form.querySelectorAll("tbody input:checked")];
  if (!form.dataset.tickedSum) {
    place.textContent = ticked.length;
    return;
  }
  const minor = ticked.reduce((sum, box) => sum + BigInt(box.dataset.minor), 0n);
  const decimals = Number(form.dataset.tickedSum);
  const digits = String(minor).padStart(decimals + 1, "0");
  const whole = BigInt(digits.slice(0, digits.length - decimals)).toLocaleString("en");
  const figure = decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
  place.textContent = `${place.dataset.sign}${figure} (${ticked.length})`;
}

function showAll() {
  document.querySelectorAll("[data-ticked-sum]").forEach(show);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("[data-ticked-sum]");
  if (form) show(form);
});
document.addEventListener("selection", showAll);
onArrival("[data-ticked-sum]", show);
window.addEventListener("pageshow", showAll);
