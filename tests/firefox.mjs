// Opens a page in Firefox, over WebDriver BiDi, and tells what it shows after each step:
// node firefox.mjs TOOLS FIREFOX PAGE STEPS, where steps are a list of { open }, { press } or { size },
// in JSON, as the answer is.

import { createRequire } from "node:module";

const [tools, executablePath, page, steps] = process.argv.slice(2);
const puppeteer = createRequire(`${tools}/`)("puppeteer-core");
const MOTION = { "ui.prefersReducedMotion": 1 };
const PATIENCE = 20_000; // milliseconds

const browser = await puppeteer.launch({ browser: "firefox", executablePath, extraPrefsFirefox: MOTION });
const problems = [];
const seen = [];

async function look() {
  await new Promise((go_on) => requestAnimationFrame(() => setTimeout(go_on))); // for the address
  const visible = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(visible);
  return {
    hash: location.hash,
    slides: shown("section.slide").map(({ id }) => id),
    parts: shown(".fragment").length,
    dialog: document.querySelector("dialog[open] h2")?.textContent ?? "",
    wide: document.documentElement.scrollWidth > innerWidth,
    violations: window.violations,
  };
}

function listen() {
  window.violations = [];
  const note = ({ effectiveDirective }) => window.violations.push(effectiveDirective);
  document.addEventListener("securitypolicyviolation", note);
}

// Firefox 140 has a size for a page, and no orientation of its screen.
function turn(error) {
  if (!String(error).includes("setScreenOrientationOverride")) throw error;
}

try {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(PATIENCE);
  tab.on("console", (message) => problems.push(message.text()));
  tab.on("pageerror", (error) => problems.push(String(error)));
  tab.on("request", (request) => /^(file|data|blob|about):/.test(request.url()) || problems.push(request.url()));
  await tab.evaluateOnNewDocument(listen);
  for (const { open, press, size } of JSON.parse(steps)) {
    if (size) await tab.setViewport(size).catch(turn);
    if (open !== undefined) {
      await tab.goto("about:blank"); // or only the hash would change
      await tab.goto(page + open);
    }
    if (press) await tab.keyboard.press(press);
    seen.push(await tab.evaluate(look));
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify({ seen, problems }));
