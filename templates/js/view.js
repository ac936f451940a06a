// The three views of one page (slides, overview, article), and the scale of each.

import { deck, root, watch, present } from "./deck.js";
import { reading } from "./article.js";
import { reveal } from "./reveal.js";
import { remember } from "./settings.js";
import { make } from "./make.js";

const WIDTH = 1280;
const HEIGHT = 720;
const NOTES = 0.3; // of the window's height, when notes are shown below the slide
let left = {}; // where the article was left

export function fit() {
  const height = window.innerHeight * ("notes" in root.dataset ? 1 - NOTES : 1);
  const scale = Math.min(window.innerWidth / WIDTH, height / HEIGHT);
  root.style.setProperty("--scale", scale);
  const slide = deck.slides[deck.index];
  if (slide) root.style.setProperty("--thumb", slide.clientWidth / WIDTH);
}

export function setView(view) {
  const before = deck.view;
  const place = before === "article" ? reading() : deck.index;
  const history = before === "overview" ? "push" : "keep";
  if (before === "article") left = { place, top: deck.slides[place].getBoundingClientRect().top };
  deck.view = view;
  if (view !== "overview") remember("view", view);
  root.dataset.view = view;
  root.classList.toggle("stage", view !== "article");
  present(place, place === deck.index ? deck.step : 0, history);
  fit();
  if (view === before) return; // the browser knows where a page was read before
  const slide = deck.slides[deck.index];
  slide.scrollIntoView({ block: view === "article" ? "start" : "center" });
  if (view === "article" && left.place === place) scrollBy(0, slide.getBoundingClientRect().top - left.top);
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

export function furnishPick(slide) {
  const onclick = () => {
    present(deck.slides.indexOf(slide));
    setView("slides");
  };
  const label = make("span", {}, `${slide.dataset.number}  ${slide.dataset.title}`);
  slide.append(make("button", { class: "pick", type: "button", onclick }, label));
}

export function startViews() {
  deck.slides.forEach(furnishPick);
  watch(render);
  window.addEventListener("resize", fit);
}

function render({ moved, history }) {
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
  const led = alone ? moved || active === document.body : history === "push";
  if (deck.view === "article" && led) slide.scrollIntoView();
  if (deck.view === "overview" || active.closest(".controls, dialog")) return;
  if (led) slide.focus({ preventScroll: true });
}
