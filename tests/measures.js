// What design asks of every page, measured in the browser. Returns faults in words, [] when there are none.
(width) => {
  const faults = [];
  const name = (el) => {
    const words = (el.innerText || el.textContent || el.getAttribute("aria-label") || "").trim().slice(0, 40);
    const css = typeof el.className === "string" ? el.className.trim().split(/\s+/).slice(0, 2).join(".") : "";
    return `<${el.tagName.toLowerCase()}${el.id ? "#" + el.id : ""}${css ? "." + css : ""}> “${words}”`;
  };
  const shown = (el) => el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const phone = width < 576;
  const unseen = ".cp-vh, .cp-skip, .cp-filters, title, desc, script, style, option, datalist";
  const spoken = (el) => el.closest(width < 768 ? `${unseen}, .cp-table--cards thead` : unseen);

  // What an element does to text that is larger than itself; read once, as all its text asks for it.
  const frames = new Map();
  const frame = (el) => {
    let known = frames.get(el);
    if (!known) {
      const { position, overflowX, overflowY, textOverflow } = getComputedStyle(el);
      const cuts = (value) => value === "hidden" || value === "clip";
      known = {
        fixed: position === "fixed",
        cutsX: cuts(overflowX),
        cutsY: cuts(overflowY),
        scrollsX: overflowX === "auto" || overflowX === "scroll",
        shortened: Boolean(el.title) && textOverflow === "ellipsis",
      };
      if (known.cutsX || known.cutsY) known.box = el.getBoundingClientRect();
      frames.set(el, known);
    }
    return known;
  };

  // 1 no sideways scroll
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth + 1) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (el) => shown(el) && !spoken(el) && !el.closest(".cp-scroll, .cp-picture-svg") && el.getBoundingClientRect().right > window.innerWidth + 1,
    );
    faults.push(`scrolls sideways: ${root.scrollWidth} px wide, by ${wide.slice(-3).map(name).join(", ")}`);
  }

  // 2 size of text, 3 nothing cut
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const el = node.parentElement;
    if (!node.data.trim() || spoken(el) || !shown(el)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    if (!boxes.length) continue;
    let size = parseFloat(getComputedStyle(el).fontSize);
    const svg = el.closest("svg");
    if (svg && el.getScreenCTM) size *= el.getScreenCTM().a;
    if (size < 11.95) faults.push(`text of ${size.toFixed(1)} px: ${name(el)}`);
    const running = !svg && node.data.trim().length >= 90;
    if (running && size < (phone ? 14.95 : 13.95)) faults.push(`running text of ${size} px: ${name(el)}`);
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      const around = frame(up);
      if (around.fixed) break;
      const past = (one) =>
        (around.cutsX && (one.right > around.box.right + 1.5 || one.left < around.box.left - 1.5)) ||
        (around.cutsY && (one.bottom > around.box.bottom + 2.5 || one.top < around.box.top - 2.5));
      if (around.box && boxes.some(past) && !around.shortened) {
        faults.push(`cut: ${name(el)} in ${name(up)}`);
        break;
      }
      if (around.scrollsX || around.shortened) break;
    }
  }

  // 4 targets
  const least = phone ? 44 : 30;
  for (const el of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")) {
    if (!shown(el) || el.closest(".cp-skip")) continue;
    let box = el.getBoundingClientRect();
    const around = el.closest(".cp-in, .cp-check, .cp-tiles label, .cp-search");
    if (el.tagName === "INPUT" && around) box = around.getBoundingClientRect();
    if (!box.width || box.right < 0) continue;
    const sentence = el.parentElement.closest("p, li, dd, .cp-note, .cp-ball");
    const inText = getComputedStyle(el).display === "inline" && sentence && sentence.innerText.trim().length > el.innerText.trim().length + 3;
    if (inText) continue;
    if (box.height < least - 0.5 || box.width < least - 0.5) {
      faults.push(`target of ${box.width.toFixed(0)} x ${box.height.toFixed(0)} px: ${name(el)}`);
    }
  }
  return [...new Set(faults)];
}
