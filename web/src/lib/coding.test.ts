import { expect, test } from "vitest";
import type { RunScope, RunView, TestView, WorkspaceView } from "../wire/wire";
import {
  ask,
  brokenLines,
  type Coding,
  type CodingEvent,
  isBusy,
  outcome,
  reduceCoding,
  refuse,
  whyNoRuns,
  workspaceOf,
} from "./coding";

const view: WorkspaceView = {
  languages: ["python3", "go"],
  language: "python3",
  entry: "glove_pairs(gloves: list<int>) -> int",
  tests: [
    { id: "one", input: "[[3, -3]]", expected: "1" },
    { id: "none", input: "[[]]", expected: "0" },
  ],
  input: "The arguments as a JSON list.",
  hidden: 5,
  runs: { available: true, languages: ["python3"], tier: "namespaces" },
  hints: 3,
};
const fresh = workspaceOf(view, null);
const after = (events: CodingEvent[], before: Coding = fresh): Coding => events.reduce(reduceCoding, before);
const ran = (id: string, verdict: TestView["verdict"], more: Partial<TestView> = {}): TestView => ({
  id,
  verdict,
  input: "[[]]",
  cpu_ms: 1,
  ran: true,
  ...more,
});
const report = (tests: TestView[], more: Partial<RunView> = {}): RunView => ({
  verdict: tests.find(({ verdict }) => verdict !== "accepted")?.verdict ?? "accepted",
  passed: tests.filter(({ verdict }) => verdict === "accepted").length,
  total: tests.length,
  tests,
  truncated: false,
  tier: "namespaces",
  queued_ms: 0,
  took_ms: 90,
  ...more,
});
const started = (run: string, scope: RunScope = "visible"): CodingEvent => ({
  type: "x.run.started",
  run,
  scope,
  language: "python3",
});
const finished = (run: string, what: RunView, scope: RunScope = "visible"): CodingEvent => ({
  type: "x.run.finished",
  run,
  scope,
  language: "python3",
  report: what,
});

test("a workspace begins with its language, all its hints and no run", () => {
  expect(fresh).toMatchObject({ language: "python3", left: 3, hints: [], run: null, tried: null, asked: null });
  expect(fresh.workspace).toMatchObject({ hidden: 5, hints: 3, input: "The arguments as a JSON list." });
});

test("after a cut, what the server says of the workspace is taken and the last run stays", () => {
  const before = after([started("run_1"), finished("run_1", report([ran("one", "accepted")]))]);
  const joined = workspaceOf({ ...view, language: "go" }, before);
  expect(joined.language).toBe("go");
  expect(joined.run?.id).toBe("run_1");
});

test("a run is asked for, runs and ends; a further one is held back meanwhile", () => {
  const asked = ask(fresh, "visible", "");
  expect(isBusy(asked)).toBe(true);
  const running = after([started("run_1")], asked);
  expect(running.asked).toBeNull();
  expect(isBusy(running)).toBe(true);
  expect(outcome(running.run)).toEqual({ text: "Running the tests…", good: null });
  const done = after([finished("run_1", report([ran("one", "accepted"), ran("none", "wrong_answer")]))], running);
  expect(isBusy(done)).toBe(false);
  expect(outcome(done.run)).toEqual({ text: "1 of 2 tests passed", good: false });
});

test("hidden tests are told as numbers, and one that failed spoils the whole", () => {
  const hidden = { passed: 4, total: 5 };
  const wrong = report([ran("one", "accepted")], { verdict: "wrong_answer", hidden });
  const done = after([started("run_1", "all"), finished("run_1", wrong, "all")]);
  expect(outcome(done.run)).toEqual({ text: "1 of 1 tests passed, 4 of 5 hidden", good: false });
});

