// Draw a digit; the network of the learning curve names it while the pen moves.

const SIZE = 8; // pixels of the network's images
const FINE = 32; // of the tablet that the writers used: a pixel counts the ink in 4 x 4 of its own
const EDGE = 256; // of the pad, in CSS pixels
const PEN = 2.6; // width of the line, in fine pixels

export default function (place, { hidden_weights, hidden_biases, score_weights, score_biases, unseen }) {
  const layers = [
    [hidden_weights, hidden_biases],
    [score_weights, score_biases],
  ];
  const pad = make("canvas", { width: EDGE, height: EDGE, class: "pad", role: "img" });
  const sees = make("canvas", { width: SIZE, height: SIZE, class: "pixels", role: "img" });
  const bars = Array.from({ length: 10 }, (_, digit) => make("li", {}, make("span"), String(digit)));
  const answer = make("output", { "aria-live": "polite" });
  const ink = make("canvas", { width: FINE, height: FINE });
  const pen = ink.getContext("2d", { willReadFrequently: true });
  let shown = 0;

  function clear() {
    pen.clearRect(0, 0, FINE, FINE);
    look();
  }

  // One of the images that the network was tested on, for those who cannot draw.
  function load() {
    const image = unseen.data.subarray(shown * SIZE * SIZE, (shown + 1) * SIZE * SIZE);
    shown = (shown + 1) % unseen.shape[0];
    pen.clearRect(0, 0, FINE, FINE);
    image.forEach((value, i) => {
      pen.fillStyle = `rgb(0 0 0 / ${value})`;
      pen.fillRect((i % SIZE) * 4, Math.floor(i / SIZE) * 4, 4, 4);
    });
    look();
  }

  function look() {
    const image = pixels(pen);
    paint(pad, ink);
    show(sees, image);
    const empty = image.every((value) => value === 0);
    const shares = softmax(layers.reduce((x, layer, i) => dense(x, ...layer, i === 0), image));
    const best = shares.indexOf(Math.max(...shares));
    bars.forEach((bar, digit) => {
      bar.firstChild.style.setProperty("block-size", empty ? "0" : `${100 * shares[digit]}%`);
      bar.classList.toggle("best", !empty && digit === best);
    });
    const certainty = `${Math.round(100 * shares[best])} %`;
    answer.textContent = empty ? "Draw a digit" : `It answers ${best}, at ${certainty}`;
    pad.setAttribute("aria-label", empty ? "An empty pad to draw on" : "Your digit");
    sees.setAttribute("aria-label", `What the network sees: ${SIZE} by ${SIZE} pixels`);
  }

  draws(pad, pen, look);
  place.replaceChildren(
    make("div", { class: "row" }, pad, make("div", {}, sees, make("p", {}, "what it sees"))),
    make("ol", { class: "bars" }, ...bars),
    make("p", {}, answer),
    make(
      "p",
      { class: "row" },
      make("button", { type: "button", onclick: clear }, "Clear"),
      make("button", { type: "button", onclick: load }, "A digit it was tested on"),
    ),
  );
  load();
  const attributeFilter = ["data-theme"];
  new MutationObserver(look).observe(document.documentElement, { attributeFilter });
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// Pointer events, so that mouse, finger and pen all write.
function draws(pad, pen, changed) {
  let last = null;
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    const scale = FINE / box.width; // the slide may be scaled
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  const line = (event) => {
    if (!last) return;
    const next = at(event);
    pen.lineWidth = PEN;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
    changed();
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = at(event);
    line(event);
  });
  pad.addEventListener("pointermove", line);
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (last = null));
}

// The data's own recipe: the share of ink in each block of 4 x 4.
function pixels(pen) {
  const { data } = pen.getImageData(0, 0, FINE, FINE);
  const image = new Float32Array(SIZE * SIZE);
  for (let i = 0; i < FINE * FINE; i++) {
    const row = Math.floor(i / FINE / 4), column = Math.floor((i % FINE) / 4);
    image[row * SIZE + column] += data[4 * i + 3] / 255 / 16;
  }
  return image;
}

function dense(x, { shape: [inputs, outputs], data }, biases, rectified) {
  const y = Float32Array.from(biases.data);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) y[j] += x[i] * data[i * outputs + j];
  return rectified ? y.map((value) => Math.max(0, value)) : y;
}

function softmax(scores) {
  const top = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

// Ink is drawn black and shown in the page's colour, in light and dark.
function paint(pad, ink) {
  const context = pad.getContext("2d");
  context.globalCompositeOperation = "copy";
  context.imageSmoothingEnabled = false;
  context.drawImage(ink, 0, 0, EDGE, EDGE);
  tint(pad);
}

function show(canvas, image) {
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(SIZE, SIZE);
  image.forEach((value, i) => (pixels.data[4 * i + 3] = Math.min(255, 255 * value)));
  context.putImageData(pixels, 0, 0);
  tint(canvas);
}

function tint(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "source-in";
  context.fillStyle = getComputedStyle(canvas).color;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "source-over";
}
