// A scanner types what it reads and presses Enter: go to the next empty field instead of sending a half-filled form.
"use strict";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("form[data-scanned]");
  if (event.key !== "Enter" || !form || event.target.tagName !== "INPUT") return;
  const empty = [...form.querySelectorAll("input[type=text], input[type=email], input[type=password]")].find(
    (field) => field !== event.target && field.value === "" && field.offsetParent !== null,
  );
  if (!empty) return;
  event.preventDefault();
  empty.focus();
});
