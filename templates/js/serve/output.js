// What experiments have said, in the panel: how much, and all of it once it is opened.

import { make } from "../page/elements.js";
import { send } from "./connection.js";
import { mistake } from "./mistakes.js";

const unfolded = new Set();
const outputBodies = new Map(); // by name: which summary they are of, and what is shown

export function takeOutput({ name, messages, printed }) {
  const lines = printed && make("pre", { tabindex: 0, "aria-label": `What ${name} printed` }, printed);
  outputBodies.get(name)?.place.replaceChildren(...messages.map(mistake), ...[lines].filter(Boolean));
}

export const outputRows = (said) => said.map(outputRow);

function outputRow(summary) {
  const { name, counts, warnings, first } = summary;
  const known = JSON.stringify(summary);
  if (outputBodies.get(name)?.known !== known) outputBodies.set(name, { known: unfolded.has(name) ? askFor(name, known) : "", place: make("div", {}) });
  const words = [make("b", { class: warnings ? "warns" : "" }, warnings ? "warns" : "prints"), ` ${name} `];
  const line = make("summary", {}, ...words, make("small", {}, [...counts, first].filter(Boolean).join(" · ")));
  const row = make("details", { class: "saying", open: unfolded.has(name) }, line, outputBodies.get(name).place);
  row.addEventListener("toggle", () => {
    unfolded[row.open ? "add" : "delete"](name);
    if (row.open && !outputBodies.get(name).known) outputBodies.get(name).known = askFor(name, known);
  });
  return row;
}

function askFor(name, known) {
  return send({ do: "said", name }) ? known : "";
}
