// Where the time went, from what was measured: the answer to the first question of whoever comes back. Pure.

import type { Metrics, Place, ReviewView, Row } from "../../wire/review";
import type { Phase } from "../../wire/wire";
import { valueText } from "../score";
import { PHASE } from "../words";
import { voices } from "./clock";

/** A place where time went. */
export interface Lost {
  id: string;
  /** How much, as people say it. */
  much: string;
  /** What it was. */
  what: string;
  at: number;
  to: number;
}

/** A share of the time. */
export interface Share {
  id: "you" | "interviewer" | "writing" | "quiet";
  name: string;
  ms: number;
}

/** Less than this is not worth a line, in ms. */
const WORTH_MS = 3_000;
/** After an edit somebody is taken to write on for so long, in ms. */
const WRITING_MS = 4_000;

/** The row of a metric. */
export function row(metrics: Metrics, id: string): Row | undefined {
  return metrics.metrics.find((one) => one.id === id);
}

/** The longest places of a metric first. */
export function longest(metrics: Metrics, id: string, count: number): Place[] {
  const places = row(metrics, id)?.places ?? [];
  return places.toSorted((one, other) => other.to - other.from - (one.to - one.from)).slice(0, count);
}

/** Where time went, the most telling first; at most six places. */
export function lost(review: ReviewView, metrics: Metrics): Lost[] {
  const found: Lost[] = [];
  const add = (id: string, place: Place | undefined, what: string) => {
    if (place === undefined || place.to - place.from < WORTH_MS || found.some((known) => same(known, place))) return;
    found.push({ id, much: valueText(place.to - place.from, "ms"), what, at: place.from, to: place.to });
  };
  add("idle", longest(metrics, "idle_gaps", 1)[0], "Nothing said, written or run");
  const failing = failingStretch(review);
  if (failing !== null) {
    const what = failing.runs === 1 ? "From a failing run" : `${failing.runs} failing runs in a row`;
    add("failing", failing.place, failing.mended ? `${what} to the fix` : `${what}, not mended`);
  }
  const phases = review.phases.filter(({ phase }) => phase !== "greet" && phase !== "wrap_up");
  const byLength = phases.toSorted((one, other) => other.to_ms - other.from_ms - (one.to_ms - one.from_ms));
  for (const { from_ms, to_ms, phase } of byLength.slice(0, 2))
    add(`phase_${phase}_${from_ms}`, { from: from_ms, to: to_ms }, `In the phase “${PHASE[phase as Phase] ?? phase}”`);
  const coded = row(metrics, "time_to_first_code")?.places[0];
  if (coded !== undefined && review.question.put_ms !== null)
    add("first_code", { from: review.question.put_ms, to: coded.from }, "Until the first line of code");
  for (const [i, pause] of longest(metrics, "pauses_long", 2).entries())
    add(`pause_${i}`, pause, "Silence in the middle of a turn");
  for (const [i, wait] of untilWritten(review).slice(0, 2).entries())
    add(`written_${i}`, wait, "Until the written answer");
  return found.slice(0, 6);
}

/** From the interviewer's last word to each answer that was typed, the longest first: how long it was typed nobody knows. */
function untilWritten({ turns, utterances }: ReviewView): Place[] {
  const asked = utterances.filter(({ voice }) => voice === "interviewer");
  const waits = turns.flatMap(({ spoken, from_ms }) => {
    const before = spoken ? undefined : asked.findLast(({ to_ms }) => to_ms <= from_ms);
    return before === undefined ? [] : [{ from: before.to_ms, to: from_ms }];
  });
  return waits.sort((one, other) => other.to - other.from - (one.to - one.from));
}

/** Two names for one stretch tell less than one. */
function same({ at, to }: Lost, place: Place): boolean {
  const shared = Math.min(to, place.to) - Math.max(at, place.from);
  return shared > 0.9 * Math.max(to - at, place.to - place.from);
}

/** The longest row of failing runs, up to the first that passes after it, or the end. */
function failingStretch(review: ReviewView): { place: Place; runs: number; mended: boolean } | null {
  const rows: { from: number; to: number; runs: number; mended: boolean }[] = [];
  let failing = false;
  for (const { scope, report, at_ms } of review.runs) {
    if (scope === "custom" || report === null) continue;
    const last = rows.at(-1);
    if (failing && last !== undefined) last.to = at_ms;
    const fails = report.verdict !== "accepted";
    if (fails && failing && last !== undefined) last.runs++;
    if (!fails && failing && last !== undefined) last.mended = true;
    if (fails && !failing) rows.push({ from: at_ms, to: review.duration_ms, runs: 1, mended: false });
    failing = fails;
  }
  const open = rows.at(-1);
  if (failing && open !== undefined) open.to = review.duration_ms;
  const best = rows.sort((one, other) => other.to - other.from - (one.to - one.from))[0];
  return best === undefined ? null : { place: { from: best.from, to: best.to }, runs: best.runs, mended: best.mended };
}

/** How the whole was shared: who spoke, when code was written without a word, when nothing was heard or written. */
export function shares(review: ReviewView, who = "You"): Share[] {
  const heard = voices(review);
  const you = voices({ speech: review.speech, playback: [] });
  const length = (list: { from: number; to: number }[]) => list.reduce((sum, { from, to }) => sum + to - from, 0);
  const edits = (review.code?.edits ?? []).map(({ at_ms }) => ({
    from_ms: at_ms,
    to_ms: Math.min(at_ms + WRITING_MS, review.duration_ms),
  }));
  const busy = voices({ speech: [...review.speech, ...edits], playback: review.playback });
  const typed = review.speech.length === 0 && review.turns.some(({ spoken }) => !spoken);
  const [spoken, both, all] = [length(you), length(heard), length(busy)];
  const shares: Share[] = [
    { id: "you", name: `${who} spoke`, ms: spoken },
    { id: "interviewer", name: "The interviewer spoke", ms: both - spoken },
    { id: "writing", name: `${who} wrote in silence`, ms: all - both },
    { id: "quiet", name: typed ? `${who} read, thought or typed` : "Quiet", ms: Math.max(0, review.duration_ms - all) },
  ];
  return shares.filter(({ ms }) => ms > 0);
}
