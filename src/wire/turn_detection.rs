//! Who ends the candidate's turns: as a client sets it, and as the session shows it with every default filled in.

use super::error::{ErrorCode, WireError};
use super::fields::Fields;
use super::session::Patch;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long a pause may be when the words say little.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eagerness {
    /// As `medium`.
    #[default]
    Auto,
    /// Waits longest.
    Low,
    /// In between.
    Medium,
    /// Answers soonest.
    High,
}

/// Who ends the candidate's turns, as the session shows it. All defaults are filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TurnDetection {
    /// Silence alone.
    ServerVad {
        /// Voice is a score from here on, 0 to 1. Shown; the detector's own measured threshold is used.
        threshold: f64,
        /// Sound before the voice that belongs to the turn, in ms. Shown; the server keeps enough by itself.
        prefix_padding_ms: u64,
        /// Silence that ends a turn, in ms.
        silence_duration_ms: u64,
        /// After this long without speech the interviewer would speak. Shown; the agenda decides.
        #[serde(default)]
        idle_timeout_ms: Option<u64>,
        /// A turn is answered without being asked.
        create_response: bool,
        /// Speech stops the interviewer.
        interrupt_response: bool,
    },
    /// The floor's rules, from voice and words.
    SemanticVad {
        /// How patient.
        eagerness: Eagerness,
        /// A turn is answered without being asked.
        create_response: bool,
        /// Speech stops the interviewer.
        interrupt_response: bool,
    },
}

impl TurnDetection {
    /// The rules with their defaults.
    pub fn semantic() -> Self {
        TurnDetection::SemanticVad { eagerness: Eagerness::Auto, create_response: true, interrupt_response: true }
    }

    /// Silence with its defaults (0.5, 300 ms, 500 ms).
    pub fn silence() -> Self {
        TurnDetection::ServerVad {
            threshold: 0.5,
            prefix_padding_ms: 300,
            silence_duration_ms: 500,
            idle_timeout_ms: None,
            create_response: true,
            interrupt_response: true,
        }
    }

    /// (`create_response`, `interrupt_response`).
    pub fn answers_and_yields(&self) -> (bool, bool) {
        match self {
            TurnDetection::ServerVad { create_response, interrupt_response, .. }
            | TurnDetection::SemanticVad { create_response, interrupt_response, .. } => {
                (*create_response, *interrupt_response)
            }
        }
    }
}

/// A change of turn detection. With a `kind` it replaces what was, from that kind's defaults; without, it changes fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TurnDetectionPatch {
    kind: Option<TurnDetectionKind>,
    threshold: Option<f64>,
    prefix_padding_ms: Option<u64>,
    silence_duration_ms: Option<u64>,
    idle_timeout_ms: Patch<u64>,
    eagerness: Option<Eagerness>,
    create_response: Option<bool>,
    interrupt_response: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TurnDetectionKind {
    Server,
    Semantic,
}

impl TurnDetectionPatch {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, WireError> {
        let kind = match fields.value("type") {
            None => None,
            Some(Value::String(kind)) if kind == "server_vad" => Some(TurnDetectionKind::Server),
            Some(Value::String(kind)) if kind == "semantic_vad" => Some(TurnDetectionKind::Semantic),
            Some(_) => return Err(fields.not_one_of("type", "server_vad, semantic_vad")),
        };
        let eagerness = match fields.value("eagerness").map(|value| value.as_str()) {
            None => None,
            Some(Some("auto")) => Some(Eagerness::Auto),
            Some(Some("low")) => Some(Eagerness::Low),
            Some(Some("medium")) => Some(Eagerness::Medium),
            Some(Some("high")) => Some(Eagerness::High),
            Some(_) => return Err(fields.not_one_of("eagerness", "auto, low, medium, high")),
        };
        let idle_timeout_ms = match fields.raw("idle_timeout_ms") {
            Some(Value::Null) => Patch::Clear,
            _ => fields.integer("idle_timeout_ms", 5_000..=30_000)?.map_or(Patch::Keep, Patch::Set),
        };
        Ok(Self {
            kind,
            threshold: fields.number("threshold", 0.0..=1.0)?,
            prefix_padding_ms: fields.integer("prefix_padding_ms", 0..=5_000)?,
            silence_duration_ms: fields.integer("silence_duration_ms", 0..=10_000)?,
            idle_timeout_ms,
            eagerness,
            create_response: fields.flag("create_response")?,
            interrupt_response: fields.flag("interrupt_response")?,
        })
    }

    pub(super) fn applied_to(&self, current: Option<&TurnDetection>) -> Result<TurnDetection, WireError> {
        let mut next = match (self.kind, current) {
            (Some(TurnDetectionKind::Server), _) => TurnDetection::silence(),
            (Some(TurnDetectionKind::Semantic), _) => TurnDetection::semantic(),
            (None, Some(current)) => current.clone(),
            (None, None) => {
                let path = "session.audio.input.turn_detection.type";
                return Err(WireError::about(ErrorCode::MissingParameter, path, format!("'{path}' is required")));
            }
        };
        match &mut next {
            TurnDetection::ServerVad { threshold, prefix_padding_ms, silence_duration_ms, idle_timeout_ms, .. } => {
                *threshold = self.threshold.unwrap_or(*threshold);
                *prefix_padding_ms = self.prefix_padding_ms.unwrap_or(*prefix_padding_ms);
                *silence_duration_ms = self.silence_duration_ms.unwrap_or(*silence_duration_ms);
                match self.idle_timeout_ms {
                    Patch::Keep => {}
                    Patch::Clear => *idle_timeout_ms = None,
                    Patch::Set(ms) => *idle_timeout_ms = Some(ms),
                }
            }
            TurnDetection::SemanticVad { eagerness, .. } => *eagerness = self.eagerness.unwrap_or(*eagerness),
        }
        match &mut next {
            TurnDetection::ServerVad { create_response, interrupt_response, .. }
            | TurnDetection::SemanticVad { create_response, interrupt_response, .. } => {
                *create_response = self.create_response.unwrap_or(*create_response);
                *interrupt_response = self.interrupt_response.unwrap_or(*interrupt_response);
            }
        }
        Ok(next)
    }
}
