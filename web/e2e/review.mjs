// The fourth story: an interview that is over is looked back at: played, searched, its claims followed, annotated, deleted.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible } from "./axe.mjs";
import { figure } from "./figures.mjs";
import { KEPT, lay } from "./kept.mjs";
import { smooth } from "./scroll.mjs";
import { shoot } from "./shots.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";

/** Utterances of two hours. */
const UTTERANCES = 1_440;
/** Sounds may be so far from the clock, in ms: nobody hears that two people speak so much apart. */
const APART_MS_MAX = 250;
const SAID = "I would keep the smallest free locker of each size in a heap, so that storing takes logarithmic time. ";

/** Tells the story. */
export async function review({ browser, another }) {
  const { url, close } = await another({ lay });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(WAIT_MS_MAX);
  // Sounds that are not in the document can be listened to all the same.
  await context.addInitScript(() => {
    globalThis.sounds = [];
    const Made = globalThis.Audio;
    globalThis.Audio = function Audio(...given) {
      const sound = new Made(...given);
      globalThis.sounds.push(sound);
      return sound;
    };
  });
  const { page, complaints } = await watched(context);
  const button = (name) => page.getByRole("button", { name, exact: true });
  const tab = (name) => page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
  const slider = page.getByRole("slider", { name: "Position in the interview" });
  const transcript = page.getByRole("group", { name: "Transcript" });
  const card = page.getByRole("tabpanel");
  const seconds = async () => Number(await slider.getAttribute("aria-valuenow"));
  const stands = async (wanted) => {
    await page.waitForFunction(
      ([at]) => Math.abs(Number(document.querySelector('[role="slider"]')?.getAttribute("aria-valuenow")) - at) <= 1,
      [wanted],
    );
  };

  step("review: what is kept of an interview, at a moment of its own address");
  for (const made of ["review", "scorecard"]) await taken(context, `${url}/v1/sessions/${KEPT}/${made}`);
  await page.goto(`${url}/sessions/${KEPT}#t=20`);
  await page.getByRole("heading", { name: "Parcel lockers", level: 1 }).waitFor();
  await page.getByRole("heading", { name: "Where the time went" }).waitFor();
  assert.equal(await seconds(), 20);

  step("review: oneself first, then the scorecard");
  await card.getByRole("heading", { name: "How did it go, in your own eyes?" }).waitFor();
  await accessible(page, "self-score");
  await shoot(page, "review-self");
  for (const dimension of ["Communication", "Coding"])
    await card.getByRole("group", { name: dimension }).getByText("Good", { exact: true }).click();
  await button("Show the scorecard").click();
  await card.getByRole("table", { name: "Your own score beside the scorecard's" }).waitFor();

  step("review: a coach's score beside it");
  await card.getByText("Score it as a coach").click();
  await card.getByText("nothing to compare yet").first().waitFor();
  await card.locator("form").getByRole("group", { name: "Coding" }).getByText("Good", { exact: true }).click();
  await button("Keep the score").click();
  await card.getByText("Your score as a coach:").waitFor();
  await card.getByText("cannot be told from one interview").waitFor();
  await accessible(page, "the scorecard");
  await shoot(page, "review-card");

  step("review: a claim leads to its moment");
  const claim = card.getByRole("link", { name: /^Play from/ }).first();
  const [minutes, rest] = (await claim.innerText()).split(":").map(Number);
  await claim.click();
  await stands(minutes * 60 + rest);
  assert.match(page.url(), /#t=\d/);
  await button("Pause").click();

  step("review: both voices are heard along one clock");
  await page.keyboard.press("Home");
  await slider.focus();
  await page.keyboard.press("Home");
  await stands(0);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => globalThis.sounds.filter(({ paused }) => !paused).length === 2);
  await stands(3);
  const { tracks } = await (await context.request.get(`${url}/v1/sessions/${KEPT}/review`)).json();
  const begins = tracks.map(({ places }) => places[0].at_ms - places[0].track_ms);
  const now = await page.evaluate(() => globalThis.sounds.map(({ currentTime }) => currentTime * 1000));
  const [one, other] = now.map((at, i) => at + begins[i]);
  figure("both voices apart", Math.abs(one - other), "ms", 60, APART_MS_MAX);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("4");
  const [from, begun] = [await seconds(), Date.now()];
  await stands(from + 8);
  assert.ok(Date.now() - begun < 4_000, "four times as fast");
  await button("Silence Interviewer").click();
  assert.equal(await page.evaluate(() => globalThis.sounds.filter(({ muted }) => muted).length), 1);
  await page.keyboard.press("k");
  await page.waitForFunction(() => globalThis.sounds.every(({ paused }) => paused));

  step("review: words are found, clicked, and marked while they are said");
  await page.keyboard.press("/");
  await page.keyboard.type("locker");
  await page.getByText(/^1 of \d+$/).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText(/^2 of \d+$/).waitFor();
  const line = transcript.locator(".line", { has: page.locator("mark.chosen") }).first();
  await line.locator("mark").first().click();
  await page.waitForFunction(() => document.querySelector(".line.now .spoken") !== null);
  const said = await transcript.locator(".line.now .spoken").first().innerText();
  assert.match(said, /locker/i, "the word that was clicked is the word that is heard");
  await page.keyboard.press("k");
  await page.keyboard.press("Escape");

  step("review: the code as it stood");
  await tab("Code");
  const code = page.getByRole("textbox", { name: /^Code in Python at this moment/ });
  await slider.press("Home");
  await code.getByText("pass").first().waitFor();
  await page.waitForFunction(() => {
    const first = document.querySelector('[data-row="0"]');
    return first !== null && first.getBoundingClientRect().top > first.parentElement.getBoundingClientRect().top;
  });
  await slider.press("End");
  await page.waitForFunction(
    () =>
      !/pass\b/.test(document.querySelector(".host")?.shadowRoot?.querySelector(".cm-content")?.textContent ?? "pass"),
  );
  await accessible(page, "the code");
  await shoot(page, "review-code");

  step("review: figures, and why turns were answered when they were");
  await tab("Figures");
  await page.getByRole("heading", { name: /^How long answers took/ }).waitFor();
  await accessible(page, "the figures");
  await shoot(page, "review-figures");
  await page.getByRole("checkbox", { name: "Turn decisions" }).check();
  await transcript
    .getByText(/^Waited .* then took the turn to be over/)
    .first()
    .waitFor();

  step("review: a note");
  await slider.press("Home");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: /^A note about/ }).fill("A good opening.");
  await button("Add note").click();
  await transcript.getByText("A good opening.").waitFor();
  await button("Publish").click();
  await card.getByText("you", { exact: true }).waitFor();
  await accessible(page, "notes");
  await shoot(page, "review-notes");

  step("review: two hours scroll");
  await page.route(`**/v1/sessions/${KEPT}/review`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: twoHours(await answer.json()) });
  });
  await page.reload();
  await transcript.getByText(`No. ${UTTERANCES}.`).waitFor({ state: "attached" });
  await smooth(transcript, "two hours of a review");
  await page.unroute(`**/v1/sessions/${KEPT}/review`);

  step("review: taken away, on paper too");
  await page.reload();
  await page.getByText("Save", { exact: true }).click();
  const [paper] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Scorecard, PDF" }).click(),
  ]);
  assert.equal(
    readFileSync(await paper.path())
      .subarray(0, 5)
      .toString(),
    "%PDF-",
  );
  await page.keyboard.press("Escape");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.getByRole("heading", { name: "Where the time went" }).waitFor();
  assert.equal(await button("Delete").isVisible(), false, "on paper stands what is read");
  await shoot(page, "review-print");
  await page.emulateMedia({ media: null, colorScheme: null });

  step("review: deleted for good");
  await page.reload();
  await button("Delete").click();
  await accessible(page, "the question whether to delete");
  await shoot(page, "review-delete");
  await button("Delete for good").click();
  await page.waitForURL(`${url}/`);
  const gone = await context.request.get(`${url}/v1/sessions/${KEPT}`);
  assert.equal(gone.status(), 404);
  assert.deepEqual(complaints, [], "the browser has nothing to complain about");
  await context.close();
  await close();
}

/** The server has taken in what a killed one left: it is asked until it has. */
async function taken(context, address) {
  const late = performance.now() + WAIT_MS_MAX;
  while ((await context.request.get(address)).status() !== 200)
    assert.ok(performance.now() < late, "the server takes in what was left");
}

/** The same interview as if two hours had been talked. */
function twoHours(seen) {
  const utterances = Array.from({ length: UTTERANCES }, (_, i) => {
    const text = `No. ${i + 1}. ${SAID.repeat(1 + (i % 4))}`;
    const from_ms = i * 5_000;
    const words = [...text.matchAll(/\w+/g)].map(({ index, 0: word }, n) => [
      index,
      index + word.length,
      from_ms + n * 40,
    ]);
    return {
      id: i + 1,
      voice: i % 2 === 0 ? "interviewer" : "candidate",
      from_ms,
      to_ms: from_ms + 4_800,
      item: i,
      is_final: true,
      text,
      words,
    };
  });
  return { ...seen, utterances, duration_ms: 7_200_000 };
}
