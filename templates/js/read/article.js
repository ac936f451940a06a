// The article: where its reader is, in the table of contents and in the address, and its notes.

import { deck, root, present, watch } from "../page/deck.js";
import { recall, remember } from "../page/settings.js";

const REST = 100; // milliseconds without scrolling
const TOP = 120; // pixels below which a slide is what the reader has come to

export function startArticle() {
  let timer = 0;
  const rest = () => {
    const place = deck.view === "article" && !deck.figure ? reading() : deck.index;
    if (place !== deck.index) present(place, 0, "replace");
  };
  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(rest, REST);
  });
  watch(follows);
  showNotes(recall("notes", "off") === "on");
}

// The index of the slide that the reader has before them; at the page's end, where several are in
// view, the one that they went to.
export function reading() {
  const box = (slide) => slide.getBoundingClientRect();
  const end = innerHeight + scrollY >= root.scrollHeight - 2;
  if (end && box(deck.slide).top < innerHeight) return deck.index;
  return Math.max(0, deck.slides.findIndex((slide) => box(slide).bottom > TOP));
}

function follows() {
  const contents = document.querySelector(".toc");
  if (deck.view !== "article" || !contents) return;
  contents.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const link = contents.querySelector(`a[href="#${CSS.escape(deck.slide.id)}"]`);
  if (!link) return;
  link.setAttribute("aria-current", "location");
  if (getComputedStyle(contents).position !== "fixed") return;
  const part = link.closest("details");
  if (part) part.open = true;
  contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
}

export function showNotes(shown) {
  root.toggleAttribute("data-notes", shown);
  for (const notes of document.querySelectorAll(".comments")) notes.open = shown;
  remember("notes", shown ? "on" : "off");
}
