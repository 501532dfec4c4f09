//! What clients say: all client events of the OpenAI Realtime protocol and our own, parsed tolerantly. Fields that SDKs
//! leave out may be absent, and a complaint names the field.

use super::error::{ErrorCode, WireError};
use super::fields::Fields;
use super::item::{ItemPlace, NewItem};
use super::response::ResponseRequest;
use super::session::SessionPatch;
use super::workspace::{MAX_RUN_INPUT_BYTES, RunScope};
use super::{MAX_AUDIO_BASE64_BYTES, MAX_CONTROL_BYTES, MAX_FRAME_BYTES, MAX_TEXT_BYTES, name};
use crate::language::Language;
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Longest `kind` of an `x.signal`, and longest `reason` of an `x.end`, in bytes.
pub const MAX_WORD_BYTES: usize = 256;

/// Longest span a client may name, in ms (a day): keeps sums of times far from overflow.
const MAX_SPAN_MS: u64 = 86_400_000;

/// Base64 with or without padding: both are in the wild.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One event of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientEvent {
    /// The client's own id for it; errors repeat it.
    pub event_id: Option<String>,
    /// What it says.
    pub body: ClientBody,
}

/// What a client's event says.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientBody {
    /// `session.update`.
    SessionUpdate(Box<SessionPatch>),
    /// `input_audio_buffer.append`: sound in the session's input format. Not yet checked for whole samples: see
    /// [`AudioFormat::check`](super::AudioFormat::check).
    AudioAppend(Vec<u8>),
    /// `input_audio_buffer.commit`.
    AudioCommit,
    /// `input_audio_buffer.clear`.
    AudioClear,
    /// `conversation.item.create`.
    ItemCreate {
        /// The item.
        item: NewItem,
        /// Where it goes.
        place: ItemPlace,
    },
    /// `conversation.item.retrieve`.
    ItemRetrieve {
        /// Which.
        item_id: String,
    },
    /// `conversation.item.delete`.
    ItemDelete {
        /// Which.
        item_id: String,
    },
    /// `conversation.item.truncate`.
    ItemTruncate {
        /// Which.
        item_id: String,
        /// Sound heard, from the item's start, in ms.
        audio_end_ms: u64,
    },
    /// `response.create`.
    ResponseCreate(Box<ResponseRequest>),
    /// `response.cancel`.
    ResponseCancel {
        /// Which; none means the one in progress.
        response_id: Option<String>,
    },
    /// `x.playout`: how much of an item the client has played.
    Playout {
        /// Which.
        item_id: String,
        /// Sound played, from the item's start, in ms.
        played_ms: u64,
        /// All of it has been played.
        done: bool,
    },
    /// `x.transcript`: words that the client's own recogniser heard.
    Transcript {
        /// All words of the utterance so far.
        text: String,
        /// They will not change any more.
        is_final: bool,
    },
    /// `x.pause`.
    Pause,
    /// `x.unpause`.
    Unpause,
    /// `x.end`.
    End {
        /// In the client's words.
        reason: Option<String>,
    },
    /// `x.signal`: something the candidate's page noticed.
    Signal {
        /// What, in `a-z 0-9 _ . -`.
        kind: String,
        /// Whatever else the event says; at most [`super::MAX_ECHO_BYTES`] a field.
        details: Map<String, Value>,
    },
    /// `x.editor.replace`: a client without a CRDT sets the whole text of a language.
    EditorReplace {
        /// Which.
        language: Language,
        /// All of it.
        text: String,
    },
    /// `x.editor.language`: the candidate goes on in another language.
    EditorLanguage {
        /// Which.
        language: Language,
    },
    /// `x.run`: runs the code in the editor.
    Run {
        /// On which tests.
        scope: RunScope,
        /// Of a custom run: the arguments or calls as JSON, or standard input.
        input: Option<String>,
    },
    /// `x.hint`: asks for the next hint.
    Hint,
    /// Known, but not to be had here: answer with [`Unavailable::error`].
    Unavailable(Unavailable),
}

