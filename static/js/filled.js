// Forms filled from a patient's facts: beside an answer that is changed by hand no day of a record may stand.
"use strict";

document.addEventListener("input", (event) => {
  const came = event.target.closest("[data-filled]")?.querySelector(".cp-came");
  if (came) came.remove();
});
