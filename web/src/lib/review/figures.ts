// The figures of an interview as they are grouped and drawn. Pure.
import type { Metrics, Place, ReviewView, Row, TurnSeen, Why } from "../../wire/review";

/** Groups of metrics, in their order. */
export const GROUPS: { name: string; ids: string[] }[] = [
  {
    name: "Speaking",
    ids: [
      "speech_rate",
      "articulation_rate",
      "pace_variation",
      "words",
      "phonation",
      "fillers_per_100_words",
      "filler_words_per_100_words",
    ],
  },
  {
    name: "Pauses",
    ids: [
      "pauses",
      "pauses_long",
      "pauses_stalled",
      "pause_median",
      "pause_p90",
      "pause_longest",
      "idle_gaps",
      "idle_total",
    ],
  },
  {
    name: "Talking together",
    ids: [
      "talk_ratio",
      "longest_monologue",
      "interactivity",
      "response_latency_median",
      "interviewer_latency_heard_median",
      "interruptions_successful",
      "interviewer_cut_ins",
      "overlap",
    ],
  },
  {
    name: "Questions",
    ids: [
      "clarifying_questions_before_code",
      "candidate_questions",
      "question_rate",
      "edge_cases_named",
      "edge_cases_before_first_run",
      "complexity_stated",
      "complexity_is_optimum",
    ],
  },
  {
    name: "On the way",
    ids: [
      "time_to_first_approach",
      "time_to_first_code",
      "time_to_first_run",
      "time_to_all_visible_pass",
      "time_to_all_hidden_pass",
    ],
  },
  {
    name: "Code and runs",
    ids: [
      "runs",
      "runs_without_edit",
      "failing_streak",
      "fixes",
      "fix_time_median",
      "edit_churn",
      "rewrites",
      "insert_bursts",
      "think_aloud",
      "hints",
      "hints_that_helped",
    ],
  },
];

/** What metrics are called; one without a name here is shown by its id. */
export const NAMES: Record<string, string> = {
  speech_rate: "Pace",
  articulation_rate: "Pace without pauses",
  pace_variation: "Variation of pace",
  words: "Words",
  phonation: "Time spent speaking",
  fillers_per_100_words: "Um, uh, er",
  filler_words_per_100_words: "Like, you know, basically",
  pauses: "Pauses",
  pauses_long: "Long pauses (2 s and more)",
  pauses_stalled: "Stalls (5 s and more)",
  pause_median: "Half of the pauses are at most",
  pause_p90: "Nine in ten are at most",
  pause_longest: "Longest pause",
  idle_gaps: "Nothing for 20 s and more",
  idle_total: "Time in such gaps",
  talk_ratio: "Share of the talk",
  longest_monologue: "Longest stretch of speech",
  interactivity: "Changes of speaker",
  response_latency_median: "Answered the interviewer after",
  interviewer_latency_heard_median: "The interviewer answered after",
  interruptions_successful: "Cut in on the interviewer",
  interviewer_cut_ins: "The interviewer cut in",
  overlap: "Both at once",
  clarifying_questions_before_code: "Questions before the code (a guess)",
  candidate_questions: "Questions asked",
  question_rate: "The interviewer's questions",
  edge_cases_named: "Edge cases named",
  edge_cases_before_first_run: "Edge cases before the first run",
  complexity_stated: "Costs named",
  complexity_is_optimum: "The best cost among them",
  time_to_first_approach: "First word of an approach",
  time_to_first_code: "First code",
  time_to_first_run: "First run",
  time_to_all_visible_pass: "All tests pass",
  time_to_all_hidden_pass: "All hidden tests pass",
  runs: "Runs",
  runs_without_edit: "Runs of unchanged code",
  failing_streak: "Failing runs in a row",
  fixes: "Tests mended",
  fix_time_median: "Time to mend one",
  edit_churn: "Typed for each character that stayed",
  rewrites: "Rewrites",
  insert_bursts: "Text put in at once",
  think_aloud: "Spoke while writing",
  hints: "Hints",
  hints_that_helped: "Hints that helped",
};

