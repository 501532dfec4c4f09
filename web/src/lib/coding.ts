// The coding part of the room, as a function of what the server said: workspace, runs, hints. Pure, like `state.ts`.
import type { Language, RunScope, RunView, ServerEvent, WorkspaceView } from "../wire/wire";
import { languageName } from "./languages";

/** Most characters said at the end of a broken line. */
const REMARK_MAX = 90;

/** What the server says of editor, runs and hints. */
export type CodingEvent = Extract<ServerEvent, { type: "x.editor" | "x.run.started" | "x.run.finished" | "x.hint" }>;

/** A run, from its start on. */
export interface Run {
  id: string;
  scope: RunScope;
  language: Language;
  /** The input of the candidate's own that it was over. */
  input: string;
  /** What it came to; none while it runs, or when it came to nothing. */
  report: RunView | null;
  /** Why it came to nothing; empty otherwise. */
  failure: string;
}

/** The coding part of the room. */
export interface Coding {
  workspace: WorkspaceView;
  language: Language;
  /** The last run over the question's tests. */
  run: Run | null;
  /** The last run over an input of the candidate's own. */
  tried: Run | null;
  /** What was asked for and has neither begun nor been refused. */
  asked: { scope: RunScope; input: string } | null;
  /** Why what was asked for last was not done; empty otherwise. */
  refusal: string;
  hints: { tier: number; text: string }[];
  /** Hints still to be had. */
  left: number;
}

/** Something is asked for or runs: a further run would be refused. */
export function isBusy({ asked, run, tried }: Coding): boolean {
  return asked !== null || isRunning(run) || isRunning(tried);
}

/** Why the code cannot be run as it stands, as a sentence; empty when it can. */
export function whyNoRuns({ workspace, language }: Coding): string {
  const { available, languages, why } = workspace.runs;
  if (!available) return `Code is not run here. ${why ?? ""}`.trim();
  return languages.includes(language) ? "" : `${languageName(language)} can be written here, but not run.`;
}

/** It has begun and not ended. */
export function isRunning(run: Run | null): boolean {
  return run !== null && run.report === null && run.failure === "";
}

/** Lines to mark in the code that is shown, each with the first thing that went wrong there in the last run over tests. */
export function brokenLines(run: Run | null, language: Language): { line: number; text: string }[] {
  if (run === null || run.report === null || run.language !== language) return [];
  const { compile, tests } = run.report;
  const places = new Map<number, string>();
  if (compile?.line !== undefined && compile.verdict !== "accepted")
    places.set(compile.line, shortened(compile.output.split("\n").find((line) => /error/i.test(line)) ?? ""));
  for (const { error } of tests) {
    if (error?.line === undefined || places.has(error.line)) continue;
    places.set(error.line, shortened(error.message === "" ? error.kind : `${error.kind}: ${error.message}`));
  }
  return [...places].map(([line, text]) => ({ line, text }));
}

/** What fits beside a line; the whole stands with the tests. */
function shortened(text: string): string {
  const [first = ""] = text.trim().split("\n");
  return first.length > REMARK_MAX ? `${first.slice(0, REMARK_MAX)}…` : first;
}

/** A run in a few words; `good` is none while nothing is known. */
export function outcome(run: Run | null): { text: string; good: boolean | null } {
  if (run === null) return { text: "", good: null };
  if (run.failure !== "") return { text: "Not run", good: null };
  const { report, scope } = run;
  if (report === null) return { text: scope === "custom" ? "Running…" : "Running the tests…", good: null };
  if (report.compile && report.compile.verdict !== "accepted") return { text: "Does not compile", good: false };
  const { tests, hidden, passed, total } = report;
  if (scope === "custom")
    return { text: tests[0]?.error ? "Ended with an error" : "Done", good: tests[0]?.error ? false : null };
  const seen = `${passed} of ${total} tests passed`;
  const unseen = hidden ? `, ${hidden.passed} of ${hidden.total} hidden` : "";
  return { text: `${seen}${unseen}`, good: report.verdict === "accepted" };
}

/** The coding part when the line is joined. What was there stays: the line may have been cut. */
export function workspaceOf(workspace: WorkspaceView, before: Coding | null): Coding {
  const fresh = { run: null, tried: null, asked: null, refusal: "", hints: [], left: workspace.hints };
  return { ...(before ?? fresh), workspace, language: workspace.language };
}

/** The coding part after an event. */
export function reduceCoding(coding: Coding, event: CodingEvent): Coding {
  switch (event.type) {
    case "x.editor":
      return { ...coding, language: event.language };
    case "x.run.started":
      return started(coding, event.run, event.scope, event.language);
    case "x.run.finished":
      return finished(coding, event);
    case "x.hint":
      return hinted(coding, event.tier, event.text, event.left);
  }
}

/** A run is asked for. */
export function ask(coding: Coding, scope: RunScope, input: string): Coding {
  return { ...coding, asked: { scope, input }, refusal: "" };
}

/** What was asked for is not done. */
export function refuse(coding: Coding, why: string): Coding {
  return { ...coding, asked: null, refusal: why };
}

function started(coding: Coding, id: string, scope: RunScope, language: Language): Coding {
  const input = coding.asked?.input ?? "";
  const run: Run = { id, scope, language, input, report: null, failure: "" };
  const begun = { ...coding, asked: null, refusal: "" };
  return scope === "custom" ? { ...begun, tried: run } : { ...begun, run };
}

function finished(coding: Coding, event: Extract<CodingEvent, { type: "x.run.finished" }>): Coding {
  const { run: id, scope, language, report = null, error } = event;
  const failure = report ? "" : (error?.message ?? "The run came to nothing.");
  const end = (run: Run | null) => (run?.id === id ? { ...run, report, failure } : run);
  // The page was loaded anew: the run began before it was there.
  const unseen: Run = { id, scope, language, input: report?.tests[0]?.input ?? "", report, failure };
  return scope === "custom"
    ? { ...coding, tried: end(coding.tried ?? unseen) }
    : { ...coding, run: end(coding.run ?? unseen) };
}

function hinted(coding: Coding, tier: number, text: string, left: number): Coding {
  const others = coding.hints.filter((hint) => hint.tier !== tier);
  return { ...coding, hints: [...others, { tier, text }].sort((a, b) => a.tier - b.tier), left };
}