/// Events that are known and cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// `output_audio_buffer.clear`: for WebRTC only; here the client owns its playback.
    OutputAudioClear,
}

impl Unavailable {
    /// The `type` of the event.
    pub fn event_type(self) -> &'static str {
        match self {
            Unavailable::OutputAudioClear => "output_audio_buffer.clear",
        }
    }

    /// The answer.
    pub fn error(self) -> WireError {
        let message = match self {
            Unavailable::OutputAudioClear => {
                "output_audio_buffer.clear is for WebRTC; here send response.cancel and stop your own playback"
            }
        };
        WireError::about(ErrorCode::NotAvailable, "type", message)
    }
}

/// The parts of a frame that are looked at first. Everything else is skipped without being built.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    event_id: Option<&'a RawValue>,
    #[serde(borrow)]
    audio: Option<&'a RawValue>,
}

impl ClientEvent {
    /// Reads one text frame. The error already carries the `event_id` if the frame had a sound one.
    pub fn parse(frame: &str) -> Result<ClientEvent, WireError> {
        if frame.len() > MAX_FRAME_BYTES {
            return Err(too_large(MAX_FRAME_BYTES));
        }
        let envelope: Envelope<'_> = serde_json::from_str(frame).map_err(|error| invalid_json(&error))?;
        let event_id = optional_id(envelope.event_id)?;
        let answer = |error: WireError| error.answering(event_id.as_deref());
        let kind = required_string(envelope.kind, "type").map_err(answer)?;
        let body = if kind == "input_audio_buffer.append" {
            required_string(envelope.audio, "audio").and_then(|text| decode_audio(&text)).map(ClientBody::AudioAppend)
        } else if frame.len() > MAX_CONTROL_BYTES {
            Err(too_large(MAX_CONTROL_BYTES))
        } else {
            match serde_json::from_str::<Map<String, Value>>(frame) {
                Ok(map) => parse_body(&kind, &Fields::top(&map)),
                Err(error) => Err(invalid_json(&error)),
            }
        };
        match body {
            Ok(body) => Ok(ClientEvent { event_id, body }),
            Err(error) => Err(error.answering(event_id.as_deref())),
        }
    }

    /// The number of an event that the client numbers (`event_id` = `c_<n>`).
    pub fn number(&self) -> Option<u64> {
        self.event_id.as_deref().and_then(name::parse_client_event)
    }
}

fn parse_body(kind: &str, event: &Fields<'_>) -> Result<ClientBody, WireError> {
    match kind {
        "session.update" => session_update(event),
        "input_audio_buffer.commit" => Ok(ClientBody::AudioCommit),
        "input_audio_buffer.clear" => Ok(ClientBody::AudioClear),
        "conversation.item.create" => item_create(event),
        "conversation.item.retrieve" => Ok(ClientBody::ItemRetrieve { item_id: required_id(event)? }),
        "conversation.item.delete" => Ok(ClientBody::ItemDelete { item_id: required_id(event)? }),
        "conversation.item.truncate" => item_truncate(event),
        "response.create" => response_create(event),
        "response.cancel" => Ok(ClientBody::ResponseCancel { response_id: event.id("response_id")? }),
        "output_audio_buffer.clear" => Ok(ClientBody::Unavailable(Unavailable::OutputAudioClear)),
        "x.playout" => playout(event),
        "x.transcript" => transcript(event),
        "x.pause" => Ok(ClientBody::Pause),
        "x.unpause" => Ok(ClientBody::Unpause),
        "x.end" => Ok(ClientBody::End { reason: event.text("reason", MAX_WORD_BYTES)? }),
        "x.signal" => signal(event),
        "x.editor.replace" => editor_replace(event),
        "x.editor.language" => Ok(ClientBody::EditorLanguage { language: language(event)? }),
        "x.run" => run(event),
        "x.hint" => Ok(ClientBody::Hint),
        _ => {
            let shown: String = kind.chars().take(64).collect();
            let message = format!("no event of type '{}'; see docs/protocol.md", shown.escape_default());
            Err(WireError::about(ErrorCode::UnknownEvent, "type", message))
        }
    }
}

