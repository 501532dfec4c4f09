// The page's words for what a scorecard names by ids and numbers.
import type { Unit } from "../wire/scorecard";

/** What the bands are called. */
export const BANDS: Record<number, string> = { 1: "Not yet", 2: "Getting there", 3: "Good", 4: "Strong" };

/** What signals are called; a signal without a name here is shown by its id. */
export const SIGNAL: Record<string, string> = {
  "clarified-before-code": "Asked before coding",
  "stated-approach": "Said the approach first",
  "thought-aloud": "Thought aloud while coding",
  "answered-what-was-asked": "Answered what was asked",
  concise: "Kept it short",
  "found-correct-approach": "Found an approach that works",
  "named-trade-offs": "Weighed trade-offs",
  "correct-complexity": "Got the complexity right",
  "reached-optimum": "Reached the best approach",
  "hints-needed": "Hints needed",
  "tests-passed": "Hidden tests passed",
  "errors-before-pass": "Errors on the way",
  "code-quality": "Readable code",
  "language-fluency": "Fluent in the language",
  "ran-before-done": "Ran it before calling it done",
  "own-cases": "Thought of own test cases",
  "edge-cases-covered": "Covered edge cases",
  "found-own-bug": "Found own bugs",
  "own-part": "Own part is clear",
  complete: "The story is whole",
  specific: "Specific",
  reasons: "Reasons",
  "others-view": "Saw what others wanted",
  result: "Result",
  reflection: "Reflection",
  ownership: "Ownership",
  "asked-for-facts": "Asked for the facts that decide",
  "set-scope": "Set the scope",
  estimates: "Estimates",
  components: "Components",
  "data-model": "Data model",
  flow: "Followed a request",
  "deep-dive": "Solved the hard part",
  adapts: "Adapted to change",
  failure: "Knows what breaks",
};

/** Where the browser keeps which scorecards were looked at. */
const SEEN = (session: string) => `viva-scorecard-seen-${session}`;

/** Whether this browser has shown a session's scorecard: before, nothing tells what is in it, so that one can score oneself first. */
export function wasSeen(session: string): boolean {
  try {
    return localStorage.getItem(SEEN(session)) !== null;
  } catch {
    return false;
  }
}

/** Remembers that a session's scorecard was looked at. */
export function markSeen(session: string): void {
  try {
    localStorage.setItem(SEEN(session), "1");
  } catch {
    // The browser keeps nothing for this page.
  }
}

/** A time as minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A metric in words. */
export function metricText(id: string, value: number, unit: Unit): string {
  const name = id.replaceAll("_", " ");
  const sentence = name.charAt(0).toUpperCase() + name.slice(1);
  return `${sentence}: ${valueText(value, unit)}`;
}

/** A value in the unit that people read. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case "ms":
      return value < 10_000
        ? `${(value / 1000).toFixed(1)} s`
        : value < 120_000
          ? `${Math.round(value / 1000)} s`
          : `${Math.round(value / 60_000)} min`;
    case "permille":
      return `${Math.round(value / 10)} %`;
    case "words_per_minute":
      return `${value} words a minute`;
    case "tenths_per100_words":
      return `${value / 10} in 100 words`;
    case "tenths_per_minute":
      return `${value / 10} a minute`;
    case "tenths_per10_minutes":
      return `${value / 10} in ten minutes`;
    case "yes_no":
      return value === 1 ? "yes" : "no";
    default:
      return String(value);
  }
}
