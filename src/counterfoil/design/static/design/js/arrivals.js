// What a module does to an element it does when the page opens and again when a new part of it is brought, by htmx or by
// a module of ours that says so with `arrived`.
const visits = [];

export function onArrival(selector, act) {
  const visit = (root) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  visits.push(visit);
  visit(document);
}

export function arrived(element) {
  visits.forEach((visit) => visit(element));
}

document.addEventListener("htmx:load", (event) => arrived(event.detail.elt));