fn session_update(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    let session = event.value("session").ok_or_else(|| event.missing("session"))?;
    Ok(ClientBody::SessionUpdate(Box::new(SessionPatch::read(session)?)))
}

fn item_create(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    let item = event.object("item")?.ok_or_else(|| event.missing("item"))?;
    let place = match event.id("previous_item_id")? {
        None => ItemPlace::End,
        Some(id) if id == name::ROOT => ItemPlace::Start,
        Some(id) => ItemPlace::After(id),
    };
    Ok(ClientBody::ItemCreate { item: NewItem::read(&item)?, place })
}

fn item_truncate(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    let item_id = required_id(event)?;
    // Items have one part here. Some clients leave the index out, none may point elsewhere.
    event.integer("content_index", 0..=0)?;
    let audio_end_ms = event.integer("audio_end_ms", 0..=MAX_SPAN_MS)?.ok_or_else(|| event.missing("audio_end_ms"))?;
    Ok(ClientBody::ItemTruncate { item_id, audio_end_ms })
}

fn response_create(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    let request = match event.object("response")? {
        Some(response) => ResponseRequest::read(&response)?,
        None => ResponseRequest::default(),
    };
    Ok(ClientBody::ResponseCreate(Box::new(request)))
}

fn playout(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    Ok(ClientBody::Playout {
        item_id: required_id(event)?,
        played_ms: event.integer("played_ms", 0..=MAX_SPAN_MS)?.ok_or_else(|| event.missing("played_ms"))?,
        done: event.flag("done")?.unwrap_or(false),
    })
}

fn transcript(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    Ok(ClientBody::Transcript {
        text: event.text("text", MAX_TEXT_BYTES)?.ok_or_else(|| event.missing("text"))?,
        is_final: event.flag("final")?.ok_or_else(|| event.missing("final"))?,
    })
}

fn signal(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    let kind = event.text("kind", MAX_WORD_BYTES)?.ok_or_else(|| event.missing("kind"))?;
    let plain = kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.-".contains(&b));
    if kind.is_empty() || !plain {
        let message = "'kind' must be of a-z, 0-9, '_', '.' and '-'";
        return Err(WireError::about(ErrorCode::InvalidValue, "kind", message));
    }
    let mut details = Map::new();
    for (name, value) in event.iter().filter(|(name, _)| !["type", "event_id", "kind"].contains(&name.as_str())) {
        details.insert(name.clone(), event.echo(name, value)?);
    }
    Ok(ClientBody::Signal { kind, details })
}

fn editor_replace(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    // As long as a frame of this kind may be.
    let text = event.text("text", MAX_CONTROL_BYTES)?.ok_or_else(|| event.missing("text"))?;
    Ok(ClientBody::EditorReplace { language: language(event)?, text })
}

fn language(event: &Fields<'_>) -> Result<Language, WireError> {
    let id = event.text("language", MAX_WORD_BYTES)?.ok_or_else(|| event.missing("language"))?;
    Language::from_id(&id).ok_or_else(|| event.not_one_of("language", &Language::ALL.map(Language::id).join(", ")))
}

fn run(event: &Fields<'_>) -> Result<ClientBody, WireError> {
    let scope = match event.text("scope", MAX_WORD_BYTES)? {
        None => RunScope::default(),
        Some(name) => RunScope::of_name(&name).ok_or_else(|| event.not_one_of("scope", "visible, all, custom"))?,
    };
    let input = event.text("input", MAX_RUN_INPUT_BYTES)?;
    match (scope, &input) {
        (RunScope::Custom, None) => Err(event.missing("input")),
        (RunScope::Visible | RunScope::All, Some(_)) => {
            Err(WireError::about(ErrorCode::InvalidValue, "input", "'input' goes with scope custom only"))
        }
        _ => Ok(ClientBody::Run { scope, input }),
    }
}

