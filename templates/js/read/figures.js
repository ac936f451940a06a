// Every figure opens: larger, with its numbers, its code, its origin, and an address of its own.
// Nothing is copied: what is shown there comes from its place in the page, and goes back.

import { deck, present, watch } from "../page/deck.js";
import { button, make, icon } from "../page/elements.js";
import { dialog, openDialog } from "../page/dialog.js";
import { coloured, copy } from "./code.js";
import { allRows } from "./table.js";

const FIGURE = ".figure[id]";
const ENLARGE = "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5";
let shown = null; // the id of the open figure, and how to close it

export function furnishFigures(part) {
  for (const figure of part.querySelectorAll(FIGURE)) {
    const name = `Open figure ${figure.id.split("/").pop()}`;
    figure.append(button(() => ask(figure), { class: "enlarge", "aria-label": name }, icon(ENLARGE)));
  }
}

export function startFigures() {
  furnishFigures(document);
  document.querySelector("main").addEventListener("click", ({ target }) => {
    const figure = target.closest(FIGURE);
    const other = target.closest("a, button, input, details, figcaption") || !getSelection().isCollapsed;
    if (figure && !other) ask(figure);
  });
  watch(() => {
    if (shown?.id === deck.figure) return;
    shown?.close();
    queueMicrotask(() => deck.figure && !shown && show(document.getElementById(deck.figure))); // when all is in place
  });
}

// Opens the figure that has the focus, or the slide's first.
export function openFigure() {
  const figures = [...deck.slide.querySelectorAll(FIGURE)];
  const first = figures.find((figure) => figure.checkVisibility({ visibilityProperty: true }));
  const figure = document.activeElement.closest(FIGURE) ?? first;
  if (figure) ask(figure);
}

function ask(figure) {
  const index = deck.slides.indexOf(figure.closest(".slide"));
  present(index, index === deck.index ? deck.step : 0, "replace", figure.id);
}

function show(figure) {
  const places = [];
  const borrow = (node) => {
    const place = document.createComment("");
    node.replaceWith(place);
    places.push(() => place.replaceWith(node));
    return node;
  };
  const close = () => {
    shown = null;
    for (const back of places) back();
    room.remove();
    box.close();
  };
  const jumps = make("p", { class: "jumps" });
  const jump = (name, onclick) => jumps.append(button(onclick, null, name));
  const section = (name, content) => {
    const heading = make("h3", { tabindex: -1 }, name);
    jump(name, () => heading.focus());
    return make("section", null, heading, ...content.map(borrow));
  };
  const numbers = figure.querySelector(".numbers"); // in the caption, if there is one
  const seen = [...figure.children].filter((child) => !child.matches(".numbers, .enlarge"));
  const room = make("canvas", { width: 1, height: figure.offsetHeight }); // a style would not be copied to the speaker
  figure.prepend(room);
  const drawing = make("div", { class: `${figure.className} enlarged` });
  drawing.style.setProperty("--ratio", ratio(figure.querySelector("svg[viewBox], img")));
  drawing.append(...seen.map(borrow));
  const whole = { class: "reach", tabindex: 0, role: "region", "aria-label": "Figure", autofocus: true };
  const body = make("div", whole, drawing);
  if (numbers) {
    allRows(numbers);
    const code = [...numbers.querySelectorAll(".sources a")];
    const listings = code.map((link) => coloured(document.getElementById(link.hash.slice(1))));
    body.append(section("Data", [numbers.querySelector(".data")]));
    body.append(section("Code", listings));
    body.append(section("Origin", [numbers.querySelector(".origin")]));
  }
  jump("Copy link", () => copy(address(figure), "Link copied"));
  dialog()?.close();
  const box = openDialog(figure.closest(".slide").dataset.title, jumps, body);
  box.classList.add("opened");
  box.addEventListener("close", () => shown?.close === close && present(deck.index, deck.step, "replace"));
  shown = { id: figure.id, close };
  addEventListener("load", () => body.focus()); // which the browser takes for the address's part
}

function ratio({ viewBox, naturalWidth, naturalHeight }) {
  return viewBox ? viewBox.baseVal.width / viewBox.baseVal.height : naturalWidth / naturalHeight;
}

// Where others find the figure: at the address that the deck is published at, if it says so.
function address(figure) {
  const page = document.querySelector("link[rel=canonical]") ?? location;
  return `${page.href.split("#")[0]}#${encodeURI(figure.id)}`;
}
