// Says what a step shows, to those who hear the slides. A new slide has the focus: it is read anyway.

import { deck, watch } from "../page/deck.js";
import { make } from "../page/elements.js";
import { message } from "../page/notice.js";

export function startAnnouncements() {
  const spoken = make("div", { class: "visually-hidden", "aria-live": "polite" });
  let said = "";
  document.body.append(spoken, message);
  watch(({ moved }) => {
    const place = `${deck.index}/${deck.step}`;
    if (place === said) return;
    said = place;
    const parts = moved ? [] : deck.slides[deck.index].querySelectorAll(`.fragment[data-step="${deck.step}"]`);
    spoken.textContent = Array.from(parts, wording).join(" ");
  });
}

function wording(part) {
  return part.querySelector("[role=img]")?.ariaLabel ?? part.innerText ?? part.textContent;
}