fn required_id(event: &Fields<'_>) -> Result<String, WireError> {
    event.id("item_id")?.ok_or_else(|| event.missing("item_id"))
}

fn decode_audio(text: &str) -> Result<Vec<u8>, WireError> {
    if text.len() > MAX_AUDIO_BASE64_BYTES {
        let message = format!("one event may carry {MAX_AUDIO_BASE64_BYTES} bytes of base64; split the sound");
        return Err(WireError::about(ErrorCode::FrameTooLarge, "audio", message));
    }
    // The decoder's own message would show a byte of the sound and is of no use to a person.
    BASE64.decode(text).map_err(|_| WireError::about(ErrorCode::InvalidAudio, "audio", "'audio' is not valid base64"))
}

/// Borrows from the frame unless the string has escapes: sound is not copied before it is decoded.
fn required_string<'a>(raw: Option<&'a RawValue>, field: &str) -> Result<Cow<'a, str>, WireError> {
    let raw = raw.map_or("null", RawValue::get);
    if raw == "null" {
        return Err(WireError::about(ErrorCode::MissingParameter, field, format!("'{field}' is required")));
    }
    if let Ok(plain) = serde_json::from_str::<&str>(raw) {
        return Ok(Cow::Borrowed(plain));
    }
    serde_json::from_str::<String>(raw)
        .map(Cow::Owned)
        .map_err(|_| WireError::about(ErrorCode::InvalidType, field, format!("'{field}' must be a string")))
}

fn optional_id(raw: Option<&RawValue>) -> Result<Option<String>, WireError> {
    let Some(raw) = raw.filter(|raw| raw.get() != "null") else { return Ok(None) };
    let id: String = serde_json::from_str(raw.get())
        .map_err(|_| WireError::about(ErrorCode::InvalidType, "event_id", "'event_id' must be a string"))?;
    super::fields::check_id("event_id", &id).map(|()| Some(id))
}

fn too_large(limit: usize) -> WireError {
    WireError::new(ErrorCode::FrameTooLarge, format!("the frame is larger than the {limit} bytes allowed for its type"))
}

/// Says where the JSON breaks, never what stands there: frames hold people's words.
fn invalid_json(error: &serde_json::Error) -> WireError {
    let message = format!("the frame is not a JSON object (line {}, column {})", error.line(), error.column());
    WireError::new(ErrorCode::InvalidJson, message)
}

#[cfg(test)]
mod tests {
    use super::super::item::Role;
    use super::super::session::{AudioFormat, Modality, Patch, SessionView, TurnDetection};
    use super::*;

    fn body(frame: &str) -> ClientBody {
        ClientEvent::parse(frame).unwrap_or_else(|error| panic!("{frame}: {error}")).body
    }

    /// (code, param) of what is wrong with the frame.
    fn refusal(frame: &str) -> (ErrorCode, String) {
        let error = ClientEvent::parse(frame).expect_err(frame);
        (error.code, error.param.unwrap_or_default())
    }

    fn updated(frames: &[&str]) -> SessionView {
        let mut view = SessionView::new("sess_1", "viva", "default", 0);
        for frame in frames {
            match body(frame) {
                ClientBody::SessionUpdate(patch) => view.apply(*patch).expect("applies"),
                other => panic!("{other:?}"),
            }
        }
        view
    }

