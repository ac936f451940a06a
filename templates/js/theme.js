// Light, dark, or as the system says.

import { root } from "./deck.js";
import { recall, remember } from "./settings.js";
import { notice } from "./notice.js";

const THEMES = ["auto", "light", "dark"];
let theme = "auto";

function applyTheme(name) {
  if (name === "auto") delete root.dataset.theme;
  else root.dataset.theme = name;
}

export function startTheme() {
  theme = recall("theme", "auto");
  applyTheme(theme);
}

export function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  applyTheme(theme);
  remember("theme", theme);
  notice(`Colours: ${theme === "auto" ? "as the system" : theme}`);
}
