// The time of a talk, which goes on when the page is loaded anew, and can pause.

import { deck, watch } from "../page/deck.js";
import { recall, remember } from "../page/settings.js";

let spent = 0; // milliseconds before the timer last began to run
let began = 0; // when that was; 0 while it rests
let arrived = 0; // seconds at which the slide came

export function startTimer() {
  [spent, began, arrived] = recall("timer", "0 0 0").split(" ").map(Number);
  watch(({ moved }) => {
    if (moved && deck.view === "slides" && elapsed()) arrive(elapsed());
  });
}

export function elapsed() {
  return (spent + (began ? Date.now() - began : 0)) / 1000;
}

export function onSlide() {
  return elapsed() - arrived;
}

function arrive(seconds) {
  arrived = seconds;
  remember("timer", [spent, began, arrived].join(" "));
}

// Lets it run or rest: as told, or the other way.
export function runTimer(on = !began) {
  if (on === Boolean(began)) return;
  spent = elapsed() * 1000;
  began = on ? Date.now() : 0;
  arrive(arrived);
}

export function restartTimer() {
  spent = 0;
  began = Date.now();
  arrive(0);
}