    /// As @openai/agents-realtime 0.20 sends it when it connects.
    const AGENTS_UPDATE: &str = r#"{"type":"session.update","session":{"type":"realtime","instructions":"Be kind.",
        "model":"gpt-realtime-2.1","output_modalities":["audio"],"audio":{"input":{"format":{"type":"audio/pcm",
        "rate":24000},"noise_reduction":null,"transcription":{"model":"gpt-4o-mini-transcribe"},
        "turn_detection":{"type":"semantic_vad"}},"output":{"format":{"type":"audio/pcm","rate":24000},"speed":1}}}}"#;

    #[test]
    fn takes_what_the_agents_sdk_sends_at_open() {
        let tracing = r#"{"type":"session.update","session":{"type":"realtime","tracing":"auto"}}"#;
        let view = updated(&[AGENTS_UPDATE, tracing]);
        let shown = view.to_value();
        assert_eq!(view.instructions, "Be kind.");
        assert_eq!(shown["audio"]["input"]["turn_detection"]["interrupt_response"], true);
        assert_eq!(shown["audio"]["input"]["turn_detection"]["eagerness"], "auto");
        assert_eq!(shown["audio"]["input"]["transcription"]["model"], "gpt-4o-mini-transcribe");
        assert_eq!(shown["tracing"], "auto");
        assert_eq!(shown["model"], "gpt-realtime-2.1");
    }

    #[test]
    fn absent_null_and_value_of_turn_detection_are_three_things() {
        let push =
            r#"{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null}}}}"#;
        let other = r#"{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcmu"}}}}}"#;
        let silence = r#"{"type":"session.update","session":{"audio":{"input":
            {"turn_detection":{"type":"server_vad","silence_duration_ms":700}}}}}"#;
        let partial = r#"{"type":"session.update","session":{"audio":{"input":
            {"turn_detection":{"create_response":false}}}}}"#;
        assert_eq!(updated(&[push]).turn_detection, None);
        assert_eq!(updated(&[push]).to_value()["audio"]["input"]["turn_detection"], Value::Null);
        assert_eq!(updated(&[push, other]).turn_detection, None, "an absent key changes nothing");
        assert_eq!(updated(&[other]).input_format, AudioFormat::Pcmu);
        match updated(&[silence, partial]).turn_detection {
            Some(TurnDetection::ServerVad {
                silence_duration_ms: 700,
                prefix_padding_ms: 300,
                create_response: false,
                interrupt_response: true,
                ..
            }) => {}
            unexpected => panic!("{unexpected:?}"),
        }
    }

    #[test]
    fn a_refused_update_changes_nothing() {
        let partial = r#"{"type":"session.update","session":{"instructions":"new","audio":{"input":
            {"turn_detection":{"create_response":false}}}}}"#;
        let mut view = updated(&[r#"{"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}}"#]);
        let before = view.clone();
        let ClientBody::SessionUpdate(patch) = body(partial) else { panic!("an update") };
        let error = view.apply(*patch).expect_err("there is nothing to change a part of");
        assert_eq!(error.param.as_deref(), Some("session.audio.input.turn_detection.type"));
        assert_eq!(view, before);
    }

    #[test]
    fn names_the_field_that_is_not_offered() {
        let update = |session: &str| refusal(&format!(r#"{{"type":"session.update","session":{session}}}"#));
        let tools = r#"{"type":"realtime","tools":[{"type":"function","name":"f"}]}"#;
        assert_eq!(update(tools), (ErrorCode::Unsupported, "session.tools".into()));
        assert_eq!(update(r#"{"type":"transcription"}"#), (ErrorCode::Unsupported, "session.type".into()));
        assert_eq!(update(r#"{"modalities":["text"]}"#), (ErrorCode::BetaShape, "session.modalities".into()));
        assert_eq!(update(r#"{"turn_detection":null}"#), (ErrorCode::BetaShape, "session.turn_detection".into()));
        assert_eq!(
            update(r#"{"output_modalities":["audio","text"]}"#),
            (ErrorCode::InvalidValue, "session.output_modalities".into())
        );
        assert_eq!(
            update(r#"{"audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}"#),
            (ErrorCode::InvalidValue, "session.audio.input.format.rate".into())
        );
        assert_eq!(
            update(r#"{"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":2}}}}"#),
            (ErrorCode::InvalidValue, "session.audio.input.turn_detection.threshold".into())
        );
        assert_eq!(
            updated(&[r#"{"type":"session.update","session":{"tools":[]}}"#]).to_value()["tools"],
            Value::Array(vec![])
        );
    }

    #[test]
    fn fields_that_are_only_shown_have_a_limit() {
        let frame = |field: &str, bytes: usize| {
            format!(r#"{{"type":"session.update","session":{{"{field}":"{}"}}}}"#, "x".repeat(bytes))
        };
        assert_eq!(refusal(&frame("prompt", 17_000)), (ErrorCode::TooLong, "session.prompt".into()));
        assert_eq!(refusal(&frame("instructions", 65_537)), (ErrorCode::TooLong, "session.instructions".into()));
        let frames: Vec<String> = (0..6).map(|n| frame(&format!("later_{n}"), 15_000)).collect();
        let mut view = SessionView::new("sess_1", "viva", "default", 0);
        let outcomes: Vec<bool> = frames
            .iter()
            .map(|frame| match body(frame) {
                ClientBody::SessionUpdate(patch) => view.apply(*patch).is_ok(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(outcomes, [true, true, true, true, false, false]);
    }

    #[test]
    fn a_client_cannot_write_the_fields_that_are_the_server_s() {
        let frame =
            r#"{"type":"session.update","session":{"id":"mine","object":"x","expires_at":1,"type":"realtime"}}"#;
        assert_eq!(updated(&[frame]).to_value(), updated(&[]).to_value());
    }

    #[test]
    fn sound_is_decoded_with_or_without_padding_and_nothing_else() {
        let append = |audio: &str| format!(r#"{{"type":"input_audio_buffer.append","event_id":"e1","audio":{audio}}}"#);
        assert_eq!(body(&append(r#""AAEC""#)), ClientBody::AudioAppend(vec![0, 1, 2]));
        assert_eq!(body(&append(r#""AAE=""#)), ClientBody::AudioAppend(vec![0, 1]));
        assert_eq!(body(&append(r#""AAE""#)), ClientBody::AudioAppend(vec![0, 1]));
        assert_eq!(
            body(&append(r#""\/\/8=""#)),
            ClientBody::AudioAppend(vec![255, 255]),
            "some writers escape slashes"
        );
        assert_eq!(refusal(&append(r#""A*E=""#)), (ErrorCode::InvalidAudio, "audio".into()));
        assert_eq!(refusal(&append("7")), (ErrorCode::InvalidType, "audio".into()));
        assert_eq!(refusal(&append("null")), (ErrorCode::MissingParameter, "audio".into()));
        assert_eq!(ClientEvent::parse(&append("7")).expect_err("a number").event_id.as_deref(), Some("e1"));
        assert_eq!(AudioFormat::Pcm.check(&[0; 3]).expect_err("odd").code, ErrorCode::OddAudio);
        assert_eq!(AudioFormat::Pcm.check(&[0; 4]), Ok(()));
        assert_eq!(AudioFormat::Pcma.check(&[0; 3]), Ok(()));
    }

    #[test]
    fn fifteen_mib_of_sound_are_taken_and_one_byte_more_is_not() {
        let append =
            |bytes: usize| format!(r#"{{"type":"input_audio_buffer.append","audio":"{}"}}"#, "A".repeat(bytes));
        match body(&append(MAX_AUDIO_BASE64_BYTES)) {
            ClientBody::AudioAppend(sound) => assert_eq!(sound.len(), MAX_AUDIO_BASE64_BYTES / 4 * 3),
            other => panic!("{other:?}"),
        }
        assert_eq!(refusal(&append(MAX_AUDIO_BASE64_BYTES + 4)), (ErrorCode::FrameTooLarge, "audio".into()));
        assert_eq!(refusal(&append(MAX_FRAME_BYTES)), (ErrorCode::FrameTooLarge, String::new()));
        let other = format!(r#"{{"type":"x.transcript","text":"{}","final":true}}"#, "A".repeat(MAX_CONTROL_BYTES));
        assert_eq!(refusal(&other), (ErrorCode::FrameTooLarge, String::new()));
    }

    #[test]
    fn frames_that_are_no_events_say_so_without_repeating_them() {
        for frame in ["", "hello", "[1]", "null", "\"secret\"", "{\"type\":\"x.pause\"", "{\"type\":1,\"type\":2}"] {
            let error = ClientEvent::parse(frame).expect_err(frame);
            assert_eq!(error.code, ErrorCode::InvalidJson, "{frame}");
            assert!(!error.message.contains("secret"));
        }
        assert_eq!(refusal("{}"), (ErrorCode::MissingParameter, "type".into()));
        assert_eq!(refusal(r#"{"type":7}"#), (ErrorCode::InvalidType, "type".into()));
        assert_eq!(refusal(r#"{"type":"x.unheard_of"}"#), (ErrorCode::UnknownEvent, "type".into()));
        assert_eq!(refusal(r#"{"type":"x.pause","event_id":"a b"}"#), (ErrorCode::InvalidValue, "event_id".into()));
    }

    #[test]
    fn numbered_events_know_their_number() {
        let number = |id: &str| {
            ClientEvent::parse(&format!(r#"{{"type":"x.pause","event_id":"{id}"}}"#)).expect("an event").number()
        };
        assert_eq!(number("c_12"), Some(12));
        assert_eq!(number("c_012"), None);
        assert_eq!(number("agents_js_response_create_1"), None);
    }

    #[test]
    fn items_are_taken_as_sdks_send_them() {
        let create = |item: &str| format!(r#"{{"type":"conversation.item.create","item":{item}}}"#);
        let text = |frame: &str| match body(frame) {
            ClientBody::ItemCreate { item, .. } => (item.role, item.text),
            other => panic!("{other:?}"),
        };
        let typed = r#"{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},
            {"type":"input_text","text":"b"}]}"#;
        assert_eq!(text(&create(typed)), (Role::User, "a\nb".into()));
        let restored = r#"{"type":"message","role":"user","id":"mine","status":"completed",
            "content":[{"type":"input_audio","audio":null,"transcript":"spoken"}]}"#;
        assert_eq!(text(&create(restored)), (Role::User, "spoken".into()));
        let image = r#"{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:"}]}"#;
        assert_eq!(refusal(&create(image)), (ErrorCode::Unsupported, "item.content[0].type".into()));
        let sound = r#"{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAA="}]}"#;
        assert_eq!(refusal(&create(sound)), (ErrorCode::Unsupported, "item.content[0].type".into()));
        let tool = r#"{"type":"function_call_output","call_id":"c","output":"o"}"#;
        assert_eq!(refusal(&create(tool)), (ErrorCode::Unsupported, "item.type".into()));
        let nobody = r#"{"type":"message","content":[]}"#;
        assert_eq!(refusal(&create(nobody)), (ErrorCode::MissingParameter, "item.role".into()));
        let empty = r#"{"type":"message","role":"user","content":[]}"#;
        assert_eq!(refusal(&create(empty)), (ErrorCode::InvalidValue, "item.content".into()));
    }

    #[test]
    fn places_of_items_are_root_after_and_end() {
        let place = |previous: &str| {
            let frame = format!(
                r#"{{"type":"conversation.item.create"{previous},
                "item":{{"role":"user","content":[{{"type":"input_text","text":"a"}}]}}}}"#
            );
            match body(&frame) {
                ClientBody::ItemCreate { place, .. } => place,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(place(""), ItemPlace::End);
        assert_eq!(place(r#","previous_item_id":null"#), ItemPlace::End);
        assert_eq!(place(r#","previous_item_id":"root""#), ItemPlace::Start);
        assert_eq!(place(r#","previous_item_id":"item_3""#), ItemPlace::After("item_3".into()));
    }

    #[test]
    fn replies_are_asked_for_as_sdks_do() {
        let request = |response: &str| match body(&format!(r#"{{"type":"response.create","response":{response}}}"#)) {
            ClientBody::ResponseCreate(request) => *request,
            other => panic!("{other:?}"),
        };
        assert!(
            matches!(body(r#"{"type":"response.create"}"#), ClientBody::ResponseCreate(r) if *r == ResponseRequest::default())
        );
        let full = request(
            r#"{"instructions":"Hi","output_modalities":["text"],"conversation":"none","tools":[],
            "tool_choice":"none","metadata":{"topic":"t"},"audio":{"output":{"voice":{"id":"v"}}},"input":[]}"#,
        );
        assert_eq!((full.modality, full.outside_conversation), (Some(Modality::Text), true));
        assert_eq!(full.metadata.expect("metadata")["topic"], "t");
        let other = request(r#"{"audio":{"output":{"format":{"type":"audio/pcmu"}}}}"#);
        let error = other.check(&updated(&[])).expect_err("another format");
        assert_eq!(error.param.as_deref(), Some("response.audio.output.format"));
        let tools = r#"{"type":"response.create","response":{"tools":[{"type":"function"}]}}"#;
        assert_eq!(refusal(tools), (ErrorCode::Unsupported, "response.tools".into()));
        let input = r#"{"type":"response.create","response":{"input":[{"type":"message"}]}}"#;
        assert_eq!(refusal(input), (ErrorCode::Unsupported, "response.input".into()));
    }

    #[test]
    fn truncation_needs_an_item_and_a_whole_number() {
        let truncate = |rest: &str| format!(r#"{{"type":"conversation.item.truncate","item_id":"item_2"{rest}}}"#);
        let cut = ClientBody::ItemTruncate { item_id: "item_2".into(), audio_end_ms: 1500 };
        assert_eq!(body(&truncate(r#","content_index":0,"audio_end_ms":1500"#)), cut);
        assert_eq!(body(&truncate(r#","audio_end_ms":1500.0"#)), cut);
        assert_eq!(refusal(&truncate(r#","audio_end_ms":1.5"#)), (ErrorCode::InvalidValue, "audio_end_ms".into()));
        assert_eq!(refusal(&truncate(r#","audio_end_ms":-1"#)), (ErrorCode::InvalidValue, "audio_end_ms".into()));
        assert_eq!(
            refusal(&truncate(r#","content_index":1,"audio_end_ms":1"#)),
            (ErrorCode::InvalidValue, "content_index".into())
        );
        assert_eq!(refusal(&truncate("")), (ErrorCode::MissingParameter, "audio_end_ms".into()));
    }

    #[test]
    fn signals_keep_their_details() {
        match body(r#"{"type":"x.signal","event_id":"e","kind":"paste","characters":120}"#) {
            ClientBody::Signal { kind, details } => {
                assert_eq!((kind.as_str(), details.len()), ("paste", 1));
                assert_eq!(details["characters"], 120);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(refusal(r#"{"type":"x.signal","kind":"Paste!"}"#), (ErrorCode::InvalidValue, "kind".into()));
    }

    #[test]
    fn instructions_can_be_taken_back() {
        let set = r#"{"type":"session.update","session":{"instructions":"Be brief."}}"#;
        let clear = r#"{"type":"session.update","session":{"instructions":null}}"#;
        assert_eq!(updated(&[set, clear]).instructions, "");
        match body(r#"{"type":"session.update","session":{}}"#) {
            ClientBody::SessionUpdate(patch) => assert_eq!(patch.instructions, Patch::Keep),
            other => panic!("{other:?}"),
        }
    }
}