test("an own input is kept beside its run and leaves the last run over the tests alone", () => {
  const tested = after([started("run_1"), finished("run_1", report([ran("one", "accepted")]))]);
  const tried = after([started("run_2", "custom")], ask(tested, "custom", "[[9]]"));
  expect(tried.run?.id).toBe("run_1");
  expect(tried.tried).toMatchObject({ id: "run_2", input: "[[9]]" });
  const done = after([finished("run_2", report([ran("custom", "accepted", { value: "0" })]), "custom")], tried);
  expect(outcome(done.tried)).toEqual({ text: "Done", good: null });
});

test("it is said why code is not run: on this server, or in this language", () => {
  expect(whyNoRuns(fresh)).toBe("");
  expect(whyNoRuns({ ...fresh, language: "go" })).toBe("Go can be written here, but not run.");
  const runs = { available: false, languages: [], why: "This server has no safe box." };
  expect(whyNoRuns(workspaceOf({ ...view, runs }, null))).toBe("Code is not run here. This server has no safe box.");
});

test("a refusal is said once and goes with the next request", () => {
  const refused = refuse(ask(fresh, "all", ""), "Wait a few seconds.");
  expect(isBusy(refused)).toBe(false);
  expect(refused.refusal).toBe("Wait a few seconds.");
  expect(ask(refused, "all", "").refusal).toBe("");
});

test("a run that came to nothing says why", () => {
  const error = { kind: "busy" as const, message: "All boxes are taken." };
  const end: CodingEvent = { type: "x.run.finished", run: "run_1", scope: "visible", language: "python3", error };
  const failed = after([started("run_1"), end]);
  expect(failed.run).toMatchObject({ report: null, failure: "All boxes are taken." });
  expect(isBusy(failed)).toBe(false);
});

test("the end of an older run does not end the present one", () => {
  const running = after([started("run_1"), started("run_2"), finished("run_1", report([]))]);
  expect(running.run).toMatchObject({ id: "run_2", report: null });
});

test("on a page loaded anew, the last run is shown though its start was not seen", () => {
  const done = after([finished("run_4", report([ran("one", "wrong_answer")]))]);
  expect(done.run).toMatchObject({ id: "run_4", language: "python3", failure: "" });
  expect(outcome(done.run).text).toBe("0 of 1 tests passed");
});

test("lines that went wrong are marked in the language that was run, and only there", () => {
  const error = { kind: "IndexError", message: "out of range", line: 4 };
  const tests = [ran("one", "runtime_error", { error }), ran("none", "runtime_error", { error })];
  const done = after([started("run_1"), finished("run_1", report(tests))]);
  expect(brokenLines(done.run, done.language)).toEqual([{ line: 4, text: "IndexError: out of range" }]);
  expect(brokenLines(done.run, "go")).toEqual([]);
});

test("of code that does not compile, the compiler's line is marked; its warnings are not", () => {
  const compiled = (verdict: "compile_error" | "accepted") =>
    after([
      started("run_1"),
      finished("run_1", report([], { verdict, compile: { verdict, output: "main.py:2\nSyntaxError: no", line: 2 } })),
    ]);
  expect(brokenLines(compiled("compile_error").run, "python3")).toEqual([{ line: 2, text: "SyntaxError: no" }]);
  expect(outcome(compiled("compile_error").run)).toEqual({ text: "Does not compile", good: false });
  expect(brokenLines(compiled("accepted").run, "python3")).toEqual([]);
});

test("hints stand in the order of their tiers, each once", () => {
  const hint = (tier: number, left: number): CodingEvent => ({ type: "x.hint", tier, text: `Hint ${tier}`, left });
  const hinted = after([hint(2, 1), hint(1, 1), hint(2, 1)]);
  expect(hinted.hints.map(({ tier }) => tier)).toEqual([1, 2]);
  expect(hinted.left).toBe(1);
});

test("the server's language is shown", () => {
  expect(after([{ type: "x.editor", language: "go", text_hash: "af63bd4c8601b7df", bytes: 120 }]).language).toBe("go");
});
