// <div data-hosted-fields="address">: the gateway's own card fields, in a frame of its origin. On sending, they make a
// token of the card, which goes into the form; the card itself never enters this page. Where the frame doesn't come,
// the form is sent without a token and the payer goes on at the gateway.
import { onArrival } from "./arrivals.js";

onArrival("[data-pay]", (form) => {
  const places = [...form.querySelectorAll("[data-hosted-fields]")].map((place) => mount(form, place));
  form.addEventListener("submit", (event) => send(event, form, places));
  keepWords(form);
});

function mount(form, place) {
  const address = new URL(place.dataset.hostedFields);
  address.searchParams.set("origin", window.location.origin);
  const part = place.closest(".inside");
  const frame = document.createElement("iframe");
  Object.assign(frame, { src: address.href, title: place.dataset.title });
  place.replaceChildren(frame);
  place.hidden = false;
  part.querySelector("[data-without-fields]").hidden = true;

  const field = { part, frame, origin: address.origin, isReady: false, isAsked: false };
  window.addEventListener("message", (event) => {
    if (event.origin === field.origin && event.source === frame.contentWindow) hear(form, field, event.data ?? {});
  });
  return field;
}

function hear(form, field, message) {
  if (message.type === "ready") field.isReady = true;
  if (message.type === "size" && Number.isFinite(message.height)) {
    field.frame.style.setProperty("--frame", `${Math.min(Math.max(message.height, 0), 900)}px`);
  }
  if (message.type === "submit") form.requestSubmit(button(form));
  if (message.type === "invalid" && field.isAsked) refuse(form, field, message);
  if (message.type === "token" && field.isAsked) take(form, field, String(message.payment_method));
}

function send(event, form, places) {
  const field = places.find(({ part }) => part.parentElement.querySelector('[type="radio"]')?.checked ?? true);
  if (!field?.isReady || form.elements.method_token.value) return;
  event.preventDefault();
  if (field.isAsked) return;
  field.isAsked = true;
  button(form).setAttribute("aria-busy", "true");
  tell(field, "");
  field.frame.contentWindow.postMessage({ type: "tokenize" }, field.origin);
}

function take(form, field, token) {
  field.isAsked = false;
  button(form).removeAttribute("aria-busy");
  form.elements.method_token.value = token;
  form.requestSubmit(button(form));
}

// What is wrong with a field the frame says beside it, and takes the focus; what concerns none is said here.
function refuse(form, field, { field: name, message }) {
  field.isAsked = false;
  button(form).removeAttribute("aria-busy");
  if (!name) tell(field, String(message ?? ""));
}

function tell({ part }, words) {
  const line = part.querySelector("[data-fields-error]");
  line.querySelector("span").textContent = words;
  line.hidden = !words;
}

function button(form) {
  return form.querySelector(".pay-button button");
}

// The button says the amount that is typed, or none where it can't be read as one, which is for the server to explain.
function keepWords(form) {
  const pay = form.querySelector("[data-figure]");
  if (!pay) return;
  const words = pay.textContent;
  const input = document.getElementById(pay.dataset.amount);
  const decimals = (pay.dataset.figure.split(".")[1] ?? "").length;
  const inDigits = new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const readable = new RegExp(`^(?=.*\\d)(\\d*|\\d{1,3}(,\\d{3})+|\\d{1,3}( \\d{3})+)(\\.\\d{0,${decimals}})?$`);
  const update = () => {
    const typed = input.value.normalize("NFKC").replace("。", ".").trim();
    const figure = readable.test(typed) && inDigits.format(typed.replace(/[, ]/g, ""));
    pay.textContent = figure ? words.replace(pay.dataset.figure, figure) : pay.dataset.plain;
  };
  input.addEventListener("input", update);
  update();
}

// Coming back by the Back button: a token is good for one try.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.querySelectorAll("[data-pay]")) form.elements.method_token.value = "";
});
