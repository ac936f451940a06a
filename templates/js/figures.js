// Every figure opens: larger, with its numbers, its code, its origin, and an address of its own.
// Nothing is copied: what is shown there comes from its place in the page, and goes back.

import { deck, present, watch } from "./deck.js";
import { make, icon } from "./make.js";
import { openDialog } from "./dialog.js";
import { coloured, copy } from "./code.js";
import { allRows } from "./table.js";

const ENLARGE = "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5";
let opened = null; // the id of the open figure, its dialog, and how to put things back

export function startFigures() {
  for (const figure of document.querySelectorAll(".figure[id]")) {
    const label = `Open figure ${figure.id.split("/").pop()}`;
    const onclick = () => ask(figure);
    figure.append(make("button", { type: "button", class: "enlarge", "aria-label": label, onclick }, icon(ENLARGE)));
  }
  document.querySelector("main").addEventListener("click", ({ target }) => {
    const figure = target.closest(".figure[id]");
    const chosen = target.closest("a, button, input, details, figcaption") || !getSelection().isCollapsed;
    if (figure && !chosen && !document.querySelector(".pointing")) ask(figure);
  });
  watch(() => {
    if (opened?.id === deck.figure) return;
    opened?.close();
    if (deck.figure) show(document.getElementById(deck.figure));
  });
}

// Opens the figure that has the focus, or the slide's first.
export function openFigure() {
  const own = document.activeElement.closest(".figure[id]");
  const figures = [...deck.slides[deck.index].querySelectorAll(".figure[id]")];
  const figure = own ?? figures.find((one) => one.checkVisibility({ visibilityProperty: true }));
  if (figure) ask(figure);
}

function ask(figure) {
  const index = deck.slides.indexOf(figure.closest(".slide"));
  present(index, index === deck.index ? deck.step : 0, "replace", figure.id);
}

function show(figure) {
  const slide = figure.closest(".slide");
  document.querySelector("dialog[open]")?.close();
  const places = [];
  const borrow = (node) => {
    const place = document.createComment("");
    node.replaceWith(place);
    places.push(() => place.replaceWith(node));
    return node;
  };
  figure.style.minHeight = `${figure.offsetHeight}px`;
  figure.style.minWidth = `${figure.offsetWidth}px`;
  const seen = [...figure.children].filter((child) => !child.matches(".numbers, .enlarge"));
  const body = make("div", { class: "reach", tabindex: 0, role: "region", "aria-label": "Figure", autofocus: true });
  body.append(make("div", { class: `${figure.className} enlarged` }, ...seen.map(borrow)));
  const jumps = make("p", { class: "jumps" });
  const section = (name, ...content) => {
    const heading = make("h3", { tabindex: -1 }, name);
    body.append(make("section", {}, heading, ...content.map(borrow)));
    const onclick = () => {
      heading.scrollIntoView();
      heading.focus({ preventScroll: true });
    };
    jumps.append(make("button", { type: "button", onclick }, name));
  };
  const numbers = figure.querySelector(".numbers");
  if (numbers) {
    allRows(numbers);
    const code = [...numbers.querySelectorAll(".sources a")].map((link) => link.hash.slice(1));
    section("Data", numbers.querySelector(".data"));
    section("Code", ...code.map((id) => coloured(document.getElementById(id))));
    section("Origin", numbers.querySelector(".origin"));
  }
  jumps.append(make("button", { type: "button", onclick: () => copy(address(figure), "Link copied") }, "Copy link"));
  const box = openDialog(slide.dataset.title, jumps, body);
  const restore = () => {
    for (const back of places.splice(0)) back();
    figure.style.minHeight = figure.style.minWidth = "";
    opened = null;
  };
  box.classList.add("opened");
  box.addEventListener("close", () => opened?.id === figure.id && present(deck.index, deck.step, "replace"));
  opened = { id: figure.id, close: () => (restore(), box.close()) };
}

// Where others find the figure: at the address that the deck is published at, if it says so.
function address(figure) {
  const page = document.querySelector("link[rel=canonical]") ?? location;
  return `${page.href.split("#")[0]}#${encodeURI(figure.id)}`;
}
