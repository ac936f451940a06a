// The menu and help, made from the table of commands.

import { make } from "./make.js";
import { openDialog } from "./dialog.js";
import { recall, remember } from "./settings.js";

const NAMES = { " ": "Space", ArrowRight: "Right", ArrowLeft: "Left", ArrowUp: "Up", ArrowDown: "Down" };

export function singleKeys() {
  return recall("single-keys", "on") === "on";
}

function keyName(key) {
  const name = key.replace("Shift+", "");
  return (name === key ? "" : "Shift ") + (NAMES[name] ?? (name.length === 1 ? name.toUpperCase() : name));
}

export function help(commands) {
  const lines = commands.filter((command) => command.label).map((command) => {
    const run = () => {
      box.close();
      command.run();
    };
    const name = make("button", { type: "button", onclick: run }, command.label);
    return line(name, command.keys.map(keyName));
  });
  lines.push(line("Go to a slide", ["number", "Enter"]));
  const box = openDialog("Keys", make("table", {}, make("tbody", {}, ...lines)), choice());
  box?.classList.add("help");
}

function line(name, keys) {
  const caps = keys.map((key) => make("kbd", {}, key));
  return make("tr", {}, make("td", {}, name), make("td", {}, ...caps));
}

// WCAG 2.1.4: shortcuts of one character can be switched off.
function choice() {
  const tick = make("input", { type: "checkbox", checked: singleKeys() });
  tick.addEventListener("change", () => remember("single-keys", tick.checked ? "on" : "off"));
  return make("label", {}, tick, " Shortcuts of a single letter, digit or sign");
}