/** Why something could not be measured. */
export const WHY: Record<Why, string> = {
  no_microphone: "no microphone",
  no_speech: "nothing was said",
  no_playback: "the interviewer wrote",
  too_little: "too little was said",
  not_verbatim: "the recogniser may leave such sounds out",
  no_word_list: "no list of words for this language",
  question_not_put: "the question was not put",
  no_editor: "no editor",
  no_code: "no code was written",
  no_runner: "code could not be run",
  no_runs: "no test was run",
  not_in_the_question: "the question has none",
  no_such_phase: "no such phase",
  did_not_happen: "did not happen",
  page_is_silent: "the page does not tell",
  not_in_the_recording: "not in the recording",
};

/** A dot of a plot: when, how much. */
export interface Dot {
  at: number;
  value: number;
  /** Its end, of what lasts. */
  to: number;
}

/** The places of a metric that have values. */
export function dots(metrics: Metrics, id: string): Dot[] {
  const found = metrics.metrics.find((row) => row.id === id)?.places ?? [];
  return found.flatMap(({ from, to, value }) => (value === undefined ? [] : [{ at: from, to, value }]));
}

/** Stages of an answer, in the order in which they are drawn: from which anchor to which. */
export const STAGES = [
  { id: "wait", name: "Waited whether more would come", from: "speech_end", to: "committed" },
  { id: "think", name: "Found its answer", from: "committed", to: "first_sentence" },
  { id: "voice", name: "Made its voice", from: "first_sentence", to: "first_sent" },
  { id: "way", name: "Sound on its way", from: "first_sent", to: "first_played" },
] as const;

/** How long each stage of an answer took, in ms; what was done beforehand took none. */
export interface Ledger {
  at: number;
  turn: number;
  stages: { id: (typeof STAGES)[number]["id"]; ms: number }[];
  all: number;
}

/** The ledgers of the turns that were answered. */
export function ledgers(turns: readonly TurnSeen[]): Ledger[] {
  return turns.flatMap(({ turn, ledger, to_ms }, i) => {
    const when = new Map(ledger.map(({ stage, at_ms }) => [stage, at_ms]));
    const start = when.get("speech_end");
    const end = when.get("first_played") ?? when.get("first_sent");
    if (start === undefined || end === undefined || end < start) return [];
    let reached = start;
    const stages = STAGES.map(({ id, to }) => {
      const at = Math.min(Math.max(when.get(to) ?? reached, reached), end);
      const ms = at - reached;
      reached = at;
      return { id, ms };
    });
    return [{ at: to_ms, turn: turn ?? i + 1, stages, all: end - start }];
  });
}

/** Steps of the test curve: from when on which share passed, in thousandths. */
export function curve(review: ReviewView): Dot[] {
  const tested = review.runs.filter(({ scope, report }) => scope !== "custom" && report !== null && report.total > 0);
  return tested.map(({ at_ms, done_ms, report }) => ({
    at: at_ms,
    to: done_ms ?? at_ms,
    value: report === null ? 0 : Math.round((report.passed / report.total) * 1000),
  }));
}

/** A round number not below the largest, for an axis. */
export function ceiling(largest: number): number {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= largest) ?? 10) * power;
}

/** The most telling places of a metric: the largest where they have values, else the first. */
export function telling(row: Row, count: number): Place[] {
  const valued = row.places.every(({ value }) => value !== undefined);
  const places = valued ? row.places.toSorted((one, other) => (other.value ?? 0) - (one.value ?? 0)) : row.places;
  return places.slice(0, count).toSorted((one, other) => one.from - other.from);
}

/** Cohen's kappa in words, as Landis and Koch (1977) name its steps; from few interviews it says little. */
export function agreementText(kappa_permille: number | null, interviews: number): string {
  if (interviews === 0) return "nothing to compare yet";
  const over = interviews === 1 ? "one interview" : `${interviews} interviews`;
  if (kappa_permille === null || interviews < 2) return `cannot be told from ${over}`;
  const steps: [number, string][] = [
    [810, "almost perfect"],
    [610, "substantial"],
    [410, "moderate"],
    [210, "fair"],
    [1, "slight"],
  ];
  const word = steps.find(([from]) => kappa_permille >= from)?.[1] ?? "no more than by chance";
  return `${word} (κ ${(kappa_permille / 1000).toFixed(2)}, ${over})`;
}
