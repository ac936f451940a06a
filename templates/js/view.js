// The three views of one page (slides, overview, article), and the scale of each.

import { deck, root, watch, present, titleOf } from "./deck.js";
import { reveal } from "./reveal.js";
import { make } from "./make.js";

const WIDTH = 1280;
const HEIGHT = 720;
const NOTES = 0.3; // of the window's height, when notes are shown below the slide

export function fit() {
  const height = window.innerHeight * ("notes" in root.dataset ? 1 - NOTES : 1);
  const scale = Math.min(window.innerWidth / WIDTH, height / HEIGHT);
  root.style.setProperty("--scale", scale);
  const slide = deck.slides[deck.index];
  if (slide) root.style.setProperty("--thumb", slide.clientWidth / WIDTH);
}

export function setView(view) {
  const place = deck.view === "article" ? read() : deck.index;
  deck.view = view;
  root.dataset.view = view;
  root.classList.toggle("stage", view !== "article");
  delete root.dataset.blank;
  present(place, place === deck.index ? deck.step : 0, "keep");
  fit();
  if (view !== "slides") {
    const slide = deck.slides[deck.index];
    slide.scrollIntoView({ block: view === "article" ? "start" : "center" });
    (slide.querySelector(".pick") ?? slide).focus({ preventScroll: true });
  }
}

export function toggleView(view) {
  setView(deck.view === view ? "slides" : view);
}

// Moves by a row of the overview.
export function row(direction) {
  const top = deck.slides[deck.index].offsetTop;
  const other = deck.slides.find((slide) => slide.offsetTop > deck.slides[0].offsetTop);
  const columns = other ? deck.slides.indexOf(other) : 1;
  const target = deck.index + direction * columns;
  if (target >= 0 && target < deck.slides.length && top >= 0) present(target);
}

export function startViews() {
  for (const [index, slide] of deck.slides.entries()) {
    const open = () => {
      present(index);
      setView("slides");
    };
    const label = `${slide.dataset.number}  ${titleOf(slide)}`;
    slide.append(make("button", { class: "pick", type: "button", onclick: open }, make("span", {}, label)));
  }
  watch(render);
  window.addEventListener("resize", fit);
}

function render({ moved }) {
  const alone = deck.view === "slides";
  for (const [index, slide] of deck.slides.entries()) {
    const away = alone && index !== deck.index;
    slide.hidden = away;
    slide.inert = away;
    slide.classList.toggle("current", index === deck.index);
    slide.querySelector(".canvas").inert = deck.view === "overview";
  }
  const slide = deck.slides[deck.index];
  reveal(slide, deck.step);
  if (alone) {
    const kept = document.activeElement?.closest(".controls, dialog");
    if ((moved || document.activeElement === document.body) && !kept) slide.focus({ preventScroll: true });
  } else if (deck.view === "overview") {
    slide.querySelector(".pick").focus();
  }
}

// The slide that an article's reader has before them.
function read() {
  const index = deck.slides.findIndex((slide) => slide.getBoundingClientRect().bottom > 120);
  return Math.max(0, index);
}
