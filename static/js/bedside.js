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
  // What a calm patient shows is said in one press, in words that name each answer; the tiles then show what was said.
  // The neurological one comes only once ICE was asked and is whole.
  const ICE = ["ice_orientation", "ice_objects", "ice_command", "ice_sentence", "ice_counting"];
  const ice = () => {
    const points = ICE.map((name) => chosen(name)[0]);
    return points.includes(undefined) ? null : points.reduce((sum, one) => sum + Number(one), 0);
  };
  const says = [...form.querySelectorAll("[data-says]")].map((part) => ({
    part, answers: part.dataset.says.split(" ").map((pair) => pair.split(":")),
  }));
  const showSays = () => {
    for (const { part, answers } of says) {
      const open = answers.some(([name]) => chosen(name).length === 0);
      part.hidden = !open || (part.dataset.onceIce && ice() !== Number(part.dataset.onceIce));
    }
  };
  for (const { part, answers } of says) {
    part.querySelector("button").addEventListener("click", () => {
      for (const [name, value] of answers) {
        if (chosen(name).length) continue; // what was already said stands
        const tile = form.querySelector(`[name="${name}"][value="${value}"]`);
        tile.checked = true;
        tile.dataset.was = "yes";
      }
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  // The other neurological domains are folded while nothing asks for them: what is left open is not assessed, and says so.
  const folding = form.querySelector("[data-folds-unless-needed]");
  const inside = () => [...folding.querySelectorAll("input")].some((i) => (i.type === "text" ? i.value : i.checked));
  const fold = () => {
    const state = chosen(folding.dataset.foldsUnlessNeeded)[0];
    const total = ice();
    const needed = (state && state !== "alert") || (total !== null && total < 10) || folding.querySelector(".cp-error");
    if (needed) folding.open = true;
    folding.querySelector("[data-left-open]").hidden = inside();
  };
  folding.open = inside();
  let waiting = null;
  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.body.dispatchEvent(new Event("card-changed")), 400);
  };
  form.addEventListener("input", () => { show(); showBefore(); showSays(); fold(); ask(); });
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
  showSays();
  fold();
}
