// What an experiment reports while it runs, drawn on the figure that it will change.

import { make, draw } from "../page/elements.js";

const MOST_POINTS = 800;
const runs = new Map(); // by name: what was told, and the points of its curve

export function takeRunning(running, waits) {
  const names = running.map(({ name }) => name);
  for (const name of runs.keys()) if (!names.includes(name)) runs.delete(name);
  for (const { curve, ...told } of running) runs.set(told.name, { told, curve });
  showLearning(waits);
}

export function takeProgress({ values, ...told }, waits) {
  const run = runs.get(told.name) ?? { curve: [] };
  if (told.step < run.told?.step) run.curve = []; // it was begun anew
  run.told = { ...run.told, ...told };
  if (Object.keys(values).length) run.curve.push([told.step, values]);
  if (run.curve.length > MOST_POINTS) run.curve = run.curve.filter((_, place) => place % 2 === 0);
  runs.set(told.name, run);
  showLearning(waits);
}

export const running = () => [...runs.values()].map(({ told, curve }) => ({ ...told, values: curve.at(-1)?.[1] ?? {} }));

export function seconds(left) {
  if (left === null || left === undefined) return "";
  return left < 90 ? `${Math.ceil(left)} s left` : `${Math.round(left / 60)} min left`;
}

export function shortly(value) {
  return value === null ? "no number" : Number(value.toPrecision(3)).toString();
}

// Dims every figure that stands in for one to come, and puts on it how far that is. `stale` says
// which run each figure waits for.
export function showLearning({ stale, device, idle }) {
  for (const figure of document.querySelectorAll(".slide .figure[id]")) {
    const name = figure.id.slice(figure.id.indexOf("/") + 1);
    const waits = stale[name] ?? stale[name.replace(/-\d+$/, "")];
    figure.classList.toggle("stale", waits !== undefined);
    figure.querySelector(".learning")?.remove();
    if (waits !== undefined && !idle.includes(waits)) figure.append(board(waits, device));
  }
}

function board(name, device) {
  const { told, curve = [] } = runs.get(name) ?? {};
  const how = told?.total ? `step ${told.step} of ${told.total}` : told?.step ? `step ${told.step}` : "";
  const state = told ? [how || "runs", seconds(told.left), device] : ["waits"];
  const words = make("p", {}, make("b", {}, name), ` · ${state.filter(Boolean).join(" · ")}`);
  const series = [...new Set(curve.flatMap(([, values]) => Object.keys(values)))];
  const strips = series.map((key, place) => strip(key, place, curve, told?.total));
  return make("div", { class: "learning", role: "status", "aria-live": "off" }, words, ...strips);
}

// One curve, from its least to its largest value, with the value that it has reached.
function strip(key, place, curve, total) {
  const points = curve.filter(([, values]) => Number.isFinite(values[key])).map(([step, values]) => [step, values[key]]);
  const last = curve.findLast(([, values]) => key in values)[1][key];
  if (!points.length) return make("div", { class: "strip" }, make("span", {}, key, " ", make("b", {}, shortly(last))));
  const [least, most] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
  const [from, until] = [points[0][0], Math.max(total ?? 0, points.at(-1)[0])];
  const x = (step) => (100 * (step - from)) / (until - from || 1);
  const y = (value) => 38 - (36 * (value - least)) / (most - least || 1);
  const line = points.map(([step, value]) => `${x(step).toFixed(2)},${y(value).toFixed(2)}`).join(" ");
  const shape = { points: line, class: `series-${(place % 6) + 1}` };
  const drawing = draw("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("polyline", shape));
  const range = make("small", {}, `${shortly(least)} to ${shortly(most)}`);
  const label = make("span", {}, key, " ", make("b", {}, shortly(last)), range);
  return make("div", { class: "strip" }, label, drawing);
}
