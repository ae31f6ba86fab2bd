// <form data-upload>: files may be dropped anywhere on it, its <progress> shows how far they are, and the part of the page
// that it stands in (#files) is brought anew. Without scripts the file field and the button do the same.
import { arrived, onArrival } from "./arrivals.js";

const brings = (event) => event.dataTransfer?.types.includes("Files");

onArrival("form[data-upload]", (form) => {
  for (const kind of ["dragenter", "dragover", "drop"]) {
    form.addEventListener(kind, (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      form.toggleAttribute("data-over", kind !== "drop");
      if (kind === "drop") form.querySelector('input[type="file"]').files = event.dataTransfer.files;
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.removeAttribute("data-over");
  });
});

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
  const fresh = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("files");
  if (!fresh) return window.location.reload();
  form.closest("#files").replaceWith(fresh);
  arrived(fresh);
}
