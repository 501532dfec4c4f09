//! Responses, the interviewer's replies: as a client asks for one, and as clients are shown them.

use super::MAX_TEXT_BYTES;
use super::error::{ErrorCode, WireError};
use super::fields::Fields;
use super::item::Item;
use super::session::{AudioFormat, Modality, SessionView, check_tokens, read_voice, refuse_tools};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

/// What a `response.create` asks for beyond the session's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseRequest {
    /// Instructions for this reply alone.
    pub instructions: Option<String>,
    /// Sound or text, for this reply.
    pub modality: Option<Modality>,
    /// The reply stays outside the conversation (`conversation: "none"`).
    pub outside_conversation: bool,
    /// Shown again in the response.
    pub metadata: Option<Map<String, Value>>,
    /// Only the session's own format is taken, see [`ResponseRequest::check`].
    pub format: Option<AudioFormat>,
}

impl ResponseRequest {
    /// Reads the `response` of a `response.create`. Fields that change nothing here (`voice`, `max_output_tokens`,
    /// `tool_choice`, `prompt`, `reasoning`) are read over.
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, WireError> {
        refuse_tools(fields)?;
        check_tokens(fields)?;
        if !fields.array("input")?.is_empty() {
            let message = "a reply to other input than the conversation is not offered here";
            return Err(WireError::about(ErrorCode::Unsupported, fields.path_of("input"), message));
        }
        if let Some(name) =
            ["modalities", "output_audio_format", "voice"].iter().find(|name| fields.raw(name).is_some())
        {
            let path = fields.path_of(name);
            let message = format!("'{path}' is of the beta protocol; use output_modalities and audio.output");
            return Err(WireError::about(ErrorCode::BetaShape, path, message));
        }
        let outside_conversation = match fields.value("conversation").map(|value| value.as_str()) {
            None | Some(Some("auto")) => false,
            Some(Some("none")) => true,
            Some(_) => return Err(fields.not_one_of("conversation", "auto, none")),
        };
        let mut format = None;
        if let Some(audio) = fields.object("audio")?
            && let Some(output) = audio.object("output")?
        {
            format = AudioFormat::read(&output)?;
            read_voice(&output)?;
        }
        let metadata = match fields.value("metadata") {
            Some(value) => {
                Fields::of(&fields.path_of("metadata"), value)?;
                fields.echo("metadata", value)?.as_object().cloned()
            }
            None => None,
        };
        Ok(Self {
            instructions: fields.text("instructions", MAX_TEXT_BYTES)?,
            modality: Modality::read(fields)?,
            outside_conversation,
            metadata,
            format,
        })
    }

    /// Refuses a format that is not the session's.
    pub fn check(&self, session: &SessionView) -> Result<(), WireError> {
        match self.format {
            Some(format) if format != session.output_format => {
                let message = "another format for one reply is not offered here; change it with session.update";
                Err(WireError::about(ErrorCode::Unsupported, "response.audio.output.format", message))
            }
            _ => Ok(()),
        }
    }
}

/// How far a response is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum ResponseStatus {
    /// Being made or spoken.
    InProgress,
    /// Said to its end.
    Completed,
    /// Stopped, by the candidate's speech or by the client.
    Cancelled,
    /// A service failed.
    Failed,
    /// Cut short by a length limit.
    Incomplete,
}

/// Why a response ended as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct StatusDetails {
    /// The status again.
    #[serde(rename = "type")]
    pub kind: ResponseStatus,
    /// `turn_detected`, `client_cancelled` or `max_output_tokens`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// What failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<ResponseFailure>,
}

/// What failed: a stable code, never internals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct ResponseFailure {
    /// Always `server_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Kind of failure: `auth`, `busy`, `bad_request`, `protocol`, `timeout`, `gone`.
    pub code: String,
    /// A sentence for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<String>,
}

/// Tokens of one response as the model's service counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct Usage {
    /// Both together.
    pub total_tokens: u64,
    /// Of the prompt.
    pub input_tokens: u64,
    /// Of the answer.
    pub output_tokens: u64,
}

impl Usage {
    /// From the two counts.
    pub fn of(input_tokens: u32, output_tokens: u32) -> Self {
        let (input_tokens, output_tokens) = (u64::from(input_tokens), u64::from(output_tokens));
        Self { total_tokens: input_tokens + output_tokens, input_tokens, output_tokens }
    }
}

/// A response as clients see it, in `response.created` and `response.done`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct Response {
    /// `resp_<n>`.
    pub id: String,
    /// Always `realtime.response`.
    pub object: String,
    /// How far it is.
    pub status: ResponseStatus,
    /// Why it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub status_details: Option<StatusDetails>,
    /// Its items: none at first, one when done.
    pub output: Vec<Item>,
    /// The conversation it joins; absent when it stays outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub conversation_id: Option<String>,
    /// `audio` or `text`.
    #[ts(type = "Array<\"audio\" | \"text\">")]
    pub output_modalities: Vec<Modality>,
    /// Format and voice of its sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "Record<string, unknown>")]
    pub audio: Option<Value>,
    /// What the client gave `response.create`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "Record<string, unknown>")]
    pub metadata: Option<Map<String, Value>>,
    /// Tokens, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub usage: Option<Usage>,
}

impl Response {
    /// A response that begins, with the session's format and voice.
    pub fn begun(id: impl Into<String>, session: &SessionView, modality: Modality) -> Self {
        let audio = serde_json::json!({
            "output": {"format": session.output_format.to_value(), "voice": session.voice}
        });
        Self {
            id: id.into(),
            object: "realtime.response".into(),
            status: ResponseStatus::InProgress,
            status_details: None,
            output: Vec::new(),
            conversation_id: None,
            output_modalities: vec![modality],
            audio: (modality == Modality::Audio).then_some(audio),
            metadata: None,
            usage: None,
        }
    }
}
