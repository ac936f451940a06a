// Finds slides by their words, and goes there.

import { deck, present } from "./deck.js";
import { make } from "./make.js";
import { openDialog } from "./dialog.js";

const MOST = 12;
const AROUND = 40;
const ASIDE = ".pick, .numbers, .provenance, .visually-hidden";

export function search() {
  const texts = deck.slides.map((slide) => words(slide));
  const input = make("input", { type: "search", "aria-label": "Words to find", autocomplete: "off" });
  const found = make("ol", { class: "found", "aria-label": "Slides found" });
  const box = openDialog("Search", input, found);
  if (!box) return;
  box.classList.add("search");
  input.focus();
  input.addEventListener("input", () => {
    found.replaceChildren(...matches(texts, input.value).map((match) => entry(match, box)));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") found.querySelector("button")?.click();
  });
}

function words(slide) {
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  let all = "";
  while (texts.nextNode()) {
    if (!texts.currentNode.parentNode.closest(ASIDE)) all += texts.currentNode.data;
  }
  return all.replace(/\s+/g, " ");
}

function matches(texts, query) {
  const wanted = query.toLowerCase().trim();
  if (!wanted) return [];
  const places = texts.map((text) => text.toLowerCase().indexOf(wanted));
  const found = texts.map((text, index) => ({ text, index, at: places[index], length: wanted.length }));
  return found.filter(({ at }) => at >= 0).slice(0, MOST);
}

function entry({ text, index, at, length }, box) {
  const slide = deck.slides[index];
  const go = () => {
    box.close();
    present(index);
  };
  const end = at + length;
  const context = make("span", { class: "context" }, text.slice(Math.max(0, at - AROUND), at));
  context.append(make("mark", {}, text.slice(at, end)), text.slice(end, end + AROUND));
  const title = make("span", { class: "name" }, `${slide.dataset.number}  ${slide.dataset.title}`);
  return make("li", {}, make("button", { type: "button", onclick: go }, title, context));
}
