// A modal dialog with a heading and a way out; the browser keeps and returns the focus.

import { make, icon } from "./make.js";

export function openDialog(title, ...content) {
  if (document.querySelector("dialog[open]")) return null;
  const heading = make("h2", { id: "dialog-title" }, title);
  const shut = { type: "button", class: "close", "aria-label": "Close", onclick: () => box.close() };
  const close = make("button", shut, icon("M6 6l12 12M18 6L6 18"));
  const named = { "aria-labelledby": "dialog-title", onclose: () => box.remove() };
  const box = make("dialog", named, heading, close, ...content);
  box.addEventListener("click", (event) => event.target === box && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}
