//! Entries of the conversation: as a client adds them, and as clients are shown them.

use super::MAX_TEXT_BYTES;
use super::error::{ErrorCode, WireError};
use super::fields::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// Most parts that the content of a new item may have.
pub const MAX_PARTS: usize = 32;

/// Whose an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum Role {
    /// Instructions.
    System,
    /// The candidate.
    User,
    /// The interviewer.
    Assistant,
}

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum ItemStatus {
    /// Still growing.
    InProgress,
    /// Whole.
    Completed,
    /// Cut off: holds what was heard.
    Incomplete,
}

/// An entry of the conversation as clients see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct Item {
    /// `item_<n>`, or the id that the client gave it.
    pub id: String,
    /// Always `realtime.item`.
    pub object: String,
    /// Always `message`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How far it is.
    pub status: ItemStatus,
    /// Whose it is.
    pub role: Role,
    /// What it holds; empty while the interviewer has not begun.
    pub content: Vec<Content>,
}

impl Item {
    /// A message.
    pub fn message(id: impl Into<String>, role: Role, status: ItemStatus, content: Vec<Content>) -> Self {
        Self { id: id.into(), object: "realtime.item".into(), kind: "message".into(), status, role, content }
    }
}

/// A part of an item. Sound itself is never repeated in items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum Content {
    /// Text of the candidate or the system.
    InputText {
        /// The text.
        text: String,
    },
    /// Sound of the candidate. `transcript` is null, not absent, until it is known: clients insist.
    InputAudio {
        /// The words.
        transcript: Option<String>,
    },
    /// Text of the interviewer.
    OutputText {
        /// The text.
        text: String,
    },
    /// Sound of the interviewer.
    OutputAudio {
        /// The words; after a truncation those that were heard.
        transcript: String,
    },
}

/// Where a new item goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ItemPlace {
    /// After the last item.
    #[default]
    End,
    /// Before the first item.
    Start,
    /// After the item of this id.
    After(String),
}

/// What a client adds to the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// The id the client wants it to have.
    pub id: Option<String>,
    /// Whose it is.
    pub role: Role,
    /// Its text, parts joined by line breaks; at most [`MAX_TEXT_BYTES`].
    pub text: String,
}

impl NewItem {
    /// Reads the `item` of a `conversation.item.create`.
    pub(super) fn read(item: &Fields<'_>) -> Result<Self, WireError> {
        match item.value("type").map(|kind| kind.as_str()) {
            None | Some(Some("message")) => {}
            Some(Some("function_call" | "function_call_output" | "item_reference")) => {
                let message = "only items of type 'message' can be added here: tools are not offered";
                return Err(WireError::about(ErrorCode::Unsupported, item.path_of("type"), message));
            }
            Some(_) => return Err(item.not_one_of("type", "message")),
        }
        let role = match item.value("role").map(|role| role.as_str()) {
            None => return Err(item.missing("role")),
            Some(Some("user")) => Role::User,
            Some(Some("assistant")) => Role::Assistant,
            Some(Some("system")) => Role::System,
            Some(_) => return Err(item.not_one_of("role", "user, assistant, system")),
        };
        if item.value("content").is_none() {
            return Err(item.missing("content"));
        }
        let parts = item.array("content")?;
        let path = item.path_of("content");
        if parts.is_empty() || parts.len() > MAX_PARTS {
            let message = format!("'{path}' must have 1 to {MAX_PARTS} parts");
            return Err(WireError::about(ErrorCode::InvalidValue, path, message));
        }
        let mut text = String::new();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            text.push_str(&part_text(&Fields::of(&format!("{path}[{index}]"), part)?)?);
        }
        if text.len() > MAX_TEXT_BYTES {
            let message = format!("an item's text may hold {MAX_TEXT_BYTES} bytes");
            return Err(WireError::about(ErrorCode::TooLong, path, message));
        }
        Ok(Self { id: item.id("id")?, role, text })
    }
}

/// The words of one part. `input_audio` is taken for its transcript when it holds no sound: clients restore a history so.
fn part_text(part: &Fields<'_>) -> Result<String, WireError> {
    let field = match part.value("type").map(|kind| kind.as_str()) {
        None => return Err(part.missing("type")),
        Some(Some("input_text" | "output_text" | "text")) => "text",
        Some(Some("input_audio" | "output_audio" | "audio"))
            if part.value("audio").is_none() && part.value("transcript").is_some_and(Value::is_string) =>
        {
            "transcript"
        }
        Some(Some("input_audio" | "output_audio" | "audio")) => {
            let message = "sound inside items is not offered here; send it with input_audio_buffer.append";
            return Err(WireError::about(ErrorCode::Unsupported, part.path_of("type"), message));
        }
        Some(Some("input_image")) => {
            let message = "images are not offered here";
            return Err(WireError::about(ErrorCode::Unsupported, part.path_of("type"), message));
        }
        Some(_) => return Err(part.not_one_of("type", "input_text, output_text")),
    };
    part.text(field, MAX_TEXT_BYTES)?.ok_or_else(|| part.missing(field))
}
