// Turns the article into slides, before anything is painted. If anything fails, the
// article stays.

import { deck, root, settle } from "./page/deck.js";
import { fit, setView, startViews } from "./present/view.js";
import { follow, named, startAddress } from "./page/address.js";
import { startAnnouncements } from "./present/announcements.js";
import { startArticle } from "./read/article.js";
import { startCode } from "./read/code.js";
import { startFigures } from "./read/figures.js";
import { recall } from "./page/settings.js";
import { startTheme } from "./page/theme.js";
import { startPen } from "./present/pen.js";
import { startScreen } from "./present/screen.js";
import { startSequences } from "./read/sequence.js";
import { startSpeaker } from "./present/speaker.js";
import { startControls } from "./input/controls.js";
import { startTouch } from "./input/touch.js";
import { commands, startKeys } from "./input/keys.js";
import { help } from "./input/help.js";

const NARROW = 600; // pixels: on a phone held upright, an article reads better than slides

const first = recall("view", innerWidth < NARROW ? "article" : "slides");

function early() {
  startTheme();
  root.dataset.view = first;
  if (first === "article") return;
  // While the page arrives, only the slide that it opens at is laid out.
  const [id] = named().split("/");
  const awaited = id ? `#${CSS.escape(id)}` : ":first-child";
  document.styleSheets[0].insertRule(`[data-early] .slide:not(${awaited}) { display: none }`);
  root.dataset.early = "";
  root.classList.add("stage");
  fit();
}

function start() {
  deck.slides = [...document.querySelectorAll(".slide")];
  startFigures();
  startViews();
  startAnnouncements();
  startArticle();
  startAddress();
  startScreen();
  startPen();
  startSequences();
  startSpeaker();
  startControls(() => help(commands));
  startTouch();
  startKeys();
  startCode();
  deck.view = first;
  if (!follow()) setView(first);
  settle();
  delete root.dataset.early;
}

export function guarded(action) {
  try {
    action();
  } catch (error) {
    root.classList.remove("stage");
    delete root.dataset.view;
    delete root.dataset.early;
    throw error;
  }
}

guarded(early);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => guarded(start));
else guarded(start);
