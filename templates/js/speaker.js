// The speaker's window: this slide, what comes next, notes, clock, and time against the plan.
// It is an empty popup that this page fills and drives, so it works from file:// too.

import { deck, root, watch, steps, forward, backward } from "./deck.js";
import { reveal } from "./reveal.js";
import { make } from "./make.js";
import { notice } from "./notice.js";
import { showNotes } from "./article.js";
import { fit } from "./view.js";

let popup = null;
let began = 0;
const parts = {};

export function openSpeaker(onkeydown) {
  if (popup && !popup.closed) {
    popup.focus();
    return;
  }
  popup = window.open("about:blank", "livedeck-speaker", "popup,width=1180,height=760");
  if (!popup) {
    const shown = !("notes" in root.dataset);
    showNotes(shown);
    fit();
    notice(shown ? "The browser blocked the speaker window: notes are shown below." : "Notes hidden", 4);
    return;
  }
  furnish(popup.document);
  popup.addEventListener("keydown", onkeydown);
  popup.addEventListener("resize", scaleStills);
  began = Date.now();
  update();
}

export function startSpeaker() {
  watch(update);
  setInterval(tick, 1000);
  window.addEventListener("pagehide", () => popup?.close());
}

function open() {
  return popup !== null && !popup.closed;
}

function furnish(page) {
  page.title = `Speaker: ${document.title}`;
  page.documentElement.className = "stage";
  page.documentElement.lang = root.lang;
  page.documentElement.dataset.view = "speaker";
  page.head.replaceChildren(page.importNode(document.querySelector("style"), true));
  const button = (label, onclick) => make("button", { type: "button", onclick }, label);
  for (const name of ["clock", "elapsed", "plan", "place", "now", "next", "label", "words"]) {
    parts[name] = make("div", { class: name });
  }
  parts.words.tabIndex = 0;
  const restart = () => {
    began = Date.now();
    tick();
  };
  const top = make("header", {}, parts.place, parts.elapsed, parts.plan, parts.clock);
  top.append(button("Back", backward), button("Next", forward), button("Restart timer", restart));
  const coming = make("div", { class: "coming" }, parts.label, parts.next);
  page.body.replaceChildren(top, parts.now, parts.words, coming);
}

function update() {
  if (!open()) return;
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
  parts.words.scrollTop = 0;
  for (const name of ["data-theme", "data-contrast"]) {
    if (root.hasAttribute(name)) popup.document.documentElement.setAttribute(name, root.getAttribute(name));
    else popup.document.documentElement.removeAttribute(name);
  }
  scaleStills();
  tick();
}

// A copy with ids of its own: a clip path that is hidden in one copy would hide the other's.
function fill(frame, index, step) {
  const html = deck.slides[index].outerHTML;
  frame.innerHTML = html.replace(/(id="|url\(#|href="#)/g, `$1${frame.className}-`);
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
  return `${digits(seconds / 60)}:${digits(seconds % 60)}`;
}

function tick() {
  if (!open()) return;
  const elapsed = (Date.now() - began) / 1000;
  const times = deck.slides.map((slide) => Number(slide.dataset.time ?? 0));
  const sum = (until) => times.slice(0, until).reduce((total, time) => total + time, 0);
  const due = sum(deck.index + 1);
  parts.clock.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  parts.elapsed.textContent = clock(elapsed);
  parts.plan.textContent = due ? `of ${clock(due)} until here, ${clock(sum(times.length))} in all` : "";
  parts.elapsed.classList.toggle("late", due > 0 && elapsed > due);
}
