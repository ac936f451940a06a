// Tells the audience of a key press what happened, for a moment.

import { make } from "./make.js";

const box = make("div", { class: "notice", role: "status" });
let timer = 0;

export function notice(text, seconds = 2) {
  (document.querySelector("dialog[open]") ?? document.body).append(box); // a dialog hides what is outside
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove("shown"), seconds * 1000);
}
