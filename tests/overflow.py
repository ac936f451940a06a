"""What Chromium says of the slides of a page: the gate's rules, in a browser's own layout."""

from pathlib import Path

from playwright.sync_api import Browser

from livedeck.gates.overflow import CUT, GUTTER, SLACK

LIMITS = {"tall": SLACK, "wide": GUTTER / 2, "cut": CUT}

# By how many pixels a slide is too tall, too wide, or cut off; less than nothing where it has room.
# Figures that give way count by what they lose of their height: the text in them shrinks too.
MEASURE = """section => {
    const canvas = section.querySelector(".canvas");
    const frame = canvas.getBoundingClientRect(), style = getComputedStyle(canvas);
    const foot = frame.bottom - parseFloat(style.paddingBottom);
    const hidden = "details, .visually-hidden, math, .provenance, .scrubber, .math svg *";
    const columns = ".text, .column, .figures, .quotes, .contents, .results";
    let tall = -1e4, wide = -1e4, cut = -1e4;
    const lost = new Map();

    function look(box, element) {
        tall = Math.max(tall, box.bottom - foot);
        const column = (element.closest(columns) ?? canvas).getBoundingClientRect();
        const padding = element.closest(columns) ? 0 : parseFloat(style.paddingRight);
        let clipped = false;
        for (let e = element; e !== canvas; e = e.parentElement) {
            if (getComputedStyle(e).overflowX === "visible" || e.matches("svg")) continue;
            clipped = true;
            const inner = e.getBoundingClientRect();
            cut = Math.max(cut, box.right - inner.right, box.bottom - inner.bottom);
        }
        if (!clipped) wide = Math.max(wide, box.right - column.right + padding);
    }

    const kinds = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
    const walker = document.createTreeWalker(canvas, kinds);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        if (element.closest(hidden) || element.matches("svg *")) continue;
        if (node.nodeType === Node.TEXT_NODE) {
            if (!node.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const {lineHeight, fontSize} = getComputedStyle(element);
            const room = Math.max(parseFloat(lineHeight) || 0, parseFloat(fontSize));
            for (const box of range.getClientRects()) {
                const beyond = Math.max(0, (box.height - room) / 2); // a font above its line
                look({bottom: box.bottom - beyond, right: box.right}, element);
            }
            continue;
        }
        const box = element.getBoundingClientRect();
        if (element.matches(".drawing svg, .frame svg") && element.checkVisibility()) {
            const natural = element.viewBox.baseVal.height * 4 / 3, row = Math.round(box.top);
            lost.set(row, Math.max(lost.get(row) ?? 0, natural - box.height));
        }
        if (!box.width || !box.height) continue;
        const look_of = getComputedStyle(element);
        const edges = ["Top", "Right", "Bottom", "Left"];
        const seen = !/, 0\\)$|transparent/.test(look_of.backgroundColor)
            || edges.some(edge => parseFloat(look_of[`border${edge}Width`]));
        if (element.matches("svg, img")) {
            look(box, element);
        } else if (seen && look_of.display !== "inline") {
            look(box, element);
        }
    }
    const given = [...lost.values()].reduce((a, b) => a + b, 0);
    return {tall: given > 0.5 ? Math.max(tall, given) : tall, wide, cut};
}"""


def measured(page_file: Path, browser: Browser) -> dict[str, dict[str, float]]:
    """By slide, with every step shown: `tall`, `wide` and `cut`."""
    found = {}
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto(page_file.as_uri())
    for name in page.locator("section.slide").evaluate_all("all => all.map(s => s.id)"):
        slide = page.locator(f"section.slide[id='{name}']")
        page.evaluate("hash => { location.hash = hash }", f"#{name}/99")
        slide.wait_for(state="visible")
        found[name] = slide.evaluate(MEASURE)
    page.close()
    return found


def overflowing(sizes: dict[str, float]) -> dict[str, float]:
    """In what a slide overflows, and by how many pixels."""
    return {kind: size for kind, size in sizes.items() if size > LIMITS[kind]}
