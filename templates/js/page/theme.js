// Light or dark, and how much contrast: as the system says, or as the reader chooses.

import { mark } from "./deck.js";
import { recall, remember } from "./settings.js";
import { notice } from "./notice.js";

const CHOICES = {
  theme: { auto: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" },
  contrast: { auto: "Contrast: as the system", more: "Contrast: high", less: "Contrast: normal" },
};
const forced = matchMedia("(forced-colors: active)"); // where all colours are the system's
const choices = {};

function apply() {
  for (const [name, value] of Object.entries(choices)) {
    mark(name, value !== "auto" && !forced.matches && value);
  }
}

export function startTheme() {
  for (const name of Object.keys(CHOICES)) choices[name] = recall(name, "auto");
  apply();
  forced.addEventListener("change", apply);
}

function choose(name) {
  const values = Object.keys(CHOICES[name]);
  choices[name] = values[(values.indexOf(choices[name]) + 1) % values.length];
  apply();
  remember(name, choices[name]);
  notice(CHOICES[name][choices[name]]);
}

export const nextTheme = () => choose("theme");
export const nextContrast = () => choose("contrast");
