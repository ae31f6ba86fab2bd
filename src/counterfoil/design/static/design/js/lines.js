// <input list="items" data-fills>: choosing what the list offers fills the fields of the same row that are still empty,
// each from the option's data of the name in its data-part. A choice (select) is taken over where the offer has one.
document.addEventListener("input", (event) => {
  // Picking from the list, unlike typing, replaces the text at once.
  if (!event.inputType || event.inputType === "insertReplacementText") fill(event.target);
}, true);
document.addEventListener("change", (event) => fill(event.target), true);

function fill(input) {
  if (!input.matches?.("input[data-fills]")) return;
  const chosen = [...(input.list?.options ?? [])].find((option) => option.value === input.value.trim());
  if (!chosen) return;
  for (const field of input.closest("tr").querySelectorAll("[data-part]")) {
    const offered = chosen.dataset[field.dataset.part];
    if (offered && (!field.value.trim() || field.matches("select"))) field.value = offered;
  }
}
