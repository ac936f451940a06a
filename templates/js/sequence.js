// Lets the frames of a sequence be scrubbed, and played at a steady pace.

import { deck, watch } from "./deck.js";
import { make, icon } from "./make.js";

const PACE = 300; // milliseconds a frame
const PLAY = "M8 5l11 7-11 7z";
const PAUSE = "M8 5v14M16 5v14";
const players = [];

export function furnishSequences(part) {
  players.splice(0, players.length, ...players.filter(({ figure }) => figure.isConnected));
  for (const figure of part.querySelectorAll(".figure.sequence")) players.push(player(figure));
}

export function startSequences() {
  furnishSequences(document);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  watch(({ moved }) => {
    if (!moved) return;
    for (const { figure, play, pause } of players) {
      const here = deck.view === "slides" && deck.slides[deck.index].contains(figure);
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
  const button = make("button", { type: "button", onclick: () => (timer ? pause() : play()) });
  const range = make("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "Frame" });
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
    button.setAttribute("aria-label", "Play");
    button.replaceChildren(icon(PLAY));
  }

  function play() {
    clearInterval(timer);
    if (Number(range.value) === last) show(0);
    timer = setInterval(() => {
      const next = Number(range.value) + 1;
      show(next);
      if (next === last) pause();
    }, PACE);
    button.setAttribute("aria-label", "Pause");
    button.replaceChildren(icon(PAUSE));
  }

  range.addEventListener("input", () => {
    pause();
    show(Number(range.value));
  });
  // After a drag the keys are the deck's again.
  range.addEventListener("pointerup", () => range.blur());
  const scrubber = make("div", { class: "scrubber" }, button, range, label);
  figure.querySelector(".frames").after(scrubber);
  figure.classList.add("scrubbed");
  pause();
  show(last);
  return { figure, play, pause };
}
