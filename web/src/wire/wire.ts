// What crosses the voice socket. Made from src/wire by `VIVA_REFRESH=1 cargo test wire::typescript`; do not edit.

/**
 * One event to the server, without its `event_id`.
 */
export type ClientMessage = { "type": "session.update",
/**
 * The fields to change; `type` is `realtime`.
 */
session: Record<string, unknown>, } | { "type": "input_audio_buffer.append",
/**
 * Base64, in the session's input format.
 */
audio: string, } | { "type": "input_audio_buffer.commit", } | { "type": "input_audio_buffer.clear", } | { "type": "conversation.item.create",
/**
 * The item.
 */
item: TypedItem,
/**
 * The item before it; absent: the last.
 */
previous_item_id?: string, } | { "type": "conversation.item.retrieve",
/**
 * Which.
 */
item_id: string, } | { "type": "conversation.item.delete",
/**
 * Which.
 */
item_id: string, } | { "type": "conversation.item.truncate",
/**
 * Which.
 */
item_id: string,
/**
 * Always 0.
 */
content_index: number,
/**
 * Sound heard, in ms.
 */
audio_end_ms: number, } | { "type": "response.create",
/**
 * Settings of this reply.
 */
response?: ReplyOptions, } | { "type": "response.cancel",
/**
 * Which; absent: the one in progress.
 */
response_id?: string, } | { "type": "x.playout",
/**
 * Which.
 */
item_id: string,
/**
 * Sound played, from the item's start, in ms.
 */
played_ms: number,
/**
 * All of it.
 */
done?: boolean, } | { "type": "x.transcript",
/**
 * All words of the utterance so far.
 */
text: string,
/**
 * They will not change any more.
 */
final: boolean, } | { "type": "x.pause", } | { "type": "x.unpause", } | { "type": "x.end",
/**
 * In the client's words.
 */
reason?: string, } | { "type": "x.editor.replace",
/**
 * Which.
 */
language: Language,
/**
 * All of it.
 */
text: string, } | { "type": "x.editor.language",
/**
 * Which.
 */
language: Language, } | { "type": "x.run",
/**
 * On which tests.
 */
scope: RunScope,
/**
 * Of a custom run: the arguments or calls as JSON, or standard input.
 */
input?: string, } | { "type": "x.hint", } | { "type": "x.signal",
/**
 * What: `a-z 0-9 _ . -`.
 */
kind: string, };

/**
 * What compiling came to.
 */
export type CompileView = {
/**
 * `accepted` when it went well.
 */
verdict: Verdict,
/**
 * What the compiler said, at most 16 KiB.
 */
output: string,
/**
 * The first line of the candidate's text that it complained about, from 1.
 */
line?: number, };

/**
 * A part of an item. Sound itself is never repeated in items.
 */
export type Content = { "type": "input_text",
/**
 * The text.
 */
text: string, } | { "type": "input_audio",
/**
 * The words.
 */
transcript: string | null, } | { "type": "output_text",
/**
 * The text.
 */
text: string, } | { "type": "output_audio",
/**
 * The words; after a truncation those that were heard.
 */
transcript: string, };

/**
 * Why an interview ended.
 */
export type EndReason = "candidate" | "completed" | "time_up" | "abandoned" | "shutdown";

/**
 * The `error` of an `error` event.
 */
export type ErrorBody = {
/**
 * `invalid_request_error` or `server_error`.
 */
type: string,
/**
 * Stable code.
 */
code?: string,
/**
 * A sentence for a person.
 */
message: string,
/**
 * The field it is about.
 */
param?: string,
/**
 * The client's event it answers.
 */
event_id?: string, };

/**
 * One thing a rule saw.
 */
export type Fact = {
/**
 * What.
 */
name: string,
/**
 * Its value; the name ends in the unit where there is one.
 */
value: number, };

/**
 * Who has the floor.
 */
