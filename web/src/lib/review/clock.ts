// Where things are on the interview's clock: tracks that are packed, stretches in which nobody speaks, what is next. Pure.
import type { ReviewView, TrackSeen } from "../../wire/review";

/** A stretch of the clock, in ms. */
export interface Stretch {
  from: number;
  to: number;
}

/** Silences below this are part of talking. */
const SILENCE_MS = 2_000;
/** So much of a silence is left before it is skipped, and before what ends it. */
const [LEFT_MS, LEAD_MS] = [400, 350];

/** Where on a track the sound of this time is; none: it has none there. */
export function onTrack({ places, length_ms }: TrackSeen, at: number): number | null {
  const next = places.findIndex(({ at_ms }) => at_ms > at);
  const index = next === -1 ? places.length - 1 : next - 1;
  const place = places[index];
  if (place === undefined) return null;
  const track = place.track_ms + (at - place.at_ms);
  const end = places[index + 1]?.track_ms ?? length_ms;
  return track < end ? track : null;
}

/** When somebody is heard, of both, without overlaps. */
export function voices({ speech, playback }: Pick<ReviewView, "speech" | "playback">): Stretch[] {
  const all = [...speech, ...playback].map(({ from_ms, to_ms }) => ({ from: from_ms, to: to_ms }));
  all.sort((one, other) => one.from - other.from);
  const merged: Stretch[] = [];
  for (const { from, to } of all) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** What a player leaves out when it skips silence. */
export function silences(heard: Stretch[], duration: number): Stretch[] {
  const gaps: Stretch[] = [];
  let end = 0;
  for (const { from, to } of [...heard, { from: duration, to: duration }]) {
    if (from - end > SILENCE_MS) gaps.push({ from: end === 0 ? 0 : end + LEFT_MS, to: from - LEAD_MS });
    end = Math.max(end, to);
  }
  return gaps.filter(({ from, to }) => to > from);
}

/** The stretch that holds this time, its end excluded. */
export function holding<T extends Stretch>(stretches: T[], at: number): T | undefined {
  const found = stretches[lastAt(stretches, at, ({ from }) => from)];
  return found !== undefined && at < found.to ? found : undefined;
}

/** The place of the last of these, in order, that is not after this time; -1 before the first. */
export function lastAt<T>(items: readonly T[], at: number, when: (item: T) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (when(items[middle] as T) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The start after or before this time. A start just passed counts as the present one: back goes to the one before it. */
export function step(starts: number[], at: number, forward: boolean): number | null {
  const GRACE_MS = 1_200;
  if (forward) return starts.find((start) => start > at + 1) ?? null;
  return starts.findLast((start) => start < at - GRACE_MS) ?? null;
}

/** The time in an address's place, as `#t=83.5`; none when there is none. */
export function timeOf(hash: string): number | null {
  const found = /^#t=(\d+(?:\.\d+)?)$/.exec(hash);
  return found?.[1] === undefined ? null : Number(found[1]) * 1000;
}

/** The place of a time in the address. */
export function placeOf(at: number): string {
  return `#t=${(Math.max(0, at) / 1000).toFixed(1)}`;
}
