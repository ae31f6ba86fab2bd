// The card or account stays in this frame: it goes to the gateway, and the page around hears only the name of what was kept.
const { kind, key, origin, unreachable } = document.body.dataset;
const form = document.querySelector("form");
const inputs = Object.fromEntries([...form.querySelectorAll("input")].map((input) => [input.id, input]));
let isUnderWay = false;

function tell(message) {
  if (window.parent !== window) window.parent.postMessage(message, origin);
}

function show(field, message) {
  const error = document.getElementById(`${field}-error`);
  error.textContent = message;
  error.hidden = !message;
  if (message) inputs[field].setAttribute("aria-invalid", "true");
  else inputs[field].removeAttribute("aria-invalid");
}

function refuse(faults) {
  for (const field of Object.keys(inputs)) show(field, faults[field] ?? "");
  const field = Object.keys(inputs).find((name) => faults[name]) ?? "";
  if (field) inputs[field].focus();
  tell({ type: "invalid", field, message: faults[field] ?? unreachable });
}

async function tokenize() {
  const card = { kind, lang: document.documentElement.lang };
  for (const [field, input] of Object.entries(inputs)) card[field] = input.value;
  const answer = await fetch("/v1/tokens", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
    body: JSON.stringify(card),
  });
  const body = await answer.json();
  if (!answer.ok) return refuse(body.error?.fields ?? {});
  for (const field of Object.keys(inputs)) show(field, "");
  const { payment_method, brand, last4, exp } = body;
  tell({ type: "token", payment_method, brand, last4, exp });
}

window.addEventListener("message", async (event) => {
  if (event.origin !== origin || event.source !== window.parent || event.data?.type !== "tokenize" || isUnderWay) return;
  isUnderWay = true;
  try {
    await tokenize();
  } catch {
    refuse({});
  } finally {
    isUnderWay = false;
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  tell({ type: "submit" });
});

// Digits in groups while typing at the end; in the middle of the text nothing moves under the fingers.
function group(input, arrange) {
  input.addEventListener("input", (event) => {
    show(input.id, "");
    if (input.selectionEnd !== input.value.length || event.inputType?.startsWith("delete")) return;
    input.value = arrange(input.value.normalize("NFKC"));
  });
}
if (kind === "card") {
  group(inputs.number, (text) => (text.replace(/\D/g, "").match(/\d{1,4}/g) ?? []).join(" "));
  group(inputs.exp, (text) => {
    // A month of one digit is over when a slash follows it, or when no month begins with that digit.
    const digits = text.replace(/^(\d)\D+|^([2-9])$/, "0$1$2").replace(/\D/g, "");
    return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
  });
}
for (const input of Object.values(inputs)) input.addEventListener("input", () => show(input.id, ""));

new ResizeObserver(() => tell({ type: "size", height: Math.ceil(form.getBoundingClientRect().height) + 4 })).observe(form);
tell({ type: "ready" });
