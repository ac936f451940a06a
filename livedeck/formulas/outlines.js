// Outlines of what MathJax draws: all of one colour in one path, with nothing but shapes.

const AS_IT_IS = [1, 0, 0, 1, 0, 0];
const RULE = 40; // the thickness of an array's lines, in thousandths of an em
const GLYPHS = 1000; // outlines that are kept as they were read

// Outlines by colour, the box of all, and the characters that the font lacks.
class Sheet {
  paths = [];
  ink = [Infinity, Infinity, -Infinity, -Infinity];
  unknown = [];

  add(outline, matrix, colour) {
    const last = this.paths[this.paths.length - 1];
    const pen = last && last[0] === colour ? last : [colour, ""];
    if (pen !== last) {
      this.paths.push(pen);
    }
    pen[1] += moved(outline, matrix, this.ink);
  }
}

// An outline after a transformation, in whole thousandths of an em and as SVG writes it shortest.
function moved(outline, [a, b, c, d, e, f], ink) {
  const turned = b !== 0 || c !== 0;
  const written = [];
  let [startX, startY, atX, atY] = [0, 0, 0, 0];
  for (const [command, points] of segments(outline)) {
    if (command === "Z") {
      [atX, atY] = [startX, startY];
      written.push("z");
      continue;
    }
    const [fromX, fromY] = command === "M" ? [0, 0] : [atX, atY];
    let pairs = "";
    for (let at = 0; at < points.length; at += 2) {
      const [x, y] = [points[at], points[at + 1]];
      atX = Math.round(a * x + c * y + e);
      atY = Math.round(b * x + d * y + f);
      ink[0] = Math.min(ink[0], atX);
      ink[1] = Math.min(ink[1], atY);
      ink[2] = Math.max(ink[2], atX);
      ink[3] = Math.max(ink[3], atY);
      const [dx, dy] = [atX - fromX, atY - fromY];
      pairs += `${pairs && dx >= 0 ? " " : ""}${dx}${dy < 0 ? "" : " "}${dy}`;
    }
    if (command === "M") {
      [startX, startY] = [atX, atY];
      written.push("M", pairs);
    } else if (command === "H" && !turned) {
      written.push("h", atX - fromX);
    } else if (command === "V" && !turned) {
      written.push("v", atY - fromY);
    } else {
      written.push(command === "H" || command === "V" ? "l" : command.toLowerCase(), pairs);
    }
  }
  return written.join("");
}

const known = new Map();

// The commands of an outline with their points: both coordinates, also after H and V.
function segments(outline) {
  let found = known.get(outline);
  if (found === undefined) {
    if (/[^MLHVQTCSZl\d\s.,-]/.test(outline)) {
      throw new Error("it has a shape that cannot be drawn (a curve)");
    }
    let [x, y, startX, startY] = [0, 0, 0, 0];
    found = Array.from(outline.matchAll(/([A-Zl])([^A-Zl]*)/g), ([, letter, rest]) => {
      const command = letter.toUpperCase();
      const [fromX, fromY] = letter === "l" ? [x, y] : [0, 0]; // an arrow's, the only relative one
      const numbers = (rest.match(/-?[\d.]+/g) ?? []).map((text, at) => Number(text) + (at % 2 ? fromY : fromX));
      const points = command === "H" ? [numbers[0], y] : command === "V" ? [x, numbers[0]] : numbers;
      [x, y] = command === "Z" ? [startX, startY] : points.slice(-2);
      [startX, startY] = command === "M" ? [x, y] : [startX, startY];
      return [command, points];
    });
    if (known.size < GLYPHS) {
      known.set(outline, found);
    }
  }
  return found;
}

// A letter with an accent, made of both, where the font has these alone; whether it could be.
function accented(variant, sign) {
  const [letter, mark, ...others] = sign.normalize("NFD");
  const having = (code, of) => {
    const found = font.getChar(of, code);
    return found?.[3]?.p ? found : undefined;
  };
  const above = mark && /[\u0300-\u0304\u0306-\u0308\u030a-\u030c]/.test(mark);
  const dotless = above ? { i: "\u0131", j: "\u0237" }[letter] ?? letter : letter;
  const base = having(dotless.codePointAt(0), variant);
  const over = above && having(mark.codePointAt(0), "normal");
  if (!base || !over || others.length > 0) {
    return false;
  }
  const [inkOfBase, inkOfMark] = [base, over].map((character) => {
    const ink = [Infinity, Infinity, -Infinity, -Infinity];
    moved(`M${character[3].p}Z`, AS_IT_IS, ink);
    return ink;
  });
  const middle = (ink) => (ink[0] + ink[2]) / 2;
  const [x, y] = [middle(inkOfBase) - middle(inkOfMark), Math.max(0, inkOfBase[3] - 442)];
  const path = `M${base[3].p}Z${shifted(`M${over[3].p}Z`, x, y)}`;
  const height = (inkOfMark[3] + y) / 1000;
  font.defineChars(variant, { [sign.codePointAt(0)]: [height, base[1], base[2], { p: path.slice(1, -1) }] });
  return true;
}

function shifted(outline, x, y) {
  return outline.replace(/([A-Z])([^A-Z]*)/g, (_, command, rest) => {
    const numbers = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    const upright = (at) => command === "V" || (command !== "H" && at % 2 === 1);
    return command + numbers.map((n, at) => n + (upright(at) ? y : x)).join(" ");
  });
}

