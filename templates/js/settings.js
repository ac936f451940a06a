// What is remembered from visit to visit; nothing, where the browser stores nothing.

export function recall(name, otherwise) {
  try {
    return localStorage.getItem(`livedeck.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`livedeck.${name}`, value);
  } catch {
    // A private window: the choice lasts as long as the page.
  }
}
