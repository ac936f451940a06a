// Code can be copied. The code behind figures comes as plain text, half as long as what colours it;
// it gets the colours of the code on slides when it is first looked at.

import { button, make, icon } from "../page/elements.js";
import { notice } from "../page/notice.js";

const COPY = "M9 9h11v11H9zM5 15H4V4h11v1";
const WORDS =
  "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|" +
  "global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield";
const STRING = String.raw`[bfruBFRU]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')`;
const PYTHON = new RegExp(
  String.raw`(?<c>#.*)|(?<s>${STRING})|(?<nf>(?<=\b(?:def|class) +)\w+)|\b(?:(?<k>${WORDS})|(?<mi>\d[\w.]*))\b`,
  "g",
);

export function furnishCode(part) {
  for (const listing of part.querySelectorAll("pre.code")) {
    const all = () => copy(listing.querySelector("code").textContent, "Code copied");
    listing.prepend(button(all, { class: "copy", "aria-label": "Copy this code" }, icon(COPY)));
  }
  for (const group of part.querySelectorAll(".appendix details")) {
    group.addEventListener("toggle", () => group.querySelectorAll("pre").forEach(coloured));
  }
}

export function startCode() {
  furnishCode(document);
}

export function coloured(listing) {
  const code = listing.querySelector("code");
  const text = code.textContent;
  let end = 0;
  code.textContent = "";
  for (const { 0: words, groups, index } of text.matchAll(PYTHON)) {
    const kind = Object.keys(groups).find((name) => groups[name]);
    code.append(text.slice(end, index), make("span", { class: kind }, words));
    end = index + words.length;
  }
  code.append(text.slice(end));
  return listing;
}

export async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text); // not granted, or the page came over plain http
  }
  notice(said);
}

function copyBySelection(text) {
  const before = document.activeElement;
  const box = make("textarea", { class: "visually-hidden" }, text);
  before.after(box);
  box.select();
  document.execCommand("copy");
  box.remove();
  before.focus();
}
