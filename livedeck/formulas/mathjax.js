// Sets a formula with MathJax, without a browser: outlines for the eye and MathML for screen
// readers, from one tree. `mathematics.py` loads MathJax before this and calls `typeset`.

const parts = MathJax._;
const ParseOptions = parts.input.tex.ParseOptions.default;
const TexError = parts.input.tex.TexError.default;
const TeX = parts.input.tex_ts.TeX;
const SVG = parts.output.svg_ts.SVG;
const font = new parts.output.svg.fonts.tex_ts.TeXFont();
const visitor = new parts.core.MmlTree.SerializedMmlVisitor.SerializedMmlVisitor();
const adaptor = parts.adaptors.liteAdaptor.liteAdaptor();
parts.handlers.html_ts.RegisterHTMLHandler(adaptor);

const BEFORE_INHERITANCE = -5.5; // in the order of MathJax's own filters
const OPERATOR = parts.core.MmlTree.MmlNode.TEXCLASS.OP;
const SCRIPTED = ["munder", "mover", "munderover", "msub", "msup", "msubsup"];
const OPERATORS = {
  ...{ "∑": "sum", "∏": "prod", "∐": "coprod", "⋃": "bigcup", "⋂": "bigcap", "⋁": "bigvee" },
  ...{ "⋀": "bigwedge", "⨁": "bigoplus", "⨂": "bigotimes", "∫": "int", "∬": "iint", "∮": "oint" },
};
const REFUSED = [
  ...["ref", "eqref", "Newextarrow", "mathtoolsset", "DeclarePairedDelimiter"],
  ...["DeclarePairedDelimiterX", "DeclarePairedDelimiterXPP", "newtagform", "renewtagform", "usetagform"],
];
const METRICS = { em: 16, ex: 7.072, containerWidth: 1e7, lineWidth: 1e7 };

// MathJax stumbles over characters between those of which it knows the kind, such as the euro's.
const { RANGES } = parts.core.MmlTree.OperatorDictionary;
const ends = [...RANGES.slice(1).map(([start]) => start), 0x110000];
RANGES.push(...RANGES.map(([, end], at) => [end + 1, ends[at] - 1, 0, "mi", "normal"]));
RANGES.sort(([one], [other]) => one - other);

// Operators that are typed as characters are those that have commands, with limits and sizes.
new parts.input.tex.SymbolMap.MacroMap(
  "operators",
  Object.fromEntries(Object.entries(OPERATORS).map(([sign, name]) => [sign, ["Macro", `\\${name}`]])),
  parts.input.tex.base.BaseMethods.default,
);
parts.input.tex.Configuration.Configuration.create("operators", { handler: { character: ["operators"] } });

// What leads elsewhere, or is for the formulas that follow.
const { MapHandler } = parts.input.tex.MapHandler;
const { ConfigurationHandler } = parts.input.tex.Configuration;
const maps = (packages, kind) =>
  packages.flatMap((name) => (ConfigurationHandler.get(name)?.handler[kind] ?? []).map(MapHandler.getMap));
for (const map of maps([...ConfigurationHandler.keys()], "macro")) {
  REFUSED.forEach((name) => map.map?.delete(name));
}

// What each parser was given, for macros replace the text that it has still to read.
const pushed = ParseOptions.prototype.pushParser;
ParseOptions.prototype.pushParser = function (parser) {
  parser.given = parser.string;
  pushed.call(this, parser);
};

// Outlines of characters that the font lacks: `[variant, code, height, depth, width, path]`.
function define(characters) {
  for (const [variant, code, height, depth, width, path] of JSON.parse(characters)) {
    font.defineChars(variant, { [code]: [height, depth, width, { p: path }] });
  }
}

function typeset(tex, display, settings) {
  const input = new TeX({
    ...JSON.parse(settings),
    formatError: (_, error) => {
      throw error;
    },
  });
  input.postFilters.add(({ data }) => tidied(data), BEFORE_INHERITANCE);
  try {
    const output = new SVG({ fontCache: "none", font });
    const document = parts.mathjax.mathjax.document("", { InputJax: input, OutputJax: output });
    const item = new document.options.MathItem(tex, input, display);
    item.setMetrics(...Object.values(METRICS), 1);
    item.compile(document);
    if (breaks(item.root)) {
      const place = tex.indexOf("\\\\") + 2;
      return JSON.stringify({ mistake: "LineBreak", message: "", place });
    }
    const mathml = visitor.visitTree(item.root, document);
    item.typeset(document);
    const sheet = new Sheet();
    const svg = adaptor.childNodes(item.typesetRoot).find((node) => node.kind === "svg");
    for (const node of svg.children) {
      draw(node, AS_IT_IS, "", sheet);
    }
    const box = svg.attributes.viewBox.split(" ").map(Number);
    return JSON.stringify({ box, mathml, ...sheet });
  } catch (error) {
    if (!(error instanceof TexError)) {
      throw error;
    }
    const place = reached(tex, input.parseOptions.parsers);
    return JSON.stringify({ mistake: error.id, message: error.message, place });
  }
}

