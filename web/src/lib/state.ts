// What the room shows, as a function of what the server said. Pure: an event and the time in, the next state out.
import type { Content, FloorState, Item, Phase, Response as Reply, ServerEvent } from "../wire/wire";
import { asSentence, type SessionView, titleOf } from "./api";
import { type Coding, type CodingEvent, reduceCoding, refuse, workspaceOf } from "./coding";

/** Most captions kept; an hour has some hundreds. The oldest go first. */
export const CAPTIONS_MAX = 2_000;
/** Most notices shown at once. */
const NOTICES_MAX = 4;

/** Words of one side. */
export interface Caption {
  id: string;
  who: "candidate" | "interviewer";
  text: string;
  /** `live`: more may come; `cut`: the candidate cut in; `broken`: ended early otherwise; `lost`: no words to be had. */
  state: "live" | "done" | "cut" | "broken" | "lost";
}

/** Something the candidate should know. */
export interface Notice {
  code: string;
  text: string;
}

/** The room. */
export interface RoomState {
  floor: FloorState;
  /** Rule or fact that led to the floor's state. */
  why: string;
  phase: Phase | null;
  /** The course, in its order. */
  phases: Phase[];
  question: { title: string; statement: string };
  /** Time left when last told, and when that was on the page's clock; in ms. */
  clock: { leftMs: number; at: number };
  captions: Caption[];
  notices: Notice[];
  /** Editor, runs and hints; none when there is only talk. */
  coding: Coding | null;
  /** Why the interview ended; none while it runs. */
  ended: string | null;
}

/** What a wish gets that the server cannot grant now; the only one that a person can have too early is a hint. */
const NOT_YET = "That is not to be had right now. Hints are given once the question has been put.";

/** Codes of errors that answer the wish for a run. */
const RUN_ERRORS = new Set([
  "run_in_progress",
  "run_throttled",
  "runs_unavailable",
  "nothing_to_run",
  "no_language",
  "not_available",
]);

/** Sentences for the server's notices. */
const NOTICES: Partial<Record<string, string>> = {
  stt_failed: "Your words cannot be recognised at the moment. Please type your answers.",
  llm_failed: "The interviewer's model does not answer. The interview goes on with the question's own lines.",
  tts_failed: "The interviewer's voice failed. Please read along.",
  recording_failed: "The recording stopped. The interview goes on without it.",
  audio_overflow: "Some of your sound was lost. If you are not understood, say it again or type it.",
  resume_gap: "The line was cut for long. Some of what was said in between may not be shown here.",
};

/** The room before the first event. */
export function roomOf(session: SessionView, now: number): RoomState {
  return {
    floor: "listening",
    why: "",
    phase: null,
    phases: [],
    question: { title: titleOf(session), statement: session.question?.statement ?? "" },
    clock: { leftMs: session.minutes * 60_000, at: now },
    captions: [],
    notices: [],
    coding: null,
    ended: null,
  };
}

/** The room after an event. The same object if the event changes nothing. */
export function reduce(room: RoomState, event: ServerEvent, now: number): RoomState {
  switch (event.type) {
    case "x.session":
      return joined(room, event, now);
    case "x.floor":
      return floor(room, event.state, event.why, now);
    case "x.phase":
      return { ...room, phase: event.phase, clock: { leftMs: event.left_ms, at: now } };
    case "x.clock":
      return { ...room, clock: { leftMs: event.left_ms, at: now } };
    case "x.notice":
      return notice(room, { code: event.code, text: NOTICES[event.code] ?? event.text });
    case "x.end":
      return { ...room, floor: "ended", ended: room.ended ?? event.reason };
    case "error":
      return failed(room, event.error.code ?? "error", asSentence(event.error.message));
    case "conversation.item.added":
    case "conversation.item.done":
    case "conversation.item.retrieved":
      return item(room, event.item, event.type === "conversation.item.retrieved");
    case "conversation.item.deleted":
      return { ...room, captions: room.captions.filter(({ id }) => id !== event.item_id) };
    case "conversation.item.truncated":
      return caption(room, event.item_id, "interviewer", () => ({ state: "cut" }), false);
    case "x.transcript":
      return candidate(room, event.item_id, () => event.text, false);
    case "conversation.item.input_audio_transcription.delta":
      return candidate(room, event.item_id, (text) => text + event.delta, false);
    case "conversation.item.input_audio_transcription.completed":
      return candidate(room, event.item_id, () => event.transcript, true);
    case "conversation.item.input_audio_transcription.failed":
      return caption(room, event.item_id, "candidate", () => ({ state: "lost" }));
    case "response.output_text.delta":
    case "response.output_audio_transcript.delta":
      return caption(room, event.item_id, "interviewer", ({ text }) => ({ text: text + event.delta }));
    case "response.output_text.done":
      return caption(room, event.item_id, "interviewer", () => ({ text: event.text }));
    case "response.output_audio_transcript.done":
      return caption(room, event.item_id, "interviewer", () => ({ text: event.transcript }));
    case "x.speak":
      // A client that speaks itself may get the words here first; they are shown once.
      return caption(room, event.item_id, "interviewer", ({ text }) => ({ text: text === "" ? event.text : text }));
    case "response.done":
      return replyDone(room, event.response);
    case "x.editor":
    case "x.run.started":
    case "x.run.finished":
    case "x.hint":
      return coded(room, event);
    default:
      return room;
  }
}

