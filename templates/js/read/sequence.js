// Lets the frames of a sequence be scrubbed, and played at a steady pace.

import { deck, watch } from "../page/deck.js";
import { button, make, icon } from "../page/elements.js";

const PACE = 300; // milliseconds a frame
const PLAY = "M8 5l11 7-11 7z";
const PAUSE = "M8 5v14M16 5v14";
export const players = [];

export function furnishSequences(part) {
  for (const figure of part.querySelectorAll(".figure.sequence")) players.push(player(figure));
}

export function startSequences() {
  furnishSequences(document);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  watch(({ moved }) => {
    if (!moved) return;
    for (const { figure, play, pause } of players) {
      const here = deck.view === "slides" && deck.slide.contains(figure);
      if (here && !still.matches) play();
      else pause();
    }
  });
}

function player(figure) {
  const frames = [...figure.querySelectorAll(".frame")];
  const labels = JSON.parse(figure.dataset.labels ?? "[]");
  const last = frames.length - 1;
  let timer = 0;
  const starter = button(() => (timer ? pause() : play()));
  const choose = () => (pause(), show(Number(range.value)));
  // After a drag the keys are the deck's again.
  const scale = { min: 0, max: last, "aria-label": "Frame", oninput: choose, onpointerup: () => range.blur() };
  const range = make("input", { type: "range", ...scale });
  const label = make("span", { class: "frame-label", "aria-hidden": "true" });

  function show(index) {
    frames.forEach((frame, i) => frame.classList.toggle("current", i === index));
    range.value = index;
    label.textContent = labels[index] ?? `${index + 1} of ${frames.length}`;
    range.setAttribute("aria-valuetext", label.textContent);
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    starter.setAttribute("aria-label", "Play");
    starter.replaceChildren(icon(PLAY));
  }

  function play() {
    clearInterval(timer);
    if (Number(range.value) === last) show(0);
    timer = setInterval(() => {
      const next = Number(range.value) + 1;
      show(next);
      if (next === last) pause();
    }, PACE);
    starter.setAttribute("aria-label", "Pause");
    starter.replaceChildren(icon(PAUSE));
  }

  const scrubber = make("div", { class: "scrubber" }, starter, range, label);
  figure.querySelector(".frames").after(scrubber);
  figure.classList.add("scrubbed");
  pause();
  show(last);
  return { figure, play, pause };
}
