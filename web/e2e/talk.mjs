// The first story: an interview by voice, with a barge-in, a typed turn, a cut line and a pause, and its recording.
import assert from "node:assert/strict";
import { accessible } from "./axe.mjs";
import { ear } from "./ear.mjs";
import { figure, quantile } from "./figures.mjs";
import { shoot } from "./shots.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";
import { ANSWER, HEARD } from "./world.mjs";

/** Silence after the candidate cut in, in ms, that counts as the voice having stopped. */
const QUIET_MS = 400;
/** What is looked for and chosen. */
const QUESTION = "Parcel lockers";
const TYPED = "Then I would keep only a window of it in memory.";

const NOTE = "Here I should have asked how long the list is.";
/** Typed into the editor, key by key. */
const KEYS = "# a window of the list";

/** Tells the story. */
export async function talk({ browser, url, cut, edits }) {
  const context = await browser.newContext({ permissions: ["microphone"], viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.addInitScript(ear);
  const { page, traffic, complaints } = await watched(context);
  const button = (name) => page.getByRole("button", { name, exact: true });
  const captions = page.getByRole("region", { name: "What was said" });

  step("the page: quick, and open again without a line");
  await page.goto(url);
  await page.getByRole("radio").first().waitFor();
  await page.getByText("Nothing yet.").waitFor();
  await opensOffline(page, cut);
  await page.reload();
  await page.getByRole("radio").first().waitFor();
  figure("largest contentful paint", await page.evaluate(() => __ear.paintMs()), "ms", 1_000, 5_000);
  await accessible(page, "the empty start page");
  await shoot(page, "home-empty");

  step("a question by its words; microphone check, consent");
  await page.getByRole("searchbox", { name: "Search" }).fill(QUESTION);
  await page.getByRole("radio", { name: new RegExp(`^${QUESTION}`) }).check();
  await button("Continue").click();
  await page.getByRole("heading", { name: QUESTION, exact: true }).waitFor();
  await accessible(page, "the screen before the interview");
  await button("Check microphone").click();
  await page.getByText("your voice comes through").waitFor();
  await page.evaluate(() => __ear.listen());
  await button("Play two notes").click();
  await button("I heard them").click();
  assert.ok((await page.evaluate(() => __ear.peak())) > 0.1, "the notes are loud enough");
  await shoot(page, "before-checked");
  await button("Start the interview").click();
  await page.getByText("choose whether the interview may be recorded").waitFor();
  assert.equal(traffic.mark, 0, "nothing begins without an answer about recording");
  await page.getByRole("radio", { name: /^Yes/ }).check();
  await page.evaluate(() => __ear.listen());
  const begun = await page.evaluate(() => performance.now());
  await button("Start the interview").click();
  await button("Mute").click();

  step("greeting: seen and heard");
  await captions.getByText("Interviewer").first().waitFor();
  await page.waitForFunction(() => __ear.peak() > 0.02);
  await captions.locator(".ahead").first().waitFor();
  const { echo_cancellation } = await traffic.next("the microphone's settings", 0, ({ kind }) => kind === "microphone");
  assert.equal(echo_cancellation, true, "the browser takes the echo away, and the record says so");
  const first = await traffic.next("x.playout", 0, (event) => event.type === "x.playout");
  assert.equal(first.played_ms, 0, "the first report comes with the first sound");
  const last = await playedToTheEnd(traffic, 0, first.item_id);
  playedOften(traffic, first.item_id);
  const [told, heardMs] = [last.played_ms, await page.evaluate(() => __ear.soundMs())];
  assert.equal(told, Math.round(soundMs(traffic, first.item_id)), "all sound that came was played");
  // Synthetic speech is silent between its words, and some of the last of it is still on its way to the ear.
  assert.ok(heardMs > 0.5 * told && heardMs < 1.1 * told + 100, `${heardMs} ms of ${told} ms are sound`);
  figure("sound of the greeting", heardMs, `ms, of ${told} ms sent and played`);
  await captions.locator(".ahead").first().waitFor({ state: "detached" });

  step("a spoken turn");
  let mark = traffic.mark;
  await button("Muted").click();
  await traffic.server("input_audio_buffer.committed", mark);
  await button("Mute").click();
  await captions.getByText(HEARD).first().waitFor();
  const answer = await traffic.server("response.output_audio.delta", mark);

  step("barge-in: the voice stops, the caption says so");
  mark = traffic.mark;
  await page.evaluate(() => __ear.listen());
  await page.waitForFunction(() => __ear.peak() > 0.02);
  await page.evaluate(() => __ear.listen());
  await button("Muted").click();
  await traffic.server("input_audio_buffer.speech_started", mark);
  await page.waitForFunction((quiet) => __ear.heard() && __ear.quietMs() > quiet, QUIET_MS);
  figure("from the candidate cutting in to silence", await page.evaluate(() => __ear.untilQuietMs()), "ms", 250, 1_000);
  const done = await traffic.server("response.done", mark, ({ response }) => response.id === answer.response_id);
  assert.equal(done.response.status, "cancelled");
  await captions.getByText("you cut in").waitFor();
  await traffic.server("input_audio_buffer.committed", mark);
  await button("Mute").click();
  const heard = await captions.locator(".cut p").first().innerText();
  assert.ok(ANSWER.startsWith(heard.replace(/\s*— you cut in$/, "")), `what was heard is a beginning: ${heard}`);
  assert.ok(heard.length < ANSWER.length, "not all of it was heard");

  // What was cut in with is answered before anything else is said.
  const next = await traffic.server(
    "response.output_audio.delta",
    mark,
    ({ response_id }) => response_id !== answer.response_id,
  );
  await playedToTheEnd(traffic, mark, next.item_id);

  step("a typed turn, by keyboard alone");
  mark = traffic.mark;
  await page.keyboard.press("Alt+KeyT");
  await page.keyboard.type(TYPED);
  await page.keyboard.press("Enter");
  await captions.getByText(TYPED).waitFor();
  const typed = await traffic.server("conversation.item.added", mark, ({ item }) => item.role === "user");
  assert.equal(typed.item.content[0].text, TYPED);
  const reply = await traffic.server("response.output_audio.delta", mark);

  step("a cut line: comes back, loses nothing, says nothing twice");
  mark = traffic.mark;
  cut();
  const joined = await traffic.server("x.session", mark);
  assert.equal(joined.resumed, true);
  assert.match(joined.socket.url(), /[?&]after=event_\d+/);
  await traffic.server("response.done", mark, ({ response }) => response.id === reply.response_id);
  await playedToTheEnd(traffic, mark, reply.item_id);
  assert.equal(await captions.locator("article").last().locator("p").innerText(), ANSWER);
  countedOnce(traffic);

  step("code: every key goes to the server at once; a run, a hint");
  const code = page.getByRole("textbox", { name: /^Code in Python/ });
  await code.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Enter");
  figure("from a key to the server", await keyDelay(page, edits), "ms, median", 10, 100);
  mark = traffic.mark;
  await page.keyboard.press("Control+Enter");
  const run = await traffic.server("x.run.finished", mark);
  await page.getByText(`${run.report.passed} of ${run.report.total} tests passed`).first().waitFor();
  mark = traffic.mark;
  await page.keyboard.press("Alt+KeyH");
  const hint = await traffic.server("x.hint", mark);
  await page.getByRole("region", { name: "Question and hints" }).getByText(hint.text).waitFor();

  step("leaving by accident: asked first");
  await page.goBack();
  await button("Stay").waitFor();
  await accessible(page, "the question whether to leave");
  await shoot(page, "leaving");
  assert.equal(
    await button("Stay").evaluate((stay) => stay === document.activeElement),
    true,
    "staying is the next key",
  );
  await page.keyboard.press("Enter");
  await page.getByRole("timer").waitFor();
  assert.match(page.url(), /\/sessions\/[^/]+\/room$/);

  step("a bad line: on in writing, and back to sound");
  mark = traffic.mark;
  cut(true);
  await button("Go on in writing").click();
  cut(false);
  await traffic.server("session.updated", mark, ({ session }) => session.output_modalities[0] === "text");
  await page.getByRole("textbox", { name: "Your answer" }).fill(TYPED);
  mark = traffic.mark;
  await page.keyboard.press("Enter");
  const { response_id } = await traffic.server("response.output_text.done", mark);
  await traffic.server("response.done", mark, ({ response }) => response.id === response_id);
  await accessible(page, "the room");
  await shoot(page, "room-writing");
  mark = traffic.mark;
  await button("Open microphone").click();
  await traffic.server("session.updated", mark, ({ session }) => session.output_modalities[0] === "audio");

  step("pause and go on");
  mark = traffic.mark;
  await page.keyboard.press("Alt+KeyP");
  await traffic.floor("paused", mark);
  await page.getByRole("heading", { name: "Paused" }).waitFor();
  mark = traffic.mark;
  await button("Go on").click();
  await traffic.next("the floor", mark, ({ type, state }) => type === "x.floor" && state !== "paused");

  step("the end");
  await button("End").click();
  await accessible(page, "the question whether to end");
  await button("End it").click();
  await page.getByRole("heading", { name: /that was it/i }).waitFor();
  const slow = await page.evaluate((from) => __ear.slowTasks(from), begun);
  figure("longest task during the interview", Math.max(0, ...slow), "ms", 100);
  await accessible(page, "the end");
  await shoot(page, "end-recorded");

  step("looked back at: both voices, an own score before the scorecard, a note");
  await page.getByRole("link", { name: "Look back at it" }).click();
  await page.getByRole("heading", { name: QUESTION, exact: true }).waitFor();
  await page.getByRole("group", { name: "Player" }).getByRole("button", { name: "Play" }).click();
  await page.waitForFunction(() => __ear.tracks().length === 2 && __ear.tracks().every(({ at }) => at > 1));
  for (const { seconds } of await page.evaluate(() => __ear.tracks()))
    assert.ok(seconds > 20, `a track of ${seconds} s`);
  await page.getByRole("group", { name: "Player" }).getByRole("button", { name: "Pause" }).click();
  for (const group of await page.getByRole("tabpanel").getByRole("group").all()) await group.getByText("Good").click();
  await button("Show the scorecard").click();
  await page.getByText("No model was asked to judge").waitFor();
  await accessible(page, "the review");
  await shoot(page, "review");
  await page.keyboard.press("n");
  await page.keyboard.type(NOTE);
  await button("Add note").click();
  await page.getByRole("tab", { name: /Notes/ }).click();
  await page.getByRole("tabpanel").getByText(NOTE).waitFor();

  step("the interview found again");
  await page.getByRole("link", { name: "Viva" }).click();
  const mine = page.getByRole("region", { name: "Your interviews" });
  await mine.getByText("Not assessed").waitFor();
  await accessible(page, "the start page");
  await shoot(page, "home-recent");
  await mine.getByRole("link", { name: QUESTION }).click();
  await page.getByRole("heading", { name: QUESTION, exact: true }).waitFor();

  step("deleted: nothing of it is left");
  const session = new URL(page.url()).pathname;
  await button("Delete").click();
  await button("Delete for good").click();
  await page.getByText("Nothing yet.").waitFor();
  assert.equal((await context.request.get(`${url}/v1${session}`)).status(), 404);
  assert.deepEqual(complaints, [], "the browser has nothing to complain about");
  await context.close();
}

/** The page opens without a line once it has been loaded, and says what to do. */
async function opensOffline(page, cut) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
  const manifest = await page.evaluate(async () => (await fetch("/manifest.webmanifest")).json());
  assert.ok(manifest.icons.length > 0, "the page can be installed");
  cut(true);
  await page.reload();
  await page.getByRole("heading", { name: "Practise interviews out loud" }).waitFor();
  await page.getByText("The server cannot be reached.").first().waitFor();
  await accessible(page, "the page without a line");
  cut(false);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByRole("radio").first().waitFor();
}

/** Median time from a key to its edit's arrival at the server's door, in ms. */
async function keyDelay(page, edits) {
  await page.evaluate(() => {
    globalThis.__keys = [];
    const note = ({ timeStamp }) => globalThis.__keys.push(performance.timeOrigin + timeStamp);
    addEventListener("keydown", note, { capture: true });
  });
  const delays = [];
  for (const key of KEYS) {
    const before = edits.length;
    await page.keyboard.press(key);
    await page.waitForFunction((count) => globalThis.__keys.length === count, delays.length + 1);
    while (edits.length === before) await new Promise((resolve) => setImmediate(resolve));
    const pressed = await page.evaluate(() => globalThis.__keys.at(-1));
    delays.push(edits[before] - pressed);
  }
  assert.ok(Math.min(...delays) > -5, `no edit comes before its key: ${delays}`);
  return quantile(delays, 0.5);
}

/** Length of the sound that came of an item, in ms. */
function soundMs(traffic, item) {
  const pieces = traffic.events.filter(
    ({ type, item_id }) => type === "response.output_audio.delta" && item_id === item,
  );
  return pieces.reduce((sum, { delta }) => sum + Buffer.from(delta, "base64").length / 2 / 24, 0);
}

/** The page has said that all of the item was played. */
function playedToTheEnd(traffic, mark, item) {
  const fits = ({ type, item_id, done }) => type === "x.playout" && item_id === item && done;
  return traffic.next("the end of a reply's sound", mark, fits);
}

/** The player said at least four times a second how far it was. */
function playedOften(traffic, item) {
  const reports = traffic.events.filter((event) => event.type === "x.playout" && event.item_id === item);
  const gaps = reports.slice(1).map((event, i) => event.played_ms - (reports[i]?.played_ms ?? 0));
  assert.ok(Math.max(...gaps) <= 250, `reports are at most 250 ms of sound apart: ${gaps}`);
}

/** Every event of the server came exactly once, in order, over all sockets; the two that greet a socket are its own. */
function countedOnce(traffic) {
  const numbers = traffic.events
    .filter(({ from, type }) => from === "server" && type !== "session.created" && type !== "x.session")
    .map((event) => Number(event.event_id.slice("event_".length)));
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => i + (numbers[0] ?? 0)),
    "no event is lost or said twice",
  );
}
