// The whole table of a figure's numbers, of which the page holds the first rows and a CSV file.

import { row } from "../page/elements.js";

export function allRows(numbers) {
  const kept = numbers.querySelector("noscript");
  if (kept) kept.outerHTML = kept.textContent;
  const link = numbers.querySelector("a[download]");
  const body = numbers.querySelector("tbody");
  if (!link || !body) return;
  const [, ...rows] = parse(decodeURIComponent(link.href.slice(link.href.indexOf(",") + 1)));
  for (const cells of rows.slice(body.rows.length)) body.append(row(...cells));
  numbers.querySelector(".shown").textContent = `${rows.length} rows`;
}

// A cell, in quotes or not, and what follows it.
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g;

function parse(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.trimEnd().matchAll(CELL)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (!end) break;
    if (end !== ",") rows.push([]);
  }
  return rows;
}
