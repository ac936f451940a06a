// The one table of commands and their keys: the keyboard, the menu and the help come from it.

import { commandFor, isModifier, keyOf } from "./bindings.js";
import { dialog } from "../page/dialog.js";
import { deck, root, present, previous, forward, backward } from "../page/deck.js";
import { openFigure } from "../read/figures.js";
import { setView, toggleNotes, toggleView, moveBy } from "../present/view.js";
import { nextContrast, nextTheme } from "../page/theme.js";
import { blank, fullscreen, zoom } from "../present/screen.js";
import { erase, laser } from "../present/pen.js";
import { openSpeaker } from "../present/speaker.js";
import { search } from "../read/search.js";
import { help, singleKeys } from "./help.js";
import { notice } from "../page/notice.js";

const slides = ["slides"];
const overview = ["overview"];
const stage = ["slides", "overview"];
const single = ["slides", "article"];
const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " ", "n"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Shift+ ", "p"];

// Label, keys, what they do, and in which views.
const TABLE = [
  ["Next step", NEXT, forward, slides],
  ["Step back", BACK, backward, slides],
  ["Next slide", ["Shift+ArrowRight"], () => present(deck.index + 1), slides],
  ["Slide before", ["Shift+ArrowLeft"], previous, slides],
  ["First slide", ["Home"], () => present(0), stage],
  ["Last slide", ["End"], () => present(deck.slides.length - 1), stage],
  [null, ["ArrowRight"], forward, overview],
  [null, ["ArrowLeft"], backward, overview],
  [null, ["ArrowDown"], () => moveBy(1), overview],
  [null, ["ArrowUp"], () => moveBy(-1), overview],
  ["Overview", ["o", "Escape"], () => toggleView("overview")],
  ["Article", ["a"], () => toggleView("article")],
  ["Open the figure", ["Enter"], openFigure, single],
  ["Notes", ["m"], toggleNotes, single],
  ["Search", ["/"], search],
  ["Speaker window", ["s"], () => openSpeaker(onKey)],
  ["Full screen", ["f"], fullscreen],
  ["Black screen", ["b", "."], () => blank("black"), slides],
  ["White screen", ["w", ","], () => blank("white"), slides],
  ["Light or dark", ["t", "d"], nextTheme],
  ["High contrast", ["c"], nextContrast],
  ["Pointer and pen", ["l"], laser, slides],
  ["Erase the drawing", ["e"], erase, slides],
  ["Enlarge the figure", ["z"], zoom, slides],
  ["Print", [], () => window.print()],
  ["Help", ["?"], () => help(commands)],
];

export const commands = TABLE.map(([label, keys, run, views]) => ({ label, keys, run, views }));

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