export type FloorState = "listening" | "candidate_speaking" | "candidate_pausing" | "giving_time" | "addressed_elsewhere" | "preparing" | "interviewer_speaking" | "interviewer_paused" | "paused" | "ended";

/**
 * What is told of hidden tests.
 */
export type HiddenView = {
/**
 * How many passed.
 */
passed: number,
/**
 * How many there are.
 */
total: number, };

/**
 * All about the interview that `session.created` has no place for. Sent right after it, on every socket.
 */
export type InterviewView = {
/**
 * The interview's id, for `?session=`.
 */
session: string,
/**
 * What is asked; absent when the interview has no question.
 */
question?: QuestionView,
/**
 * Where the candidate writes code; absent when there is only talk.
 */
workspace?: WorkspaceView,
/**
 * The phases in their order.
 */
phases: Array<Phase>,
/**
 * The phase it is in.
 */
phase: Phase,
/**
 * Length of the interview, in minutes.
 */
minutes: number,
/**
 * Time left, in ms.
 */
left_ms: number,
/**
 * Whether the interview is recorded.
 */
recording: boolean,
/**
 * Where the candidate's words come from.
 */
words: WordsFrom,
/**
 * Who makes the interviewer's sound.
 */
voice: VoiceFrom,
/**
 * Services in use.
 */
providers: ProvidersView,
/**
 * Limits.
 */
limits: LimitsView,
/**
 * This socket takes up an interview that another socket began.
 */
resumed: boolean,
/**
 * Number of the last numbered client event that was applied (`c_<n>`); absent when there was none.
 */
last_client_event?: number, };

/**
 * An entry of the conversation as clients see it.
 */
export type Item = {
/**
 * `item_<n>`, or the id that the client gave it.
 */
id: string,
/**
 * Always `realtime.item`.
 */
object: string,
/**
 * Always `message`.
 */
type: string,
/**
 * How far it is.
 */
status: ItemStatus,
/**
 * Whose it is.
 */
role: Role,
/**
 * What it holds; empty while the interviewer has not begun.
 */
content: Array<Content>, };

/**
 * How far an item is.
 */
export type ItemStatus = "in_progress" | "completed" | "incomplete";

/**
 * A programming language.
 */
export type Language = "python3" | "javascript" | "java" | "cpp" | "go" | "rust";

/**
 * Limits that a client should keep to.
 */
export type LimitsView = {
/**
 * Largest text of an item, in bytes.
 */
text_bytes: number,
/**
 * Largest frame, in bytes.
 */
frame_bytes: number,
/**
 * How long a lost client is waited for, in ms.
 */
grace_ms: number,
/**
 * A client that plays sound reports `x.playout` at least this often, in ms.
 */
playout_every_ms: number, };

/**
 * What the candidate is told beside the conversation.
 */
export type NoticeCode = "stt_failed" | "llm_failed" | "tts_failed" | "recording_failed" | "audio_overflow" | "time_nearly_up" | "resume_gap";

/**
 * A part as `response.content_part.*` shows it.
 */
export type Part = { "type": "text",
/**
 * Empty when added, whole when done.
 */
text: string, } | { "type": "audio",
/**
 * Empty when added, whole when done.
 */
transcript: string, };

/**
 * The interview's course.
 */
export type Phase = "greet" | "question" | "clarify" | "approach" | "code" | "test" | "design" | "discuss" | "wrap_up" | "ended";

/**
 * Names of the services in use.
 */
export type ProvidersView = {
/**
 * Speech recognition.
 */
stt: string,
/**
 * Language model.
 */
llm: string,
/**
 * Voice.
 */
tts: string,
/**
 * Voice detector.
 */
vad: string, };

/**
 * What is asked.
 */
export type QuestionView = {
/**
 * Stable id.
 */
id: string,
/**
 * Title.
 */
title: string,
/**
 * The statement, as Markdown.
 */
statement: string, };

/**
 * A limit of the account; we have none, the list is always empty.
 */
