// Keeps everybody who follows at one slide and step. Speakers lead; who leafs on alone, or does
// not follow, reads at a pace of their own.

import { deck, present, watch } from "../page/deck.js";
import { send } from "./connection.js";
import { recall, remember } from "../page/settings.js";

export const talk = { role: "viewer", follows: false, slide: "" };
let seen = "";
let unheard = false; // whether this page led on while nobody heard of it
let patched = false; // whether what moves now is the deck itself

const here = () => `${deck.slide.id}/${deck.step}`;

export const place = () => (unheard ? { slide: deck.slide.id, step: deck.step } : null);

export function join({ role, together }) {
  unheard = false;
  talk.role = role;
  talk.follows = recall("follow", together ? "yes" : "no") === "yes";
  seen = here();
}

export function takeTalk({ slide, step }) {
  talk.slide = slide;
  const index = deck.slides.findIndex(({ id }) => id === slide);
  if (!talk.follows || index < 0) return;
  seen = `${slide}/${step}`;
  if (seen !== here()) present(index, step, "replace");
  if (deck.view === "article") deck.slide.scrollIntoView();
  seen = here();
}

// An edit that leaves a reader elsewhere is no leafing on.
export function unled(edit) {
  patched = true;
  edit();
  patched = false;
  seen = here();
}

export function setFollowing(follows) {
  talk.follows = follows;
  remember("follow", follows ? "yes" : "no");
  if (follows) send({ do: "where" });
}

export function startFollowing(changed) {
  watch(() => {
    if (!deck.slides.length || patched || here() === seen) return;
    seen = here();
    if (!talk.follows) return;
    if (talk.role === "viewer") {
      setFollowing(false);
      changed();
    } else {
      unheard = !send({ do: "at", slide: deck.slide.id, step: deck.step });
    }
  });
}
