// What went wrong takes the focus when it arrives, so that a screen reader starts there.
import { onArrival } from "./arrivals.js";

onArrival("[data-focus]", (element) => element.focus({ preventScroll: element.closest("dialog") !== null }));
