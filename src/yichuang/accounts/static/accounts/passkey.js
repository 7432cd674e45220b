// Passkeys (WebAuthn): fetches a challenge, lets the browser answer it, puts the answer into the form and sends it.
// Without this script, or without passkeys in the browser, the buttons stay hidden and the other ways remain.
(function () {
  "use strict";

  function toBytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  }

  function toText(bytes) {
    let plain = "";
    for (const one of new Uint8Array(bytes)) plain += String.fromCharCode(one);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function readOptions(given) {
    const options = given.publicKey;
    options.challenge = toBytes(options.challenge);
    if (options.user) options.user.id = toBytes(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials])
      for (const one of list || []) one.id = toBytes(one.id);
    return options;
  }

  function write(credential) {
    const answer = credential.response;
    const response = { clientDataJSON: toText(answer.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (answer[name]) response[name] = toText(answer[name]);
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response,
    });
  }

  async function answer(button) {
    const form = button.form;
    const fault = form.querySelector("[data-passkey-fault]");
    if (fault) fault.hidden = true;
    try {
      const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      const sent = await fetch(button.dataset.challenge, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        credentials: "same-origin",
      });
      if (!sent.ok) throw new Error("no challenge");
      const publicKey = readOptions(await sent.json());
      const made =
        button.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey })
          : await navigator.credentials.get({ publicKey });
      form.querySelector("[name=credential]").value = write(made);
      form.requestSubmit();
    } catch (reason) {
      if (fault) fault.hidden = false;
    }
  }

  if (!window.PublicKeyCredential || !window.isSecureContext) return;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => answer(button));
  }
  for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = true;
})();
