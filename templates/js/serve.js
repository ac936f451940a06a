// The page under `serve`: the runtime of every deck, and what keeps it as the author writes it.

import { deck } from "./page/deck.js";
import { connect } from "./serve/connection.js";
import { showLearning, takeProgress, takeRunning } from "./serve/progress.js";
import { showMistakes } from "./serve/mistakes.js";
import { startOrigins } from "./serve/origins.js";
import { takeNews, takeStyle } from "./serve/patch.js";
import { takeOutput } from "./serve/output.js";
import { setConnected, showProgress, showStatus, startStatus } from "./serve/status.js";
import { join, place, startFollowing, takeTalk, unled } from "./serve/following.js";
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
  said: takeOutput,
  open: ({ address }) => location.assign(address),
};

function startServe() {
  if (!deck.slides.length) return;
  startStatus();
  startOrigins();
  startFollowing(() => showStatus(state));
  connect({ hear: (message) => heard[message.do]?.(message), changed: setConnected, place });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => guarded(startServe));
else guarded(startServe);
