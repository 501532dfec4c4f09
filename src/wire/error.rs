//! What is wrong with a frame, told so that its author can mend it; and why a socket is closed.

use super::server::{ErrorBody, ServerEvent};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A frame that cannot be done, or a wish that is refused. Becomes an `error` event; the socket stays open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct WireError {
    /// Stable, documented in `docs/protocol.md`.
    pub code: ErrorCode,
    /// One sentence for a person; says what to do where that is not plain.
    pub message: String,
    /// The field it is about, e.g. `session.tools`.
    pub param: Option<String>,
    /// `event_id` of the client's event, if it had one.
    pub event_id: Option<String>,
}

impl WireError {
    /// An error about no field in particular.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), param: None, event_id: None }
    }

    /// An error about one field.
    pub fn about(code: ErrorCode, param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), param: Some(param.into()), event_id: None }
    }

    /// The same, as answer to the client's event of this id.
    pub fn answering(mut self, event_id: Option<&str>) -> Self {
        self.event_id = event_id.map(str::to_owned);
        self
    }

    /// The `error` event that tells the client.
    pub fn into_event(self) -> ServerEvent {
        ServerEvent::Error {
            error: ErrorBody {
                kind: self.code.kind().to_owned(),
                code: Some(self.code.as_str().to_owned()),
                message: self.message,
                param: self.param,
                event_id: self.event_id,
            },
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// Stable codes of `error` events. Names that OpenAI's service uses mean here what they mean there: clients
        /// look for them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode { $($(#[$doc])* #[serde(rename = $text)] $name),* }

        impl ErrorCode {
            /// All codes, for tests and documentation.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name),*];

            /// The code as it stands on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$name => $text),* }
            }
        }
    };
}

codes! {
    /// The frame is not JSON, or not an object, or says a field twice.
    InvalidJson = "invalid_json",
    /// The frame, or its sound, is larger than allowed.
    FrameTooLarge = "frame_too_large",
    /// No such `type` of event.
    UnknownEvent = "unknown_event",
    /// A field that must be there is not.
    MissingParameter = "missing_required_parameter",
    /// A field holds another JSON type than it must.
    InvalidType = "invalid_type",
    /// A field holds a value it may not.
    InvalidValue = "invalid_value",
    /// A text or an echoed field is longer than allowed.
    TooLong = "string_above_max_length",
    /// A field of the protocol that this server does not offer.
    Unsupported = "unsupported_parameter",
    /// A field of the beta protocol's session; the message names its place in the current one.
    BetaShape = "beta_api_shape",
    /// Known, but not switched on in this server or for this interview.
    NotAvailable = "not_available",
    /// Sound that is not base64.
    InvalidAudio = "invalid_base64",
    /// 16-bit sound of an odd number of bytes.
    OddAudio = "odd_audio_length",
    /// A binary frame too short for its header, or one on a socket without `audio=binary`.
    InvalidBinary = "invalid_binary_frame",
    /// Sound came much faster than real time and some was dropped.
    AudioTooFast = "input_audio_too_fast",
    /// Nothing to commit: less than 100 ms of sound.
    CommitEmpty = "input_audio_buffer_commit_empty",
    /// `conversation.item.retrieve`: no such item.
    RetrieveUnknownItem = "item_retrieve_invalid_item_id",
    /// `conversation.item.delete`: no such item.
    DeleteUnknownItem = "item_delete_invalid_item_id",
    /// `conversation.item.truncate`: no such item.
    TruncateUnknownItem = "item_truncate_invalid_item_id",
    /// `conversation.item.create`: `previous_item_id` names no item.
    CreateUnknownItem = "item_create_invalid_previous_item_id",
    /// `conversation.item.create`: the id is taken.
    ItemIdTaken = "item_create_duplicate_item_id",
    /// Any other event: no such item.
    ItemNotFound = "item_not_found",
    /// Only the interviewer's spoken items can be truncated.
    ItemNotTruncatable = "item_not_truncatable",
    /// `audio_end_ms` lies beyond the item's sound.
    AudioEndTooLarge = "audio_end_too_large",
    /// `response.cancel`: none is in progress, or not this one.
    CancelNotActive = "response_cancel_not_active",
    /// `response.create` while a response is in progress.
    ActiveResponse = "conversation_already_has_active_response",
    /// The conversation holds as many items as it may.
    ConversationFull = "conversation_full",
    /// The text would become longer than the shared document may be.
    EditorFull = "editor_full",
    /// The shared document has been edited so often that it takes no more edits.
    HistoryFull = "history_full",
    /// `x.run` while a run is in flight.
    RunInProgress = "run_in_progress",
    /// `x.run` too often.
    RunThrottled = "run_throttled",
    /// `x.run` where no code is run.
    RunsUnavailable = "runs_unavailable",
    /// `x.run` without code, or of tests that there are none of.
    NothingToRun = "nothing_to_run",
    /// `x.run` in a language that is not installed on the server.
    NoLanguage = "no_language",
    /// The interview is over.
    InterviewEnded = "interview_ended",
    /// A fault of the server; the interview goes on.
    Internal = "internal_error",
}

