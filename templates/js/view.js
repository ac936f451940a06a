// The three views of one page (slides, overview, article), and the scale of each.

import { deck, root, watch, present } from "./deck.js";
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
  const history = deck.view === "overview" ? "push" : "keep";
  deck.view = view;
  root.dataset.view = view;
  root.classList.toggle("stage", view !== "article");
  present(place, place === deck.index ? deck.step : 0, history);
  fit();
  deck.slides[deck.index].scrollIntoView({ block: view === "article" ? "start" : "center" });
}

export function toggleView(view) {
  setView(deck.view === view ? "slides" : view);
}

// Moves by a row of the overview.
export function row(direction) {
  const top = deck.slides[0].offsetTop;
  const columns = deck.slides.findIndex((slide) => slide.offsetTop > top);
  const target = deck.index + direction * Math.max(1, columns);
  if (target in deck.slides) present(target);
}

export function startViews() {
  for (const [index, slide] of deck.slides.entries()) {
    const open = () => {
      present(index);
      setView("slides");
    };
    const label = make("span", {}, `${slide.dataset.number}  ${slide.dataset.title}`);
    slide.append(make("button", { class: "pick", type: "button", onclick: open }, label));
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
  const active = document.activeElement;
  reveal(slide, deck.step);
  if (deck.view === "overview") slide.querySelector(".pick").focus();
  else if (!alone && moved) slide.scrollIntoView();
  if (deck.view === "overview" || active.closest(".controls, dialog")) return;
  if (moved || active === document.body) slide.focus({ preventScroll: true });
}

// The slide that an article's reader has before them.
function read() {
  return Math.max(0, deck.slides.findIndex((slide) => slide.getBoundingClientRect().bottom > 120));
}
