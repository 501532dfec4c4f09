// The second story: a coding interview. A question is chosen, a wrong solution written and run, mended while the line is cut,
// a hint taken, all tests passed, the language changed and the page loaded anew; with axe looking on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible } from "./axe.mjs";
import { figure } from "./figures.mjs";
import { shoot } from "./shots.mjs";
import { step, WAIT_MS_MAX, watched } from "./traffic.mjs";

/** The file that the page's candidate will not see; the page is held to it. */
const QUESTION = readFileSync(new URL("../../questions/coding/lost-gloves/question.toml", import.meta.url), "utf8");
const FIRST_HINT = /\[\[hints\]\]\s+tier = 1\s+text = "([^"]+)"/.exec(QUESTION)?.[1] ?? "";
/** From the last key to the code on the other end, and from a key to the text on the screen, nobody should wait longer; ms. */
const RUN_MS_MAX = 5_000;

const WRONG = `def glove_pairs(gloves: list[int]) -> int:
    left = {}
    for glove in gloves:
        left[abs(glove)] = left.get(abs(glove), 0) + 1
    print("counted", len(left))
    return sum(count // 2 for count in left.values()) + left[gloves[0]] * 0
`;
const RIGHT = `def glove_pairs(gloves: list[int]) -> int:
    left, right = {}, {}
    for glove in gloves:
        side = left if glove > 0 else right
        side[abs(glove)] = side.get(abs(glove), 0) + 1
    return sum(min(count, right.get(model, 0)) for model, count in left.items())
`;

