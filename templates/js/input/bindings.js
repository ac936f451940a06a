// Which keys run which command: the table's, or those that the reader has chosen instead.

import { deck } from "../page/deck.js";
import { recallAll, remember } from "../page/settings.js";

const MODIFIERS = ["Control", "Alt", "Meta", "Shift", "AltGraph", "CapsLock"];
let ownKeys = recallAll("keys");

export function isModifier({ key }) {
  return MODIFIERS.includes(key);
}

// The key with its modifiers, as the table writes it. What Shift makes of a sign is in the sign.
export function keyOf(event) {
  const sign = event.key.length === 1 && event.key !== " ";
  const typed = event.getModifierState("AltGraph");
  const held = ["Control", "Alt", "Meta"].filter((name) => !typed && event.getModifierState(name));
  if (event.shiftKey && (!sign || held.length)) held.push("Shift");
  return [...held, sign ? event.key.toLowerCase() : event.key].join("+");
}

export function keysOf({ label, keys }) {
  if (!label) return keys;
  const taken = Object.keys(ownKeys).flatMap((name) => (name === label ? [] : ownKeys[name]));
  return ownKeys[label] ?? keys.filter((key) => !taken.includes(key));
}

export function rebind({ label }, keys) {
  for (const name in ownKeys) ownKeys[name] = ownKeys[name].filter((key) => !keys.includes(key));
  ownKeys[label] = keys;
  remember("keys", JSON.stringify(ownKeys));
}

export function unbind() {
  ownKeys = {};
  remember("keys", "{}");
}

export function commandFor(key, commands) {
  const here = commands.filter(({ views }) => views?.includes(deck.view) ?? true);
  const chosen = here.find(({ label }) => ownKeys[label]?.includes(key));
  return chosen ?? here.find((command) => keysOf(command).includes(key));
}
