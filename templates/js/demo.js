// Starts the author's own scripts. Each gets its place on the slide and the values that it asked
// for by name; arrays come as { shape, data }.

export function startDemos(demos) {
  for (const place of document.querySelectorAll(".demo")) {
    const source = place.querySelector("script");
    const values = JSON.parse(source.textContent, (_, value) => (value?.float32 ? array(value) : value));
    source.remove();
    demos[source.dataset.demo](place, values);
  }
}

function array({ shape, float32 }) {
  const bytes = Uint8Array.from(atob(float32), (letter) => letter.charCodeAt(0));
  return { shape, data: new Float32Array(bytes.buffer) };
}
