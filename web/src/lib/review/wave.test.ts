import { expect, it } from "vitest";
import type { Metrics, ReviewView } from "../../wire/review";
import { lost, shares } from "./lost";
import { columns, ticks, wave } from "./wave";

it("draws the loudest of each part, however quiet the microphone", () => {
  const quiet = wave({ per_second: 25, peaks: btoa(String.fromCharCode(0, 50, 25, 0)) });
  expect([quiet.each, quiet.loud]).toEqual([40, 50]);
  expect(columns(quiet, 0, 160, 2)).toEqual([1, 0.5 ** 1.7]);
  expect(columns(quiet, -160, 320, 3)).toEqual([0, 1, 0]);
  expect(columns(quiet, 40, 60, 2)).toEqual([1, 1]);
  expect(wave({ per_second: 25, peaks: "" }).loud).toBe(40);
});

it("writes round times", () => {
  expect(ticks(0, 60_000, 6)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  expect(ticks(61_000, 7_200_000, 8)[0]).toBe(900_000);
});

const report = (verdict: string) => ({
  verdict,
  passed: 0,
  total: 4,
  hidden: null,
  compiler: null,
  line: null,
  tests: [],
});
const run = (id: number, at_ms: number, verdict: string) => ({
  id,
  seq: id,
  at_ms,
  done_ms: at_ms + 100,
  scope: "visible",
  language: "python3" as const,
  failed: null,
  report: report(verdict),
});
const review = {
  duration_ms: 100_000,
  question: { id: "q", title: "Q", statement: "", put_ms: 5_000 },
  speech: [{ from_ms: 0, to_ms: 10_000 }],
  playback: [{ from_ms: 8_000, to_ms: 20_000 }],
  turns: [],
  utterances: [],
  phases: [
    { from_ms: 0, to_ms: 30_000, phase: "greet", part: null },
    { from_ms: 30_000, to_ms: 90_000, phase: "code", part: null },
    { from_ms: 90_000, to_ms: 100_000, phase: "test", part: null },
  ],
  code: { edits: [{ at_ms: 30_000 }, { at_ms: 32_000 }] },
  runs: [
    run(1, 40_000, "wrong_answer"),
    run(2, 50_000, "wrong_answer"),
    run(3, 60_000, "accepted"),
    run(4, 95_000, "wrong_answer"),
  ],
} as unknown as ReviewView;
const metrics = {
  metrics_version: 1,
  metrics: [
    {
      id: "idle_gaps",
      unit: "count",
      value: 2,
      places: [
        { from: 1, to: 21_001 },
        { from: 40_000, to: 70_000 },
      ],
    },
    { id: "pauses_long", unit: "count", value: 1, places: [{ from: 3_000, to: 8_500 }] },
  ],
} as Metrics;

it("tells where time went, each with its place", () => {
  const found = lost(review, metrics);
  expect(found.map(({ what, at }) => [what, at])).toEqual([
    ["Nothing said, written or run", 40_000],
    ["2 failing runs in a row to the fix", 40_000],
    ["In the phase “Code”", 30_000],
    ["In the phase “Test”", 90_000],
    ["Silence in the middle of a turn", 3_000],
  ]);
  expect(found[0]?.much).toBe("30 s");
});

it("shares the whole time out", () => {
  const found = shares(review);
  expect(found.map(({ id, ms }) => [id, ms])).toEqual([
    ["you", 10_000],
    ["interviewer", 10_000],
    ["writing", 6_000],
    ["quiet", 74_000],
  ]);
});

it("tells how long a written answer took, and does not call typing quiet", () => {
  const said = (voice: string, from_ms: number, to_ms: number) => ({ voice, from_ms, to_ms });
  const turn = (spoken: boolean, from_ms: number) => ({ spoken, from_ms });
  const written = {
    ...review,
    speech: [],
    utterances: [
      said("interviewer", 8_000, 20_000),
      said("candidate", 22_000, 22_000),
      said("interviewer", 23_000, 24_000),
    ],
    turns: [turn(false, 22_000), turn(false, 58_500), turn(true, 99_000)],
  } as unknown as ReviewView;
  const found = lost(written, metrics).find(({ id }) => id === "written_0");
  expect([found?.what, found?.at, found?.to, found?.much]).toEqual([
    "Until the written answer",
    24_000,
    58_500,
    "35 s",
  ]);
  expect(shares(written).at(-1)?.name).toBe("You read, thought or typed");
});
