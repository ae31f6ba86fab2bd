// The card stays in this frame: it is sent to the gateway, and the page around hears only the name of what was kept.
const { key, origin, unreachable } = document.body.dataset;
const form = document.querySelector("form");
const inputs = { number: form.querySelector("#number"), exp: form.querySelector("#exp"), cvc: form.querySelector("#cvc") };
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
  const card = { lang: document.documentElement.lang };
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
function group(input, pattern, join) {
  input.addEventListener("input", (event) => {
    show(input.id, "");
    if (input.selectionEnd !== input.value.length || event.inputType?.startsWith("delete")) return;
    const digits = input.value.normalize("NFKC").replace(/\D/g, "");
    input.value = (digits.match(pattern) ?? []).join(join);
  });
}
group(inputs.number, /\d{1,4}/g, " ");
group(inputs.exp, /^\d{1,2}|\d{1,4}$/g, " / ");
inputs.cvc.addEventListener("input", () => show("cvc", ""));

new ResizeObserver(() => tell({ type: "size", height: Math.ceil(form.getBoundingClientRect().height) + 4 })).observe(form);
tell({ type: "ready" });
