// Makes elements: a tag, attributes (functions named on… become listeners), children.

export function make(tag, attributes, ...children) {
  return finish(document.createElement(tag), attributes, children);
}

export function row(...cells) {
  return make("tr", null, ...cells.map((cell) => make("td", null, ...[cell].flat())));
}

export function button(onclick, attributes, ...children) {
  return make("button", { type: "button", onclick, ...attributes }, ...children);
}

// The same in SVG.
export function draw(tag, attributes, ...children) {
  return finish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function finish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function icon(path) {
  return draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: path }));
}
