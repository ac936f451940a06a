// The menu and help, made from the table of commands; keys can be changed there.

import { isModifier, keyOf, keysOf, rebind, unbind } from "./bindings.js";
import { make } from "./make.js";
import { openDialog } from "./dialog.js";
import { recall, remember } from "./settings.js";

const NAMES = { " ": "Space", ArrowRight: "Right", ArrowLeft: "Left", ArrowUp: "Up", ArrowDown: "Down" };

export function singleKeys() {
  return recall("single-keys", "on") === "on";
}

function keyName(text) {
  const key = text.match(/[^+]+$|\+$/)[0];
  const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace("Page", "Page "));
  return text.slice(0, -key.length).replaceAll("+", " ") + name;
}

export function help(commands) {
  const rows = commands.filter((command) => command.label).map((command) => keyRow(command, () => box.close()));
  const show = () => rows.forEach((one) => one.show());
  const jump = make("tr", {}, make("td", {}, "Go to a slide"), make("td", {}, ...caps(["number", "Enter"])));
  const body = make("tbody", {}, ...rows.map((one) => one.element), jump);
  const reset = () => {
    unbind();
    show();
  };
  const again = make("button", { type: "button", class: "reset", onclick: reset }, "All keys as they were");
  const hint = "Choose a command's keys to press others for it; Backspace leaves it without any.";
  const box = openDialog("Keys", make("table", {}, body), make("p", {}, hint), again, choice());
  if (!box) return;
  box.classList.add("help");
  box.addEventListener("keydown", (event) => {
    const waiting = rows.find((one) => one.waits());
    if (!waiting || isModifier(event)) return;
    if (event.key !== "Tab") event.preventDefault();
    waiting.take(event);
    show();
  });
  box.addEventListener("focusout", show);
  show();
}

function caps(keys) {
  return keys.map((key) => make("kbd", {}, key));
}

// A command by name, and its keys, each a button.
function keyRow(command, close) {
  let waiting = false;
  const run = () => {
    close();
    command.run();
  };
  const wait = () => {
    waiting = true;
    keys.replaceChildren("Press a key");
  };
  const keys = make("button", { type: "button", class: "keys", onclick: wait });
  const name = make("td", {}, make("button", { type: "button", onclick: run }, command.label));
  return {
    element: make("tr", {}, name, make("td", {}, keys)),
    waits: () => waiting,
    take: (event) => {
      const none = ["Backspace", "Delete"].includes(event.key);
      if (!["Tab", "Escape"].includes(event.key)) rebind(command, none ? [] : [keyOf(event)]);
    },
    show: () => {
      waiting = false;
      const names = keysOf(command).map(keyName);
      keys.setAttribute("aria-label", `Keys for ${command.label}: ${names.join(", ") || "none"}`);
      keys.replaceChildren(...(names.length ? caps(names) : ["none"]));
    },
  };
}

// WCAG 2.1.4: shortcuts of one character can be switched off.
function choice() {
  const tick = make("input", { type: "checkbox", checked: singleKeys() });
  tick.addEventListener("change", () => remember("single-keys", tick.checked ? "on" : "off"));
  return make("label", {}, tick, " Shortcuts of a single letter, digit or sign");
}
