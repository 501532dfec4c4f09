import { expect, test } from "vitest";
import type { Item, Response, ServerEvent } from "../wire/wire";
import type { SessionView } from "./api";
import { ask, workspaceOf } from "./coding";
import { CAPTIONS_MAX, dismiss, type RoomState, reduce, roomOf, timeLeft } from "./state";

const session: SessionView = {
  id: "sess_1",
  url: "/v1/realtime?session=sess_1",
  question: { id: "q", title: "Gloves", statement: "Count them." },
  minutes: 20,
  language: "en",
  recording: true,
  words: "server",
  voice: "server",
  state: "created",
  patience: "normal",
  chosen: { by: "question" },
  providers: { stt: "fake", llm: "fake", tts: "fake", vad: "fake" },
  results: { review: "waiting", scorecard: "waiting" },
  created_ms: 0,
};
const after = (events: ServerEvent[], now = 0): RoomState =>
  events.reduce((room, event) => reduce(room, event, now), roomOf(session, 0));
const place = { response_id: "resp_1", item_id: "item_1", output_index: 0, content_index: 0 };
const said = (delta: string): ServerEvent => ({ type: "response.output_audio_transcript.delta", delta, ...place });
const item = (id: string, role: Item["role"], content: Item["content"]): Item => ({
  id,
  object: "realtime.item",
  type: "message",
  status: "completed",
  role,
  content,
});
const done = (status: Response["status"], reason?: string): ServerEvent => ({
  type: "response.done",
  response: {
    id: "resp_1",
    object: "realtime.response",
    status,
    output: [item("item_1", "assistant", [])],
    output_modalities: ["audio"],
    ...(reason ? { status_details: { type: status, reason } } : {}),
  },
});
const shown = ({ captions }: RoomState) => captions.map(({ who, text, state }) => `${who} ${state}: ${text}`);

test("the interviewer's words grow as they are said and are finished with the reply", () => {
  expect(shown(after([said("Hello, "), said("you.")]))).toEqual(["interviewer live: Hello, you."]);
  expect(shown(after([said("Hello."), done("completed")]))).toEqual(["interviewer done: Hello."]);
});

test("a reply that was cut into shows what was heard of it, and why it ended", () => {
  const heard: ServerEvent = {
    type: "conversation.item.retrieved",
    item: item("item_1", "assistant", [{ type: "output_audio", transcript: "Hello," }]),
  };
  const cut = after([said("Hello, you."), done("cancelled", "turn_detected"), heard]);
  expect(shown(cut)).toEqual(["interviewer cut: Hello,"]);
  expect(shown(after([said("Hello."), done("failed")]))).toEqual(["interviewer broken: Hello."]);
});

test("the candidate's words are replaced while they are recognised, and settle once", () => {
  const words = (text: string): ServerEvent => ({ type: "x.transcript", item_id: "item_2", text });
  const settled: ServerEvent = {
    type: "conversation.item.input_audio_transcription.completed",
    item_id: "item_2",
    content_index: 0,
    transcript: "I would sort.",
    usage: { type: "duration", seconds: 1 },
  };
  expect(shown(after([words("I"), words("I would")]))).toEqual(["candidate live: I would"]);
  expect(shown(after([words("I wood"), settled]))).toEqual(["candidate done: I would sort."]);
});

test("words that could not be had leave a caption that says so", () => {
  const failed: ServerEvent = {
    type: "conversation.item.input_audio_transcription.failed",
    item_id: "item_2",
    content_index: 0,
    error: { type: "transcription_error", code: "timeout", message: "" },
  };
  expect(shown(after([failed]))).toEqual(["candidate lost: "]);
});

test("what is spoken by the browser is shown once, whichever of its events comes first", () => {
  const speak: ServerEvent = { type: "x.speak", item_id: "item_1", text: "Hello." };
  expect(shown(after([speak]))).toEqual(["interviewer live: Hello."]);
  expect(shown(after([said("Hello."), speak]))).toEqual(["interviewer live: Hello."]);
});

test("the clock runs on between messages, stands in a pause, and never runs backwards or below zero", () => {
  const clock: ServerEvent = { type: "x.clock", elapsed_ms: 0, left_ms: 60_000, running: true };
  const running = reduce(roomOf(session, 0), clock, 1_000);
  expect(timeLeft(running, 11_000)).toBe(50_000);
  expect(timeLeft(running, 500)).toBe(60_000);
  expect(timeLeft(running, 99_000)).toBe(0);
  const paused = reduce(running, { type: "x.floor", state: "paused", why: "candidate" }, 11_000);
  expect(timeLeft(paused, 90_000)).toBe(50_000);
  const again = reduce(paused, { type: "x.floor", state: "listening", why: "candidate" }, 90_000);
  expect(timeLeft(again, 91_000)).toBe(49_000);
});

test("the end is told by x.end with its reason, not by the floor", () => {
  expect(after([{ type: "x.floor", state: "ended", why: "asked" }]).ended).toBeNull();
  expect(after([{ type: "x.end", reason: "time_up" }]).ended).toBe("time_up");
});

test("a notice replaces an older one of its code and can be taken away", () => {
  const notice: ServerEvent = { type: "x.notice", code: "stt_failed", text: "no words" };
  const room = after([notice, notice, { type: "x.notice", code: "time_nearly_up", text: "Two minutes are left." }]);
  expect(room.notices.map(({ code }) => code)).toEqual(["stt_failed", "time_nearly_up"]);
  expect(room.notices[1]?.text).toBe("Two minutes are left.");
  expect(dismiss(room, "stt_failed").notices.map(({ code }) => code)).toEqual(["time_nearly_up"]);
});

test("an error of the server is shown as a sentence", () => {
  const error = { type: "invalid_request_error", code: "conversation_full", message: "no more items fit" };
  expect(after([{ type: "error", error }]).notices).toEqual([{ code: error.code, text: "No more items fit." }]);
});

test("captions are bounded: the oldest go", () => {
  const many = Array.from({ length: CAPTIONS_MAX + 1 }, (_, n): ServerEvent => {
    return { type: "x.speak", item_id: `item_${n}`, text: "word" };
  });
  const { captions } = after(many);
  expect(captions.length).toBe(CAPTIONS_MAX);
  expect(captions[0]?.id).toBe("item_1");
});

test("events that the page does not know change nothing", () => {
  const room = roomOf(session, 0);
  expect(reduce(room, { type: "x.of_tomorrow" } as unknown as ServerEvent, 0)).toBe(room);
});

test("an error that answers the wish for a run stands beside the runs, every other one is a notice", () => {
  const workspace = {
    languages: ["python3" as const],
    language: "python3" as const,
    entry: "f()",
    input: "The arguments.",
    tests: [],
    hidden: 1,
    runs: { available: true, languages: ["python3" as const] },
    hints: 2,
  };
  const fresh = roomOf(session, 0);
  const room = { ...fresh, coding: ask(workspaceOf(workspace, null), "visible", "") };
  const error = (code: string): ServerEvent => ({
    type: "error",
    error: { type: "invalid_request_error", code, message: "too many runs" },
  });
  const refused = reduce(room, error("run_throttled"), 0);
  expect(refused.coding).toMatchObject({ asked: null, refusal: "Too many runs." });
  expect(refused.notices).toEqual([]);
  expect(reduce(refused, error("not_available"), 0).notices.map(({ text }) => text)).toEqual([
    "That is not to be had right now. Hints are given once the question has been put.",
  ]);
  expect(reduce(room, error("editor_full"), 0).notices.map(({ code }) => code)).toEqual(["editor_full"]);
});