export type RateLimit = {
/**
 * `requests` or `tokens`.
 */
name: string,
/**
 * The most allowed.
 */
limit: number,
/**
 * What is left.
 */
remaining: number,
/**
 * When it is full again.
 */
reset_seconds: number, };

/**
 * Settings of one reply that our clients use.
 */
export type ReplyOptions = {
/**
 * Instructions for this reply alone.
 */
instructions?: string, };

/**
 * A response as clients see it, in `response.created` and `response.done`.
 */
export type Response = {
/**
 * `resp_<n>`.
 */
id: string,
/**
 * Always `realtime.response`.
 */
object: string,
/**
 * How far it is.
 */
status: ResponseStatus,
/**
 * Why it ended, once it has.
 */
status_details?: StatusDetails,
/**
 * Its items: none at first, one when done.
 */
output: Array<Item>,
/**
 * The conversation it joins; absent when it stays outside.
 */
conversation_id?: string,
/**
 * `audio` or `text`.
 */
output_modalities: Array<"audio" | "text">,
/**
 * Format and voice of its sound.
 */
audio?: Record<string, unknown>,
/**
 * What the client gave `response.create`.
 */
metadata?: Record<string, unknown>,
/**
 * Tokens, once it is done.
 */
usage?: Usage, };

/**
 * What failed: a stable code, never internals.
 */
export type ResponseFailure = {
/**
 * Always `server_error`.
 */
type: string,
/**
 * Kind of failure: `auth`, `busy`, `bad_request`, `protocol`, `timeout`, `gone`.
 */
code: string,
/**
 * A sentence for a person.
 */
message?: string, };

/**
 * How far a response is.
 */
export type ResponseStatus = "in_progress" | "completed" | "cancelled" | "failed" | "incomplete";

/**
 * Whose an item is.
 */
export type Role = "system" | "user" | "assistant";

/**
 * Why a run came to nothing.
 */
export type RunFailure = "busy" | "throttled" | "disabled" | "refused" | "unsupported" | "failed" | "overdue";

/**
 * Why a run came to nothing, and what to do about it.
 */
export type RunProblem = {
/**
 * Why.
 */
kind: RunFailure,
/**
 * A sentence for the candidate.
 */
message: string, };

/**
 * Which tests a run is about.
 */
export type RunScope = "visible" | "all" | "custom";

/**
 * What a run came to.
 */
export type RunView = {
/**
 * That of compiling if it failed, else of the first test that failed, a hidden one included, else `accepted`.
 */
verdict: Verdict,
/**
 * Compiling, where something is compiled; loading, when that failed.
 */
compile?: CompileView,
/**
 * Visible tests that passed.
 */
passed: number,
/**
 * Visible tests that were to be run.
 */
total: number,
/**
 * The visible tests, or the one input of the candidate's own. Empty when it did not compile.
 */
tests: Array<TestView>,
/**
 * The hidden tests, when they were run.
 */
hidden?: HiddenView,
/**
 * Something was cut to its limit.
 */
truncated: boolean,
/**
 * How well the box was closed.
 */
tier: string,
/**
 * Wait for a free box, in ms.
 */
queued_ms: number,
/**
 * From the free box to the report, in ms.
 */
took_ms: number, };

/**
 * Whether code can be run.
 */
export type RunsView = {
/**
 * It can.
 */
available: boolean,
/**
 * The languages that can be run; the others are only written.
 */
languages: Array<Language>,
/**
 * How well the boxes are closed: `namespaces`, `landlock`, `remote`.
 */
tier?: string,
/**
 * Why it cannot.
 */
why?: string, };

/**
 * One event to a client, without its `event_id`.
 */
