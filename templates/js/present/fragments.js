// Puts a slide, or a copy of one, at a step: its fragments, and the lines of code in focus.

export function reveal(slide, step) {
  for (const part of slide.querySelectorAll(".fragment")) {
    part.classList.toggle("shown", Number(part.dataset.step) <= step);
  }
  for (const code of slide.querySelectorAll("[data-steps-at]")) {
    const starts = code.dataset.stepsAt.split(" ").map(Number);
    const group = starts.filter((start) => start <= step).length - 1;
    for (const line of code.querySelectorAll(".line")) {
      const groups = (line.dataset.groups ?? "").split(" ");
      line.classList.toggle("dim", group >= 0 && !groups.includes(String(group)));
    }
  }
}
