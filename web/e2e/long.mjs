// The third story: a talk of two hours scrolls smoothly. The line is played by the story itself, with the server's samples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { figure, quantile } from "./figures.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";

/** Utterances of two hours: one in ten seconds from either side. */
const UTTERANCES = 1_440;
/** How long is scrolled, in ms. */
const SCROLL_MS = 3_000;
const SAID = "I would keep the smallest free locker of each size in a heap, so that storing takes logarithmic time. ";

/** Tells the story. */
export async function long({ browser, url }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const { page, complaints } = await watched(context);
  const made = await context.request.post(`${url}/v1/sessions`, {
    data: { question: "hard-bug", consent: { recording: false }, voice: "silent" },
  });
  assert.equal(made.status(), 201, await made.text());
  const { id } = await made.json();
  await page.routeWebSocket(/\/v1\/realtime/, (socket) => {
    const { workspace: _, ...joined } = { ...sample("x.session"), session: id, resumed: false };
    socket.send(JSON.stringify(sample("session.created")));
    socket.send(JSON.stringify(joined));
    for (let i = 1; i <= UTTERANCES; i++) socket.send(JSON.stringify(utterance(i)));
  });

  step("two hours of talk");
  await page.goto(`${url}/sessions/${id}/room`);
  await page.getByRole("button", { name: "Without microphone" }).click();
  await page.getByRole("region", { name: "What was said" }).getByText(`No. ${UTTERANCES}.`).waitFor();
  const frames = await page.getByRole("region", { name: "What was said" }).evaluate(scroll, SCROLL_MS);
  assert.ok(frames.length > 10, `the page was drawn while it scrolled: ${frames.length} times`);
  figure("frames while two hours are scrolled", quantile(frames, 0.5), "ms, median", 16.7, 50);
  figure("95 of 100 such frames", quantile(frames, 0.95), "ms at most");
  assert.deepEqual(complaints, [], "the browser has nothing to complain about");
  page.once("dialog", (dialog) => void dialog.accept());
  await context.close();
}

/** Scrolls up and down, far and fast; gives the time between frames, in ms. Runs in the page. */
function scroll(box, lastsMs) {
  return new Promise((resolve) => {
    const frames = [];
    const begun = performance.now();
    let before = begun;
    const frame = (now) => {
      if (now > before) frames.push(now - before);
      before = now;
      const way = (1 - Math.cos(((now - begun) / lastsMs) * 2 * Math.PI)) / 2;
      box.scrollTop = (1 - way) * (box.scrollHeight - box.clientHeight);
      if (now - begun < lastsMs) requestAnimationFrame(frame);
      else resolve(frames);
    };
    requestAnimationFrame(frame);
  });
}

function utterance(i) {
  const role = i % 2 === 0 ? "user" : "assistant";
  const content = [
    { type: role === "user" ? "input_audio" : "output_audio", transcript: `No. ${i}. ${SAID.repeat(1 + (i % 4))}` },
  ];
  const item = { id: `item_${i}`, object: "realtime.item", type: "message", status: "completed", role, content };
  return { event_id: `event_${i}`, type: "conversation.item.done", previous_item_id: null, item };
}

/** An event as the server's own tests keep it. */
function sample(type) {
  return JSON.parse(readFileSync(new URL(`../../fixtures/wire/server/${type}.json`, import.meta.url), "utf8"));
}
