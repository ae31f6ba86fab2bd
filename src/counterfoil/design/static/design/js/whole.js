// An answer that is a page of its own (not found, not allowed, out of order, sign in) is shown whole, not put into the
// region that asked. Such pages carry data-whole on their body.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const refused = xhr.status === 403 || xhr.status === 404 || xhr.status >= 500;
  if (!refused && !/<body[^>]*\sdata-whole\b/.test(xhr.responseText)) return;
  event.detail.shouldSwap = false;
  event.detail.isError = false;
  if (refused) show(xhr.responseText);
  else window.location.assign(xhr.responseURL);
});

function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  window.scrollTo(0, 0);
}
