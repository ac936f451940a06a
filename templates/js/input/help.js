// The menu and help, made from the table of commands; keys can be changed there.

import { isModifier, keyOf, keysOf, rebind, unbind } from "./bindings.js";
import { button, make, row } from "../page/elements.js";
import { openDialog } from "../page/dialog.js";
import { recall, remember } from "../page/settings.js";

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
  let waiting = null; // the command that gets the next key
  const named = commands.filter(({ label }) => label);
  const keys = new Map(named.map((command) => [command, button(() => wait(command), { class: "keys" })]));
  const name = (command) => button(() => (box.close(), command.run()), null, command.label);

  function show() {
    waiting = null;
    for (const [command, own] of keys) {
      const names = keysOf(command).map(keyName);
      own.setAttribute("aria-label", `Keys for ${command.label}: ${names.join(" ") || "none"}`);
      own.replaceChildren(...(names.length ? caps(names) : ["none"]));
    }
  }

  function wait(command) {
    waiting = command;
    keys.get(command).setAttribute("aria-label", `Keys for ${command.label}: press a key`);
    keys.get(command).replaceChildren("Press a key");
  }

  function take(event) {
    if (!waiting || isModifier(event)) return;
    const { key } = event;
    if (key !== "Tab") event.preventDefault();
    const none = ["Backspace", "Delete"].includes(key);
    if (!["Tab", "Escape"].includes(key)) rebind(waiting, none ? [] : [keyOf(event)]);
    show();
  }

  const rows = named.map((command) => row(name(command), keys.get(command)));
  const table = make("table", null, ...rows, row("Go to a slide", caps(["number", "Enter"])));
  const again = button(() => (unbind(), show()), { class: "reset" }, "All keys as they were");
  const hint = "Choose a command's keys to press others for it; Backspace leaves it without any.";
  const box = openDialog("Keys", table, make("p", null, hint), again, choice());
  if (!box) return;
  box.classList.add("help");
  box.addEventListener("keydown", take);
  box.addEventListener("focusout", show);
  show();
}

function caps(keys) {
  return keys.flatMap((key) => [make("kbd", null, key), " "]);
}

// WCAG 2.1.4: shortcuts of one character can be switched off.
function choice() {
  const onchange = () => remember("single-keys", box.checked ? "on" : "off");
  const box = make("input", { type: "checkbox", checked: singleKeys(), onchange });
  return make("label", null, box, " Shortcuts of a single letter, digit or sign");
}
