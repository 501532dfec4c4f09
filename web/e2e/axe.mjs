// axe, for every screen in both themes, wide and narrow.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A laptop as it stands, and a phone. */
const PHONE = { width: 390, height: 844 };

/** axe finds nothing to complain about on what is shown, light and dark, on a laptop and on a phone. */
export async function accessible(page, what) {
  await page.evaluate(AXE);
  const before = page.viewportSize();
  for (const [size, viewport] of [
    ["wide", before],
    ["narrow", PHONE],
  ]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const found = await page.evaluate(async (values) => {
        const from = performance.now();
        const { violations } = await globalThis.axe.run(document, { runOnly: { type: "tag", values } });
        // Its own work is none of the page's.
        globalThis.__axed = [...(globalThis.__axed ?? []), { from, to: performance.now() }];
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
      }, RULES);
      assert.deepEqual(found, [], `axe on ${what}, ${size}, ${colorScheme}`);
    }
    // What is broader than the screen must be scrolled in two ways to be read (WCAG 1.4.10).
    assert.deepEqual(await page.evaluate(broader), [], `${what}, ${size}: broader than the screen`);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}

/** What reaches beyond the screen's right edge, if the page can be scrolled there. Runs in the page. */
function broader() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const beyond = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > clientWidth + 0.5,
  );
  return beyond.slice(-5).map(({ outerHTML }) => outerHTML.slice(0, 120));
}
