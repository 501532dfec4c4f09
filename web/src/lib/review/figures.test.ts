import { expect, it } from "vitest";
import type { TurnSeen } from "../../wire/review";
import { agreementText, ceiling, GROUPS, ledgers, NAMES, telling } from "./figures";

const turn = (ledger: [string, number][]): TurnSeen => ({
  turn: 1,
  item: 2,
  spoken: true,
  from_ms: 0,
  to_ms: 900,
  committed_ms: 1_600,
  decision: null,
  ledger: ledger.map(([stage, at_ms]) => ({ stage, at_ms })),
});

it("tells what an answer's time was spent on; what was ready before took none", () => {
  const [secret] = ledgers([
    turn([
      ["speech_end", 1_000],
      ["first_sentence", 1_200],
      ["tts_first_byte", 1_300],
      ["committed", 1_600],
      ["first_sent", 1_610],
      ["first_played", 1_700],
    ]),
  ]);
  expect(secret?.stages.map(({ ms }) => ms)).toEqual([600, 0, 10, 90]);
  expect(secret?.all).toBe(700);
  const [slow] = ledgers([
    turn([
      ["speech_end", 1_000],
      ["committed", 1_600],
      ["first_sentence", 2_600],
      ["first_sent", 3_000],
    ]),
  ]);
  expect(slow?.stages.map(({ ms }) => ms)).toEqual([600, 1_000, 400, 0]);
  expect(ledgers([turn([["speech_end", 1_000]]), turn([])])).toEqual([]);
});

it("ends axes at round numbers", () => {
  expect([0, 7, 23, 180, 236, 1000].map(ceiling)).toEqual([1, 8, 25, 200, 250, 1000]);
});

it("shows the largest places in the order in which they came", () => {
  const row = {
    id: "pauses",
    unit: "count" as const,
    value: 3,
    places: [3, 9, 5].map((value, i) => ({ from: i, to: i, value })),
  };
  expect(telling(row, 2).map(({ value }) => value)).toEqual([9, 5]);
});

it("has a name for every metric that it shows, and shows none twice", () => {
  const shown = GROUPS.flatMap(({ ids }) => ids);
  expect(shown.filter((id) => NAMES[id] === undefined)).toEqual([]);
  expect(new Set(shown).size).toBe(shown.length);
});

it("says how far two scorers agree, and from how much that is told", () => {
  expect([agreementText(null, 0), agreementText(null, 1), agreementText(640, 12), agreementText(-20, 2)]).toEqual([
    "nothing to compare yet",
    "cannot be told from one interview",
    "substantial (κ 0.64, 12 interviews)",
    "no more than by chance (κ -0.02, 2 interviews)",
  ]);
});
