// The address names the slide and step: #id, #id/step, or #id of anything on a slide.

import { deck, watch, present, steps } from "./deck.js";

export function startAddress() {
  watch(({ history }) => history !== "keep" && deck.view !== "article" && write(history));
  window.addEventListener("hashchange", () => deck.view !== "article" && follow());
}

// Shows what the address names; false when it names nothing here.
export function follow() {
  const [id, step = 0] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (!id) present(0, 0, "keep");
  const target = document.getElementById(id);
  const index = deck.slides.indexOf(target?.closest(".slide"));
  if (index < 0) return false;
  present(index, target === deck.slides[index] ? Number(step) || 0 : steps(index), "keep");
  return true;
}

function write(history) {
  const hash = `#${deck.slides[deck.index].id}${deck.step ? `/${deck.step}` : ""}`;
  if (hash === location.hash) return;
  if (history === "push") window.history.pushState(null, "", hash);
  else window.history.replaceState(null, "", hash);
}
