// What happened beside the words, for marks on the timeline and lines between the words. Pure.

import type { NoteView, ReviewView, RunSeen, TurnSeen } from "../../wire/review";
import type { Phase, Verdict } from "../../wire/wire";
import { valueText } from "../score";
import { CUT_IN, PHASE, VERDICT } from "../words";

/** What a moment is about. */
export type Kind = "phase" | "turn" | "run" | "hint" | "overlap" | "spoke_up" | "note" | "pause" | "absence" | "signal";

/** Something that happened. */
export interface Happening {
  at: number;
  /** Its end, of what lasts. */
  to: number;
  kind: Kind;
  /** In a few words. */
  title: string;
  /** Why, or what exactly; may be empty. */
  detail: string;
  /** It went well, badly, or neither. */
  tone: "good" | "bad" | "plain";
  /** Names and values that a rule saw. */
  facts?: [string, number][];
}

const SIGNALS: Record<string, string> = {
  focus_lost: "Looked away from the page",
  paste: "Pasted text",
  fullscreen_left: "Left full screen",
};

/** A clause as a sentence. */
export function sentence(clause: string): string {
  return clause === "" ? "" : `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

/** All of it, in order. */
export function happenings(review: ReviewView, notes: readonly NoteView[]): Happening[] {
  const all: Happening[] = [
    ...review.phases
      .filter(({ from_ms, to_ms }) => to_ms > from_ms)
      .map(({ from_ms, to_ms, phase, part }) => ({
        at: from_ms,
        to: to_ms,
        kind: "phase" as const,
        tone: "plain" as const,
        detail: part ?? "",
        title: PHASE[phase as Phase] ?? phase,
      })),
    ...review.turns.flatMap(turn),
    ...review.runs.map(run),
    ...review.hints.map(({ at_ms, tier, by, text }) => ({
      at: at_ms,
      to: at_ms,
      kind: "hint" as const,
      tone: "plain" as const,
      detail: text,
      title: `Hint ${tier}, ${by === "offer" ? "offered and taken" : "asked for"}`,
    })),
    ...review.overlaps.map(({ from_ms, to_ms, took_floor, because }) => ({
      at: from_ms,
      to: to_ms,
      kind: "overlap" as const,
      tone: "plain" as const,
      detail: sentence(because),
      title: took_floor ? CUT_IN.took : CUT_IN.left,
    })),
    ...review.spoke_up.map(({ at_ms, because }) => ({
      at: at_ms,
      to: at_ms,
      kind: "spoke_up" as const,
      tone: "plain" as const,
      detail: sentence(because),
      title: "The interviewer spoke up",
    })),
    ...review.pauses.map(({ from_ms, to_ms }) => span(from_ms, to_ms, "pause", "Interview paused")),
    ...review.absences.map(({ from_ms, to_ms }) => span(from_ms, to_ms, "absence", "Connection lost")),
    ...review.signals
      .filter(({ kind }) => kind in SIGNALS)
      .map(({ at_ms, kind }) => span(at_ms, at_ms, "signal", SIGNALS[kind] ?? kind)),
    ...notes.map(({ at_ms, text, published }) => ({
      at: at_ms,
      to: at_ms,
      kind: "note" as const,
      tone: "plain" as const,
      detail: text,
      title: published ? "Note" : "Note, not published",
    })),
  ];
  return all.sort((one, other) => one.at - other.at);
}

function span(at: number, to: number, kind: Kind, title: string): Happening {
  return { at, to, kind, title, tone: "plain", detail: to - at >= 1_000 ? valueText(to - at, "ms") : "" };
}

/** Why a turn was taken to be over: what was waited for, and for how long. */
function turn({ committed_ms, decision, spoken }: TurnSeen): Happening[] {
  if (committed_ms === null || decision === null || !spoken) return [];
  const { because, waited_ms, stretched_because, facts } = decision;
  const longer = stretched_because === null ? "" : ` It waited longer because ${stretched_because}.`;
  const title =
    waited_ms === null
      ? "Took the turn to be over"
      : `Waited ${valueText(waited_ms, "ms")}, then took the turn to be over`;
  return [
    {
      at: committed_ms,
      to: committed_ms,
      kind: "turn",
      title,
      tone: "plain",
      detail: `${sentence(because)}${longer}`,
      facts,
    },
  ];
}

function run(seen: RunSeen): Happening {
  const { at_ms, done_ms, report, failed } = seen;
  const base = { at: at_ms, to: done_ms ?? at_ms, kind: "run" as const };
  if (report === null)
    return { ...base, title: `Run ${seen.id}: nothing came of it`, detail: failed ?? "", tone: "plain" };
  const good = report.verdict === "accepted";
  return {
    ...base,
    title: `Run ${seen.id}: ${runText(seen)}`,
    tone: good ? "good" : "bad",
    detail: good ? "" : firstError(seen),
  };
}

/** What a run came to, e.g. `2 of 5 tests, 3 of 10 hidden`. */
export function runText({ report, scope }: RunSeen): string {
  if (report === null) return "nothing came of it";
  if (report.verdict === "compile_error") return "does not compile";
  if (scope === "custom") return VERDICT[report.verdict as Verdict] ?? report.verdict;
  const hidden = report.hidden === null ? "" : `, ${report.hidden[0]} of ${report.hidden[1]} hidden`;
  return `${report.passed} of ${report.total} tests${hidden}`;
}

/** The first thing that went wrong in a run. */
export function firstError({ report, scope }: RunSeen): string {
  if (report === null) return "";
  if (report.compiler !== null && report.verdict === "compile_error") return report.compiler.split("\n")[0] ?? "";
  const place = report.tests.findIndex(({ verdict }) => verdict !== "accepted");
  const test = report.tests[place];
  if (test === undefined) return "";
  // Called as in the room.
  const name = scope === "custom" ? "Own input" : `Test ${place + 1}`;
  const line = test.line === null ? "" : `, line ${test.line}`;
  return test.error !== null
    ? `${name}: ${test.error}${line}`
    : `${name}: ${VERDICT[test.verdict as Verdict] ?? test.verdict}`;
}
