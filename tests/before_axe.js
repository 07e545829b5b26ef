// What axe need not meet: bars that stick over what it reads, and text for whose contrast it has seen the like.
() => {
  const all = [...document.body.querySelectorAll("*")];
  for (const el of all) {
    const { position } = getComputedStyle(el);
    if (position === "sticky" || position === "fixed") el.style.setProperty("position", "static", "important");
  }

  // Alike: the same colour, size and weight on the same backgrounds, all the way to the page. Three of each are tried.
  const numbers = new Map();
  const number = (words) => numbers.get(words) ?? numbers.set(words, numbers.size).get(words);
  const grounds = new Map();
  const ground = (el) => {
    if (!el) return -1;
    if (!grounds.has(el)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(el);
      const lifted = position === "absolute" ? grounds.size : ""; // may lie over something else: like no other
      grounds.set(el, number(["ground", ground(el.parentElement), backgroundColor, backgroundImage, opacity, lifted].join()));
    }
    return grounds.get(el);
  };
  const met = new Map();
  for (const el of all) {
    el.removeAttribute("data-alike");
    if (![...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(el);
    const look = number(["look", ground(el), color, fontSize, fontWeight, textShadow].join());
    met.set(look, (met.get(look) ?? 0) + 1);
    if (met.get(look) > 3) el.setAttribute("data-alike", "");
  }
  axe.configure({ rules: [{ id: "color-contrast", selector: "*:not([data-alike])" }] });
}