impl ErrorCode {
    /// The `type` beside the code: whose fault it is.
    pub fn kind(self) -> &'static str {
        match self {
            ErrorCode::Internal => "server_error",
            _ => "invalid_request_error",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Why the server closes a socket. The interview itself survives all but [`Close::Ended`] and can be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The interview is over; nothing more will come.
    Ended,
    /// The server shuts down.
    ShuttingDown,
    /// A frame was not UTF-8 or broke the WebSocket protocol.
    Protocol,
    /// A frame was larger than [`super::MAX_FRAME_BYTES`].
    TooBig,
    /// Something broke on our side.
    Internal,
    /// Another socket took this interview over.
    TakenOver,
    /// The client did not take what it was sent; resume with `after`.
    TooSlow,
    /// Too many events in error in a row (see `docs/protocol.md`).
    TooManyErrors,
    /// Nothing came from the client, not even a pong.
    Silent,
    /// The interview is over, said on an editor's socket.
    EditorEnded,
    /// The interview has no shared document.
    NoEditor,
    /// As many editor sockets as may be are open.
    TooManyPeers,
    /// As many sockets as may watch this interview.
    TooManyWatchers,
    /// Whoever holds the socket may no more: signed out, the account disabled; of a watcher also: the grant taken back.
    NotAllowed,
    /// A frame of the editor's socket is none of y-websocket's.
    BadSyncFrame,
    /// An edit cannot be read.
    BadEdit,
    /// An edit, or the frame it is in, is too large.
    EditTooLarge,
    /// An edit holds something else than plain text.
    NotText,
    /// An edit is about a text that is none of the interview's languages.
    UnknownText,
    /// The text would become too long.
    EditorFull,
    /// The document has been edited too often to take more.
    HistoryFull,
    /// Too many edits came before those they build on; who comes back sends all.
    OutOfOrder,
    /// The document takes no more edits.
    EditorBroken,
    /// A presence message that cannot be read, or too large.
    BadPresence,
}

impl Close {
    /// All of them, for tests and documentation.
    pub const ALL: &'static [Close] = &[
        Close::Ended,
        Close::ShuttingDown,
        Close::Protocol,
        Close::TooBig,
        Close::Internal,
        Close::TakenOver,
        Close::TooSlow,
        Close::TooManyErrors,
        Close::Silent,
        Close::EditorEnded,
        Close::NoEditor,
        Close::TooManyPeers,
        Close::TooManyWatchers,
        Close::NotAllowed,
        Close::BadSyncFrame,
        Close::BadEdit,
        Close::EditTooLarge,
        Close::NotText,
        Close::UnknownText,
        Close::EditorFull,
        Close::HistoryFull,
        Close::OutOfOrder,
        Close::EditorBroken,
        Close::BadPresence,
    ];

    /// The WebSocket close code.
    pub fn code(self) -> u16 {
        match self {
            Close::Ended => 1000,
            Close::ShuttingDown => 1001,
            Close::Protocol => 1007,
            Close::TooBig => 1009,
            Close::Internal => 1011,
            Close::TakenOver => 4001,
            Close::TooSlow => 4002,
            Close::TooManyErrors => 4003,
            Close::Silent => 4004,
            // y-websocket does not come back after 4400 to 4499, and does by itself after 4500 to 4599.
            Close::BadSyncFrame => 4400,
            Close::NotAllowed => 4403,
            Close::NoEditor => 4404,
            Close::EditorEnded => 4410,
            Close::EditTooLarge => 4413,
            Close::NotText => 4415,
            Close::UnknownText => 4416,
            Close::BadEdit => 4422,
            Close::BadPresence => 4423,
            Close::HistoryFull => 4424,
            Close::EditorBroken => 4425,
            Close::TooManyPeers => 4503,
            Close::TooManyWatchers => 4504,
            Close::OutOfOrder => 4509,
            Close::EditorFull => 4513,
        }
    }

    /// The reason that goes with the code.
    pub fn reason(self) -> &'static str {
        match self {
            Close::Ended => "interview ended",
            Close::ShuttingDown => "server shutting down, resume later",
            Close::Protocol => "malformed frame",
            Close::TooBig => "frame too large",
            Close::Internal => "internal error, resume",
            Close::TakenOver => "another connection took over",
            Close::TooSlow => "client too slow, resume with after",
            Close::TooManyErrors => "too many errors",
            Close::Silent => "no sign of life",
            Close::EditorEnded => "interview ended",
            Close::NoEditor => "this interview has no editor",
            Close::TooManyPeers => "too many editors",
            Close::TooManyWatchers => "too many watchers",
            Close::NotAllowed => "no longer allowed",
            Close::BadSyncFrame => "no y-websocket message",
            Close::BadEdit => "edit_malformed: no Yjs update that fits this document",
            Close::EditTooLarge => "edit_too_large: at most 1 MiB at once",
            Close::NotText => "edit_not_text: the document holds plain text only",
            Close::UnknownText => "edit_unknown_text: no such text in this document",
            Close::EditorFull => "editor_full: at most 256 KiB of text",
            Close::HistoryFull => "history_full: edited too often",
            Close::OutOfOrder => "edits_missing: too many edits before those they build on",
            Close::EditorBroken => "editor_broken: the document can only be read",
            Close::BadPresence => "presence malformed or above 16 KiB",
        }
    }
}
