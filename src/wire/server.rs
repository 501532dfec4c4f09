//! What we say. The shapes satisfy the strictest client known (the zod schemas of `@openai/agents-realtime`): a field
//! without a value is absent unless a client insists on `null`.

use super::extension::{EndReason, FloorState, InterviewView, NoticeCode, Phase, TurnView};
use super::item::Item;
pub use super::payload::{ErrorBody, Part, RateLimit, Spot, TranscriptionFailure, TranscriptionUsage};
use super::response::Response;
use super::workspace::{RunProblem, RunScope, RunView};
use crate::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// One event to a client, without its `event_id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type")]
#[ts(export_to = "wire.ts")]
pub enum ServerEvent {
    /// First event on a socket.
    #[serde(rename = "session.created")]
    SessionCreated {
        /// [`super::SessionView::to_value`].
        #[ts(type = "Record<string, unknown>")]
        session: Value,
    },
    /// The settings after a `session.update`.
    #[serde(rename = "session.updated")]
    SessionUpdated {
        /// [`super::SessionView::to_value`].
        #[ts(type = "Record<string, unknown>")]
        session: Value,
    },
    /// Something the client sent cannot be done, or something broke.
    #[serde(rename = "error")]
    Error {
        /// What.
        error: ErrorBody,
    },

    /// An item joined the conversation.
    #[serde(rename = "conversation.item.added")]
    ItemAdded {
        /// The item before it; null when it is the first.
        previous_item_id: Option<String>,
        /// The item.
        item: Item,
    },
    /// An item is whole.
    #[serde(rename = "conversation.item.done")]
    ItemDone {
        /// The item before it; null when it is the first.
        previous_item_id: Option<String>,
        /// The item.
        item: Item,
    },
    /// An item was removed.
    #[serde(rename = "conversation.item.deleted")]
    ItemDeleted {
        /// Which.
        item_id: String,
    },
    /// An item as asked for.
    #[serde(rename = "conversation.item.retrieved")]
    ItemRetrieved {
        /// The item.
        item: Item,
    },
    /// An item was cut to what was heard.
    #[serde(rename = "conversation.item.truncated")]
    ItemTruncated {
        /// Which.
        item_id: String,
        /// Always 0.
        content_index: u32,
        /// Sound that stays, in ms.
        audio_end_ms: u64,
    },
    /// More words of the candidate; they add up.
    #[serde(rename = "conversation.item.input_audio_transcription.delta")]
    TranscriptionDelta {
        /// The candidate's item.
        item_id: String,
        /// Always 0.
        content_index: u32,
        /// The words.
        delta: String,
    },
    /// The candidate's words, settled.
    #[serde(rename = "conversation.item.input_audio_transcription.completed")]
    TranscriptionCompleted {
        /// The candidate's item.
        item_id: String,
        /// Always 0.
        content_index: u32,
        /// All words.
        transcript: String,
        /// Length of the sound.
        usage: TranscriptionUsage,
    },
    /// The candidate's words could not be had.
    #[serde(rename = "conversation.item.input_audio_transcription.failed")]
    TranscriptionFailed {
        /// The candidate's item.
        item_id: String,
        /// Always 0.
        content_index: u32,
        /// Why.
        error: TranscriptionFailure,
    },

    /// The candidate took the floor: stop playback now.
    #[serde(rename = "input_audio_buffer.speech_started")]
    SpeechStarted {
        /// The item their words will become.
        item_id: String,
        /// Where on the microphone track, in ms.
        audio_start_ms: u64,
    },
    /// The candidate's turn is over.
    #[serde(rename = "input_audio_buffer.speech_stopped")]
    SpeechStopped {
        /// The item their words become.
        item_id: String,
        /// Where on the microphone track, in ms.
        audio_end_ms: u64,
    },
    /// The candidate's sound became an item.
    #[serde(rename = "input_audio_buffer.committed")]
    InputCommitted {
        /// Which.
        item_id: String,
        /// The item before it; null when it is the first.
        previous_item_id: Option<String>,
    },
    /// Uncommitted sound is forgotten.
    #[serde(rename = "input_audio_buffer.cleared")]
    InputCleared {},

    /// A reply begins.
    #[serde(rename = "response.created")]
    ResponseCreated {
        /// The reply.
        response: Response,
    },
    /// A reply is over.
    #[serde(rename = "response.done")]
    ResponseDone {
        /// The reply.
        response: Response,
    },
    /// The reply's item exists.
    #[serde(rename = "response.output_item.added")]
    OutputItemAdded {
        /// The reply.
        response_id: String,
        /// Always 0.
        output_index: u32,
        /// The item.
        item: Item,
    },
    /// The reply's item is whole.
    #[serde(rename = "response.output_item.done")]
    OutputItemDone {
        /// The reply.
        response_id: String,
        /// Always 0.
        output_index: u32,
        /// The item.
        item: Item,
    },
    /// The item's part exists.
    #[serde(rename = "response.content_part.added")]
    ContentPartAdded {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// The part, empty.
        part: Part,
    },
    /// The item's part is whole.
    #[serde(rename = "response.content_part.done")]
    ContentPartDone {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// The part.
        part: Part,
    },
    /// More text.
    #[serde(rename = "response.output_text.delta")]
    TextDelta {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// The text.
        delta: String,
    },
    /// The text is whole.
    #[serde(rename = "response.output_text.done")]
    TextDone {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// All text.
        text: String,
    },
    /// More words of what is spoken.
    #[serde(rename = "response.output_audio_transcript.delta")]
    AudioTranscriptDelta {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// The words.
        delta: String,
    },
    /// The words are whole.
    #[serde(rename = "response.output_audio_transcript.done")]
    AudioTranscriptDone {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// All words.
        transcript: String,
    },
    /// More sound. Write it with [`super::AudioDelta::encode_into`], which copies less.
    #[serde(rename = "response.output_audio.delta")]
    AudioDelta {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
        /// Base64, in the session's output format.
        delta: String,
    },
    /// All sound was sent.
    #[serde(rename = "response.output_audio.done")]
    AudioDone {
        /// Where.
        #[serde(flatten)]
        spot: Spot,
    },
    /// Follows every `response.done`; clients may wait for it.
    #[serde(rename = "rate_limits.updated")]
    RateLimits {
        /// Always empty.
        rate_limits: Vec<RateLimit>,
    },

