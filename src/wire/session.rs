//! The session object: what a client may set (with "absent", "null" and "value" told apart), and what it is shown.

use super::error::{ErrorCode, WireError};
use super::fields::{Fields, wrong_type};
pub use super::format::{AudioFormat, Modality};
pub use super::turn_detection::{Eagerness, TurnDetection, TurnDetectionPatch};
use super::{MAX_SESSION_ECHO_BYTES, MAX_TEXT_BYTES};
use serde_json::{Map, Value, json};

/// A change of one field: absent, `null`, or a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Patch<T> {
    /// The client did not name the field.
    #[default]
    Keep,
    /// The client said `null`.
    Clear,
    /// The client gave a value.
    Set(T),
}

/// What a `session.update` asks for. Read in full before anything changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionPatch {
    /// Instructions added to the interviewer's own.
    pub instructions: Patch<String>,
    /// The model's name as the client calls it; shown, not acted on.
    pub model: Option<String>,
    /// Sound or text.
    pub modality: Option<Modality>,
    /// Format of the candidate's sound.
    pub input_format: Option<AudioFormat>,
    /// Format of the interviewer's sound.
    pub output_format: Option<AudioFormat>,
    /// Who ends turns; cleared means push-to-talk.
    pub turn_detection: Patch<TurnDetectionPatch>,
    /// The voice's name; shown, not acted on.
    pub voice: Option<String>,
    echo: Map<String, Value>,
    input_echo: Map<String, Value>,
    output_echo: Map<String, Value>,
}

/// Fields of the beta protocol's flat session, and where they live now.
const BETA_FIELDS: &[(&str, &str)] = &[
    ("modalities", "session.output_modalities"),
    ("voice", "session.audio.output.voice"),
    ("speed", "session.audio.output.speed"),
    ("input_audio_format", "session.audio.input.format"),
    ("output_audio_format", "session.audio.output.format"),
    ("input_audio_transcription", "session.audio.input.transcription"),
    ("input_audio_noise_reduction", "session.audio.input.noise_reduction"),
    ("turn_detection", "session.audio.input.turn_detection"),
    ("max_response_output_tokens", "session.max_output_tokens"),
    ("temperature", "nowhere: it is gone"),
];

/// Fields that the server sets or reads itself, so they are never echoed from the client.
const OWN_FIELDS: &[&str] =
    &["type", "id", "object", "model", "instructions", "output_modalities", "audio", "tools", "expires_at"];

impl SessionPatch {
    /// Reads the `session` of a `session.update`.
    pub fn read(value: &Value) -> Result<Self, WireError> {
        let fields = Fields::of("session", value)?;
        refuse_unsupported(&fields)?;
        let mut patch = SessionPatch {
            instructions: match fields.raw("instructions") {
                Some(Value::Null) => Patch::Clear,
                _ => fields.text("instructions", MAX_TEXT_BYTES)?.map_or(Patch::Keep, Patch::Set),
            },
            model: fields.text("model", 256)?,
            modality: Modality::read(&fields)?,
            ..SessionPatch::default()
        };
        check_tokens(&fields)?;
        if let Some(audio) = fields.object("audio")? {
            if let Some(input) = audio.object("input")? {
                patch.read_input(&input)?;
            }
            if let Some(output) = audio.object("output")? {
                patch.read_output(&output)?;
            }
        }
        for (name, value) in fields.iter().filter(|(name, _)| !OWN_FIELDS.contains(&name.as_str())) {
            patch.echo.insert(name.clone(), fields.echo(name, value)?);
        }
        Ok(patch)
    }

    fn read_input(&mut self, input: &Fields<'_>) -> Result<(), WireError> {
        self.input_format = AudioFormat::read(input)?;
        self.turn_detection = match input.raw("turn_detection") {
            None => Patch::Keep,
            // Some writers say false for null.
            Some(Value::Null | Value::Bool(false)) => Patch::Clear,
            Some(value) => {
                let fields = Fields::of(&input.path_of("turn_detection"), value)?;
                Patch::Set(TurnDetectionPatch::read(&fields)?)
            }
        };
        for (name, value) in input.iter().filter(|(name, _)| !["format", "turn_detection"].contains(&name.as_str())) {
            self.input_echo.insert(name.clone(), input.echo(name, value)?);
        }
        Ok(())
    }

    fn read_output(&mut self, output: &Fields<'_>) -> Result<(), WireError> {
        self.output_format = AudioFormat::read(output)?;
        self.voice = read_voice(output)?;
        for (name, value) in output.iter().filter(|(name, _)| !["format", "voice"].contains(&name.as_str())) {
            self.output_echo.insert(name.clone(), output.echo(name, value)?);
        }
        Ok(())
    }
}

/// A voice is a name, or an object with an id.
pub(super) fn read_voice(output: &Fields<'_>) -> Result<Option<String>, WireError> {
    match output.value("voice") {
        Some(Value::Object(_)) => match output.object("voice")? {
            Some(voice) => voice.text("id", 256)?.map(Some).ok_or_else(|| voice.missing("id")),
            None => Ok(None),
        },
        _ => output.text("voice", 256),
    }
}

fn refuse_unsupported(fields: &Fields<'_>) -> Result<(), WireError> {
    match fields.value("type") {
        None => {}
        Some(Value::String(kind)) if kind == "realtime" => {}
        Some(Value::String(kind)) if kind == "transcription" => {
            let message = "sessions of type 'transcription' are not offered here; use 'realtime'";
            return Err(WireError::about(ErrorCode::Unsupported, "session.type", message));
        }
        Some(_) => return Err(fields.not_one_of("type", "realtime")),
    }
    if let Some((name, place)) = BETA_FIELDS.iter().find(|(name, _)| fields.raw(name).is_some()) {
        let message = format!("'session.{name}' is of the beta protocol; its place now is {place}");
        return Err(WireError::about(ErrorCode::BetaShape, fields.path_of(name), message));
    }
    refuse_tools(fields)
}

