// Passkeys: what the device is asked comes from the server, and what it answers goes there.
const can = () => window.isSecureContext && "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Error(json.detail ?? `The server answered ${answer.status}.`);
  return json;
}

const why = error => error?.name === "NotAllowedError" ? "The device did not do it, or it took too long."
  : error?.name === "InvalidStateError" ? "This device has a passkey for the account already." : error?.message ?? "That did not work.";

// Makes one for who is signed in; null = done, else why not.
export async function add(base, name) {
  if (!can()) return "This browser has no passkeys.";
  try {
    const asked = await post(`${base}api/account/passkeys/ask`);
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(asked.options));
    const credential = await navigator.credentials.create({ publicKey });
    await post(`${base}api/account/passkeys`, { name, credential: credential.toJSON(), word: asked.word });
    return null;
  } catch (error) {
    return why(error);
  }
}

// The page for signing in: its button is there only where it can be used.
const button = document.querySelector("[data-passkey]");
if (button && can()) {
  const said = document.querySelector("[data-passkey-said]");
  button.parentElement.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.hidden = true;
    try {
      const asked = await post(`${button.dataset.passkey}/ask`);
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(asked.options));
      const credential = await navigator.credentials.get({ publicKey });
      const welcome = await post(button.dataset.passkey, {
        credential: JSON.stringify(credential.toJSON()), word: asked.word, returnUrl: button.dataset.returnUrl ?? null,
      });
      location.assign(welcome.to);
    } catch (error) {
      said.textContent = why(error);
      said.hidden = false;
      button.disabled = false;
    }
  });
}
