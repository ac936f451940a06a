// The deck's state: its slides, which one shows, how far it has been revealed, in which view, and
// the id of the figure that is open.
// Whoever depends on it watches; nobody else keeps a copy.

export const root = document.documentElement;
export const deck = {
  slides: [],
  index: 0,
  step: 0,
  view: "article",
  figure: "",
  get slide() {
    return this.slides[this.index];
  },
};
const watchers = [];
let due = [];

// Says something of the page to its styles, or no longer.
export function mark(name, value, page = root) {
  if (value) page.dataset[name] = value;
  else delete page.dataset[name];
}

export function watch(callback) {
  watchers.push(callback);
}

// A step is seen sooner if what nobody sees is done when its frame is drawn.
export function later(action) {
  if (!due.length) requestAnimationFrame(() => setTimeout(settle));
  due.push(action);
}

export function settle() {
  for (const action of due.splice(0)) action();
}

export function steps(index = deck.index) {
  return Number(deck.slides[index].dataset.steps);
}

// Shows a slide at a step. `history` is "push", "replace" or "keep": in the overview, where slides
// are only looked at on the way to one. An article's reader is led to a slide by "push" alone.
export function present(index, step = 0, history = usual(index), figure = "") {
  const from = deck.index;
  deck.index = Math.max(0, Math.min(index, deck.slides.length - 1));
  deck.step = Math.max(0, Math.min(step, steps()));
  deck.figure = figure;
  for (const callback of watchers) callback({ moved: from !== deck.index, history });
}

function usual(index) {
  if (deck.view === "overview") return "keep";
  return index === deck.index ? "replace" : "push";
}

export function forward() {
  if (deck.view !== "overview" && deck.step < steps()) present(deck.index, deck.step + 1);
  else if (deck.index + 1 < deck.slides.length) present(deck.index + 1);
}

export function backward() {
  if (deck.view !== "overview" && deck.step > 0) present(deck.index, deck.step - 1);
  else previous();
}

export function previous() {
  if (deck.index) present(deck.index - 1, steps(deck.index - 1));
}