function draw(node, matrix, colour, sheet) {
  const { kind, attributes = {}, children = [] } = node;
  const number = (name, otherwise = 0) => Number.parseFloat(attributes[name] ?? otherwise);
  const own = transformed(matrix, attributes.transform);
  const painted = attributes.fill ?? colour;
  const paint = painted === "currentColor" ? "" : painted;
  if (kind === "g") {
    children.forEach((child) => draw(child, own, paint, sheet));
  } else if (kind === "path") {
    sheet.add(attributes.d, own, paint);
  } else if (kind === "rect") {
    const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => number(name));
    const frame = attributes.fill === "none" || attributes["data-frame"];
    if (frame) {
      const half = number("stroke-width", RULE) / 2;
      sheet.add(framed(x, y, w, h, half), own, colour);
    } else if (w > 0 && h > 0) {
      sheet.add(box(x, y, x + w, y + h), own, paint);
    }
  } else if (kind === "polygon") {
    sheet.add(`M${attributes.points.trim().split(/\s+/).join("L")}Z`, own, paint);
  } else if (kind === "line") {
    const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => number(name));
    const width = number("stroke-width", number("stroke-thickness", RULE));
    const broken = /dashed|dotted/.exec(attributes.class ?? "");
    for (const piece of broken ? pieces(x1, y1, x2, y2, broken[0]) : [[x1, y1, x2, y2]]) {
      sheet.add(stroke(...piece, width), own, paint);
    }
  } else if (kind === "svg") {
    extend(node, own, paint, sheet);
  } else if (kind === "text" && adaptor.textContent(node).trim()) {
    const [variant, sign] = [attributes["data-variant"], adaptor.textContent(node)];
    sheet.unknown.push([variant, sign, accented(variant, sign)]);
  } else if (!["text", "#text", "#comment"].includes(kind)) {
    throw new Error(`it has a shape that cannot be drawn (${kind})`);
  }
}

function transformed(matrix, transform) {
  for (const [, name, list] of (transform ?? "").matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [p, q, r, ...others] = list.trim().split(/[\s,]+/).map(Number);
    if (name === "translate") {
      matrix = times(matrix, [1, 0, 0, 1, p, q ?? 0]);
    } else if (name === "scale") {
      matrix = times(matrix, [p, 0, 0, q ?? p, 0, 0]);
    } else if (name === "matrix") {
      matrix = times(matrix, [p, q, r, ...others]);
    } else {
      const [cos, sin] = [Math.cos((p * Math.PI) / 180), Math.sin((p * Math.PI) / 180)];
      matrix = times(matrix, [1, 0, 0, 1, q ?? 0, r ?? 0]);
      matrix = times(matrix, [cos, sin, -sin, cos, 0, 0]);
      matrix = times(matrix, [1, 0, 0, 1, -(q ?? 0), -(r ?? 0)]);
    }
  }
  return matrix;
}

function times([a, b, c, d, e, f], [p, q, r, s, t, u]) {
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

// Boxes turn as the font's outlines do, or else where they overlap, there would be a hole.
const box = (x1, y1, x2, y2) => `M${x1} ${y1}V${y2}H${x2}V${y1}Z`;
const hole = (x1, y1, x2, y2) => `M${x1} ${y1}H${x2}V${y2}H${x1}Z`;

function framed(x, y, w, h, half) {
  const inner = hole(x + half, y + half, x + w - half, y + h - half);
  return box(x - half, y - half, x + w + half, y + h + half) + inner;
}

function stroke(x1, y1, x2, y2, width) {
  const half = width / 2 / (Math.hypot(x2 - x1, y2 - y1) || 1);
  const [dx, dy] = [(y1 - y2) * half, (x2 - x1) * half];
  const corners = [[x1 + dx, y1 + dy], [x2 + dx, y2 + dy], [x2 - dx, y2 - dy], [x1 - dx, y1 - dy]];
  return `M${corners.map((corner) => corner.join(" ")).join("L")}Z`;
}

function pieces(x1, y1, x2, y2, kind) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [on, step] = kind === "dashed" ? [140, 280] : [70, 140];
  const at = (s) => [x1 + ((x2 - x1) * s) / length, y1 + ((y2 - y1) * s) / length];
  const count = Math.ceil(length / step);
  return Array.from({ length: count }, (_, i) => [...at(i * step), ...at(Math.min(i * step + on, length))]);
}

// The middle of a stretched delimiter or arrow: MathJax stretches a character too far and shows a
// part of it through a window. It is straight there, so each of its strokes is a box.
function extend(node, matrix, colour, sheet) {
  const { attributes, children } = node;
  const [left, top, width, height] = attributes.viewBox.split(" ").map(Number);
  const [x, y] = [Number(attributes.x ?? 0), Number(attributes.y ?? 0)];
  const placed = times(matrix, [1, 0, 0, 1, x - left, y - top]);
  for (const child of children) {
    const { d, transform } = child.attributes;
    const own = transformed(AS_IT_IS, transform);
    const upright = own[3] !== 1;
    for (const part of d.match(/M[^M]*/g)) {
      const ink = [Infinity, Infinity, -Infinity, -Infinity];
      moved(part, own, ink);
      const [x1, x2] = upright ? [ink[0], ink[2]] : [left, left + width];
      const [y1, y2] = upright ? [top, top + height] : [ink[1], ink[3]];
      sheet.add(box(x1, y1, x2, y2), placed, colour);
    }
  }
}
