//! End-of-turn models: a turn's sound in, how likely it is that the speaker is done out. Off unless the operator gives a model.

mod mel;
mod smart_turn;

use crate::units::Permille;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Sound that a model looks at, at most; what is older does not count. Eight seconds at `TRACK_RATE`.
pub const SAMPLES_MAX: usize = 8 * crate::units::TRACK_RATE.0 as usize;

/// Where `scripts/fetch-smart-turn.sh` puts the model and the runtime's library, relative to the working folder.
pub const MODEL_PATH: &str = ".cache/smart-turn/smart-turn-v3.2-cpu.onnx";
/// See [`MODEL_PATH`].
pub const LIBRARY_PATH: &str = ".cache/smart-turn/libonnxruntime.so";

/// A model. Pure computation, some tens of milliseconds of it: never on a thread that others wait for.
pub trait EndOfTurn: Send {
    /// How likely the speaker is done, from the turn's sound up to now: 16-bit mono samples at `TRACK_RATE`.
    ///
    /// # Errors
    /// When the model cannot be run.
    fn score(&mut self, samples: &[i16]) -> Result<Permille, EndOfTurnError>;
}

/// The configuration's section `end_of_turn`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndOfTurnConfig {
    /// A Smart Turn model (ONNX, `input_features` 1 × 80 × 800). Unset: no model is asked. Default unset.
    pub model_path: Option<PathBuf>,
    /// ONNX Runtime's shared library, 1.24 or later. Default [`LIBRARY_PATH`].
    pub library_path: Option<PathBuf>,
    /// Scores from here on say that the candidate is done, 0 to 1000. Too low cuts off; too high saves no time. Default 700.
    pub done_permille: Permille,
    /// Scores below this say that they are not, 0 to 1000. Default 300.
    pub open_permille: Permille,
}

impl Default for EndOfTurnConfig {
    fn default() -> Self {
        EndOfTurnConfig {
            model_path: None,
            library_path: None,
            done_permille: Permille(700),
            open_permille: Permille(300),
        }
    }
}

/// Why a model cannot be had or run.
#[derive(Debug, thiserror::Error)]
pub enum EndOfTurnError {
    /// The runtime's library cannot be loaded.
    #[error(
        "no ONNX Runtime at {path}: run scripts/fetch-smart-turn.sh, or set end_of_turn.library_path to libonnxruntime.so ({reason})"
    )]
    NoLibrary {
        /// Where it was looked for.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The file cannot be read, or is no model of this kind.
    #[error("{path} is no end-of-turn model that is understood (Smart Turn 3, ONNX): {reason}")]
    WrongModel {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The model did not run.
    #[error("the end-of-turn model failed: {0}")]
    Failed(String),
}

/// The configured model, or none.
///
/// # Errors
/// When a model is configured and cannot be loaded.
pub fn open(config: &EndOfTurnConfig) -> Result<Option<Box<dyn EndOfTurn>>, EndOfTurnError> {
    let Some(model) = config.model_path.as_deref() else { return Ok(None) };
    let library = config.library_path.as_deref().unwrap_or(Path::new(LIBRARY_PATH));
    Ok(Some(Box::new(smart_turn::SmartTurn::open(model, library)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_model_none_is_opened() {
        assert!(open(&EndOfTurnConfig::default()).unwrap().is_none());
    }

    #[test]
    fn a_missing_library_is_told_with_what_to_do() {
        let config = EndOfTurnConfig {
            model_path: Some("/nonexistent/model.onnx".into()),
            library_path: Some("/nonexistent/libonnxruntime.so".into()),
            ..EndOfTurnConfig::default()
        };
        let error = open(&config).err().unwrap().to_string();
        assert!(error.contains("/nonexistent/libonnxruntime.so") && error.contains("fetch-smart-turn"), "{error}");
    }
}
