// Write an e-mail; the spam filter's log-odds are a sum over its words, so each shows its share.

// As in experiments/spam.py: words and the signs $, % and !; all numbers are one word.
const TOKEN = /[a-z]+(?:'[a-z]+)?|[0-9]+(?:[.,:][0-9]+)*|[$%!]/g;
const START = "Hi all, the meeting moves to Tuesday. Please bring your notes.\nClick here for a free prize!";

export default function (place, { vocabulary, weights, bias }) {
  const weight = new Map(vocabulary.map((word, i) => [word, weights.data[i]]));
  const text = document.createElement("textarea");
  const marked = document.createElement("p");
  const answer = document.createElement("output");
  text.setAttribute("aria-label", "An e-mail to test");
  text.value = START;
  text.rows = 4;
  marked.className = "marked";
  answer.setAttribute("aria-live", "polite");

  function read() {
    let odds = bias;
    marked.replaceChildren();
    for (const word of text.value.split(/(\s+)/)) {
      const share = tokens(word).reduce((sum, token) => sum + (weight.get(token) ?? 0), 0);
      odds += share;
      const span = document.createElement("span");
      span.textContent = word;
      if (share) {
        span.className = share > 0 ? "for" : "against";
        span.style.setProperty("--share", `${Math.min(70, 45 * Math.abs(share))}%`);
        span.title = `${share > 0 ? "+" : "−"}${Math.abs(share).toFixed(2)}`;
      }
      marked.append(span);
    }
    const certainty = 100 / (1 + Math.exp(-odds));
    answer.textContent = `Spam with ${certainty.toFixed(0)} % probability`;
  }

  text.addEventListener("input", read);
  const said = document.createElement("p");
  said.append(answer);
  place.replaceChildren(text, marked, said);
  read();
}

function tokens(word) {
  const found = word.toLowerCase().match(TOKEN) ?? [];
  return found.map((token) => (/^[0-9]/.test(token) ? "0" : token));
}
