// Starts the author's own scripts. Each gets its place on the slide and the values that it asked
// for by name; arrays come as { shape, data }.

export function startDemos(demos) {
  for (const place of document.querySelectorAll(".demo")) {
    const source = place.querySelector("script");
    const packed = Object.entries(JSON.parse(source.textContent));
    const values = Object.fromEntries(packed.map(([name, value]) => [name, unpacked(value)]));
    source.remove();
    demos[source.dataset.demo](place, values);
  }
}

// JSON knows no arrays of floats, and neither NaN nor infinity.
function unpacked(value) {
  const { shape, float32, number } = value;
  if (number !== undefined) return Number(number);
  if (float32 === undefined) return value;
  const bytes = Uint8Array.from(atob(float32), (letter) => letter.charCodeAt(0));
  return { shape, data: new Float32Array(bytes.buffer) };
}
