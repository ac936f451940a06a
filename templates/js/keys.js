// The one table of commands and their keys: the keyboard, the menu and the help come from it.

import { commandFor, isModifier, keyOf } from "./bindings.js";
import { dialog } from "./dialog.js";
import { deck, root, present, previous, forward, backward } from "./deck.js";
import { openFigure } from "./figures.js";
import { setView, toggleNotes, toggleView, moveBy } from "./view.js";
import { nextContrast, nextTheme } from "./theme.js";
import { blank, fullscreen, zoom } from "./screen.js";
import { erase, laser } from "./pen.js";
import { openSpeaker } from "./speaker.js";
import { search } from "./search.js";
import { help, singleKeys } from "./help.js";
import { notice } from "./notice.js";

const slides = ["slides"];
const overview = ["overview"];
const stage = ["slides", "overview"];
const single = ["slides", "article"];
const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " ", "n"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Shift+ ", "p"];

export const commands = [
  { label: "Next step", keys: NEXT, views: slides, run: forward },
  { label: "Step back", keys: BACK, views: slides, run: backward },
  { label: "Next slide", keys: ["Shift+ArrowRight"], views: slides, run: () => present(deck.index + 1) },
  { label: "Slide before", keys: ["Shift+ArrowLeft"], views: slides, run: previous },
  { label: "First slide", keys: ["Home"], views: stage, run: () => present(0) },
  { label: "Last slide", keys: ["End"], views: stage, run: () => present(deck.slides.length - 1) },
  { keys: ["ArrowRight"], views: overview, run: forward },
  { keys: ["ArrowLeft"], views: overview, run: backward },
  { keys: ["ArrowDown"], views: overview, run: () => moveBy(1) },
  { keys: ["ArrowUp"], views: overview, run: () => moveBy(-1) },
  { label: "Overview", keys: ["o", "Escape"], run: () => toggleView("overview") },
  { label: "Article", keys: ["a"], run: () => toggleView("article") },
  { label: "Open the figure", keys: ["Enter"], views: single, run: openFigure },
  { label: "Notes", keys: ["m"], views: single, run: toggleNotes },
  { label: "Search", keys: ["/"], run: search },
  { label: "Speaker window", keys: ["s"], run: () => openSpeaker(onKey) },
  { label: "Full screen", keys: ["f"], run: fullscreen },
  { label: "Black screen", keys: ["b", "."], views: slides, run: () => blank("black") },
  { label: "White screen", keys: ["w", ","], views: slides, run: () => blank("white") },
  { label: "Light or dark", keys: ["t", "d"], run: nextTheme },
  { label: "High contrast", keys: ["c"], run: nextContrast },
  { label: "Pointer and pen", keys: ["l"], views: slides, run: laser },
  { label: "Erase the drawing", keys: ["e"], views: slides, run: erase },
  { label: "Enlarge the figure", keys: ["z"], views: slides, run: zoom },
  { label: "Print", keys: [], run: () => window.print() },
  { label: "Help", keys: ["?"], run: () => help(commands) },
];

let typed = "";

export function startKeys() {
  addEventListener("keydown", onKey);
}

function onKey(event) {
  if (event.isComposing || isModifier(event)) return;
  if (taken(event) || (event.view === window && dialog())) return;
  const key = keyOf(event);
  if (key.length === 1 && key !== " " && !singleKeys()) return;
  if (jump(event, key) || escape(key)) return;
  const command = commandFor(key, commands);
  if (!command) return;
  event.preventDefault();
  command.run();
}

// Whether the key belongs to what has the focus.
function taken({ target, key }) {
  if (!target.closest) return false;
  if (target.closest("textarea, select, [contenteditable]")) return true;
  const input = target.closest("input");
  if (input) return input.type !== "range" || !["PageUp", "PageDown", "Escape"].includes(key);
  return [" ", "Enter"].includes(key) && target.closest("a, button, summary") !== null;
}

// A number and Enter go to that slide.
function jump(event, key) {
  if (/^[0-9]$/.test(key)) {
    typed += key;
    notice(`Go to slide ${typed}`);
    return true;
  }
  const number = Number(typed);
  typed = "";
  if (key !== "Enter" || !number) return false;
  event.preventDefault();
  present(number - 1);
  return true;
}

// Any key brings a blank screen back; Escape undoes what is special before it opens the overview.
function escape(key) {
  if (root.dataset.blank) {
    blank(root.dataset.blank);
    return true;
  }
  if (key !== "Escape") return false;
  if (root.classList.contains("zoomed")) zoom();
  else if (root.classList.contains("pointing")) laser();
  else if (deck.view === "article") setView("slides");
  else return false;
  return true;
}
