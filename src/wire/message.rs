//! Client events as our own clients write them: the page (by the TypeScript made from this) and `viva rehearse`. The
//! server reads with [`super::client`], which takes much more.

use super::item::Role;
use super::workspace::RunScope;
use crate::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// A part of a typed turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export_to = "wire.ts")]
pub enum TypedPart {
    /// Text.
    InputText {
        /// The text.
        text: String,
    },
}

/// A typed turn, or an instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct TypedItem {
    /// Always `message`.
    #[serde(rename = "type")]
    #[ts(type = "\"message\"")]
    pub kind: String,
    /// Whose.
    pub role: Role,
    /// The text.
    pub content: Vec<TypedPart>,
}

/// Settings of one reply that our clients use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts", optional_fields)]
pub struct ReplyOptions {
    /// Instructions for this reply alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

/// One event to the server, without its `event_id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type")]
#[ts(export_to = "wire.ts")]
pub enum ClientMessage {
    /// Changes settings.
    #[serde(rename = "session.update")]
    SessionUpdate {
        /// The fields to change; `type` is `realtime`.
        #[ts(type = "Record<string, unknown>")]
        session: Value,
    },
    /// Sound of the candidate.
    #[serde(rename = "input_audio_buffer.append")]
    AudioAppend {
        /// Base64, in the session's input format.
        audio: String,
    },
    /// Push-to-talk: the turn ends here.
    #[serde(rename = "input_audio_buffer.commit")]
    AudioCommit {},
    /// Forget the sound since the last commit.
    #[serde(rename = "input_audio_buffer.clear")]
    AudioClear {},
    /// Adds an item.
    #[serde(rename = "conversation.item.create")]
    ItemCreate {
        /// The item.
        item: TypedItem,
        /// The item before it; absent: the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        previous_item_id: Option<String>,
    },
    /// Asks for an item.
    #[serde(rename = "conversation.item.retrieve")]
    ItemRetrieve {
        /// Which.
        item_id: String,
    },
    /// Removes an item.
    #[serde(rename = "conversation.item.delete")]
    ItemDelete {
        /// Which.
        item_id: String,
    },
    /// Cuts an item to what was heard.
    #[serde(rename = "conversation.item.truncate")]
    ItemTruncate {
        /// Which.
        item_id: String,
        /// Always 0.
        content_index: u32,
        /// Sound heard, in ms.
        audio_end_ms: u64,
    },
    /// Asks for a reply.
    #[serde(rename = "response.create")]
    ResponseCreate {
        /// Settings of this reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        response: Option<ReplyOptions>,
    },
    /// Stops a reply.
    #[serde(rename = "response.cancel")]
    ResponseCancel {
        /// Which; absent: the one in progress.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        response_id: Option<String>,
    },
    /// How much of an item was played; at least four times a second while playing.
    #[serde(rename = "x.playout")]
    Playout {
        /// Which.
        item_id: String,
        /// Sound played, from the item's start, in ms.
        played_ms: u64,
        /// All of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        done: Option<bool>,
    },
    /// Words that the client's own recogniser heard.
    #[serde(rename = "x.transcript")]
    Transcript {
        /// All words of the utterance so far.
        text: String,
        /// They will not change any more.
        #[serde(rename = "final")]
        is_final: bool,
    },
    /// Pauses the interview.
    #[serde(rename = "x.pause")]
    Pause {},
    /// Goes on.
    #[serde(rename = "x.unpause")]
    Unpause {},
    /// Ends the interview.
    #[serde(rename = "x.end")]
    End {
        /// In the client's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        reason: Option<String>,
    },
    /// The whole text of a language, from a client without a CRDT.
    #[serde(rename = "x.editor.replace")]
    EditorReplace {
        /// Which.
        language: Language,
        /// All of it.
        text: String,
    },
    /// The candidate goes on in another language.
    #[serde(rename = "x.editor.language")]
    EditorLanguage {
        /// Which.
        language: Language,
    },
    /// Runs the code in the editor.
    #[serde(rename = "x.run")]
    Run {
        /// On which tests.
        scope: RunScope,
        /// Of a custom run: the arguments or calls as JSON, or standard input.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        input: Option<String>,
    },
    /// Asks for the next hint.
    #[serde(rename = "x.hint")]
    Hint {},
    /// Something the page noticed.
    #[serde(rename = "x.signal")]
    Signal {
        /// What: `a-z 0-9 _ . -`.
        kind: String,
    },
}

impl ClientMessage {
    /// The event as a text frame; numbered (`c_<n>`) when `number` is given, so that it is applied once.
    pub fn encode(&self, number: Option<u64>) -> String {
        let mut frame = serde_json::to_string(self).unwrap_or_default();
        if let (Some(number), true) = (number, frame.starts_with('{')) {
            frame.replace_range(0..1, &format!("{{\"event_id\":\"c_{number}\","));
        }
        frame
    }

    /// A typed turn of the candidate.
    pub fn typed(text: impl Into<String>) -> Self {
        let content = vec![TypedPart::InputText { text: text.into() }];
        let item = TypedItem { kind: "message".into(), role: Role::User, content };
        ClientMessage::ItemCreate { item, previous_item_id: None }
    }
}
