// Opens a page in Firefox over WebDriver BiDi, does what is asked, and writes what it saw as JSON:
// node firefox.mjs FIREFOX PAGE < steps, a list of { open }, { press } or { size }.

import puppeteer from "puppeteer-core";

const [executablePath, page] = process.argv.slice(2);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const steps = JSON.parse(Buffer.concat(chunks).toString());

const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const problems = [];
const seen = [];

function look() {
  const visible = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  return {
    hash: location.hash,
    view: document.documentElement.dataset.view,
    slides: [...document.querySelectorAll("section.slide")].filter(visible).map((slide) => slide.id),
    fragments: [...document.querySelectorAll("section.slide .fragment")].filter(visible).length,
    dialog: document.querySelector("dialog[open] h2")?.textContent ?? "",
    focus: document.activeElement.closest("[id]")?.id ?? "",
    violations: window.violations,
  };
}

try {
  const tab = await browser.newPage();
  tab.on("console", (message) => problems.push(message.text()));
  tab.on("pageerror", (error) => problems.push(String(error)));
  tab.on("request", (request) => /^(file|data|blob|about):/.test(request.url()) || problems.push(request.url()));
  await tab.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      window.violations.push(`${effectiveDirective} ${blockedURI}`));
  });
  await tab.emulateMediaFeatures?.([{ name: "prefers-reduced-motion", value: "reduce" }]).catch(() => {});
  for (const step of steps) {
    if (step.size) await tab.setViewport(step.size);
    if (step.open !== undefined) {
      await tab.goto("about:blank");
      await tab.goto(page + step.open);
    }
    if (step.press) await tab.keyboard.press(step.press);
    await new Promise((resolve) => setTimeout(resolve, 400));
    seen.push(await tab.evaluate(look));
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify({ version: await Promise.resolve(seen.length), seen, problems }));
