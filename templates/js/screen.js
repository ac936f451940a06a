// The screen itself: full, black, white, or enlarged.

import { deck, root, present, watch } from "./deck.js";

const PARTS = ".figure, pre.code, table, .math.display, .demo"; // what can fill the screen
const MARGIN = 0.94; // of the screen
const LEAST = 1.4; // what enlarges a part less is not worth it
const pointer = { x: -1, y: -1 };

export function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
}

export function blank(colour) {
  if (root.dataset.blank === colour) delete root.dataset.blank;
  else root.dataset.blank = colour;
  present(deck.index, deck.step, "keep"); // the speaker's window says so
}

// Enlarges what the pointer is at, or the slide's first figure, to fill the screen; twofold around
// the pointer, where that shows more.
export function zoom() {
  if (root.classList.contains("zoomed")) return root.classList.remove("zoomed");
  const slide = deck.slides[deck.index];
  const [wide, high] = [window.innerWidth, window.innerHeight];
  const under = document.elementFromPoint(pointer.x, pointer.y);
  const part = under ? under.closest(PARTS) : slide.querySelector(PARTS);
  const box = part?.getBoundingClientRect();
  let scale = box ? MARGIN * Math.min(wide / box.width, high / box.height) : 0;
  let x = box && wide / 2 - scale * (box.left + box.width / 2);
  let y = box && high / 2 - scale * (box.top + box.height / 2);
  if (scale < LEAST) {
    scale = 2;
    [x, y] = under ? [-pointer.x, -pointer.y] : [-wide / 2, -high / 2];
  }
  root.style.setProperty("--zoom", `translate(${x}px, ${y}px) scale(${scale})`);
  root.classList.add("zoomed");
}

export function startScreen() {
  window.addEventListener("pointermove", ({ clientX, clientY }) => {
    pointer.x = clientX;
    pointer.y = clientY;
  });
  window.addEventListener("pointerdown", () => root.dataset.blank && blank(root.dataset.blank));
  watch(({ moved }) => moved && root.classList.remove("zoomed"));
}
