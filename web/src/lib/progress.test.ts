import { expect, test } from "vitest";
import type { ProgressPoint, ProgressView } from "../wire/review";
import { lines } from "./progress";

const points = (...values: number[]): ProgressPoint[] =>
  values.map((value, i) => ({ session: `sess_${i}`, at_ms: i, value }));

test("dimensions and metrics become lines, from the oldest to the newest", () => {
  const view: ProgressView = {
    dimensions: [{ id: "talk", title: "Communication", points: points(1, 2, 4) }],
    metrics: [
      { id: "speech_rate", unit: "words_per_minute", about: "", points: points(100, 150) },
      { id: "unheard_of", unit: "count", about: "", points: points(1, 2) },
    ],
  };
  expect(lines(view)).toEqual({
    bands: [
      { id: "talk", title: "Communication", heights: [0, 1 / 3, 1], values: ["Not yet", "Getting there", "Strong"] },
    ],
    metrics: [
      {
        id: "speech_rate",
        title: "Pace of speech",
        heights: [100 / 150, 1],
        values: ["100 words a minute", "150 words a minute"],
      },
    ],
  });
});

test("one interview is no progress, and nothing but noughts lies on the ground", () => {
  const metrics = [{ id: "hints", unit: "tier" as const, about: "", points: points(0, 0) }];
  const view = { dimensions: [{ id: "talk", title: "Communication", points: points(3) }], metrics };
  expect(lines(view).bands).toEqual([]);
  expect(lines(view).metrics[0]?.heights).toEqual([0, 0]);
});
