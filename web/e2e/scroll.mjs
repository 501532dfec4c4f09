// How smoothly two hours of words scroll.
import assert from "node:assert/strict";
import { figure, quantile } from "./figures.mjs";

/** Scrolled for so long, in ms. */
const SCROLL_MS = 3_000;

/** Scrolls `box` through all it holds and back, far and fast, and holds the time between frames against what people see. */
export async function smooth(box, what) {
  const frames = await box.evaluate(scroll, SCROLL_MS);
  assert.ok(frames.length > 10, `the page was drawn while it scrolled: ${frames.length} times`);
  figure(`frames while ${what} are scrolled`, quantile(frames, 0.5), "ms, median", 16.7, 50);
  figure("95 of 100 such frames", quantile(frames, 0.95), "ms at most");
}

/** Gives the time between frames, in ms. Runs in the page. */
function scroll(box, lastsMs) {
  return new Promise((resolve) => {
    const frames = [];
    const begun = performance.now();
    let before = begun;
    const frame = (now) => {
      if (now > before) frames.push(now - before);
      before = now;
      const way = (1 - Math.cos(((now - begun) / lastsMs) * 2 * Math.PI)) / 2;
      box.scrollTop = way * (box.scrollHeight - box.clientHeight);
      if (now - begun < lastsMs) requestAnimationFrame(frame);
      else resolve(frames);
    };
    requestAnimationFrame(frame);
  });
}
