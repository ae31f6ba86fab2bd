// <form data-once>: sent once. The pressed button turns, says what is under way (data-busy="Paying"), and the rest wait.
// Coming back by the Back button gives them back.
const held = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || (event.defaultPrevented && !form.matches("[hx-post]"))) return;
  if (held.has(form)) return event.preventDefault();
  held.set(form, null);
  // A disabled button would not be sent along with its value, so this waits until the form has been read.
  setTimeout(() => held.has(form) && held.set(form, hold(form, event.submitter)));
});

window.addEventListener("pageshow", () => [...held.keys()].forEach(release));
document.addEventListener("sent", (event) => release(event.target));
document.addEventListener("htmx:afterRequest", (event) => release(event.detail.elt?.closest?.("form")));

function hold(form, submitter) {
  const buttons = [...form.elements].filter((part) => part.type === "submit" && !part.disabled);
  const words = submitter && [...submitter.childNodes];
  for (const button of buttons) button.disabled = true;
  submitter?.setAttribute("aria-busy", "true");
  if (submitter?.dataset.busy) submitter.replaceChildren(submitter.dataset.busy);
  return () => {
    for (const button of buttons) button.disabled = false;
    submitter?.removeAttribute("aria-busy");
    submitter?.replaceChildren(...words);
  };
}

function release(form) {
  held.get(form)?.();
  held.delete(form);
}
