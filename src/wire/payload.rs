//! Small objects that server events of the protocol carry.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The `error` of an `error` event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct ErrorBody {
    /// `invalid_request_error` or `server_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Stable code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub code: Option<String>,
    /// A sentence for a person.
    pub message: String,
    /// The field it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub param: Option<String>,
    /// The client's event it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub event_id: Option<String>,
}

/// Where in a response a piece belongs. We write one item of one part, so both indices are 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct Spot {
    /// `resp_<n>`.
    pub response_id: String,
    /// `item_<n>`.
    pub item_id: String,
    /// Which item of the response.
    pub output_index: u32,
    /// Which part of the item.
    pub content_index: u32,
}

impl Spot {
    /// The one part of the one item.
    pub fn of(response_id: impl Into<String>, item_id: impl Into<String>) -> Self {
        Self { response_id: response_id.into(), item_id: item_id.into(), output_index: 0, content_index: 0 }
    }
}

/// A part as `response.content_part.*` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum Part {
    /// Text.
    Text {
        /// Empty when added, whole when done.
        text: String,
    },
    /// Sound, never repeated here.
    Audio {
        /// Empty when added, whole when done.
        transcript: String,
    },
}

/// Length of transcribed sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct TranscriptionUsage {
    /// Always `duration`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Seconds of sound.
    pub seconds: f64,
}

/// Why words could not be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct TranscriptionFailure {
    /// Always `transcription_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Kind of failure: `auth`, `busy`, `bad_request`, `protocol`, `timeout`, `gone`.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A limit of the account; we have none, the list is always empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct RateLimit {
    /// `requests` or `tokens`.
    pub name: String,
    /// The most allowed.
    pub limit: u64,
    /// What is left.
    pub remaining: u64,
    /// When it is full again.
    pub reset_seconds: f64,
}
