// What a module does to an element it does when the page opens and again when htmx brings a new part of it.

export function onArrival(selector, act) {
  const visit = (root) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };
  visit(document);
  document.addEventListener("htmx:load", (event) => visit(event.detail.elt));
}