    /// All about the interview; follows `session.created`.
    #[serde(rename = "x.session")]
    Interview(InterviewView),
    /// The interview is in another phase.
    #[serde(rename = "x.phase")]
    Phase {
        /// Which.
        phase: Phase,
        /// Of a design: the id of its stretch, e.g. `requirements`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        part: Option<String>,
        /// Time left, in ms.
        left_ms: u64,
    },
    /// How time stands; at every change and at least every 30 s.
    #[serde(rename = "x.clock")]
    Clock {
        /// Time since the interview began, pauses excluded, in ms.
        elapsed_ms: u64,
        /// Time left, in ms.
        left_ms: u64,
        /// False while the interview is paused.
        running: bool,
    },
    /// Who has the floor now.
    #[serde(rename = "x.floor")]
    Floor {
        /// Who.
        state: FloorState,
        /// Name of the rule or fact that led there.
        why: String,
    },
    /// How a turn was decided.
    #[serde(rename = "x.turn")]
    Turn(TurnView),
    /// Words of the candidate so far; replaces what was said before about this item.
    #[serde(rename = "x.transcript")]
    Transcript {
        /// The candidate's item.
        item_id: String,
        /// All words so far.
        text: String,
    },
    /// The client is to speak this, after what it was given before.
    #[serde(rename = "x.speak")]
    Speak {
        /// The item it belongs to.
        item_id: String,
        /// The text.
        text: String,
    },
    /// The code as it stands, told when the interview looks at it: not at each keystroke.
    #[serde(rename = "x.editor")]
    Editor {
        /// The language in use.
        language: Language,
        /// FNV-1a 64 of its text, in hex.
        text_hash: String,
        /// Size of the text.
        bytes: u32,
    },
    /// The candidate's code is being run.
    #[serde(rename = "x.run.started")]
    RunStarted {
        /// `run_<n>`.
        run: String,
        /// On which tests.
        scope: RunScope,
        /// The code's language.
        language: Language,
    },
    /// A run is over: with a `report`, or with the `error` for which it came to nothing.
    #[serde(rename = "x.run.finished")]
    RunFinished {
        /// Which.
        run: String,
        /// On which tests.
        scope: RunScope,
        /// The code's language.
        language: Language,
        /// What it came to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        report: Option<RunView>,
        /// Why it came to nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        error: Option<RunProblem>,
    },
    /// A hint is given: because it was asked for, aloud or by hand. It is spoken, too.
    #[serde(rename = "x.hint")]
    Hint {
        /// Its tier; 1 is the gentlest.
        tier: u8,
        /// What it says.
        text: String,
        /// How many are left.
        left: u8,
    },
    /// Something the candidate should know.
    #[serde(rename = "x.notice")]
    Notice {
        /// What.
        code: NoticeCode,
        /// The same as an English sentence.
        text: String,
    },
    /// The interview is over; the socket closes with 1000.
    #[serde(rename = "x.end")]
    End {
        /// Why.
        reason: EndReason,
        /// Path of the recording, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        recording: Option<String>,
    },
    /// Numbered client events up to here are applied and need not be kept. At most once a second.
    #[serde(rename = "x.ack")]
    Ack {
        /// The number.
        last_client_event: u64,
    },
}

impl ServerEvent {
    /// The event as a text frame. `event_id` comes from [`super::name::event`].
    pub fn encode(&self, event_id: &str) -> String {
        let mut frame = Vec::with_capacity(256);
        frame.extend_from_slice(b"{\"event_id\":\"");
        frame.extend_from_slice(event_id.as_bytes());
        frame.push(b'"');
        let body_starts = frame.len();
        // Every variant is an object with at least its type, so its opening brace becomes the comma between.
        let written = serde_json::to_writer(&mut frame, self).is_ok();
        match frame.get_mut(body_starts) {
            Some(brace) if written => *brace = b',',
            _ => return format!("{{\"event_id\":\"{event_id}\",{UNWRITABLE}"),
        }
        // serde_json writes UTF-8 only.
        String::from_utf8(frame).unwrap_or_else(|_| format!("{{\"event_id\":\"{event_id}\",{UNWRITABLE}"))
    }
}

/// What stands in for an event that could not be written. No value of our types leads here.
const UNWRITABLE: &str =
    r#""type":"error","error":{"type":"server_error","code":"internal_error","message":"event could not be written"}}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_without_fields_still_has_its_id() {
        let frame = ServerEvent::InputCleared {}.encode("event_9");
        assert_eq!(frame, r#"{"event_id":"event_9","type":"input_audio_buffer.cleared"}"#);
    }
}
