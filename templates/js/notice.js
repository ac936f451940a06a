// Tells the audience of a key press what happened, for a moment.

import { dialog } from "./dialog.js";
import { make } from "./make.js";

const note = make("div", { class: "notice", role: "status" });
let timer = 0;

export function notice(text, seconds = 2) {
  (dialog() ?? document.body).append(note); // a dialog hides what is outside
  note.textContent = text;
  note.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => note.classList.remove("shown"), seconds * 1000);
}