// How far the formula had been read when a mistake was found. Parsers of what stands in braces are
// within others; a macro's text stands before what is left of the formula.
function reached(tex, parsers) {
  let end = tex.length;
  for (const { given, string, i } of [...parsers].reverse()) {
    const start = tex.slice(0, end).lastIndexOf(given);
    if (start < 0) {
      break;
    }
    let left = 0;
    while (left < string.length - i && string.at(-1 - left) === given.at(-1 - left)) {
      left += 1;
    }
    end = start + given.length - left;
  }
  return end;
}

// What a formula may say, for hints.
function names(settings) {
  const { packages, macros } = JSON.parse(settings);
  const of = (kind) => maps(packages, kind).flatMap((map) => [...(map.map?.keys() ?? [])]);
  const command = [...of("macro"), ...of("delimiter"), ...Object.keys(macros)];
  return JSON.stringify({ command, environment: of("environment") });
}

// Whether a line would end where MathJax cannot break it, and sets all in one.
function breaks(root) {
  let found = false;
  root.walkTree((node) => {
    found ||= node.isKind("mspace") && node.attributes.get("linebreak") === "newline";
  });
  return found;
}

// What is otherwise than in TeX, or for a width that a drawing has not.
function tidied({ root, nodeFactory }) {
  const create = (kind, children = []) => nodeFactory.create("node", kind, children);
  root.walkTree((node) => {
    if (node.isKind("mspace") && node.attributes.get("mathbackground") === "black") {
      node.attributes.set("mathbackground", "currentColor"); // a rule
    } else if (node.isKind("mover") && node.childNodes[1].isKind("mo") && node.childNodes[1].getText() === "`") {
      node.childNodes[1].childNodes[0].setText("\u02cb"); // which is no prime that leans backwards
    } else if (node.isKind("menclose") && /diagonal/.test(node.attributes.get("notation"))) {
      node.attributes.set("data-padding", ".05em"); // what is cancelled keeps its place
    } else if (SCRIPTED.some((kind) => node.isKind(kind))) {
      operatorWithLimits(node, create);
    } else if (node.isKind("mtable")) {
      if (node.childNodes.some((row) => row.isKind("mlabeledtr"))) {
        tagsInColumn(node, create);
      }
      if (String(node.attributes.get("columnspacing")).endsWith("%")) {
        stairs(node, create);
      }
    }
  });
}

// Between `\operatorname*{arg\,max}_x` and `f` there is a space, as after `\max_x`.
function operatorWithLimits(node, create) {
  const [base] = node.childNodes;
  if (base.isKind("TeXAtom") && base.texClass === OPERATOR && !base.isEmbellished) {
    const { parent } = node;
    const atom = create("TeXAtom");
    parent.replaceChild(atom, node);
    atom.texClass = OPERATOR;
    atom.setChildren([node]);
  }
}

// Tags stand in a column of their own, beside the equations.
function tagsInColumn(table, create) {
  const labels = (row) => (row.isKind("mlabeledtr") ? 1 : 0);
  const columns = Math.max(...table.childNodes.map((row) => row.childNodes.length - labels(row)));
  const rows = table.childNodes.map((row) => {
    const cells = row.childNodes.slice(labels(row));
    while (cells.length < columns) {
      cells.push(create("mtd"));
    }
    return create("mtr", [...cells, labels(row) ? row.childNodes[0] : create("mtd")]);
  });
  const each = (name, count, otherwise) => {
    const given = String(table.attributes.get(name) || otherwise).split(" ");
    return Array.from({ length: count }, (_, at) => given[Math.min(at, given.length - 1)]);
  };
  const { attributes } = table;
  attributes.set("columnalign", [...each("columnalign", columns, "center"), "right"].join(" "));
  attributes.set("columnspacing", [...each("columnspacing", columns - 1, "1em"), "2em"].join(" "));
  attributes.set("width", "auto");
  table.setChildren(rows);
}

// The lines of `multline`: the first begins before the others, and the last ends behind them.
function stairs(table, create) {
  table.attributes.set("columnspacing", "2em");
  table.attributes.set("framespacing", "0 0");
  table.attributes.set("width", "auto");
  const lines = table.childNodes.map((row) => row.childNodes[0].childNodes[0]);
  const space = () => {
    const made = create("mspace");
    made.attributes.set("width", "2em");
    return made;
  };
  lines.at(0).setChildren([...lines.at(0).childNodes, space()]);
  lines.at(-1).setChildren([space(), ...lines.at(-1).childNodes]);
}
