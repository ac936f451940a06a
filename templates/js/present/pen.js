// A dot that follows the pointer, and a pen while its button is held. What is drawn stays on its
// slide until it is erased or the tab is closed.

import { deck, root, present } from "../page/deck.js";
import { draw, make } from "../page/elements.js";
import { recallAll, remember } from "../page/settings.js";

const dot = make("div", { class: "laser" });
let strokes = {}; // by the id of their slide, as paths in the slide's own pixels
let stroke = null;

export function laser() {
  if (root.classList.toggle("pointing")) document.body.append(dot);
  else dot.remove();
}

export function erase() {
  delete strokes[deck.slide.id];
  keepInk();
}

function keepInk() {
  remember("ink", JSON.stringify(strokes));
  showInk(deck.slide);
  present(deck.index, deck.step, "keep"); // also on the speaker's copy
}

export function showInk(slide) {
  slide.querySelector(".ink")?.remove();
  const paths = strokes[slide.id]?.map((d) => draw("path", { d })) ?? [];
  if (paths.length) slide.querySelector(".canvas").append(draw("svg", { class: "ink", "aria-hidden": "true" }, ...paths));
}

// The pointer's place in the pixels of the slide, whatever its size on the screen.
function inSlide({ clientX, clientY }) {
  const canvas = deck.slide.querySelector(".canvas");
  const box = canvas.getBoundingClientRect();
  const scale = canvas.offsetWidth / box.width;
  return [clientX - box.left, clientY - box.top].map((length) => (length * scale).toFixed(1)).join(" ");
}

function beginStroke(event) {
  const drawing = root.classList.contains("pointing") && deck.view === "slides";
  if (!drawing || event.button !== 0 || event.target.closest(".controls, dialog")) return;
  const { id } = deck.slide;
  (strokes[id] ??= []).push((stroke = `M${inSlide(event)}l0 0`));
  showInk(deck.slide);
}

function growStroke(event) {
  dot.style.translate = `${event.clientX}px ${event.clientY}px`;
  if (!stroke) return;
  const slide = deck.slide;
  const all = event.getCoalescedEvents?.() ?? [];
  for (const one of all.length ? all : [event]) stroke += `L${inSlide(one)}`;
  strokes[slide.id].splice(-1, 1, stroke);
  slide.querySelector(".ink").lastChild.setAttribute("d", stroke);
}

function endStroke() {
  if (stroke) keepInk();
  stroke = null;
}

export function startPen() {
  strokes = recallAll("ink");
  deck.slides.filter(({ id }) => strokes[id]).forEach(showInk);
  addEventListener("pointerdown", beginStroke);
  addEventListener("pointermove", growStroke);
  for (const type of ["pointerup", "pointercancel"]) addEventListener(type, endStroke);
  const still = (event) => {
    if (!root.classList.contains("pointing") || !event.target.closest(".deck")) return;
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", still, true);
}
