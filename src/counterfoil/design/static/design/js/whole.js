// An answer that is a page of its own (not found, not allowed, out of order, sign in) is shown whole, not put into the
// region that asked. Such pages carry data-whole on their body.
const isRefused = ({ status }) => status === 403 || status === 404 || status >= 500;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!isRefused(xhr) && !/<body[^>]*\sdata-whole\b/.test(xhr.responseText)) return;
  event.detail.shouldSwap = false;
  event.detail.isError = false;
  showWhole(xhr);
});

export function showWhole(xhr) {
  if (!isRefused(xhr)) return window.location.assign(xhr.responseURL);
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  document.title = page.title;
  document.body.replaceWith(page.body);
  window.scrollTo(0, 0);
}
