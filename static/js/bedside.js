// The bedside card: asks what the rules would say while it is filled in, and hides what an answer makes pointless.
// Without it the card works the same: everything is shown, and the grades come after sending.
"use strict";

for (const form of document.querySelectorAll("form[data-bedside]")) {
  const chosen = (name) => [...form.querySelectorAll(`[name="${name}"]:checked`)].map((input) => input.value);
  const show = () => {
    for (const part of form.querySelectorAll("[data-shows-for]")) {
      const values = chosen(part.dataset.showsFor).filter((value) => value !== "none");
      const wanted = part.dataset.showsWhen ? values.includes(part.dataset.showsWhen) : values.length > 0;
      const written = [...part.querySelectorAll("input")].some((i) => (i.type === "radio" ? i.checked : i.value));
      part.hidden = !wanted && !written && !part.querySelector(".cp-error");
    }
  };
  // Earlier fever and drugs decide only where there is a sign and no fever now.
  const before = form.querySelector("[data-needed-without-fever]");
  const showBefore = () => {
    const temperature = Number.parseFloat(form.elements.temp_c.value.replace(",", "."));
    const some = (name) => chosen(name).some((value) => value !== "none" && value !== "no" && value !== "unknown");
    const sign = some("hypotension") || some("vasopressors") || some("oxygen_device");
    const answered = chosen("fever_earlier").length + chosen("fever_drug_given").length > 0;
    before.hidden = !answered && !before.querySelector(".cp-error") && !(sign && !(temperature >= 38));
  };
  let waiting = null;
  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.body.dispatchEvent(new Event("card-changed")), 400);
  };
  form.addEventListener("input", () => { show(); showBefore(); ask(); });
  // A chosen tile can be given back: a second press makes it *not assessed* again.
  form.addEventListener("click", (event) => {
    const radio = event.target.closest("input[type=radio]");
    if (!radio) return;
    if (radio.dataset.was === "yes") {
      radio.checked = false;
      radio.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (const other of form.querySelectorAll(`[name="${radio.name}"]`)) other.dataset.was = other.checked ? "yes" : "";
  });
  show();
  showBefore();
}
