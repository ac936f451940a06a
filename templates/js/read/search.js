// Finds slides by their words, and goes there.

import { deck, present } from "../page/deck.js";
import { button, make } from "../page/elements.js";
import { openDialog } from "../page/dialog.js";

const MOST = 12;
const AROUND = 40;
const ASIDE = ".pick, .numbers, .provenance, .visually-hidden";

export function search() {
  const texts = deck.slides.map(words);
  const list = () => found.replaceChildren(...matches(texts, input.value).map((match) => entry(match, box)));
  const go = ({ key }) => key === "Enter" && found.querySelector("button")?.click();
  const field = { type: "search", "aria-label": "Words to find", autocomplete: "off", oninput: list, onkeydown: go };
  const input = make("input", field);
  const found = make("ol", { class: "found", "aria-label": "Slides found" });
  const box = openDialog("Search", input, found);
  if (!box) return;
  box.classList.add("search");
  input.focus();
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
  const place = (text) => text.toLowerCase().indexOf(wanted);
  const found = texts.map((text, index) => ({ text, index, at: place(text), length: wanted.length }));
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
  context.append(make("mark", null, text.slice(at, end)), text.slice(end, end + AROUND));
  const title = make("span", { class: "name" }, `${slide.dataset.number}  ${slide.dataset.title}`);
  return make("li", null, button(go, null, title, context));
}