/** Time left now, in ms (a `now` from before the last message counts as that message): it runs on between the server's messages, and stands still in a pause. */
export function timeLeft(room: RoomState, now: number): number {
  const stands = room.floor === "paused" || room.floor === "ended";
  return Math.max(0, room.clock.leftMs - (stands ? 0 : Math.max(0, now - room.clock.at)));
}

/** Takes a notice away. */
export function dismiss(room: RoomState, code: string): RoomState {
  return { ...room, notices: room.notices.filter((one) => one.code !== code) };
}

/** Shows a notice, in place of an older one of the same code. */
export function notice(room: RoomState, shown: Notice): RoomState {
  const others = room.notices.filter(({ code }) => code !== shown.code);
  return { ...room, notices: [...others, shown].slice(-NOTICES_MAX) };
}

/** Items of a reply that did not come to its end. */
export function cutItems(reply: Reply): string[] {
  const cut = reply.status === "cancelled" || reply.status === "failed" || reply.status === "incomplete";
  return cut ? reply.output.map(({ id }) => id) : [];
}

function joined(room: RoomState, event: Extract<ServerEvent, { type: "x.session" }>, now: number): RoomState {
  const { workspace } = event;
  const { title = room.question.title, statement = room.question.statement } = event.question ?? {};
  return {
    ...room,
    question: { title, statement },
    phase: event.phase,
    phases: event.phases,
    clock: { leftMs: event.left_ms, at: now },
    coding: workspace ? workspaceOf(workspace, room.coding) : room.coding,
  };
}

function coded(room: RoomState, event: CodingEvent): RoomState {
  return room.coding === null ? room : { ...room, coding: reduceCoding(room.coding, event) };
}

/** Errors that only say that the server was quicker: what was wanted is so already. */
const NO_MATTER = new Set(["response_cancel_not_active"]);

/** An error that answers a run stands beside the runs; all others are notices. */
function failed(room: RoomState, code: string, text: string): RoomState {
  const { coding } = room;
  if (NO_MATTER.has(code)) return room;
  if (code === "not_available" && coding !== null && coding.asked === null)
    return notice(room, { code, text: NOT_YET });
  if (coding === null || coding.asked === null || !RUN_ERRORS.has(code)) return notice(room, { code, text });
  return { ...room, coding: refuse(coding, text) };
}

function floor(room: RoomState, state: FloorState, why: string, now: number): RoomState {
  // The clock is brought up to date with the old state first: a pause must not count the time before it twice.
  const leftMs = timeLeft(room, now);
  // That the floor has ended is not yet the end: `x.end`, which says why, is still to come.
  return { ...room, floor: state, why, clock: { leftMs, at: now } };
}

function item(room: RoomState, added: Item, retrieved: boolean): RoomState {
  if (added.role !== "user" && added.role !== "assistant") return room;
  const text = textOf(added);
  const who = added.role === "user" ? "candidate" : "interviewer";
  if (text === "") return room;
  if (who === "candidate") return caption(room, added.id, who, () => ({ text, state: "done" }));
  // What is retrieved is what was heard: it replaces what was said.
  return caption(room, added.id, who, (old) => ({ text: retrieved || old.text === "" ? text : old.text }));
}

function textOf(shown: Item): string {
  return shown.content.map(wordsOf).join("");
}

function wordsOf(part: Content): string {
  return "text" in part ? part.text : (part.transcript ?? "");
}

function candidate(room: RoomState, id: string, text: (old: string) => string, final: boolean): RoomState {
  return caption(room, id, "candidate", (old) => ({ text: text(old.text), state: final ? "done" : "live" }));
}

function replyDone(room: RoomState, reply: Reply): RoomState {
  const early = reply.status_details?.reason === "turn_detected" ? "cut" : "broken";
  const state = cutItems(reply).length > 0 ? early : "done";
  return reply.output.reduce((next, { id }) => caption(next, id, "interviewer", () => ({ state }), false), room);
}

/** Changes the caption of an item; makes it at the end of the list if it is new and `create` is set. */
function caption(
  room: RoomState,
  id: string,
  who: Caption["who"],
  change: (old: Caption) => Partial<Caption>,
  create = true,
): RoomState {
  const at = room.captions.findLastIndex((one) => one.id === id);
  const old = room.captions[at];
  if (old === undefined && !create) return room;
  const base: Caption = old ?? { id, who, text: "", state: "live" };
  const next = { ...base, ...change(base) };
  const captions = old === undefined ? [...room.captions, next] : room.captions.with(at, next);
  return { ...room, captions: captions.slice(-CAPTIONS_MAX) };
}
