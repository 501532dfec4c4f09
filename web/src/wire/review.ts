// What the review is made of. Made from src/scorecard and src/app/review by `VIVA_REFRESH=1 cargo test review::typescript`; do not
// edit.

/**
 * Own band and the program's.
 */
export type BandGap = {
/**
 * The dimension.
 */
dimension: string,
/**
 * The candidate's own.
 */
own: number,
/**
 * The program's; none: not assessed.
 */
band: number | null, };

/**
 * A choice of the agenda.
 */
export type ChoiceSeen = {
/**
 * When.
 */
at_ms: number,
/**
 * The line's name, as `hints[0]`.
 */
line: string,
/**
 * The rule or fact that chose it.
 */
why: string,
/**
 * As a clause.
 */
because: string, };

/**
 * The code from the starters on.
 */
export type CodeSeen = {
/**
 * What each language's text began with.
 */
starters: Partial<Record<Language, string>>,
/**
 * Languages in use: from when on. The first holds from the beginning.
 */
languages: Array<LanguageChosen>,
/**
 * Every edit, in order.
 */
edits: Array<EditSeen>,
/**
 * Edits within so many ms are told as one; 0: each stands alone. So that long interviews stay small.
 */
merged_within_ms: number, };

/**
 * Why a turn was taken to be over.
 */
export type Decision = {
/**
 * The rule.
 */
rule: string,
/**
 * What it goes by, as a clause.
 */
because: string,
/**
 * What made it wait longer than its own wait.
 */
stretched_by: string | null,
/**
 * As a clause.
 */
stretched_because: string | null,
/**
 * From the last sound to the turn's end.
 */
waited_ms: number | null,
/**
 * What the rule saw: names and values, in its order.
 */
facts: Array<[string, number]>, };

/**
 * How far coaches and this program agree in a dimension.
 */
export type DimensionAgreement = {
/**
 * The dimension.
 */
dimension: string,
/**
 * Interviews that both scored.
 */
interviews: number,
/**
 * Cohen's kappa with quadratic weights, in thousandths; none: nothing to compare, or one always gave the same band.
 */
kappa_permille: number | null, };

/**
 * A dimension over interviews.
 */
export type DimensionProgress = {
/**
 * Its id.
 */
id: string,
/**
 * As it is shown.
 */
title: string,
/**
 * Bands 1 to 4, oldest first; at most the last 200 interviews.
 */
points: Array<ProgressPoint>, };

/**
 * An edit.
 */
export type EditSeen = {
/**
 * When.
 */
at_ms: number,
/**
 * The step; scorecards name the code by it.
 */
seq: number,
/**
 * Whose text; left out when it is that of the edit before.
 */
language?: Language,
/**
 * Where it begins, in characters (Unicode scalar values).
 */
place: number,
/**
 * What stood there.
 */
deleted?: string,
/**
 * What stands there now.
 */
inserted?: string, };

/**
 * Who has the floor from a moment on.
 */
export type FloorSeen = {
/**
 * When.
 */
at_ms: number,
/**
 * Who, as in `x.floor`.
 */
state: string,
/**
 * The rule or fact that led there.
 */
why: string,
/**
 * As a clause.
 */
because: string, };

/**
 * A hint.
 */
export type HintSeen = {
/**
 * When.
 */
at_ms: number,
/**
 * Its tier; 1 is the gentlest.
 */
tier: number,
/**
 * How it came about: `words`, `button` or `offer`.
 */
by: string,
/**
 * What it says.
 */
text: string, };

/**
 * A programming language.
 */
export type Language = "python3" | "javascript" | "java" | "cpp" | "go" | "rust";

/**
 * The language in use from a moment on.
 */
export type LanguageChosen = {
/**
 * When.
 */
at_ms: number,
/**
 * Which.
 */
language: Language, };

/**
 * A metric over interviews.
 */
export type MetricProgress = {
/**
 * Its id.
 */
id: string,
/**
 * What it is counted in.
 */
unit: Unit,
/**
 * What it is, in a line.
 */
about: string,
/**
 * Values, oldest first; at most the last 200 interviews.
 */
points: Array<ProgressPoint>, };

/**
 * All metrics of an interview.
 */
