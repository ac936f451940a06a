// A button that counts, and a pad.

export default function (place, { slope, word, x }) {
  const button = document.createElement("button");
  const output = document.createElement("output");
  let count = 0;
  button.type = "button";
  button.textContent = `Add ${slope} to ${word}`;
  button.addEventListener("click", () => (output.textContent = String((count += slope))));
  output.textContent = `${x.shape} points`;
  place.replaceChildren(button, output);
}
