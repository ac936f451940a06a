// Keeps everybody who follows at one slide and step. Speakers lead; who leafs on alone, or does
// not follow, reads at a pace of their own.

import { deck, present, watch } from "./deck.js";
import { send } from "./connection.js";
import { recall, remember } from "./settings.js";

export const talk = { role: "viewer", follows: false, slide: "" };
let seen = "";

const here = () => `${deck.slides[deck.index].id}/${deck.step}`;

export function join({ role, together }) {
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
  seen = here();
}

export function setFollowing(follows) {
  talk.follows = follows;
  remember("follow", follows ? "yes" : "no");
  if (follows) send({ do: "where" });
}

export function startTogether(changed) {
  watch(() => {
    if (!deck.slides.length || here() === seen) return;
    seen = here();
    if (!talk.follows) return;
    if (talk.role === "viewer") {
      setFollowing(false);
      changed();
    } else {
      send({ do: "at", slide: deck.slides[deck.index].id, step: deck.step });
    }
  });
}
