// Alt and a click open the source of what was clicked: a sentence in its slide's file, a figure in
// its experiment.

import { root } from "../page/deck.js";
import { send } from "./connection.js";

export function startOrigins() {
  window.addEventListener("click", openOrigin, true);
  const show = ({ altKey }) => root.classList.toggle("origins", altKey);
  for (const type of ["keydown", "keyup", "pointermove"]) window.addEventListener(type, show);
  window.addEventListener("blur", () => root.classList.remove("origins"));
}

function openOrigin(event) {
  const slide = event.target.closest?.(".slide");
  if (!event.altKey || !slide) return;
  event.preventDefault();
  event.stopPropagation();
  const figure = event.target.closest(".figure[data-code]");
  if (figure && !event.target.closest("figcaption")) send({ do: "open", figure: figure.dataset.code });
  else send({ do: "open", slide: slide.id, line: Number(event.target.closest("[data-line]")?.dataset.line ?? 0) });
}
