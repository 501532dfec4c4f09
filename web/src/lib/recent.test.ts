import { describe, expect, it } from "vitest";
import type { Scorecard } from "../wire/scorecard";
import type { SessionLine } from "./api";
import { courses, isKept, stateText } from "./recent";

const line: SessionLine = {
  id: "sess_1",
  question: { id: "gloves", title: "Lost gloves" },
  minutes: 20,
  recording: true,
  state: "ended",
  created_ms: 1,
};
const card = (...bands: [string, number | null][]) =>
  ({ dimensions: bands.map(([id, band]) => ({ id, title: id.toUpperCase(), band })) }) as unknown as Scorecard;

describe("an earlier interview", () => {
  it("says where it stands unless it simply ended", () => {
    expect(stateText(line)).toBe("");
    expect(stateText({ ...line, state: "live" })).toBe("Still going on");
    expect(stateText({ ...line, recording: false })).toBe("Not recorded");
  });

  it("can be looked at when it was recorded and is over", () => {
    expect(isKept(line)).toBe(true);
    expect(isKept({ ...line, recording: false })).toBe(false);
    expect(isKept({ ...line, state: "created" })).toBe(false);
  });
});

describe("progress", () => {
  it("goes by time, however the list comes, and leaves out what was not assessed", () => {
    const cards = [
      { at: 30, card: card(["talk", 3], ["code", null]) },
      { at: 10, card: card(["talk", 1], ["code", 2]) },
      { at: 20, card: card(["talk", 2], ["code", 4]) },
    ];
    expect(courses(cards)).toEqual([
      { id: "talk", title: "TALK", bands: [1, 2, 3].map((band) => ({ at: band * 10, band })) },
      {
        id: "code",
        title: "CODE",
        bands: [
          { at: 10, band: 2 },
          { at: 20, band: 4 },
        ],
      },
    ]);
  });

  it("takes two interviews to show", () => {
    expect(courses([{ at: 1, card: card(["talk", 3]) }])).toEqual([]);
  });
});
