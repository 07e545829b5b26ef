// The minutes that a thawed bag has left, while the page stays open. The words are the server's; only the number moves.
"use strict";

const clocks = [...document.querySelectorAll("[data-runs-out]")].filter((one) => new Date(one.dataset.runsOut) > Date.now());

function count() {
  for (const one of clocks) {
    const left = Math.max(0, Math.floor((new Date(one.dataset.runsOut) - Date.now()) / 60000));
    const chip = one.querySelector(".cp-chip");
    const words = chip.querySelector("span");
    words.textContent = words.textContent.replace(/\d+/, String(left));
    if (left === 0) chip.className = "cp-chip cp-chip--danger";
  }
}

if (clocks.length) setInterval(count, 15000);
