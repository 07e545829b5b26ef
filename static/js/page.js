// Small comforts of every page; each page works without them.
"use strict";

// A key named in data-key goes to its field, unless someone is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  for (const field of document.querySelectorAll("[data-key]")) {
    if (field.dataset.key === event.key && field.offsetParent !== null) {
      event.preventDefault();
      field.focus();
      return;
    }
  }
});

// An open menu closes by Escape or by a click beside it.
const closeMenus = (besides) => {
  for (const menu of document.querySelectorAll("details.cp-menu[open]")) {
    if (menu !== besides) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.cp-menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.cp-menu[open]");
  closeMenus(null);
  if (menu) menu.querySelector("summary").focus();
});

// A form is sent once: the second press of its button waits for the first answer (data-again: a download, may repeat).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "again" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A button that prints the page; without script the browser's own menu does it, so it is drawn only here.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What takes longer than a blink says so, until the answer is there.
const BLINK_MS = 400;
const wait = document.querySelector("[data-wait]");
let waiting = 0;
const say = () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { wait.textContent = wait.dataset.wait; }, BLINK_MS);
};
const hush = () => {
  clearTimeout(waiting);
  wait.textContent = "";
};
if (wait) {
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !("again" in event.target.dataset)) say();
  });
  document.addEventListener("htmx:beforeRequest", say);
  document.addEventListener("htmx:afterRequest", hush);
  window.addEventListener("pageshow", hush);
}
