// The screen itself: full, black, white, or enlarged.

import { deck, mark, root, present, watch } from "../page/deck.js";

const PARTS = ".figure, pre.code, table, .math.display, .demo"; // what can fill the screen
const MARGIN = 0.94; // of the screen
const LEAST = 1.4; // what enlarges a part less is not worth it
const pointer = { x: -1, y: -1 };

export function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.();
}

export function blank(colour) {
  mark("blank", root.dataset.blank !== colour && colour);
  present(deck.index, deck.step, "keep"); // the speaker's window says so
}

// Enlarges what the pointer is at, or the slide's first figure, to fill the screen; twofold around
// the pointer, where that shows more.
export function zoom() {
  if (root.classList.contains("zoomed")) return root.classList.remove("zoomed");
  const middle = { x: innerWidth / 2, y: innerHeight / 2 };
  const under = document.elementFromPoint(pointer.x, pointer.y);
  const part = under ? under.closest(PARTS) : deck.slide.querySelector(PARTS);
  const box = part?.getBoundingClientRect();
  let scale = box ? MARGIN * Math.min(innerWidth / box.width, innerHeight / box.height) : 0;
  let from = box && { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  let to = middle;
  if (scale < LEAST) {
    scale = 2;
    from = to = under ? pointer : middle;
  }
  const shift = `translate(${to.x - scale * from.x}px, ${to.y - scale * from.y}px)`;
  root.style.setProperty("--zoom", `${shift} scale(${scale})`);
  root.classList.add("zoomed");
}

export function startScreen() {
  addEventListener("pointermove", ({ clientX, clientY }) => {
    pointer.x = clientX;
    pointer.y = clientY;
  });
  addEventListener("pointerdown", () => root.dataset.blank && blank(root.dataset.blank));
  watch(({ moved }) => moved && root.classList.remove("zoomed"));
}