export type Metrics = {
/**
 * [`METRICS_VERSION`] of whoever measured.
 */
metrics_version: number,
/**
 * One a metric, in the order of [`METRICS`].
 */
metrics: Array<Row>, };

/**
 * A note pinned to a moment.
 */
export type NoteView = {
/**
 * Its id.
 */
id: string,
/**
 * The moment on the interview's clock.
 */
at_ms: number,
/**
 * Its words.
 */
text: string,
/**
 * Who wrote it, by name; empty without accounts.
 */
author: string,
/**
 * Whoever asks wrote it.
 */
mine: boolean,
/**
 * Others who may read the interview see it.
 */
published: boolean,
/**
 * When it was written, in ms since 1970 UTC.
 */
created_ms: number,
/**
 * When it was last changed.
 */
updated_ms: number, };

/**
 * A sound of the candidate over the interviewer.
 */
export type OverlapSeen = {
/**
 * When it was noticed.
 */
from_ms: number,
/**
 * When it was decided.
 */
to_ms: number,
/**
 * It took the floor.
 */
took_floor: boolean,
/**
 * The fact that decided.
 */
why: string,
/**
 * As a clause.
 */
because: string, };

/**
 * The shape of a track's sound.
 */
export type PeaksView = {
/**
 * So many peaks a second of the interview's clock.
 */
per_second: number,
/**
 * A byte for each, in base64: 0 is silence, 255 the loudest that can be, the square root of the loudness.
 */
peaks: string, };

/**
 * A phase.
 */
export type PhaseSeen = {
/**
 * Its beginning.
 */
from_ms: number,
/**
 * Its end.
 */
to_ms: number,
/**
 * Which, as in `x.phase`.
 */
phase: string,
/**
 * Of a design: its stretch.
 */
part: string | null, };

/**
 * Where a metric shows: always a time, and whatever else can be cited there.
 */
export type Place = {
/**
 * When it begins.
 */
from: number,
/**
 * When it ends; `from` of a moment.
 */
to: number,
/**
 * The step.
 */
seq?: number,
/**
 * The utterance's id.
 */
utterance?: number,
/**
 * The characters of it: first, and the one after the last.
 */
chars?: [number, number],
/**
 * The run.
 */
run?: number,
/**
 * What it comes to there: a turn's own rate, a run's share of passed tests.
 */
value?: number,
/**
 * Which one: an edge case's id, a test's, a verdict, a normalised complexity.
 */
name?: string, };

/**
 * From `track_ms` of a track on, it lies at `at_ms` on the clock.
 */
export type PlaceSeen = {
/**
 * On the track.
 */
track_ms: number,
/**
 * On the clock.
 */
at_ms: number, };

/**
 * A value of one interview.
 */
export type ProgressPoint = {
/**
 * The interview.
 */
session: string,
/**
 * When it was, in ms since 1970 UTC.
 */
at_ms: number,
/**
 * The value; what could not be measured or assessed has no point.
 */
value: number, };

/**
 * Progress over interviews.
 */
export type ProgressView = {
/**
 * Dimensions of scorecards that were scored at least once, as this program scored them.
 */
dimensions: Array<DimensionProgress>,
/**
 * Metrics that were measured at least once.
 */
metrics: Array<MetricProgress>, };

/**
 * The question that was asked.
 */
export type QuestionSeen = {
/**
 * Its id.
 */
id: string,
/**
 * Its title.
 */
title: string,
/**
 * As the candidate read it (Markdown).
 */
statement: string,
/**
 * When it was put; none: it never was.
 */
put_ms: number | null, };

/**
 * What a run came to.
 */
export type ReportSeen = {
/**
 * The whole.
 */
verdict: string,
/**
 * Visible tests that passed.
 */
passed: number,
/**
 * Visible tests.
 */
total: number,
/**
 * Hidden tests that passed, and all of them, when they were run.
 */
hidden: [number, number] | null,
/**
 * What the compiler said.
 */
compiler: string | null,
/**
 * The line it complained about.
 */
line: number | null,
/**
 * The visible tests, or the own input.
 */
tests: Array<TestSeen>, };

/**
 * An interview on one clock, and what is said of it.
 */
