// Sends a file in pieces before its form, so that a bad line costs a piece and not the file, and shows how much has
// come. Without JavaScript the form brings the file by itself.

const LONGEST_PAUSE = 30000;

for (const form of document.querySelectorAll("form[data-pieces]")) {
  form.addEventListener("submit", (event) => {
    const file = form.elements.file.files[0];
    if (!file || !file.size) return;
    event.preventDefault();
    if (!form.dataset.underWay) bring(form, file);
  });
}

async function bring(form, file) {
  form.dataset.underWay = "yes";
  const page = form.querySelector("[data-upload-progress]");
  const bar = page.querySelector("progress");
  const again = page.querySelector("[data-upload-again]");
  const { sayWaiting, saySignedOut, sayFailed, sayWhole, saySending } = form.dataset;
  const size = Number(form.dataset.pieceBytes);
  const say = (words) => {
    const line = page.querySelector("[data-upload-words]");
    if (line.textContent !== words) line.textContent = words;
  };
  let tenths = -1;
  const show = (done) => {
    bar.value = Math.min(100, (100 * done) / file.size);
    // Said aloud, so at every tenth part only.
    if (Math.floor(bar.value / 10) === tenths) return;
    tenths = Math.floor(bar.value / 10);
    say(saySending.replace("{done}", inWords(done)).replace("{all}", inWords(file.size)));
  };
  page.hidden = false;
  page.scrollIntoView({ block: "center" });
  show(0);
  let done = 0;
  let pause = 1000;
  while (done < file.size) {
    const answer = await send(form, file, done, size, show);
    if (answer.come !== undefined) {
      // Where the answer to a piece was lost, the server tells where to go on.
      done = answer.come;
      pause = 1000;
      show(done);
    } else if (answer.sentence) {
      delete form.dataset.underWay;
      page.hidden = true;
      refuse(form, answer.sentence);
      return;
    } else if (answer.waits) {
      say(sayWaiting);
      tenths = -1;
      await soon(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    } else {
      say(answer.signedOut ? saySignedOut : sayFailed);
      await press(again);
      await renew(form);
      tenths = -1;
    }
  }
  say(sayWhole);
  form.elements.arrived.value = file.name;
  // No file is in the form any more, so that it goes by itself.
  form.elements.file.value = "";
  delete form.dataset.underWay;
  form.requestSubmit();
}

function send(form, file, begins, size, show) {
  const piece = file.slice(begins, begins + size);
  const body = new FormData();
  body.append("csrf_token", form.elements.csrf_token.value);
  body.append("upload", form.elements.upload.value);
  body.append("piece", piece, file.name);
  return new Promise((settle) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${form.dataset.pieces}?from=${begins}`);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.responseType = "json";
    request.timeout = 10 * 60 * 1000;
    request.upload.addEventListener("progress", (event) => show(begins + Math.min(event.loaded, piece.size)));
    request.addEventListener("load", () => settle(read(request)));
    for (const lost of ["error", "timeout", "abort"]) request.addEventListener(lost, () => settle({ waits: true }));
    request.send(body);
  });
}

// Whoever has signed in again in another tab has another token there.
async function renew(form) {
  try {
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-pieces] [name=csrf_token]");
    if (token) form.elements.csrf_token.value = token.value;
  } catch {
    // Without a connection the old one is tried again.
  }
}

function read(request) {
  if (request.status === 200 || request.status === 409) {
    return Number.isInteger(request.response?.come) ? { come: request.response.come } : {};
  }
  if (request.status === 422) return { sentence: request.response?.sentence };
  if (request.status === 401) return { signedOut: true };
  return request.status === 429 || request.status >= 502 ? { waits: true } : {};
}

function refuse(form, sentence) {
  const group = form.elements.file.closest(".govuk-form-group");
  group.classList.add("govuk-form-group--error");
  let line = group.querySelector("[data-upload-error]");
  if (!line) {
    line = document.createElement("p");
    line.className = "govuk-error-message";
    line.dataset.uploadError = "";
    line.setAttribute("role", "alert");
    form.elements.file.before(line);
  }
  line.textContent = sentence;
  form.elements.file.value = "";
  form.elements.file.focus();
}

function press(button) {
  button.hidden = false;
  button.focus();
  return new Promise((settle) => {
    button.addEventListener(
      "click",
      () => {
        button.hidden = true;
        settle();
      },
      { once: true },
    );
  });
}

function soon(pause) {
  return new Promise((settle) => {
    const timer = window.setTimeout(settle, pause);
    window.addEventListener(
      "online",
      () => {
        window.clearTimeout(timer);
        settle();
      },
      { once: true },
    );
  });
}

function inWords(bytes) {
  const language = document.documentElement.lang || "en";
  const [unit, number] = bytes < 1024 * 1024 ? ["kilobyte", bytes / 1024] : ["megabyte", bytes / 1024 / 1024];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
}
