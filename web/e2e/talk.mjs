// The first story: an interview by voice, with a barge-in, a typed turn, a cut line and a pause, and its recording.
import assert from "node:assert/strict";
import { ear } from "./ear.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";
import { ANSWER, HEARD } from "./world.mjs";

/** Silence after the candidate cut in, in ms, that counts as the voice having stopped. */
const QUIET_MS = 400;
/** What is looked for and chosen. */
const QUESTION = "Parcel lockers";
const TYPED = "Then I would keep only a window of it in memory.";

/** Tells the story. */
export async function talk({ browser, url, cut }) {
  const context = await browser.newContext({ permissions: ["microphone"] });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.addInitScript(ear);
  const { page, traffic, complaints } = await watched(context);
  const button = (name) => page.getByRole("button", { name, exact: true });
  const captions = page.getByRole("region", { name: "What was said" });

  step("a question by its words; microphone check, consent");
  await page.goto(url);
  await page.getByRole("searchbox", { name: "Search" }).fill(QUESTION);
  await page.getByRole("radio", { name: new RegExp(`^${QUESTION}`) }).check();
  await button("Continue").click();
  await page.getByRole("heading", { name: QUESTION, exact: true }).waitFor();
  await button("Check microphone").click();
  await page.getByText("your voice comes through").waitFor();
  await button("Start the interview").click();
  await page.getByText("choose whether the interview may be recorded").waitFor();
  assert.equal(traffic.mark, 0, "nothing begins without an answer about recording");
  await page.getByRole("radio", { name: /^Yes/ }).check();
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
  await playedToTheEnd(traffic, 0, first.item_id);
  playedOften(traffic, first.item_id);
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
  await button("Muted").click();
  await traffic.server("input_audio_buffer.speech_started", mark);
  await page.waitForFunction((quiet) => __ear.quietMs() > quiet, QUIET_MS);
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

  step("pause and go on");
  mark = traffic.mark;
  await page.keyboard.press("Alt+KeyP");
  await traffic.floor("paused", mark);
  await page.getByRole("heading", { name: "Paused" }).waitFor();
  mark = traffic.mark;
  await button("Go on").click();
  await traffic.next("the floor", mark, ({ type, state }) => type === "x.floor" && state !== "paused");

  step("end, and the recording");
  await button("End").click();
  await button("End it").click();
  await page.getByRole("heading", { name: /that was it/ }).waitFor();
  await page.locator("audio").nth(1).waitFor();
  for (const track of await page.locator("audio").all()) await plays(track);
  for (const link of await page.getByRole("link", { name: /\.(jsonl|json|flac)$/ }).all()) {
    const file = await context.request.get(new URL(await link.getAttribute("href"), url).href);
    assert.equal(file.status(), 200, `${file.url()} is there`);
    assert.ok((await file.body()).length > 0, `${file.url()} is not empty`);
  }
  assert.deepEqual(complaints, [], "the browser has nothing to complain about");
  await context.close();
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

/** A recorded track has a length, and plays. */
async function plays(track) {
  const seconds = await track.evaluate(async (audio) => {
    audio.muted = true;
    await audio.play();
    await new Promise((resolve) => audio.addEventListener("timeupdate", resolve, { once: true }));
    audio.pause();
    return audio.duration;
  });
  assert.ok(seconds > 5, `the track is ${seconds} s long`);
}
