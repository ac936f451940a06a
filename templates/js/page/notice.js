// Tells the audience of a key press what happened, for a moment.

import { dialog } from "./dialog.js";
import { make } from "./elements.js";

export const message = make("div", { class: "notice", role: "status" });
let timer = 0;

export function notice(text, seconds = 2) {
  const home = dialog() ?? document.body; // a dialog hides what is outside
  if (message.parentNode !== home) home.append(message);
  message.textContent = text;
  message.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => message.classList.remove("shown"), seconds * 1000);
}
