import { describe, expect, it } from "vitest";
import type { TrackSeen } from "../../wire/review";
import { holding, lastAt, onTrack, placeOf, silences, step, timeOf, voices } from "./clock";

const track: TrackSeen = {
  voice: "candidate",
  file: "candidate.flac",
  length_ms: 5_000,
  places: [
    { track_ms: 0, at_ms: 100 },
    { track_ms: 1_000, at_ms: 4_000 },
  ],
};

describe("a packed track", () => {
  it("is heard where it was spoken", () => {
    expect(onTrack(track, 100)).toBe(0);
    expect(onTrack(track, 1_099)).toBe(999);
    expect(onTrack(track, 4_500)).toBe(1_500);
  });
  it("is silent before it began, while nothing came, and after its end", () => {
    expect(onTrack(track, 50)).toBeNull();
    expect(onTrack(track, 2_000)).toBeNull();
    expect(onTrack(track, 8_000)).toBeNull();
  });
});

describe("silence", () => {
  const heard = voices({
    speech: [
      { from_ms: 3_000, to_ms: 4_000 },
      { from_ms: 3_500, to_ms: 5_000 },
    ],
    playback: [
      { from_ms: 4_800, to_ms: 6_000 },
      { from_ms: 7_000, to_ms: 8_000 },
    ],
  });
  it("is where neither voice is heard", () => {
    expect(heard).toEqual([
      { from: 3_000, to: 6_000 },
      { from: 7_000, to: 8_000 },
    ]);
  });
  it("is skipped when it is long, up to just before somebody speaks", () => {
    expect(silences(heard, 20_000)).toEqual([
      { from: 0, to: 2_650 },
      { from: 8_400, to: 19_650 },
    ]);
    expect(silences([], 1_000)).toEqual([]);
  });
  it("is found by a time within it", () => {
    const gaps = silences(heard, 20_000);
    expect(holding(gaps, 9_000)).toBe(gaps[1]);
    expect(holding(gaps, 2_650)).toBeUndefined();
    expect(holding([], 1)).toBeUndefined();
  });
});

describe("stepping", () => {
  it("goes to the next and to the one before", () => {
    const starts = [0, 5_000, 9_000];
    expect(step(starts, 5_000, true)).toBe(9_000);
    expect(step(starts, 9_000, true)).toBeNull();
    expect(step(starts, 5_400, false)).toBe(0);
    expect(step(starts, 7_000, false)).toBe(5_000);
    expect(step(starts, 0, false)).toBeNull();
  });
  it("finds the last that has come", () => {
    expect([-1, 0, 4, 5, 99].map((at) => lastAt([0, 5], at, (one) => one))).toEqual([-1, 0, 0, 1, 1]);
  });
});

it("writes times into addresses and reads them again", () => {
  expect(timeOf(placeOf(83_456))).toBe(83_500);
  expect([timeOf(""), timeOf("#t="), timeOf("#main"), timeOf("#t=1e9")]).toEqual([null, null, null, null]);
});
