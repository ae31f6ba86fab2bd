// <form method="get" data-at-once>: whatever is ticked in it opens the page anew, with the figures that follow from it.
document.addEventListener("change", ({ target }) => {
  if (target.form?.matches("[data-at-once]")) target.form.requestSubmit();
});