export type ReviewView = {
/**
 * What whoever asks may do beside reading: `annotate`, `score_self`, `score_as_coach`, `grant`, `delete`.
 */
may: Array<string>,
/**
 * Notes that whoever asks may see.
 */
notes: Array<NoteView>,
/**
 * The form's version.
 */
timeline_version: number,
/**
 * The last event.
 */
duration_ms: number,
/**
 * Why it ended; none when the recording was cut off.
 */
ended: string | null,
/**
 * The question.
 */
question: QuestionSeen,
/**
 * The language it was held in, as `en`.
 */
language: string,
/**
 * Tracks with sound in them.
 */
tracks: Array<TrackSeen>,
/**
 * When the candidate was heard. Without an item it became no turn (a cough, "mm-hm").
 */
speech: Array<Stretch>,
/**
 * When the interviewer was heard.
 */
playback: Array<Stretch>,
/**
 * What both said or typed, in order.
 */
utterances: Array<Said>,
/**
 * The candidate's turns: how each was decided, and its ledger of latencies.
 */
turns: Array<TurnSeen>,
/**
 * Who had the floor, and why.
 */
floor: Array<FloorSeen>,
/**
 * Sounds over the interviewer, and what became of them.
 */
overlaps: Array<OverlapSeen>,
/**
 * What the agenda chose, and why.
 */
choices: Array<ChoiceSeen>,
/**
 * The interviewer spoke first.
 */
spoke_up: Array<SpokeUpSeen>,
/**
 * Phases.
 */
phases: Array<PhaseSeen>,
/**
 * The code; none in interviews without an editor.
 */
code: CodeSeen | null,
/**
 * Runs.
 */
runs: Array<RunSeen>,
/**
 * Hints.
 */
hints: Array<HintSeen>,
/**
 * When hints were offered.
 */
offers: Array<number>,
/**
 * What the page noticed.
 */
signals: Array<SignalNoticed>,
/**
 * The interview was paused.
 */
pauses: Array<Stretch>,
/**
 * The client was gone.
 */
absences: Array<Stretch>,
/**
 * Things that were too many for their lists.
 */
left_out: number, };

/**
 * A metric of an interview, as it is stored and sent.
 */
export type Row = {
/**
 * The metric's id.
 */
id: string,
/**
 * What it is counted in.
 */
unit: Unit,
/**
 * The value; none when it could not be measured.
 */
value: number | null,
/**
 * Why not.
 */
not_measurable?: Why,
/**
 * Where it shows: at most [`PLACES_MAX`].
 */
places: Array<Place>,
/**
 * Places beyond those.
 */
places_left_out?: number, };

/**
 * A run.
 */
export type RunSeen = {
/**
 * Which.
 */
id: number,
/**
 * The step that asked for it.
 */
seq: number,
/**
 * When it was asked for.
 */
at_ms: number,
/**
 * When it came to its end.
 */
done_ms: number | null,
/**
 * On which tests: `visible`, `all` or `custom`.
 */
scope: string,
/**
 * The code's language.
 */
language: Language,
/**
 * Why it came to nothing, by no fault of the code.
 */
failed: string | null,
/**
 * What it came to.
 */
report: ReportSeen | null, };

/**
 * What was said without a decided pause, or typed.
 */
export type Said = {
/**
 * Its number; scorecards, metrics and notes cite it.
 */
id: number,
/**
 * Whose words.
 */
voice: Voice,
/**
 * When it was begun to be heard.
 */
from_ms: number,
/**
 * When it had been heard.
 */
to_ms: number,
/**
 * The conversation's item it is part of; none of words that became no turn.
 */
item: number | null,
/**
 * The recogniser's last word.
 */
is_final: boolean,
/**
 * Its words; of the interviewer those that were heard.
 */
text: string,
/**
 * Each word: its first character in `text`, the one after its last, and when it begins (about: within its stretch of
 * voice, by its length).
 */
words: Array<[number, number, number]>, };

/**
 * What somebody scored.
 */
export type ScoreView = {
/**
 * Who, by name; empty without accounts.
 */
author: string,
/**
 * Whoever asks gave it.
 */
mine: boolean,
/**
 * Bands by dimension.
 */
bands: { [key in string]: number },
/**
 * When, in ms since 1970 UTC.
 */
created_ms: number, };

