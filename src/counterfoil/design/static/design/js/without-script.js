// <button data-without-script>: what is there only for pages without scripts goes.
import { onArrival } from "./arrivals.js";

onArrival("[data-without-script]", (one) => one.remove());
