// How somebody gets on over their interviews, as lines that can be drawn.
import type { ProgressPoint, ProgressView } from "../wire/review";
import { BANDS, valueText } from "./score";

/** A line over the interviews. */
export interface Line {
  id: string;
  title: string;
  /** Heights of 0..1, oldest first. */
  heights: number[];
  /** Each value in words, oldest first. */
  values: string[];
}

/** Metrics that are shown: those whose meaning needs no explanation. */
const METRICS: Record<string, string> = {
  response_latency_median: "Time to your answer",
  speech_rate: "Pace of speech",
  talk_ratio: "Share of the talk",
  hints: "Hints",
};

/** Most points of a line: more cannot be told apart. */
const POINTS_MAX = 20;

/** A line for each dimension and each metric that is shown; one point is no line. */
export function lines({ dimensions, metrics }: ProgressView): { bands: Line[]; metrics: Line[] } {
  const bands = dimensions.map(({ id, title, points }) => line(id, title, points, (band) => BANDS[band] ?? "", 1, 4));
  const shown = Object.entries(METRICS).flatMap(([id, title]) => {
    const found = metrics.find((metric) => metric.id === id);
    if (found === undefined) return [];
    const most = Math.max(...found.points.map(({ value }) => value));
    return [line(id, title, found.points, (value) => valueText(value, found.unit), 0, most)];
  });
  const drawn = ({ heights }: Line) => heights.length > 1;
  return { bands: bands.filter(drawn), metrics: shown.filter(drawn) };
}

function line(
  id: string,
  title: string,
  points: ProgressPoint[],
  words: (value: number) => string,
  least: number,
  most: number,
): Line {
  const last = points.slice(-POINTS_MAX);
  const height = (value: number) => (most > least ? (value - least) / (most - least) : 0);
  return { id, title, heights: last.map(({ value }) => height(value)), values: last.map(({ value }) => words(value)) };
}
