// A modal dialog with a heading and a way out; the browser keeps and returns the focus.

import { settle } from "./deck.js";
import { button, make, icon } from "./elements.js";

let box = null;

// The dialog that is open.
export function dialog() {
  return box?.open ? box : null;
}

export function openDialog(title, ...content) {
  if (dialog()) return null;
  const heading = make("h2", { id: "dialog-title" }, title);
  const shut = { class: "close", "aria-label": "Close" };
  const close = button(() => own.close(), shut, icon("M6 6l12 12M18 6L6 18"));
  const named = { "aria-labelledby": "dialog-title", onclose: () => own.remove() };
  const own = make("dialog", named, heading, close, ...content);
  own.addEventListener("click", (event) => event.target === own && own.close());
  document.body.append(own);
  settle(); // what is to have the focus has it, and gets it back
  own.showModal();
  return (box = own);
}
