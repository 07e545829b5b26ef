// A regimen of the list fills in its drugs and their classes; what somebody changed by hand stays.
"use strict";

const known = new Map();
for (const option of document.querySelectorAll("#regimens option")) {
  known.set(option.value.toLowerCase(), option.dataset);
}

const part = (row, name) => document.querySelector(`[name="${row}_${name}"]`);

for (const drugs of document.querySelectorAll('[name$="_drugs"]')) {
  const written = known.get(part(drugs.name.slice(0, -"_drugs".length), "regimen").value.toLowerCase());
  if (written && written.drugs === drugs.value) drugs.dataset.filled = drugs.value;
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.name || !field.name.endsWith("_regimen")) return;
  const row = field.name.slice(0, -"_regimen".length);
  const drugs = part(row, "drugs");
  const regimen = known.get(field.value.trim().replace(/\s+/g, " ").toLowerCase());
  if (!regimen || (drugs.value.trim() !== "" && drugs.value !== drugs.dataset.filled)) return;
  drugs.value = drugs.dataset.filled = regimen.drugs;
  const classes = regimen.classes.split(" ");
  for (const box of document.querySelectorAll(`[name="${row}_classes"]`)) box.checked = classes.includes(box.value);
  const transplant = document.querySelector(`[name="${row}_transplant"][value="${regimen.transplant}"]`);
  if (regimen.transplant && transplant) transplant.checked = true;
});