/**
 * Something that is scored.
 */
export type ScoredDimension = {
/**
 * Its id.
 */
id: string,
/**
 * As it is shown.
 */
title: string, };

/**
 * All scores of an interview that people gave.
 */
export type ScoresView = {
/**
 * What can be scored: ids and titles, in the rubric's order.
 */
dimensions: Array<ScoredDimension>,
/**
 * The candidate's own; none before there is one.
 */
own: ScoreView | null,
/**
 * Coaches' scores, newest first.
 */
coaches: Array<ScoreView>,
/**
 * The candidate's own bands beside the program's, once there are own ones.
 */
gap: Array<BandGap>, };

/**
 * Something that the candidate's page noticed.
 */
export type SignalNoticed = {
/**
 * When.
 */
at_ms: number,
/**
 * What: `focus_lost`, `focus_back`, `paste`, `fullscreen_left` …
 */
kind: string, };

/**
 * The interviewer spoke without having been spoken to.
 */
export type SpokeUpSeen = {
/**
 * When.
 */
at_ms: number,
/**
 * Why.
 */
trigger: string,
/**
 * As a clause.
 */
because: string, };

/**
 * A stage of an answer.
 */
export type Stage = {
/**
 * Which: `speech_end`, `stt_final`, `scored`, `committed`, `llm_first_token`, `first_sentence`, `tts_first_byte`, `hedged`,
 * `opener_sent`, `first_sent`, `first_played`.
 */
stage: string,
/**
 * When.
 */
at_ms: number, };

/**
 * A stretch of time.
 */
export type Stretch = {
/**
 * Its beginning.
 */
from_ms: number,
/**
 * Its end.
 */
to_ms: number,
/**
 * The conversation's item it is part of, if any.
 */
item?: number, };

/**
 * What became of a test.
 */
export type TestSeen = {
/**
 * Its id.
 */
id: string,
/**
 * What it came to.
 */
verdict: string,
/**
 * The answer, as JSON text.
 */
value: string | null,
/**
 * What was printed.
 */
stdout: string | null,
/**
 * What went wrong.
 */
error: string | null,
/**
 * In which line of the candidate's text.
 */
line: number | null,
/**
 * Processor time.
 */
cpu_ms: number, };

/**
 * A track of the recording.
 */
export type TrackSeen = {
/**
 * Whose sound.
 */
voice: Voice,
/**
 * The file of the recording.
 */
file: string,
/**
 * Its length.
 */
length_ms: number,
/**
 * Where it lies on the clock: from `track_ms` on at `at_ms`, without a gap up to the next place.
 */
places: Array<PlaceSeen>, };

/**
 * A turn of the candidate.
 */
export type TurnSeen = {
/**
 * Its number; none when it came to nothing.
 */
turn: number | null,
/**
 * Its item.
 */
item: number,
/**
 * It was spoken, not typed.
 */
spoken: boolean,
/**
 * Its first sound.
 */
from_ms: number,
/**
 * Its last sound.
 */
to_ms: number,
/**
 * When it was over, for the interviewer.
 */
committed_ms: number | null,
/**
 * How that was decided.
 */
decision: Decision | null,
/**
 * Stages from the last sound to the answer's first, in the order in which they were reached.
 */
ledger: Array<Stage>, };

/**
 * What a value is counted in. Values are whole numbers: where a fraction matters the unit is tenths.
 */
export type Unit = "ms" | "count" | "words_per_minute" | "permille" | "tenths_per100_words" | "tenths_per_minute" | "tenths_per10_minutes" | "characters" | "tier" | "yes_no" | "bands";

/**
 * Whose.
 */
export type Voice = "candidate" | "interviewer";

/**
 * Why there is no value.
 */
export type Why = "no_microphone" | "no_speech" | "no_playback" | "too_little" | "not_verbatim" | "no_word_list" | "question_not_put" | "no_editor" | "no_code" | "no_runner" | "no_runs" | "not_in_the_question" | "no_such_phase" | "did_not_happen" | "page_is_silent" | "not_in_the_recording";