export type ServerEvent = { "type": "session.created",
/**
 * [`super::SessionView::to_value`].
 */
session: Record<string, unknown>, } | { "type": "session.updated",
/**
 * [`super::SessionView::to_value`].
 */
session: Record<string, unknown>, } | { "type": "error",
/**
 * What.
 */
error: ErrorBody, } | { "type": "conversation.item.added",
/**
 * The item before it; null when it is the first.
 */
previous_item_id: string | null,
/**
 * The item.
 */
item: Item, } | { "type": "conversation.item.done",
/**
 * The item before it; null when it is the first.
 */
previous_item_id: string | null,
/**
 * The item.
 */
item: Item, } | { "type": "conversation.item.deleted",
/**
 * Which.
 */
item_id: string, } | { "type": "conversation.item.retrieved",
/**
 * The item.
 */
item: Item, } | { "type": "conversation.item.truncated",
/**
 * Which.
 */
item_id: string,
/**
 * Always 0.
 */
content_index: number,
/**
 * Sound that stays, in ms.
 */
audio_end_ms: number, } | { "type": "conversation.item.input_audio_transcription.delta",
/**
 * The candidate's item.
 */
item_id: string,
/**
 * Always 0.
 */
content_index: number,
/**
 * The words.
 */
delta: string, } | { "type": "conversation.item.input_audio_transcription.completed",
/**
 * The candidate's item.
 */
item_id: string,
/**
 * Always 0.
 */
content_index: number,
/**
 * All words.
 */
transcript: string,
/**
 * Length of the sound.
 */
usage: TranscriptionUsage, } | { "type": "conversation.item.input_audio_transcription.failed",
/**
 * The candidate's item.
 */
item_id: string,
/**
 * Always 0.
 */
content_index: number,
/**
 * Why.
 */
error: TranscriptionFailure, } | { "type": "input_audio_buffer.speech_started",
/**
 * The item their words will become.
 */
item_id: string,
/**
 * Where on the microphone track, in ms.
 */
audio_start_ms: number, } | { "type": "input_audio_buffer.speech_stopped",
/**
 * The item their words become.
 */
item_id: string,
/**
 * Where on the microphone track, in ms.
 */
audio_end_ms: number, } | { "type": "input_audio_buffer.committed",
/**
 * Which.
 */
item_id: string,
/**
 * The item before it; null when it is the first.
 */
previous_item_id: string | null, } | { "type": "input_audio_buffer.cleared", } | { "type": "response.created",
/**
 * The reply.
 */
response: Response, } | { "type": "response.done",
/**
 * The reply.
 */
response: Response, } | { "type": "response.output_item.added",
/**
 * The reply.
 */
response_id: string,
/**
 * Always 0.
 */
output_index: number,
/**
 * The item.
 */
item: Item, } | { "type": "response.output_item.done",
/**
 * The reply.
 */
response_id: string,
/**
 * Always 0.
 */
output_index: number,
/**
 * The item.
 */
item: Item, } | { "type": "response.content_part.added",
/**
 * The part, empty.
 */
part: Part,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.content_part.done",
/**
 * The part.
 */
part: Part,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.output_text.delta",
/**
 * The text.
 */
delta: string,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.output_text.done",
/**
 * All text.
 */
text: string,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.output_audio_transcript.delta",
/**
 * The words.
 */
delta: string,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.output_audio_transcript.done",
/**
 * All words.
 */
transcript: string,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.output_audio.delta",
/**
 * Base64, in the session's output format.
 */
delta: string,
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "response.output_audio.done",
/**
 * `resp_<n>`.
 */
response_id: string,
/**
 * `item_<n>`.
 */
item_id: string,
/**
 * Which item of the response.
 */
output_index: number,
/**
 * Which part of the item.
 */
content_index: number, } | { "type": "rate_limits.updated",
/**
 * Always empty.
 */
rate_limits: Array<RateLimit>, } | { "type": "x.session" } & InterviewView | { "type": "x.phase",
/**
 * Which.
 */
phase: Phase,
/**
 * Of a design: the id of its stretch, e.g. `requirements`.
 */
part?: string,
/**
 * Time left, in ms.
 */
left_ms: number, } | { "type": "x.clock",
/**
 * Time since the interview began, pauses excluded, in ms.
 */
elapsed_ms: number,
/**
 * Time left, in ms.
 */
left_ms: number,
/**
 * False while the interview is paused.
 */
running: boolean, } | { "type": "x.floor",
/**
 * Who.
 */
state: FloorState,
/**
 * Name of the rule or fact that led there.
 */
why: string, } | { "type": "x.turn" } & TurnView | { "type": "x.transcript",
/**
 * The candidate's item.
 */
item_id: string,
/**
 * All words so far.
 */
text: string, } | { "type": "x.speak",
/**
 * The item it belongs to.
 */
item_id: string,
/**
 * The text.
 */
text: string, } | { "type": "x.editor",
/**
 * The language in use.
 */
language: Language,
/**
 * FNV-1a 64 of its text, in hex.
 */
text_hash: string,
/**
 * Size of the text.
 */
bytes: number, } | { "type": "x.run.started",
/**
 * `run_<n>`.
 */
run: string,
/**
 * On which tests.
 */
scope: RunScope,
/**
 * The code's language.
 */
language: Language, } | { "type": "x.run.finished",
/**
 * Which.
 */
run: string,
/**
 * On which tests.
 */
scope: RunScope,
/**
 * The code's language.
 */
language: Language,
/**
 * What it came to.
 */
report?: RunView,
/**
 * Why it came to nothing.
 */
error?: RunProblem, } | { "type": "x.hint",
/**
 * Its tier; 1 is the gentlest.
 */
tier: number,
/**
 * What it says.
 */
text: string,
/**
 * How many are left.
 */
left: number, } | { "type": "x.notice",
/**
 * What.
 */
code: NoticeCode,
/**
 * The same as an English sentence.
 */
text: string, } | { "type": "x.end",
/**
 * Why.
 */
reason: EndReason,
/**
 * Path of the recording, if there is one.
 */
recording?: string, } | { "type": "x.ack",
/**
 * The number.
 */
last_client_event: number, };

