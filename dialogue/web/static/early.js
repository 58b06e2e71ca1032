// Before anything is drawn: this browser runs modules, so folded parts may start folded.
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
}
