// The three views of one page (slides, overview, article), and the scale of each.

import { deck, later, root, settle, watch, present } from "../page/deck.js";
import { reading, showNotes } from "../read/article.js";
import { reveal } from "./fragments.js";
import { remember } from "../page/settings.js";
import { button, make } from "../page/elements.js";

const WIDTH = 1280;
const HEIGHT = 720;
const NOTES = 0.3; // of the window's height, when notes are shown below the slide
let left = {}; // where the article was left
export let rendered = { index: 0, view: "" };

export function fit() {
  const height = innerHeight * ("notes" in root.dataset ? 1 - NOTES : 1);
  const scale = Math.min(innerWidth / WIDTH, height / HEIGHT);
  root.style.setProperty("--scale", scale);
  if (deck.slide) root.style.setProperty("--thumb", deck.slide.clientWidth / WIDTH);
}

export function setView(view) {
  const before = deck.view;
  const place = before === "article" ? reading() : deck.index;
  const history = before === "overview" ? "push" : "keep";
  if (before === "article") left = { place, top: deck.slides[place].getBoundingClientRect().top };
  deck.view = view;
  if (view !== "overview") remember("view", view);
  else if (!deck.slides[0].querySelector(".pick")) deck.slides.forEach(pick);
  root.dataset.view = view;
  root.classList.toggle("stage", view !== "article");
  present(place, place === deck.index ? deck.step : 0, history);
  fit();
  if (view === before) return; // the browser knows where a page was read before
  const slide = deck.slide;
  slide.scrollIntoView({ block: view === "article" ? "start" : "center" });
  if (view === "article" && left.place === place) scrollBy(0, slide.getBoundingClientRect().top - left.top);
}

export function toggleView(view) {
  setView(deck.view === view ? "slides" : view);
}

// Where the browser has no window for them, notes stand below the slide.
export function toggleNotes() {
  const shown = !("notes" in root.dataset);
  showNotes(shown);
  fit();
  return shown;
}

// Moves by a row of the overview.
export function moveBy(direction) {
  const top = deck.slides[0].offsetTop;
  const columns = deck.slides.findIndex((slide) => slide.offsetTop > top);
  const target = deck.index + direction * Math.max(1, columns);
  if (target in deck.slides) present(target);
}

export function startViews() {
  watch(render);
  addEventListener("resize", fit);
}

// In the overview a slide is a button. Long decks open sooner when it makes them.
export function pick(slide) {
  const open = () => {
    present(deck.slides.indexOf(slide));
    setView("slides");
  };
  const label = make("span", null, `${slide.dataset.number}  ${slide.dataset.title}`);
  slide.append(button(open, { class: "pick" }, label));
}

function render({ moved, history }) {
  const alone = deck.view === "slides";
  const stays = rendered.view === deck.view;
  settle();
  for (const index of stays ? [rendered.index, deck.index] : deck.slides.keys()) {
    const slide = deck.slides[index];
    const here = index === deck.index;
    const put = () => (slide.hidden = slide.inert = alone && !here);
    if (stays && !here) later(put);
    else put();
    slide.classList.toggle("current", here);
    slide.classList.toggle("left", stays && !here);
    if (!stays) slide.querySelector(".canvas").inert = deck.view === "overview";
  }
  rendered = { index: deck.index, view: deck.view };
  const slide = deck.slide;
  const active = document.activeElement;
  reveal(slide, deck.step);
  if (deck.view === "overview") slide.querySelector(".pick").focus();
  const led = alone ? moved || active === document.body : history === "push";
  if (deck.view === "article" && led) slide.scrollIntoView();
  if (deck.view === "overview" || active.closest(".controls, dialog")) return;
  if (led) later(() => slide.focus({ preventScroll: true }));
}