/**
 * Why a response ended as it did.
 */
export type StatusDetails = {
/**
 * The status again.
 */
type: ResponseStatus,
/**
 * `turn_detected`, `client_cancelled` or `max_output_tokens`.
 */
reason?: string,
/**
 * What failed.
 */
error?: ResponseFailure, };

/**
 * What went wrong within a test.
 */
export type TestFailure = {
/**
 * The error's kind as the language names it, a signal's name, or `timeout`, `memory`, `exit`, `output`.
 */
kind: string,
/**
 * Its message, at most 2 KiB.
 */
message: string,
/**
 * The innermost line of the candidate's own text, from 1.
 */
line?: number, };

/**
 * What became of one visible test.
 */
export type TestView = {
/**
 * The test's id; `custom` for the candidate's own input.
 */
id: string,
/**
 * What it came to.
 */
verdict: Verdict,
/**
 * What it was run on, as in `x.session.workspace`.
 */
input: string,
/**
 * What is right; absent for the candidate's own input.
 */
expected?: string,
/**
 * The answer, as JSON; a program's is in `stdout`. Absent when there was none.
 */
value?: string,
/**
 * What was printed meanwhile.
 */
stdout?: string,
/**
 * What went wrong.
 */
error?: TestFailure,
/**
 * Processor time, in ms.
 */
cpu_ms: number,
/**
 * False when it was not run because too many before it took too long.
 */
ran: boolean, };

/**
 * Why words could not be had.
 */
export type TranscriptionFailure = {
/**
 * Always `transcription_error`.
 */
type: string,
/**
 * Kind of failure: `auth`, `busy`, `bad_request`, `protocol`, `timeout`, `gone`.
 */
code: string,
/**
 * A sentence for a person.
 */
message: string, };

/**
 * Length of transcribed sound.
 */
export type TranscriptionUsage = {
/**
 * Always `duration`.
 */
type: string,
/**
 * Seconds of sound.
 */
seconds: number, };

/**
 * When the stages of one turn were reached, in ms since the interview began. What did not happen is absent.
 */
