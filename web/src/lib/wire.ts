// The events of the voice socket that the page reads and writes, as far as it needs them.

/** States of the floor, as `x.floor` names them. */
export type FloorState =
  | "listening"
  | "candidate_speaking"
  | "candidate_pausing"
  | "giving_time"
  | "preparing"
  | "interviewer_speaking"
  | "interviewer_paused"
  | "paused"
  | "ended";

/** The interview's course, as `x.phase` names it. */
export type Phase = "greet" | "question" | "discuss" | "wrap_up" | "ended";

/** One part of an item's content. */
export interface ContentPart {
  type: string;
  text?: string | null;
  transcript?: string | null;
}

/** An item of the conversation. */
export interface Item {
  id: string;
  type?: string;
  role?: "user" | "assistant" | "system";
  status?: string;
  content?: ContentPart[];
}

/** A reply of the interviewer, as `response.created` and `response.done` carry it. */
export interface Reply {
  id?: string;
  status?: string;
  status_details?: { type?: string; reason?: string; error?: { code?: string; message?: string } } | null;
  output?: Item[];
}

interface Base {
  event_id?: string;
}

/** What the server says. Events that the page does not read are left out; unknown ones are ignored. */
export type ServerEvent = Base &
  (
    | { type: "session.created" | "session.updated"; session: { id?: string } }
    | { type: "error"; error: { type?: string; code?: string | null; message: string; event_id?: string | null } }
    | { type: "conversation.item.added" | "conversation.item.done" | "conversation.item.retrieved"; item: Item }
    | { type: "conversation.item.deleted"; item_id: string }
    | { type: "conversation.item.truncated"; item_id: string; audio_end_ms: number }
    | { type: "conversation.item.input_audio_transcription.delta"; item_id: string; delta: string }
    | { type: "conversation.item.input_audio_transcription.completed"; item_id: string; transcript: string }
    | { type: "conversation.item.input_audio_transcription.failed"; item_id: string }
    | { type: "input_audio_buffer.speech_started"; item_id: string }
    | { type: "input_audio_buffer.speech_stopped"; item_id: string }
    | { type: "response.created" | "response.done"; response: Reply }
    | { type: "response.output_item.added" | "response.output_item.done"; item: Item }
    | { type: "response.output_text.delta" | "response.output_audio_transcript.delta"; item_id: string; delta: string }
    | { type: "response.output_text.done"; item_id: string; text: string }
    | { type: "response.output_audio_transcript.done"; item_id: string; transcript: string }
    | { type: "response.output_audio.delta"; item_id: string; delta: string }
    | { type: "response.output_audio.done"; item_id: string }
    | {
        type: "x.session";
        last_client_event?: number | null;
        question?: { id?: string; title?: string; statement?: string } | null;
        phase?: Phase | null;
        left_ms?: number | null;
        words?: Words;
        voice?: Voice;
        recording?: boolean;
      }
    | { type: "x.floor"; state: FloorState; why?: string }
    | { type: "x.phase"; phase: Phase; left_ms?: number }
    | { type: "x.clock"; left_ms: number }
    | { type: "x.transcript"; item_id?: string; text: string; final?: boolean }
    | { type: "x.speak"; item_id: string; text: string }
    | { type: "x.notice"; code: string; text?: string }
    | { type: "x.end"; reason?: string }
  );

/** Where the candidate's words are recognised. */
export type Words = "server" | "client";

/** Who makes the interviewer's sound. */
export type Voice = "server" | "client" | "silent";

/** What the page says. */
export type ClientEvent =
  | { type: "input_audio_buffer.append"; audio: string }
  | {
      type: "conversation.item.create";
      item: { type: "message"; role: "user"; content: { type: "input_text"; text: string }[] };
    }
  | { type: "conversation.item.retrieve"; item_id: string }
  | { type: "response.create" }
  | { type: "x.playout"; item_id: string; played_ms: number; done?: boolean }
  | { type: "x.transcript"; text: string; final: boolean }
  | { type: "x.signal"; kind: string }
  | { type: "x.pause" }
  | { type: "x.unpause" }
  | { type: "x.end"; reason: string };
