// The remote control: it sends what is pressed, and shows where the server says that the talk is.

import { connect, send } from "./serve/connection.js";

const find = (name) => document.querySelector(name);
let cues = [];
let talk = { slide: "", step: 0, seconds: 0, runs: false };
let since = Date.now(); // when the server told how long the talk has taken

function show() {
  const at = Math.max(0, cues.findIndex(({ id }) => id === talk.slide));
  const cue = cues[at];
  if (!cue) return;
  const step = cue.steps ? ` · step ${Math.min(talk.step, cue.steps)} of ${cue.steps}` : "";
  find(".place").textContent = `Slide ${at + 1} of ${cues.length}${step}`;
  find("h1").textContent = cue.title;
  const words = find(".words");
  if (words.dataset.slide !== cue.id || words.dataset.notes !== cue.notes) {
    words.innerHTML = cue.notes || "<p>No notes.</p>";
    Object.assign(words.dataset, { slide: cue.id, notes: cue.notes });
    find("main").scrollTop = 0;
  }
  find(".coming").textContent = at + 1 < cues.length ? `Next: ${cues[at + 1].title}` : "The last slide";
  find(".pause").textContent = talk.runs ? "Pause" : "Start";
  tick();
}

function tick() {
  const spent = talk.seconds + (talk.runs ? (Date.now() - since) / 1000 : 0);
  const at = cues.findIndex(({ id }) => id === talk.slide);
  const due = cues.slice(0, at + 1).reduce((total, { time }) => total + (time ?? 0), 0);
  const minutes = Math.floor(spent / 60);
  find(".clock").textContent = `${minutes}:${String(Math.floor(spent % 60)).padStart(2, "0")}`;
  find(".clock").classList.toggle("late", due > 0 && spent > due + 1);
}

const heard = {
  reload: () => location.reload(),
  cues: (told) => {
    cues = told.cues;
    show();
  },
  at: (told) => {
    talk = told;
    since = Date.now();
    show();
  },
};

const keys = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };

find(".next").addEventListener("click", () => send({ do: "move", by: 1 }));
find(".back").addEventListener("click", () => send({ do: "move", by: -1 }));
find(".pause").addEventListener("click", () => send({ do: "clock", to: talk.runs ? "rest" : "run" }));
find(".restart").addEventListener("click", () => send({ do: "clock", to: "restart" }));
window.addEventListener("keydown", (event) => {
  if (!keys[event.key] || event.target.closest("button")) return;
  event.preventDefault();
  send({ do: "move", by: keys[event.key] });
});
setInterval(tick, 500);
connect({ hear: (message) => heard[message.do]?.(message), changed: (on) => (find(".gone").hidden = on), remote: true });
