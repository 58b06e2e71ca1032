// What the pages gain with JavaScript: live components, drafts kept while writing, a warning before words are lost,
// and a quick way out. Every page works without it.

import { initAll } from "./vendor/govuk-frontend/govuk-frontend.min.js";
import "./vendor/markdown-toolbar-element/markdown-toolbar-element.js";

const TYPING_STOPS_AFTER = 2500;
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
let leaving = false;

// The style sheet alone shows what a choice asks for, with and without JavaScript.
for (const input of document.querySelectorAll("[data-aria-controls]")) {
  input.removeAttribute("data-aria-controls");
}

initAll();

// The browser's own time zone, where none is chosen yet.
for (const select of document.querySelectorAll("select[data-time-zone]")) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select.value && [...select.options].some((option) => option.value === here)) select.value = here;
}

for (const toolbar of document.querySelectorAll("markdown-toolbar")) {
  toolbar.hidden = false;
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:afterSettle", (event) => initAll({ scope: event.target }));

// Words that would be lost: a form knows what it held when it was shown or last saved.

const written = (form) =>
  JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string"));

const shown = new Map();

function hasWriting(form) {
  return form.method === "post" && !("noGuard" in form.dataset) && form.querySelector("textarea, input[type=text]");
}

for (const form of document.forms) {
  if (!hasWriting(form)) continue;
  shown.set(form, written(form));
  form.addEventListener("submit", () => {
    leaving = true;
  });
  if (form.dataset.draftUrl) keepDrafts(form);
}

window.addEventListener("beforeunload", (event) => {
  if (leaving) return;
  for (const [form, before] of shown) {
    if (form.isConnected && written(form) !== before) event.preventDefault();
  }
});

window.addEventListener("pageshow", () => {
  leaving = false;
});

// Drafts.

function keepDrafts(form) {
  const status = form.querySelector("[data-draft-status]") ?? statusLine(form);
  let timer = 0;
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => save(form, status), TYPING_STOPS_AFTER);
  });
  form.addEventListener("submit", () => window.clearTimeout(timer));
  window.addEventListener("online", () => save(form, status));
}

function statusLine(form) {
  const status = document.createElement("p");
  status.className = "app-draft";
  status.setAttribute("role", "status");
  const last = [...form.querySelectorAll(".govuk-button-group, button:not([type=button])")].at(-1);
  (last?.closest(".govuk-button-group") ?? last)?.before(status);
  return status;
}

async function save(form, status) {
  const sent = written(form);
  if (sent === shown.get(form)) return;
  const body = new FormData(form);
  for (const [name, value] of [...body]) {
    if (typeof value !== "string") body.delete(name);
  }
  say(form, status, "saving");
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
      redirect: "manual",
    });
    if (answer.ok) shown.set(form, sent);
    say(form, status, answer.ok ? "saved" : "refused");
  } catch {
    say(form, status, "failed");
  }
}

function say(form, status, state) {
  const { draftSaving: saving, draftSaved: saved, draftRefused: refused, draftFailed: failed } = form.dataset;
  status.textContent = { saving, saved, refused, failed }[state] ?? "";
  status.dataset.state = state;
}

// The quick way out: the link, or Escape three times within two seconds. Whoever sits down next and goes back finds
// nobody signed in.

const exit = document.querySelector("[data-exit]");
const signOut = document.querySelector("[data-sign-out]");

function leave() {
  leaving = true;
  if (signOut) navigator.sendBeacon(signOut.action, new FormData(signOut));
  document.title = "";
  document.body.hidden = true;
  window.location.replace(exit.href);
}

if (exit) {
  let presses = [];
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    presses = [...presses.filter((time) => event.timeStamp - time < 2000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}

// Passkeys: the browser asks for a finger, a face or a PIN, and its answer goes along with the form.

const passkeys = {
  use: async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  make: async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
};

for (const button of document.querySelectorAll("[data-passkey-use], [data-passkey-make]")) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  const place = button.closest(".app-passkey");
  const makes = "passkeyMake" in button.dataset;
  place.hidden = false;
  button.addEventListener("click", async () => {
    const failed = place.querySelector(".govuk-error-message");
    failed.hidden = true;
    try {
      const options = JSON.parse(makes ? button.dataset.passkeyMake : button.dataset.passkeyUse);
      const answer = await (makes ? passkeys.make(options) : passkeys.use(options));
      document.getElementById(button.dataset.passkeyField).value = JSON.stringify(answer.toJSON());
      if (makes) place.querySelector(".app-passkey__made").hidden = false;
      else button.form.requestSubmit();
    } catch {
      failed.hidden = false;
    }
  });
}
