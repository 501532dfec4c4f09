// The third story: a talk of two hours scrolls smoothly. The line is played by the story itself, with the server's samples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible } from "./axe.mjs";
import { smooth } from "./scroll.mjs";
import { shoot } from "./shots.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";

/** Utterances of two hours: one in ten seconds from either side. */
const UTTERANCES = 1_440;
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
  await page.getByRole("heading", { name: "Where your words go" }).waitFor();
  await accessible(page, "the way into an interview that was planned");
  await shoot(page, "rejoin");
  await page.getByRole("button", { name: "Without microphone" }).click();
  await page.getByRole("region", { name: "What was said" }).getByText(`No. ${UTTERANCES}.`).waitFor();
  await smooth(page.getByRole("region", { name: "What was said" }), "two hours");
  assert.deepEqual(complaints, [], "the browser has nothing to complain about");
  page.once("dialog", (dialog) => void dialog.accept());
  await context.close();
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
