// The page under `serve`: the runtime of every deck, and what keeps it as the author writes it.

import { deck } from "./deck.js";
import { connect } from "./connection.js";
import { showLearning, takeProgress, takeRunning } from "./learning.js";
import { showMistakes } from "./mistakes.js";
import { startOrigins } from "./origins.js";
import { takeNews, takeStyle } from "./patch.js";
import { takeSaid } from "./said.js";
import { setConnected, showProgress, showStatus, startStatus } from "./status.js";
import { join, place, startTogether, takeTalk, unled } from "./together.js";
import { guarded } from "./main.js";

let state = { errors: [], stale: {}, done: [], waiting: [], running: [], said: [], device: "" };

const awaited = () => [...state.running.map(({ name }) => name), ...state.waiting];

const waits = () => ({
  stale: state.stale,
  device: state.device,
  idle: state.done.filter(({ state: end, name }) => end !== "made" && !awaited().includes(name)).map(({ name }) => name),
});

const heard = {
  reload: () => location.reload(),
  patch: (news) => {
    unled(() => takeNews(news));
    showMistakes(state.errors);
    showLearning(waits());
  },
  style: ({ digest }) => takeStyle(digest),
  state: (told) => {
    const before = JSON.stringify(state.errors);
    state = told;
    if (JSON.stringify(told.errors) !== before) showMistakes(told.errors);
    takeRunning(told.running, waits());
    showStatus(told);
  },
  heard: (progress) => {
    takeProgress(progress, waits());
    showProgress(state);
  },
  welcome: join,
  at: takeTalk,
  said: takeSaid,
  open: ({ address }) => location.assign(address),
};

function startServe() {
  if (!deck.slides.length) return;
  startStatus();
  startOrigins();
  startTogether(() => showStatus(state));
  connect({ hear: (message) => heard[message.do]?.(message), changed: setConnected, place });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => guarded(startServe));
else guarded(startServe);
