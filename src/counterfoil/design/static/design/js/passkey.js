// <form data-passkey="get|create" data-options="…">: the browser is asked for a passkey, and its answer is sent as
// `credential`. What the server asks with comes as JSON in the page, as the standard writes it.
const known = window.PublicKeyCredential;

for (const form of document.querySelectorAll("[data-passkey]")) {
  const error = form.querySelector("[data-passkey-error]");
  const words = error.querySelector("span");
  const button = form.querySelector("button");

  function tell(sentence) {
    words.textContent = sentence;
    error.hidden = false;
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }

  async function answer() {
    const { publicKey } = JSON.parse(form.dataset.options);
    if (form.dataset.passkey === "create") {
      return navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(publicKey) });
    }
    return navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(publicKey) });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!known?.parseRequestOptionsFromJSON) return tell(words.dataset.unable);
    error.hidden = true;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      form.elements.credential.value = JSON.stringify(await answer());
    } catch {
      return tell(words.dataset.failed);
    }
    form.submit();
  });
}
