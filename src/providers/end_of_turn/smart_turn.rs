//! Smart Turn 3 (pipecat-ai, BSD-2): a small model on eight seconds of sound that says whether the speaker is done.
//!
//! It is run by ONNX Runtime, a shared library that is loaded when a model is configured; nothing of it is built in.

use super::mel::{BANDS, FRAMES, Mel, RATE_HZ};
use super::{EndOfTurn, EndOfTurnError};
use crate::audio::Resampler;
use crate::units::{Hz, Permille, TRACK_RATE};
use ort::environment::Environment;
use ort::session::Session;
use ort::value::TensorRef;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The runtime is one per process.
static RUNTIME: Mutex<Option<Environment>> = Mutex::new(None);

/// The model, loaded.
pub struct SmartTurn {
    session: Session,
    mel: Mel,
}

impl SmartTurn {
    /// Loads the library (the first one loaded stays) and the model.
    pub fn open(model: &Path, library: &Path) -> Result<SmartTurn, EndOfTurnError> {
        let runtime = runtime(library)?;
        let wrong = |reason: String| EndOfTurnError::WrongModel { path: model.to_owned(), reason };
        let session = load(&runtime, model).map_err(|error| wrong(error.to_string()))?;
        if session.inputs().len() != 1 || session.inputs()[0].name() != "input_features" {
            return Err(wrong("its one input should be called input_features".into()));
        }
        let mut opened = SmartTurn { session, mel: Mel::default() };
        // A model of another shape is found out now and not in an interview; the first run is also the slowest.
        opened.score(&[]).map_err(|error| wrong(error.to_string()))?;
        Ok(opened)
    }
}

fn runtime(library: &Path) -> Result<Environment, EndOfTurnError> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let missing = |reason: String| EndOfTurnError::NoLibrary { path: library.to_owned(), reason };
    if !library.is_file() {
        return Err(missing("there is no such file".into()));
    }
    if let Some(loaded) = runtime.as_ref() {
        return Ok(loaded.clone());
    }
    let builder = ort::init_from(library).map_err(|error| missing(error.to_string()))?;
    let loaded = builder.with_telemetry(false).build().map_err(|error| missing(error.to_string()))?;
    Ok(runtime.insert(loaded).clone())
}

fn load(runtime: &Environment, model: &Path) -> ort::Result<Session> {
    // One thread, and none that spins: the interviews' own threads come first.
    Session::builder(runtime)?.with_intra_threads(1)?.with_intra_op_spinning(false)?.commit_from_file(model)
}

impl EndOfTurn for SmartTurn {
    fn score(&mut self, samples: &[i16]) -> Result<Permille, EndOfTurnError> {
        let failed = |reason: String| EndOfTurnError::Failed(reason);
        let mut resampler =
            Resampler::new(TRACK_RATE, Hz(RATE_HZ as u32)).map_err(|error| failed(error.to_string()))?;
        let mut sound = Vec::with_capacity(samples.len() * 2 / 3 + 1);
        resampler.push(samples, &mut sound);
        resampler.finish(&mut sound);
        let features = self.mel.features(&sound);
        let input = TensorRef::from_array_view(([1, BANDS, FRAMES], features.as_slice()))
            .map_err(|error| failed(error.to_string()))?;
        let answer = self.session.run(ort::inputs![input]).map_err(|error| failed(error.to_string()))?;
        let (_, values) = answer[0].try_extract_tensor::<f32>().map_err(|error| failed(error.to_string()))?;
        match values {
            [probability] if (0.0..=1.0).contains(probability) => Ok(Permille((probability * 1000.0).round() as u16)),
            _ => Err(failed(format!("{} values instead of one probability", values.len()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::mel::tests::tones;
    use super::super::{LIBRARY_PATH, MODEL_PATH};
    use super::*;

    fn fetched() -> SmartTurn {
        let fetch = "run scripts/fetch-smart-turn.sh, as `make test` does";
        SmartTurn::open(Path::new(MODEL_PATH), Path::new(LIBRARY_PATH))
            .unwrap_or_else(|error| panic!("{error}: {fetch}"))
    }

    #[test]
    fn the_real_model_answers_as_it_does_for_its_authors() {
        let mut model = fetched();
        let mut up = Resampler::new(Hz(RATE_HZ as u32), TRACK_RATE).unwrap();
        let mut sound = Vec::new();
        up.push(&tones(), &mut sound);
        up.finish(&mut sound);
        let Permille(score) = model.score(&sound).unwrap();
        // 942 permille from the authors' own features and runtime, without a change of rate on the way.
        assert!((900..=980).contains(&score), "{score}");
        assert_eq!(model.score(&sound).unwrap(), Permille(score), "the same sound gives the same score");
    }

    #[test]
    fn a_file_that_is_no_model_is_refused() {
        let _ = fetched();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"not a model").unwrap();
        let error = SmartTurn::open(file.path(), Path::new(LIBRARY_PATH)).err().unwrap();
        assert!(matches!(error, EndOfTurnError::WrongModel { .. }), "{error}");
    }
}
