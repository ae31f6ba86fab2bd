// <input data-brand>: six hexadecimal digits colour the whole page at once, before they are saved.
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-brand]")) return;
  const digits = event.target.value.trim().replace("#", "").toLowerCase();
  if (!/^[0-9a-f]{6}$/.test(digits)) return;
  const sheet = document.querySelector('link[href*="/brand/"]');
  if (sheet) sheet.href = `/brand/${digits}.css`;
});