export type TurnLedger = {
/**
 * The last speech sample.
 */
speech_end_ms?: number,
/**
 * The last final transcript came.
 */
stt_final_ms?: number,
/**
 * The soft end was scored.
 */
scored_ms?: number,
/**
 * The turn was committed.
 */
committed_ms?: number,
/**
 * The model's first piece came.
 */
llm_first_token_ms?: number,
/**
 * The first piece of speech was ready to be synthesized.
 */
first_sentence_ms?: number,
/**
 * The voice's first sound came.
 */
tts_first_byte_ms?: number,
/**
 * The model was late and was asked a second time.
 */
hedged_ms?: number,
/**
 * The first sound of an opener ("Okay.") was sent, while the answer was not there.
 */
opener_sent_ms?: number,
/**
 * The first sound of the answer itself was sent.
 */
first_sent_ms?: number,
/**
 * The client said it played the first sound, be it an opener's.
 */
first_played_ms?: number, };

/**
 * How a turn of the candidate was decided.
 */
export type TurnView = {
/**
 * Counts from 1.
 */
turn: number,
/**
 * The item it became.
 */
item_id: string,
/**
 * Name of the rule that ended it.
 */
rule: string,
/**
 * What lengthened the rule's own wait (`own_pauses`), if anything did.
 */
stretched_by?: string,
/**
 * What the rule saw, in its order.
 */
facts: Array<Fact>,
/**
 * When each thing happened.
 */
ledger: TurnLedger, };

/**
 * A typed turn, or an instruction.
 */
export type TypedItem = {
/**
 * Always `message`.
 */
type: "message",
/**
 * Whose.
 */
role: Role,
/**
 * The text.
 */
content: Array<TypedPart>, };

/**
 * A part of a typed turn.
 */
export type TypedPart = { "type": "input_text",
/**
 * The text.
 */
text: string, };

/**
 * Tokens of one response as the model's service counted them.
 */
export type Usage = {
/**
 * Both together.
 */
total_tokens: number,
/**
 * Of the prompt.
 */
input_tokens: number,
/**
 * Of the answer.
 */
output_tokens: number, };

/**
 * What a run, its compilation or one of its tests came to.
 */
export type Verdict = "accepted" | "wrong_answer" | "runtime_error" | "time_limit" | "memory_limit" | "output_limit" | "compile_error" | "runner_failed";

/**
 * A test that the candidate may see.
 */
export type VisibleTest = {
/**
 * Its id.
 */
id: string,
/**
 * Arguments or calls as JSON, or standard input; at most 2 KiB, what was cut is said.
 */
input: string,
/**
 * The right answer, likewise.
 */
expected: string, };

/**
 * Who makes the interviewer's sound.
 */
export type VoiceFrom = "server" | "client" | "silent";

/**
 * Where the candidate's words come from.
 */
export type WordsFrom = "server" | "client";

/**
 * Where the candidate writes code.
 */
export type WorkspaceView = {
/**
 * The languages on offer.
 */
languages: Array<Language>,
/**
 * The language in use.
 */
language: Language,
/**
 * What is to be written, e.g. `function pair_sum(numbers: list<int>, sum: int) -> bool`; the starters have it as code.
 */
entry: string,
/**
 * What an input of the candidate's own looks like, in words.
 */
input: string,
/**
 * The visible tests.
 */
tests: Array<VisibleTest>,
/**
 * How many hidden tests there are.
 */
hidden: number,
/**
 * Whether code can be run.
 */
runs: RunsView,
/**
 * How many hints there are.
 */
hints: number, };

/** First byte of a binary frame of microphone sound. */
export const MIC_TAG = 1;

/** First byte of a binary frame of the interviewer's sound. */
export const SPEECH_TAG = 129;

/** Bytes before the sound in a microphone frame. */
export const MIC_HEADER_BYTES = 8;

/** Bytes before the sound in a speech frame. */
export const SPEECH_HEADER_BYTES = 20;
