// Puts what is new in the place of what is old, and leaves the reader where they were.

import { deck, root, present } from "../page/deck.js";
import { reading } from "../read/article.js";
import { furnishCode } from "../read/code.js";
import { furnishFigures } from "../read/figures.js";
import { pick, rendered } from "../present/view.js";
import { furnishSequences, players } from "../read/sequence.js";
import { restyle } from "../present/speaker.js";
import { showInk } from "../present/pen.js";
import { make } from "../page/elements.js";
import { ours } from "./connection.js";

export function takeNews(news) {
  const fresh = Object.entries(news.slides).map(([id, html]) => [id, parsed(html)]);
  if (fresh.some(([, slide]) => slide.querySelector(".demo"))) {
    location.reload(); // its script has to start anew
    return;
  }
  const place = rememberPlace();
  for (const [id, slide] of fresh) {
    const old = document.getElementById(id);
    const frames = old ? framesOf(old) : [];
    if (old) old.replaceWith(slide);
    else document.querySelector(".deck").append(slide);
    furnishSlide(slide);
    putFrames(frames);
  }
  if (news.order) arrange(news.order);
  if (news.contents !== null) exchange(".toc", news.contents, (toc) => deck.slides[0].after(toc));
  if (news.appendix !== null) exchange(".appendix", news.appendix, (code) => document.querySelector("main").after(code));
  recallPlace(place);
  ours.number = news.number;
}

// Loads a style sheet, and lets it take the place of the one before when it is there.
export function takeStyle(digest) {
  const shown = ours.style;
  if (digest === shown) return;
  ours.style = digest;
  const before = document.querySelectorAll("head > style, head > link[rel=stylesheet]");
  const href = new URL(`style.css?token=${encodeURIComponent(ours.token)}&v=${digest}`, location.href.split("#")[0]);
  const onload = () => {
    for (const old of before) old.remove();
    restyle();
  };
  const onerror = ({ target }) => {
    target.remove();
    ours.style = shown; // until the server is there again
  };
  document.head.append(make("link", { rel: "stylesheet", href: href.href, onload, onerror }));
}

function parsed(html) {
  const holder = make("div"); // in a template, `noscript` would be read
  holder.innerHTML = html;
  return holder.firstElementChild;
}

function furnishSlide(slide) {
  furnishFigures(slide);
  furnishSequences(slide);
  furnishCode(slide);
  if (document.querySelector(".pick")) pick(slide);
  showInk(slide);
  for (const notes of slide.querySelectorAll(".comments")) notes.open = "notes" in root.dataset;
}

function rememberPlace() {
  const { index, step, figure, slides } = deck;
  const read = slides[deck.view === "article" ? reading() : index];
  const place = { index, step, figure, id: slides[index].id, read: read.id, top: read.getBoundingClientRect().top };
  if (figure) present(index, step, "keep"); // what is open belongs into its slide first
  return place;
}

function recallPlace({ index, step, figure, id, read, top }) {
  deck.slides = [...document.querySelectorAll(".slide")];
  const found = deck.slides.findIndex((slide) => slide.id === id);
  rendered.view = ""; // every slide is put in its place anew
  players.splice(0, players.length, ...players.filter(({ figure }) => figure.isConnected));
  deck.index = found < 0 ? Math.min(index, deck.slides.length - 1) : found;
  present(deck.index, step, found < 0 ? "replace" : "keep", document.getElementById(figure) ? figure : "");
  const before = document.getElementById(read);
  if (deck.view === "article" && before) scrollBy(0, before.getBoundingClientRect().top - top);
}

// Moves only what is not in its place: what is moved loses the focus.
function arrange(order) {
  const main = document.querySelector(".deck");
  const wanted = order.map((id) => document.getElementById(id));
  for (const slide of main.querySelectorAll(".slide")) if (!wanted.includes(slide)) slide.remove();
  let next = main.querySelector(".slide");
  for (const slide of wanted) {
    if (slide !== next) main.insertBefore(slide, next);
    else next = following(next);
  }
  const toc = main.querySelector(".toc");
  if (toc && toc.previousElementSibling !== wanted[0]) wanted[0].after(toc);
  deck.slides = wanted;
}

function following(slide) {
  const next = slide.nextElementSibling;
  return next?.matches(".slide") ?? true ? next : following(next);
}

// Puts a part beside the slides in the place of the one before it, with the same groups open.
function exchange(selector, html, put) {
  const old = document.querySelector(selector);
  const fresh = parsed(html);
  const open = [...(old?.querySelectorAll("details[open] > summary") ?? [])].map((summary) => summary.textContent);
  if (old && fresh) old.replaceWith(fresh);
  else if (fresh) put(fresh);
  else old?.remove();
  if (!fresh) return;
  for (const group of fresh.querySelectorAll("details")) {
    if (open.includes(group.querySelector("summary").textContent)) group.open = true;
  }
  if (selector === ".appendix") furnishCode(fresh);
}

function framesOf(slide) {
  const ranges = slide.querySelectorAll(".figure[id] input[type=range]");
  return [...ranges].map((range) => [range.closest(".figure").id, range.value, range.max]);
}

function putFrames(frames) {
  for (const [id, value, max] of frames) {
    const range = document.getElementById(id)?.querySelector("input[type=range]");
    if (!range || value === max) continue;
    range.value = value;
    range.dispatchEvent(new Event("input"));
  }
}