/// The interviewer calls no tools of the client.
pub(super) fn refuse_tools(fields: &Fields<'_>) -> Result<(), WireError> {
    if fields.array("tools")?.is_empty() {
        return Ok(());
    }
    let message = "tools are not offered here; leave them out or send an empty list";
    Err(WireError::about(ErrorCode::Unsupported, fields.path_of("tools"), message))
}

/// `max_output_tokens` is shown, not acted on, but nonsense is refused.
pub(super) fn check_tokens(fields: &Fields<'_>) -> Result<(), WireError> {
    match fields.value("max_output_tokens") {
        None => Ok(()),
        Some(Value::String(word)) if word == "inf" => Ok(()),
        Some(Value::Number(_)) => fields.integer("max_output_tokens", 1..=1_000_000).map(|_| ()),
        Some(other) => Err(wrong_type(&fields.path_of("max_output_tokens"), "an integer or \"inf\"", other)),
    }
}

/// The session as it stands. Lives with the interview, over all its sockets.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionView {
    /// `sess_…`.
    pub id: String,
    /// The model's name as the client calls it.
    pub model: String,
    /// Instructions added to the interviewer's own; the interviewer's own are not shown.
    pub instructions: String,
    /// Sound or text.
    pub modality: Modality,
    /// Format of the candidate's sound.
    pub input_format: AudioFormat,
    /// Format of the interviewer's sound.
    pub output_format: AudioFormat,
    /// Who ends turns; none is push-to-talk.
    pub turn_detection: Option<TurnDetection>,
    /// The voice's name.
    pub voice: String,
    /// When the session ends at the latest, in seconds of Unix time.
    pub expires_at: u64,
    echo: Map<String, Value>,
    input_echo: Map<String, Value>,
    output_echo: Map<String, Value>,
}

impl SessionView {
    /// A session with the server's defaults: sound at 24 kHz both ways, turns ended by the rules.
    pub fn new(id: impl Into<String>, model: impl Into<String>, voice: impl Into<String>, expires_at: u64) -> Self {
        Self {
            id: id.into(),
            model: model.into(),
            instructions: String::new(),
            modality: Modality::Audio,
            input_format: AudioFormat::Pcm,
            output_format: AudioFormat::Pcm,
            turn_detection: Some(TurnDetection::semantic()),
            voice: voice.into(),
            expires_at,
            echo: Map::new(),
            input_echo: Map::new(),
            output_echo: Map::new(),
        }
    }

    /// Takes over what the client asked for, all of it or, on an error, nothing.
    pub fn apply(&mut self, patch: SessionPatch) -> Result<(), WireError> {
        let mut next = self.clone();
        match &patch.turn_detection {
            Patch::Keep => {}
            Patch::Clear => next.turn_detection = None,
            Patch::Set(change) => next.turn_detection = Some(change.applied_to(self.turn_detection.as_ref())?),
        }
        match patch.instructions {
            Patch::Keep => {}
            Patch::Clear => next.instructions.clear(),
            Patch::Set(text) => next.instructions = text,
        }
        next.model = patch.model.unwrap_or(next.model);
        next.modality = patch.modality.unwrap_or(next.modality);
        next.input_format = patch.input_format.unwrap_or(next.input_format);
        next.output_format = patch.output_format.unwrap_or(next.output_format);
        next.voice = patch.voice.unwrap_or(next.voice);
        next.echo.extend(patch.echo);
        next.input_echo.extend(patch.input_echo);
        next.output_echo.extend(patch.output_echo);
        let echoed = [&next.echo, &next.input_echo, &next.output_echo].map(json_bytes).iter().sum::<usize>();
        if echoed > MAX_SESSION_ECHO_BYTES {
            let message = format!("the session's other fields may hold {MAX_SESSION_ECHO_BYTES} bytes of JSON in all");
            return Err(WireError::about(ErrorCode::TooLong, "session", message));
        }
        *self = next;
        Ok(())
    }

    /// The session object of `session.created` and `session.updated`, every default filled in.
    pub fn to_value(&self) -> Value {
        let turn_detection = match &self.turn_detection {
            Some(detection) => serde_json::to_value(detection).unwrap_or(Value::Null),
            None => Value::Null,
        };
        let input = with_echo(
            json!({
                "format": self.input_format.to_value(),
                "noise_reduction": null,
                "transcription": null,
                "turn_detection": turn_detection,
            }),
            &self.input_echo,
        );
        let output = with_echo(
            json!({"format": self.output_format.to_value(), "voice": self.voice, "speed": 1.0}),
            &self.output_echo,
        );
        with_echo(
            json!({
                "type": "realtime",
                "object": "realtime.session",
                "id": self.id,
                "model": self.model,
                "instructions": self.instructions,
                "output_modalities": [self.modality],
                "audio": {"input": input, "output": output},
                "tools": [],
                "tool_choice": "auto",
                "max_output_tokens": "inf",
                "truncation": "auto",
                "tracing": null,
                "prompt": null,
                "include": null,
                "expires_at": self.expires_at,
            }),
            &self.echo,
        )
    }
}

fn json_bytes(map: &Map<String, Value>) -> usize {
    map.iter().map(|(name, value)| name.len() + value.to_string().len()).sum()
}

fn with_echo(mut object: Value, echo: &Map<String, Value>) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.extend(echo.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    object
}
