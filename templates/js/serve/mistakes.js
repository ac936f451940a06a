// What is wrong, on the slides that it concerns, or above them all where none is to blame.

import { make } from "../page/elements.js";
import { send } from "./connection.js";

export function showMistakes(errors) {
  for (const box of document.querySelectorAll(".mistakes")) box.remove();
  const homeless = [];
  for (const error of errors) {
    const slides = error.slides.map((id) => document.getElementById(id)).filter(Boolean);
    if (!slides.length) homeless.push(error);
    for (const slide of slides) {
      const canvas = slide.querySelector(".canvas");
      const box = canvas.querySelector(".mistakes") ?? make("div", { class: "mistakes", role: "alert" });
      box.append(mistake(error));
      canvas.append(box);
    }
  }
  if (homeless.length) document.body.append(make("div", { class: "mistakes banner", role: "alert" }, ...homeless.map(mistake)));
}

export function mistake({ file, line, message, hint, detail }) {
  const open = () => send({ do: "open", file, line });
  const place = file && make("button", { type: "button", class: "place-of", onclick: open }, line ? `${file}:${line}` : file);
  const more = detail && make("details", {}, make("summary", {}, "Details"), make("pre", {}, detail));
  const parts = [place, make("strong", {}, message), hint && make("span", { class: "hint" }, hint), more];
  return make("div", { class: "mistake" }, ...parts.filter(Boolean));
}
