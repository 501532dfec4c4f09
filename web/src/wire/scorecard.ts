// A scorecard as the server gives it. Made from src/scorecard by `VIVA_REFRESH=1 cargo test scorecard::typescript`; do not edit.

/**
 * Something that gets a band.
 */
export type Dimension = {
/**
 * The rubric's id.
 */
id: string,
/**
 * As it is shown.
 */
title: string,
/**
 * Percent of the whole.
 */
weight: number,
/**
 * 1 to 4; none: not enough was seen to assess.
 */
band: number | null,
/**
 * How much of the dimension's weight was assessed, in thousandths.
 */
assessed_permille: number,
/**
 * What was observed, in the rubric's order.
 */
signals: Array<Signal>, };

/**
 * A place that is there.
 */
export type Evidence = { "kind": "utterance",
/**
 * Which utterance.
 */
id: number,
/**
 * When it began.
 */
at_ms: number,
/**
 * From this character of it.
 */
from_char: number,
/**
 * To this one, excluded.
 */
to_char: number,
/**
 * The words.
 */
text: string, } | { "kind": "code",
/**
 * The step that made the code what it was.
 */
snapshot: number,
/**
 * When that was.
 */
at_ms: number,
/**
 * Its language.
 */
language: Language,
/**
 * From this line, counted from 1.
 */
from_line: number,
/**
 * To this one, included.
 */
to_line: number,
/**
 * The lines.
 */
text: string, } | { "kind": "run",
/**
 * Which.
 */
id: number,
/**
 * When it was asked for.
 */
at_ms: number,
/**
 * What it came to: visible tests passed and run, hidden ones likewise.
 */
visible: [number, number],
/**
 * See `visible`.
 */
hidden: [number, number], } | { "kind": "metric",
/**
 * Which.
 */
id: string,
/**
 * Its value.
 */
value: number,
/**
 * Its unit.
 */
unit: Unit, };

/**
 * What became of a signal.
 */
export type Finding = { "status": "assessed",
/**
 * 1 to 4.
 */
band: number,
/**
 * What that band looks like, in the rubric's words.
 */
says: string,
/**
 * Where it shows; at least one place.
 */
evidence: Array<Evidence>, } | { "status": "not_assessed",
/**
 * Why, as a sentence.
 */
why: string, };

/**
 * How far the judge could be relied on.
 */
export type GraderHealth = {
/**
 * Judged signals of the rubric.
 */
judged: number,
/**
 * Those it was asked about.
 */
asked: number,
/**
 * Those whose evidence was found in the record.
 */
verified: number,
/**
 * Quotes among them that were found only after case, spaces and punctuation were set aside.
 */
repaired: number,
/**
 * Those asked about a second time.
 */
retried: number,
/**
 * Those it said it could not tell.
 */
undecided: number,
/**
 * Those that it judged without evidence that could be found in the record, twice.
 */
unverified: number,
/**
 * Answers that were no answers of the form asked for.
 */
malformed: number,
/**
 * Calls that failed.
 */
failed: number,
/**
 * Calls that were not made: the tokens for them were used up.
 */
refused: number,
/**
 * Calls that are made when there are tokens for them again: the candidate's of the day were used up. None when no more is to come.
 */
deferred?: number,
/**
 * Tokens that it read, by this program's own count.
 */
tokens_in: number,
/**
 * Tokens that it wrote, likewise.
 */
tokens_out: number, };

/**
 * A programming language.
 */
export type Language = "python3" | "javascript" | "java" | "cpp" | "go" | "rust";

/**
 * A question to practise next.
 */
export type Practice = {
/**
 * Its id.
 */
question: string,
/**
 * Its title.
 */
title: string,
/**
 * Why this one, as a sentence.
 */
why: string, };

/**
 * What was asked.
 */
export type Question = {
/**
 * Its id.
 */
id: string,
/**
 * Its title.
 */
title: string,
/**
 * sha-256 of its files, in hex.
 */
content_hash: string, };

/**
 * A strength, or a next step.
 */
export type Remark = {
/**
 * The dimension.
 */
dimension: string,
/**
 * The signal.
 */
signal: string,
/**
 * What was seen, in the rubric's words.
 */
seen: string,
/**
 * What the next band looks like; none of a strength.
 */
aim: string | null,
/**
 * Where it shows.
 */
evidence: Array<Evidence>, };

/**
 * An interview's scorecard. The same record, rubric and judgements give the same bytes.
 */
export type Scorecard = {
/**
 * The question.
 */
question: Question,
/**
 * What it was made with.
 */
versions: Versions,
/**
 * What was scored, in the rubric's order.
 */
dimensions: Array<Dimension>,
/**
 * What went best, at most three. Empty when too little was seen to say.
 */
strengths: Array<Remark>,
/**
 * What to work on next, at most three.
 */
next_steps: Array<Remark>,
/**
 * What to practise next; none when the bank has nothing that fits.
 */
practice: Practice | null,
/**
 * How far the judge could be relied on.
 */
grader: GraderHealth, };

/**
 * Something observed.
 */
export type Signal = {
/**
 * The rubric's id.
 */
id: string,
/**
 * What was looked for, in the rubric's words.
 */
looks_for: string,
/**
 * Weight within the dimension.
 */
weight: number,
/**
 * A model judged it; else it was computed.
 */
judged: boolean,
/**
 * What was found.
 */
finding: Finding, };

/**
 * What a value is counted in. Values are whole numbers: where a fraction matters the unit is tenths.
 */
export type Unit = "ms" | "count" | "words_per_minute" | "permille" | "tenths_per100_words" | "tenths_per_minute" | "tenths_per10_minutes" | "characters" | "tier" | "yes_no" | "bands";

/**
 * What a scorecard was made with: another rubric, prompt or model gives another scorecard.
 */
export type Versions = {
/**
 * [`SCORECARD_VERSION`].
 */
scorecard: number,
/**
 * The rubric's name and version.
 */
rubric: string,
/**
 * sha-256 of the rubric, in hex.
 */
rubric_hash: string,
/**
 * The function from signals to bands.
 */
band: string,
/**
 * Version of the metrics.
 */
metrics: number,
/**
 * sha-256 of the judge's instructions, in hex; none without a judge.
 */
prompt_hash: string | null,
/**
 * The judge's name; none without one.
 */
judge: string | null, };
