// The screen itself: full, black, white, enlarged, or pointed at.

import { root, watch } from "./deck.js";
import { make } from "./make.js";

export function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
}

export function blank(colour) {
  if (root.dataset.blank === colour) delete root.dataset.blank;
  else root.dataset.blank = colour;
}

const pointer = { x: 0, y: 0 };
const dot = make("div", { class: "laser" });
let strokes = null;

// Enlarges the slide twofold around the pointer.
export function zoom() {
  if (!root.classList.toggle("zoomed")) return;
  root.style.setProperty("--zoom-x", `${pointer.x}px`);
  root.style.setProperty("--zoom-y", `${pointer.y}px`);
}

// A dot that follows the pointer, and a pen while its button is held.
export function laser() {
  if (root.classList.toggle("pointing")) document.body.append(dot);
  else dot.remove();
  wipe();
}

function wipe() {
  strokes?.remove();
  strokes = null;
}

function draw(event) {
  if (!root.classList.contains("pointing") || !event.buttons) return;
  if (!strokes) {
    strokes = make("canvas", { class: "strokes", width: innerWidth, height: innerHeight });
    document.body.append(strokes);
  }
  const pen = strokes.getContext("2d");
  pen.strokeStyle = getComputedStyle(root).getPropertyValue("--series-2");
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(event.clientX - event.movementX, event.clientY - event.movementY);
  pen.lineTo(event.clientX, event.clientY);
  pen.stroke();
}

export function startScreen() {
  window.addEventListener("pointermove", (event) => {
    draw(event);
    pointer.x = event.clientX;
    pointer.y = event.clientY;
    dot.style.translate = `${pointer.x}px ${pointer.y}px`;
  });
  watch(({ moved }) => {
    if (!moved) return;
    root.classList.remove("zoomed");
    wipe();
  });
}
