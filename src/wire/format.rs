//! How sound is written on the wire, and whether replies have sound at all.

use super::error::{ErrorCode, WireError};
use super::fields::Fields;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How sound is written on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AudioFormat {
    /// 16-bit little-endian at 24 kHz, mono.
    #[default]
    #[serde(rename = "audio/pcm")]
    Pcm,
    /// G.711 µ-law at 8 kHz, mono, a byte a sample.
    #[serde(rename = "audio/pcmu")]
    Pcmu,
    /// G.711 A-law at 8 kHz, mono, a byte a sample.
    #[serde(rename = "audio/pcma")]
    Pcma,
}

impl AudioFormat {
    /// Name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            AudioFormat::Pcm => "audio/pcm",
            AudioFormat::Pcmu => "audio/pcmu",
            AudioFormat::Pcma => "audio/pcma",
        }
    }

    /// Samples a second.
    pub fn rate_hz(self) -> u32 {
        match self {
            AudioFormat::Pcm => 24_000,
            AudioFormat::Pcmu | AudioFormat::Pcma => 8_000,
        }
    }

    /// Bytes a sample takes.
    pub fn sample_bytes(self) -> usize {
        match self {
            AudioFormat::Pcm => 2,
            AudioFormat::Pcmu | AudioFormat::Pcma => 1,
        }
    }

    /// Refuses sound that does not hold whole samples: half a sample would shift every later one.
    pub fn check(self, sound: &[u8]) -> Result<(), WireError> {
        if sound.len().is_multiple_of(self.sample_bytes()) {
            return Ok(());
        }
        let message = format!("16-bit sound has two bytes a sample, but {} bytes came; nothing was taken", sound.len());
        Err(WireError::about(ErrorCode::OddAudio, "audio", message))
    }

    /// The format object as the protocol writes it.
    pub fn to_value(self) -> Value {
        match self {
            AudioFormat::Pcm => json!({"type": "audio/pcm", "rate": 24_000}),
            other => json!({"type": other.as_str()}),
        }
    }

    pub(super) fn read(parent: &Fields<'_>) -> Result<Option<Self>, WireError> {
        let Some(fields) = parent.object("format")? else { return Ok(None) };
        let format = match fields.value("type").and_then(Value::as_str) {
            Some("audio/pcm") => AudioFormat::Pcm,
            Some("audio/pcmu") => AudioFormat::Pcmu,
            Some("audio/pcma") => AudioFormat::Pcma,
            _ => return Err(fields.not_one_of("type", "audio/pcm, audio/pcmu, audio/pcma")),
        };
        let rate = u64::from(format.rate_hz());
        fields.integer("rate", rate..=rate)?;
        Ok(Some(format))
    }
}

/// Whether replies have sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Sound and its transcript.
    #[default]
    Audio,
    /// Text only.
    Text,
}

impl Modality {
    /// `output_modalities` of a session or response: exactly one of the two.
    pub(super) fn read(fields: &Fields<'_>) -> Result<Option<Self>, WireError> {
        if fields.value("output_modalities").is_none() {
            return Ok(None);
        }
        match fields.array("output_modalities")? {
            [Value::String(one)] if one == "audio" => Ok(Some(Modality::Audio)),
            [Value::String(one)] if one == "text" => Ok(Some(Modality::Text)),
            _ => Err(fields.not_one_of("output_modalities", r#"["audio"], ["text"]"#)),
        }
    }
}
