// The speaker's window: this slide, what comes next, notes, clock, and time against the plan.
// It is an empty popup that this page fills and drives, so it works from file:// too.

import { deck, mark, root, watch, steps, forward, backward } from "../page/deck.js";
import { reveal } from "./fragments.js";
import { button, make } from "../page/elements.js";
import { notice } from "../page/notice.js";
import { startTimer, runTimer, restartTimer, elapsed, onSlide } from "./timer.js";
import { toggleNotes } from "./view.js";

let popup = null;
const parts = {};

export function openSpeaker(onkeydown) {
  if (popup) return popup.focus();
  popup = window.open("", "livedeck-speaker", "popup,width=1180,height=760");
  if (!popup) {
    const shown = toggleNotes();
    return notice(shown ? "The browser blocked the speaker window: notes are shown below." : "Notes hidden", 4);
  }
  furnish(popup.document);
  popup.addEventListener("keydown", onkeydown);
  popup.addEventListener("resize", scaleStills);
  popup.addEventListener("pagehide", leave); // loaded anew it would be empty, and out of reach
  runTimer(true);
  update();
}

export function startSpeaker() {
  startTimer();
  watch(update);
  setInterval(tick, 1000);
  addEventListener("pagehide", leave);
}

function leave() {
  popup?.close();
  popup = null;
}

function furnish(page) {
  const own = page.documentElement;
  own.className = "stage";
  own.lang = root.lang;
  mark("view", "speaker", own);
  restyle(page);
  for (const name of ["clock", "elapsed", "plan", "pace", "place", "now", "next", "label", "words"]) {
    parts[name] = make(name === "place" ? "h1" : "div", { class: name });
  }
  parts.words.tabIndex = 0;
  const control = (label, action) => button(() => (action(), tick()), null, label);
  const time = make("div", { class: "time" }, parts.elapsed, parts.pace, parts.plan);
  const top = make("header", {}, parts.place, time, parts.clock);
  top.append(control("Back", backward), control("Next", forward));
  top.append(control("Pause", () => runTimer()), control("Restart timer", restartTimer));
  const coming = make("div", { class: "coming" }, parts.label, parts.next);
  page.body.replaceChildren(make("main", {}, top, parts.now, parts.words, coming));
}

// Gives the window the styles that the page has.
export function restyle(page = popup?.document) {
  if (!page) return;
  page.head.replaceChildren(page.importNode(document.querySelector("style, [rel=stylesheet]"), true));
  page.title = `Speaker: ${document.title}`;
}

function update() {
  if (!popup) return;
  const { index, step, slides } = deck;
  const more = step < steps(index);
  const last = !more && index + 1 >= slides.length;
  const within = steps(index) ? `, step ${step} of ${steps(index)}` : "";
  parts.place.textContent = `Slide ${index + 1} of ${slides.length}${within}`;
  fill(parts.now, index, step);
  parts.label.textContent = last ? "The end" : more ? "Next step" : "Next slide";
  parts.next.hidden = last;
  if (!last) fill(parts.next, more ? index : index + 1, more ? step + 1 : 0);
  const notes = slides[index].querySelector(".notes");
  parts.words.replaceChildren(...(notes ? notes.cloneNode(true).childNodes : ["No notes."]));
  if (parts.words.dataset.slide !== slides[index].id) parts.words.scrollTop = 0;
  parts.words.dataset.slide = slides[index].id;
  for (const name of ["theme", "contrast", "blank"]) mark(name, root.dataset[name], popup.document.documentElement);
  scaleStills();
  tick();
}

// A copy with ids of its own: a clip path that is hidden in one copy would hide the other's.
function fill(frame, index, step) {
  const html = deck.slides[index].outerHTML;
  frame.innerHTML = html.replace(/( id="|url\(#|href="#)(?<=<[^<>]*)/g, `$1${frame.className}-`);
  frame.inert = true;
  frame.firstChild.hidden = false;
  reveal(frame, step);
}

function scaleStills() {
  for (const frame of [parts.now, parts.next]) {
    frame.style.setProperty("--scale", frame.clientWidth / 1280);
  }
}

function clock(seconds) {
  const digits = (number) => String(Math.floor(number)).padStart(2, "0");
  const hours = seconds < 3600 ? "" : `${Math.floor(seconds / 3600)}:`;
  return `${hours}${digits((seconds / 60) % 60)}:${digits(seconds % 60)}`;
}

function tick() {
  if (!popup) return;
  const now = elapsed();
  const times = deck.slides.map((slide) => Number(slide.dataset.time)); // one without makes no plan
  const sum = (until) => times.slice(0, until).reduce((total, time) => total + time, 0);
  const [begins, due, whole] = [sum(deck.index), sum(deck.index + 1), sum(times.length)];
  const [over, under] = [now - due, begins - now];
  const pace = over >= 1 ? `${clock(over)} over` : under >= 1 ? `${clock(under)} under` : "in time";
  const own = times[deck.index] ? ` of ${clock(times[deck.index])}` : "";
  parts.clock.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  parts.elapsed.textContent = clock(now);
  parts.pace.textContent = whole ? pace : "";
  parts.pace.classList.toggle("late", over >= 1);
  parts.plan.textContent = `this slide ${clock(onSlide())}${own}${whole ? `, in all ${clock(whole)}` : ""}`;
}
