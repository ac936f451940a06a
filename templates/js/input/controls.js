// The few things on screen: back, place, next, menu, and a line of progress.

import { deck, root, watch, forward, backward } from "../page/deck.js";
import { dialog } from "../page/dialog.js";
import { button, make, icon } from "../page/elements.js";
import { toggleView } from "../present/view.js";

const IDLE = 2500; // milliseconds until they hide
let rest = 0;

export function startControls(openMenu) {
  const place = control("Overview", null, () => toggleView("overview"), "place");
  const back = control("Back", "M15 5l-7 7 7 7", backward);
  const next = control("Next", "M9 5l7 7-7 7", forward);
  const read = control("Article", "M5 5h14M5 10h14M5 15h14M5 20h8", () => toggleView("article"), "read");
  const menu = control("Menu and keys", "M4 7h16M4 12h16M4 17h16", openMenu);
  const progress = make("div", { class: "progress", "aria-hidden": "true" });
  const bar = make("nav", { class: "controls", "aria-label": "Slides" }, back, place, next, read, menu);
  document.body.append(bar, progress);
  watch(() => {
    const total = deck.slides.length;
    place.textContent = `${deck.index + 1} / ${total}`;
    place.setAttribute("aria-label", `${place.textContent}, overview`); // the name is what is read
    progress.style.scale = `${total > 1 ? deck.index / (total - 1) : 1} 1`;
    read.setAttribute("aria-pressed", deck.view === "article");
    back.disabled = deck.index === 0 && deck.step === 0;
  });
  for (const type of ["pointermove", "pointerdown", "focusin"]) addEventListener(type, wake);
  wake();
}

function control(label, path, action, name = "") {
  const press = (event) => {
    action();
    if (event.detail && deck.view === "slides" && !dialog()) deck.slide.focus({ preventScroll: true });
  };
  return button(press, { "aria-label": label, title: label, class: name }, path ? icon(path) : "");
}

function wake() {
  root.classList.remove("idle");
  clearTimeout(rest);
  rest = setTimeout(() => root.classList.add("idle"), IDLE);
}
