// <button data-confirm="dialog-id"> inside a form: the dialog asks first, its button with data-confirmed sends the form.
// Without JavaScript the form is sent at once, and the page that receives it decides whether to ask.
const asked = new WeakMap();

document.addEventListener("submit", (event) => {
  const dialog = document.getElementById(event.submitter?.dataset.confirm ?? "");
  if (!dialog) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  asked.set(dialog, { form: event.target, submitter: event.submitter });
  dialog.showModal();
}, true);

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("[data-confirmed]")?.closest("dialog");
  const question = dialog && asked.get(dialog);
  if (!question) return;
  event.preventDefault();
  dialog.close();
  const { form, submitter } = question;
  const id = submitter.dataset.confirm;
  delete submitter.dataset.confirm;
  form.requestSubmit(submitter);
  submitter.dataset.confirm = id;
});
