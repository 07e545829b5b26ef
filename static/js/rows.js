// Lists by keyboard: j and k go down and up through the rows, Enter opens (a row is a link, so the browser does it).
"use strict";

document.addEventListener("keydown", (event) => {
  if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const rows = [...document.querySelectorAll("[data-rows] .cp-item, [data-rows] tbody tr td:first-child a, [data-rows] article h3 a")];
  if (rows.length === 0) return;
  event.preventDefault();
  const here = rows.indexOf(document.activeElement);
  const next = event.key === "j" ? Math.min(here + 1, rows.length - 1) : Math.max(here - 1, 0);
  for (const row of rows) row.classList.toggle("cp-item--sel", row === rows[next] && row.classList.contains("cp-item"));
  rows[next].focus();
});
