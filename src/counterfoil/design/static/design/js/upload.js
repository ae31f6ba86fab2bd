// <form data-upload>: files may be dropped anywhere on it, its <progress> shows how far they are, and the part of the page
// that it stands in (#files, #conversation) is brought anew. Without scripts the fields and the button do the same.
import { arrived, onArrival } from "./arrivals.js";
import { showWhole } from "./whole.js";

const brings = (event) => event.dataTransfer?.types.includes("Files");

onArrival("form[data-upload]", (form) => {
  for (const kind of ["dragenter", "dragover", "drop"]) {
    form.addEventListener(kind, (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      form.toggleAttribute("data-over", kind !== "drop");
      if (kind === "drop") take(form, event.dataTransfer.files);
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.removeAttribute("data-over");
  });
});

function take(form, files) {
  const field = form.querySelector('input[type="file"]'), folded = field?.closest("details");
  if (folded) folded.open = true;
  if (field) field.files = files;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || event.defaultPrevented) return;
  event.preventDefault();
  if (!form.dataset.upload) send(form);
});

function send(form) {
  const request = new XMLHttpRequest(), bar = form.querySelector("progress"), failed = form.querySelector("[data-failed]");
  form.dataset.upload = "under way";
  failed.hidden = true;
  request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
    bar.hidden = !lengthComputable;
    if (lengthComputable) Object.assign(bar, { max: total, value: loaded });
  });
  request.addEventListener("load", () => show(form, request));
  request.addEventListener("error", () => {
    form.dataset.upload = "";
    bar.hidden = true;
    failed.hidden = false;
    form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  });
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.send(new FormData(form));
}

function show(form, request) {
  const part = form.closest("#files, #conversation");
  const fresh = new DOMParser().parseFromString(request.responseText, "text/html").getElementById(part.id);
  if (!fresh) return showWhole(request);
  part.replaceWith(fresh);
  arrived(fresh);
}