/** Tells the story. */
export async function coding({ browser, url, cut }) {
  assert.ok(FIRST_HINT.length > 20, "the question has a first hint");
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const { page, traffic, complaints } = await watched(context);
  page.on("dialog", (dialog) => void dialog.accept());
  const button = (name) => page.getByRole("button", { name, exact: true });
  const code = (language) => page.getByRole("textbox", { name: new RegExp(`^Code in ${language}`) });
  const tests = page.getByRole("region", { name: "Tests and runs" });
  const detail = tests.getByRole("group", { name: "The chosen test" });
  const text = (language) => code(language).locator(".cm-line").allInnerTexts();
  const view = (name) => page.getByRole("tablist", { name: "What is shown" }).getByRole("tab", { name }).click();
  const write = async (words) => {
    await code("Python").click();
    await page.keyboard.press("Control+A");
    // Typed over a selection, Chromium tries to keep its style inline, which the page's policy forbids it with a complaint.
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(words);
  };

  step("start: a question by kind and topic");
  await page.goto(url);
  await button("Behavioural").click();
  await page
    .getByRole("radio", { name: /A bug that was hard|The hardest bug|bug/i })
    .first()
    .waitFor();
  assert.equal(await page.getByRole("radio", { name: /Lost gloves/ }).count(), 0, "a filter hides other kinds");
  await button("Have a job description? Choose a question by it").click();
  await page
    .getByRole("textbox", { name: /Paste the description of a job/ })
    .fill("We store graphs and hash maps at scale.");
  await accessible(page, "the start page with a job's description");
  await button("Continue").click();
  await page.getByRole("heading", { name: "A question for the job you pasted" }).waitFor();
  await page.goBack();
  await button("Choose from the questions instead").click();
  await button("Coding").click();
  await page.getByRole("combobox", { name: "Topic" }).selectOption("counting");
  await page.getByRole("radio", { name: /Lost gloves/ }).check();
  await page.getByRole("radio", { name: "Type" }).check();
  await page.getByRole("combobox", { name: "Interviewer" }).selectOption("reserved");
  await page.getByRole("checkbox", { name: /Hear the interviewer/ }).uncheck();
  await accessible(page, "the start page");
  await shoot(page, "home");
  await button("Continue").click();
  await page.getByRole("heading", { name: "Lost gloves", exact: true }).waitFor();
  await page.getByRole("radio", { name: /^No/ }).check();
  await accessible(page, "the screen before the interview");
  await shoot(page, "before");
  const made = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/v1/sessions"));
  await button("Start the interview").click();
  assert.equal((await made).postDataJSON().persona, "reserved");

  step("the room: starter, tests, course");
  const joined = await traffic.server("x.session", 0);
  const { workspace } = joined;
  assert.ok(workspace.runs.available, `code is run here: ${workspace.runs.why}`);
  await code("Python").waitFor();
  assert.match((await text("Python")).join("\n"), /def glove_pairs\(/);
  await page.getByRole("list", { name: "Course of the interview" }).getByText("Clarify").waitFor();
  await detail.getByText(workspace.tests[0].expected, { exact: true }).waitFor();

  step("a typed word, so that the question is put");
  await page.getByRole("textbox", { name: "Your answer" }).fill("Yes, I am ready. Let us begin.");
  await page.keyboard.press("Enter");
  await traffic.server("x.phase", 0, ({ phase }) => phase === "clarify");
  await page.locator(".viva-pointed").waitFor();
  assert.equal(await page.locator(".viva-pointed").count(), 1, "one line is spoken of");
  assert.match((await code("Python").locator(".cm-line").nth(1).getAttribute("class")) ?? "", /viva-pointed/);

  step("a wrong solution: the failing test, what was printed, the line of the error");
  await write(WRONG);
  let mark = traffic.mark;
  const pressed = performance.now();
  await page.keyboard.press("Control+Enter");
  const first = await traffic.server("x.run.finished", mark);
  assert.ok(performance.now() - pressed < RUN_MS_MAX, "the run is quick");
  const failed = first.report.tests.find(({ verdict }) => verdict !== "accepted");
  assert.ok(failed, "the wrong solution fails a visible test");
  await tests.getByText(`${first.report.passed} of ${first.report.total} tests passed`).waitFor();
  await detail
    .getByText(failed.value ?? failed.error.kind)
    .first()
    .waitFor();
  await shoot(page, "room-failed", () => view("Tests"));
  await tests.getByRole("button", { name: /^Test 4/ }).click();
  await detail.getByText("IndexError").waitFor();
  await detail.getByRole("button", { name: /^Line 6/ }).click();
  const broken = page.locator(".viva-error");
  assert.ok((await broken.innerText()).startsWith(WRONG.split("\n")[5]), "the broken line is marked");
  await broken.getByText(/IndexError/).waitFor();
  assert.ok((await page.locator(".cm-activeLine").innerText()).startsWith(WRONG.split("\n")[5]), "the cursor is there");

  step("a hint");
  mark = traffic.mark;
  await button("Hint").click();
  const hint = await traffic.server("x.hint", mark);
  assert.equal(hint.text, FIRST_HINT);
  await page.getByRole("region", { name: "Question and hints" }).getByText(FIRST_HINT).waitFor();
  await page.getByText(hint.left === 1 ? "One hint is left." : `${hint.left} hints are left.`).waitFor();
  await accessible(page, "the room");
  await shoot(page, "room-hint", () => view("Code"));

  step("somebody follows: words, code as it is written, the run; and can change nothing");
  const session = new URL(page.url()).pathname.replace(/\/room$/, "");
  const follower = await context.newPage();
  await follower.goto(new URL(`${session}/live`, url).href);
  const copy = follower.getByRole("textbox", { name: /^Code in Python/ });
  const copied = async (wanted) => (await copy.locator(".cm-line").allInnerTexts()).join("\n").includes(wanted);
  await follower.getByText("Yes, I am ready. Let us begin.").waitFor();
  await follower.getByText(`${first.report.passed} of ${first.report.total} tests passed`).waitFor();
  await follower.getByText("One hint given").waitFor();
  await copy.waitFor();
  assert.equal(await copy.getAttribute("contenteditable"), "false", "the code can only be read");
  await write(`${WRONG}# followed`);
  const written = performance.now();
  while (!(await copied("# followed"))) assert.ok(performance.now() - written < WAIT_MS_MAX, "the code is followed");
  figure("from the code written to a follower's page", performance.now() - written, "ms", 1_000);
  await accessible(follower, "the page of one who follows");
  await shoot(follower, "live");
  await follower.close();
  await write(WRONG);

  step("an own input");
  await page.getByRole("tab", { name: "Own input" }).click();
  await page.getByRole("textbox", { name: /glove_pairs/ }).fill("[[5, -5, 5]]");
  mark = traffic.mark;
  await button("Run with this").click();
  await traffic.server("x.run.finished", mark);
  await tests.getByText("counted 1").waitFor();

  step("a cut line: what is written meanwhile is kept, and is what runs afterwards");
  mark = traffic.mark;
  cut(true);
  await page.getByText("Cut off: what you write is kept and sent later.").waitFor();
  await write(RIGHT);
  assert.equal((await text("Python")).join("\n").trim(), RIGHT.trim());
  cut(false);
  await traffic.server("x.session", mark);
  await page.getByText("Cut off: what you write is kept and sent later.").waitFor({ state: "detached" });
  mark = traffic.mark;
  await button("Run all").click();
  const all = await traffic.server("x.run.finished", mark);
  assert.equal(all.report.verdict, "accepted", JSON.stringify(all));
  const { hidden, passed, total } = all.report;
  await tests.getByText(`${passed} of ${total} tests passed, ${hidden.passed} of ${hidden.total} hidden`).waitFor();
  assert.equal(await page.locator(".viva-error").count(), 0, "no line is marked any more");
  await shoot(page, "room-passed", () => view("Talk"));

  step("another language, and back");
  await page.getByRole("combobox", { name: "Language" }).selectOption("javascript");
  await code("JavaScript").waitFor();
  assert.match((await text("JavaScript")).join("\n"), /function glovePairs\(/);
  await page.getByRole("combobox", { name: "Language" }).selectOption("python3");
  await code("Python").waitFor();
  assert.equal((await text("Python")).join("\n").trim(), RIGHT.trim());

  step("by keyboard: undo, find, and out of the editor");
  await code("Python").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("# done");
  await page.keyboard.press("Control+Z");
  assert.equal((await text("Python")).join("\n").trim(), RIGHT.trim(), "undo takes back what was typed last");
  await page.keyboard.press("Control+F");
  await page.getByRole("textbox", { name: "Find" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot === null), true, "Escape, then Tab leaves");

  step("the page loaded anew: code, run and hint are there");
  await page.reload();
  await button("Go back to it").click();
  await code("Python").waitFor();
  assert.equal((await text("Python")).join("\n").trim(), RIGHT.trim());
  await tests.getByText(`${passed} of ${total} tests passed, ${hidden.passed} of ${hidden.total} hidden`).waitFor();
  await page.getByRole("region", { name: "Question and hints" }).getByText(FIRST_HINT).waitFor();

  await button("End").click();
  await button("End it").click();
  await page.getByRole("heading", { name: /that was it/i }).waitFor();
  assert.equal((await page.getByRole("group", { name: "Your code" }).innerText()).trim(), RIGHT.trim());
  await shoot(page, "end");
  assert.deepEqual(complaints, [], "the browser has nothing to complain about");
  await context.close();
}
