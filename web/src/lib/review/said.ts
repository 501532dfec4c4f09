// What is being said at a time, what was clicked, what is looked for. Pure.
import type { Said } from "../../wire/review";
import { lastAt } from "./clock";
import { units } from "./code";

/** A word of an utterance: its place in the text, in UTF-16 units, and when it begins. */
export interface Word {
  from: number;
  to: number;
  at: number;
}

/** Words go on being marked for so long after their utterance, in ms. */
const LINGER_MS = 250;

/** The utterance being heard; of both at once the later one. -1: nobody speaks. */
export function utteranceAt(utterances: readonly Said[], time: number): number {
  const LOOK_BACK = 4;
  const last = lastAt(utterances, time, ({ from_ms }) => from_ms);
  for (let i = last; i >= 0 && i > last - LOOK_BACK; i--) if (time < (utterances[i]?.to_ms ?? 0) + LINGER_MS) return i;
  return -1;
}

/** The words of an utterance. */
export function wordsOf({ text, words }: Said): Word[] {
  return words.map(([from, to, at]) => ({ from: units(text, from), to: units(text, to), at }));
}

/** The word at a place in the text; between words the next one, after the last the last. */
export function wordAt(words: readonly Word[], place: number): Word | undefined {
  return words.find(({ to }) => place < to) ?? words.at(-1);
}

/** Something that was looked for and found. */
export interface Match {
  /** Number of the utterance in the list. */
  row: number;
  from: number;
  to: number;
}

/** At most so many are found. */
const MATCHES_MAX = 1_000;

/** Where the words that are looked for stand, in order; upper and lower case are the same. */
export function matches(utterances: readonly Said[], wanted: string): Match[] {
  const needle = wanted.trim().toLocaleLowerCase();
  const found: Match[] = [];
  if (needle === "") return found;
  for (const [row, { text }] of utterances.entries()) {
    const lower = text.toLocaleLowerCase();
    // A few letters have another length in lower case: then places are not to be trusted.
    if (lower.length !== text.length) continue;
    for (let at = lower.indexOf(needle); at !== -1; at = lower.indexOf(needle, at + needle.length)) {
      found.push({ row, from: at, to: at + needle.length });
      if (found.length === MATCHES_MAX) return found;
    }
  }
  return found;
}

/** What was found in each utterance. */
export function byRow(found: readonly Match[]): Map<number, Match[]> {
  const rows = new Map<number, Match[]>();
  for (const match of found) rows.set(match.row, [...(rows.get(match.row) ?? []), match]);
  return rows;
}

/** A piece of a text, marked or not. */
export interface Piece {
  text: string;
  found: boolean;
  spoken: boolean;
}

/** A text cut where marks begin and end. */
export function pieces(text: string, found: readonly { from: number; to: number }[], spoken?: Word): Piece[] {
  const cuts = new Set([0, text.length]);
  for (const { from, to } of [...found, ...(spoken ? [spoken] : [])]) cuts.add(from).add(to);
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(0, -1).map((from, i) => {
    const to = places[i + 1] ?? text.length;
    const holds = (range: { from: number; to: number }) => range.from <= from && to <= range.to;
    return { text: text.slice(from, to), found: found.some(holds), spoken: spoken !== undefined && holds(spoken) };
  });
}
