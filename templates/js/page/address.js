// The address names the slide and step, or the open figure: #id, #id/step, #id/figure, or #id of
// anything on a slide.

import { deck, later, watch, present, steps } from "./deck.js";

let late = null;

export function startAddress() {
  watch(({ history }) => {
    write();
    if (history !== "keep") plan(history);
  });
  addEventListener("hashchange", follow);
}

// Shows what the address names; false when it names nothing here.
export function follow() {
  late = null;
  const name = named();
  const [id, step = 0] = name.split("/");
  if (!id && deck.view !== "article") present(0, 0, "keep");
  const target = document.getElementById(name) ?? document.getElementById(id);
  const figure = target?.matches(".figure[id]") ? name : "";
  const index = deck.slides.indexOf(target?.closest(".slide"));
  if (index < 0) return false;
  present(index, target === deck.slides[index] ? Number(step) || 0 : steps(index), "keep", figure);
  return true;
}

export function named() {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a sign of percent that stands for itself
  }
}

// The browser takes its time to note an address.
function plan(history) {
  const step = deck.step && deck.view !== "article" ? `/${deck.step}` : "";
  const hash = `#${deck.figure || deck.slide.id + step}`;
  if (hash === location.hash) return;
  late = { way: `${history}State`, hash, from: location.hash };
  later(write);
}

// Unless the reader has asked for another meanwhile.
function write() {
  if (late?.from === location.hash) history[late.way](null, "", late.hash);
  late = null;
}
