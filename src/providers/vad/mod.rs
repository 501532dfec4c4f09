//! Voice activity detectors: sound in, a score per hop out. Start and stop rules are not theirs.

mod earshot;
mod hops;
mod onnx;
mod silero;
mod webrtc;

#[cfg(test)]
mod contract;

use crate::units::Permille;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where `scripts/fetch-silero.sh` puts the weights, relative to the working folder.
pub const SILERO_PATH: &str = ".cache/silero/silero_vad_16k_sequence.onnx";

/// A detector with the state of one microphone. Pure computation, no IO.
pub trait Vad: Send {
    /// Scores the next sound: 16-bit mono samples at `TRACK_RATE`, any number of them. For each hop that is now complete
    /// appends to `scores` the hop's end, in samples since the last reset, and its score from 0 to 1000 permille.
    fn score(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>);
    /// Forgets all sound; positions start again at zero.
    fn reset(&mut self);
}

/// The detectors there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VadKind {
    /// Small and built in: the default without any file.
    Earshot,
    /// The best by measurement; needs its weights file.
    Silero,
    /// For quiet rooms and comparison: it takes typing for speech.
    Webrtc,
}

/// The configuration's section `vad`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VadConfig {
    /// Which detector. Unset: silero when its weights are there, else earshot.
    pub provider: Option<VadKind>,
    /// Where silero's weights are. Unset: [`SILERO_PATH`].
    pub model_path: Option<PathBuf>,
}

/// How a detector's scores are to be read. The figures are those measured best for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VadProfile {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Length of the hop that one score stands for, in samples at `TRACK_RATE`.
    pub hop_samples: u32,
    /// Scores from here on count as voice.
    pub on: Permille,
    /// Scores below this end voice.
    pub off: Permille,
    /// So many of the last `start_window` scores must be voice to start.
    pub start_count: u8,
    /// How many scores back are looked at for a start.
    pub start_window: u8,
}

/// Why a detector cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum VadError {
    /// No weights at the path.
    #[error(
        "no silero weights at {path}: run scripts/fetch-silero.sh, set vad.model_path, or choose vad.provider = \"earshot\""
    )]
    NoWeights {
        /// Where they were looked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not the model that is understood.
    #[error("{path} does not hold the weights of silero_vad_16k_sequence.onnx (silero-vad 6.2): {reason}")]
    WrongWeights {
        /// The file.
        path: PathBuf,
        /// What is missing or of another shape.
        reason: String,
    },
}

/// A chosen detector of which any number can be opened; they share its weights.
#[derive(Clone)]
pub struct Detectors {
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Earshot,
    Silero(Arc<silero::Weights>),
    Webrtc,
}

impl Detectors {
    /// Chooses after `config` and reads what the detector needs. Silero's weights take a few ms and 2 MB.
    pub fn new(config: &VadConfig) -> Result<Detectors, VadError> {
        let path = config.model_path.as_deref().unwrap_or(Path::new(SILERO_PATH));
        let provider = config.provider.unwrap_or(if path.is_file() { VadKind::Silero } else { VadKind::Earshot });
        let kind = match provider {
            VadKind::Earshot => Kind::Earshot,
            VadKind::Silero => Kind::Silero(Arc::new(silero::Weights::open(path)?)),
            VadKind::Webrtc => Kind::Webrtc,
        };
        Ok(Detectors { kind })
    }

    /// How the scores of these detectors are to be read.
    pub fn profile(&self) -> VadProfile {
        match self.kind {
            Kind::Earshot => earshot::PROFILE,
            Kind::Silero(_) => silero::PROFILE,
            Kind::Webrtc => webrtc::PROFILE,
        }
    }

    /// A detector for one microphone.
    pub fn open(&self) -> Box<dyn Vad> {
        match &self.kind {
            Kind::Earshot => Box::new(earshot::Earshot::new()),
            Kind::Silero(weights) => Box::new(silero::Silero::new(weights.clone())),
            Kind::Webrtc => Box::new(webrtc::Webrtc::new()),
        }
    }
}

/// One detector as configured, and how its scores are to be read. Who needs several keeps [`Detectors`].
pub fn open(config: &VadConfig) -> Result<(Box<dyn Vad>, VadProfile), VadError> {
    let detectors = Detectors::new(config)?;
    Ok((detectors.open(), detectors.profile()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_weights_file_earshot_is_chosen() {
        let config = VadConfig { provider: None, model_path: Some("/nonexistent.onnx".into()) };
        assert_eq!(Detectors::new(&config).unwrap().profile().name, "earshot");
    }

    #[test]
    fn asking_for_silero_without_its_file_says_how_to_get_it() {
        let config = VadConfig { provider: Some(VadKind::Silero), model_path: Some("/nonexistent.onnx".into()) };
        let error = Detectors::new(&config).err().unwrap().to_string();
        assert!(error.contains("/nonexistent.onnx") && error.contains("scripts/fetch-silero.sh"), "{error}");
    }

    #[test]
    fn a_file_that_holds_something_else_is_refused_even_when_nobody_asked_for_silero() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"not a model").unwrap();
        let config = VadConfig { provider: None, model_path: Some(file.path().to_owned()) };
        assert!(matches!(Detectors::new(&config), Err(VadError::WrongWeights { .. })));
    }

    #[test]
    fn the_section_reads_as_documented() {
        let config: VadConfig = toml::from_str("provider = \"silero\"\nmodel_path = \"weights.onnx\"").unwrap();
        assert_eq!(config, VadConfig { provider: Some(VadKind::Silero), model_path: Some("weights.onnx".into()) });
        assert_eq!(toml::from_str::<VadConfig>("").unwrap(), VadConfig::default());
        assert!(toml::from_str::<VadConfig>("provider = \"acme\"").is_err());
    }
}
