// The shape of sound, as it comes and as it is drawn. Pure.
import type { PeaksView } from "../../wire/review";

/** A track's loudness along the clock: a byte for each `each` ms. */
export interface Wave {
  each: number;
  peaks: Uint8Array;
  /** What loud is in this track: quiet microphones are drawn as large as others. */
  loud: number;
}

/** Peaks come as square roots; this much of that is taken back, so that syllables show and the room's noise does not. */
const CONTRAST = 1.7;

/** Nothing quieter is taken for loud: else a silent track would be drawn as a storm. */
const LOUD_MIN = 40;

/** Reads a track's peaks. */
export function wave({ per_second, peaks }: PeaksView): Wave {
  const bytes = Uint8Array.from(atob(peaks), (letter) => letter.charCodeAt(0));
  const sorted = bytes.filter((peak) => peak > 0).sort();
  const loud = Math.max(LOUD_MIN, sorted[Math.floor(sorted.length * 0.98)] ?? 0);
  return { each: 1_000 / per_second, peaks: bytes, loud };
}

/** How loud it is at most in each of `columns` equal parts of a stretch, 0 to 1. */
export function columns({ each, peaks, loud }: Wave, from: number, to: number, count: number): number[] {
  const width = (to - from) / count;
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((from + i * width) / each);
    const last = Math.max(first + 1, Math.ceil((from + (i + 1) * width) / each));
    let loudest = 0;
    for (let at = Math.max(0, first); at < Math.min(last, peaks.length); at++)
      loudest = Math.max(loudest, peaks[at] ?? 0);
    return Math.min(1, loudest / loud) ** CONTRAST;
  });
}

/** Times to write below a stretch: round ones, about so many. */
export function ticks(from: number, to: number, about: number): number[] {
  const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
  const step = STEPS.find((one) => (to - from) / one <= about) ?? 3_600_000;
  const times: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) times.push(at);
  return times;
}
