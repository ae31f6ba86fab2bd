// <button data-print>: shown only where it works, since without JavaScript there is nothing that it could do.
import { onArrival } from "./arrivals.js";

onArrival("[data-print]", (button) => { button.hidden = false; });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
