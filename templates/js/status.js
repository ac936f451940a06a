// A line that says what the server does, and a panel with all of it.

import { make } from "./make.js";
import { root } from "./deck.js";
import { ours, send } from "./connection.js";
import { running, seconds, shortly } from "./learning.js";
import { mistake } from "./mistakes.js";
import { setFollowing, talk } from "./together.js";

const pill = make("button", { type: "button", class: "status-line", "aria-expanded": "false", onclick: togglePanel });
const panel = make("div", { class: "status-panel", hidden: true });
const bar = make("aside", { class: "desk", "aria-label": "What the server does" }, panel, pill);
let connected = true;
let told = null;

export function startStatus() {
  document.body.append(bar);
}

export function setConnected(on) {
  connected = on;
  showStatus(told);
}

function togglePanel() {
  panel.hidden = !panel.hidden;
  pill.setAttribute("aria-expanded", !panel.hidden);
  showStatus(told);
}

export function showStatus(state) {
  told = state;
  if (!state) return;
  const kind = !connected ? "gone" : state.errors.length ? "wrong" : running().length || state.waiting.length ? "busy" : "good";
  root.dataset.desk = kind;
  pill.textContent = lineOf(kind, state);
  if (!panel.hidden) panel.replaceChildren(...rows(state));
}

function lineOf(kind, { errors, waiting }) {
  if (kind === "gone") return "The server has gone; it is called again";
  const jobs = running().map(({ name, step, total, left }) => {
    const how = total ? `${Math.floor((100 * step) / total)} %` : "runs";
    return [name, how, seconds(left)].filter(Boolean).join(" ");
  });
  if (waiting.length) jobs.push(`${waiting.length} waiting`);
  const wrong = errors.length ? [`${errors.length} ${errors.length === 1 ? "mistake" : "mistakes"}`] : [];
  return [...wrong, ...jobs].join(" · ") || "Up to date";
}

function rows({ errors, waiting, done, reused, pdf, device }) {
  const found = [...errors.map(mistake)];
  for (const { name, why, step, total, left, values } of running()) {
    const numbers = Object.entries(values).map(([key, value]) => `${key} ${shortly(value)}`);
    const how = total ? `step ${step} of ${total}` : "";
    const facts = [how, ...numbers, seconds(left), device].filter(Boolean).join(" · ");
    const stop = make("button", { type: "button", onclick: () => send({ do: "cancel", name }) }, "Cancel");
    found.push(statusRow("runs", name, why, facts, ...(talk.role === "author" ? [stop] : [])));
  }
  for (const name of waiting) found.push(statusRow("waits", name, "", ""));
  for (const { name, state, why, seconds: spent } of done) {
    found.push(statusRow(state, name, why, spent === null ? "" : `${shortly(spent)} s`));
  }
  found.push(statusRow("reused", `${reused} results and figures`, "nothing that they were made from has changed", ""));
  if (pdf) {
    const href = `deck.pdf?token=${encodeURIComponent(ours.token)}`;
    const link = make("a", { href, target: "_blank" }, "PDF");
    found.push(make("p", {}, link, pdf === "busy" ? " (a newer one is being printed)" : ""));
  }
  const tick = make("input", { type: "checkbox", checked: talk.follows });
  tick.addEventListener("change", () => setFollowing(tick.checked));
  found.push(make("label", {}, tick, " Follow the talk"));
  return found;
}

function statusRow(state, name, why, facts, ...more) {
  const words = [make("b", { class: state }, state), ` ${name} `, make("small", {}, [facts, why].filter(Boolean).join(" · "))];
  return make("p", {}, ...words, ...more);
}
