// A line that says what the server does, and a panel with all of it.

import { make } from "../page/elements.js";
import { root } from "../page/deck.js";
import { ours, send } from "./connection.js";
import { running, seconds, shortly } from "./progress.js";
import { mistake } from "./mistakes.js";
import { outputRows } from "./output.js";
import { setFollowing, talk } from "./following.js";

const pill = make("button", { type: "button", class: "status-line", "aria-expanded": "false", onclick: togglePanel });
const panel = make("div", { class: "status-panel", hidden: true });
const bar = make("aside", { class: "server-status", "aria-label": "What the server does" }, panel, pill);
let connected = true;
let refusal = ""; // why the server has closed the connection, in its words
let told = null;

export function startStatus() {
  document.body.append(bar);
}

export function setConnected(on, reason = "") {
  connected = on;
  refusal = reason;
  if (!told && reason) showProgress({ errors: [], waiting: [] });
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
  showProgress(state);
  if (!panel.hidden) panel.replaceChildren(...rows(state));
}

// Leaves what can be clicked in its place: it is told of several times a second.
export function showProgress(state) {
  const kind = !connected ? "gone" : state.errors.length ? "wrong" : running().length || state.waiting.length ? "busy" : "good";
  root.dataset.server = kind;
  pill.textContent = lineOf(kind, state);
  for (const job of running()) {
    const words = panel.querySelector(`[data-job="${CSS.escape(job.name)}"] small`);
    if (words) words.textContent = progressOf(job, state);
  }
}

function lineOf(kind, { errors, waiting, said }) {
  if (kind === "gone") return `${refusal || "The server has gone"}; it is called again`;
  const jobs = running().map(({ name, step, total, left }) => {
    const how = total ? `${Math.floor((100 * step) / total)} %` : "runs";
    return [name, how, seconds(left)].filter(Boolean).join(" ");
  });
  if (waiting.length) jobs.push(`${waiting.length} waiting`);
  const wrong = errors.length ? [`${errors.length} ${errors.length === 1 ? "mistake" : "mistakes"}`] : [];
  const warned = said.reduce((sum, { warnings }) => sum + warnings, 0);
  const told = warned ? [`${warned} ${warned === 1 ? "warning" : "warnings"}`] : [];
  return [...wrong, ...(jobs.length || wrong.length ? jobs : ["Up to date"]), ...told].join(" · ");
}

function rows(state) {
  const { errors, waiting, done, reused, pdf } = state;
  const found = [...errors.map(mistake)];
  for (const job of running()) {
    const stop = make("button", { type: "button", onclick: () => send({ do: "cancel", name: job.name }) }, "Cancel");
    const row = statusRow("runs", job.name, progressOf(job, state), ...(talk.role === "author" ? [stop] : []));
    row.dataset.job = job.name;
    found.push(row);
  }
  for (const name of waiting) found.push(statusRow("waits", name, ""));
  for (const { name, state: end, why, seconds: spent } of done) {
    found.push(statusRow(end, name, facts(spent === null ? "" : `${shortly(spent)} s`, why)));
  }
  found.push(...outputRows(state.said));
  found.push(statusRow("reused", `${reused} results and figures`, "nothing that they were made from has changed"));
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

const facts = (...all) => all.filter(Boolean).join(" · ");

function progressOf({ why, step, total, left, values }, { device }) {
  const numbers = Object.entries(values).map(([key, value]) => `${key} ${shortly(value)}`);
  return facts(total ? `step ${step} of ${total}` : "", ...numbers, seconds(left), device, why);
}

function statusRow(state, name, words, ...more) {
  return make("p", {}, make("b", { class: state }, state), ` ${name} `, ...more, " ", make("small", {}, words));
}
