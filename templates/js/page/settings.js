// What is remembered from visit to visit, or, of this talk or reading, for as long as its tab is open;
// nothing, where the browser stores nothing.

const PASSING = ["ink", "timer", "view", "notes", "follow"];

const store = (name) => (PASSING.includes(name) ? sessionStorage : localStorage);
const nameIn = (name) => `livedeck.${name}${PASSING.includes(name) ? location.pathname : ""}`;

export function recall(name, otherwise) {
  try {
    return store(name).getItem(nameIn(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

// The same for what has several parts.
export function recallAll(name) {
  try {
    return JSON.parse(recall(name, "{}"));
  } catch {
    return {};
  }
}

export function remember(name, value) {
  try {
    store(name).setItem(nameIn(name), value);
  } catch {
    // A private window: the choice lasts as long as the page.
  }
}
