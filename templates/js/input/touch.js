// Swipes: left and right go through the slides.

import { deck, root, forward, backward } from "../page/deck.js";

const REACH = 50; // pixels
let origin = null;

export function startTouch() {
  addEventListener("touchstart", begin);
  addEventListener("touchend", end);
}

function begin(event) {
  const own = event.target.closest("input, dialog, .controls, .demo, pre, .numbers");
  const taken = own || root.classList.contains("pointing");
  const usable = deck.view === "slides" && event.touches.length === 1 && !taken;
  origin = usable ? event.touches[0] : null;
}

function end(event) {
  if (!origin || window.visualViewport?.scale > 1.05) return;
  const x = event.changedTouches[0].clientX - origin.clientX;
  const y = event.changedTouches[0].clientY - origin.clientY;
  origin = null;
  if (Math.abs(x) < REACH || Math.abs(x) < 2 * Math.abs(y)) return;
  if (x < 0) forward();
  else backward();
}
