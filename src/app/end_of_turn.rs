//! The end-of-turn model of this server: loaded at the start, if one is configured, and asked by all interviews.

use super::StartError;
use crate::interview::setup::EndOfTurnFacts;
use crate::live::end_of_turn::EndOfTurnScorer;
use crate::providers::end_of_turn::{self, EndOfTurnConfig};

/// The model at work.
pub(super) struct Listening {
    /// What interviews are told of it.
    pub facts: EndOfTurnFacts,
    /// Its thread.
    pub scorer: EndOfTurnScorer,
}

/// Loads the configured model and starts its thread; none when none is configured.
pub(super) fn start(config: &EndOfTurnConfig) -> Result<Option<Listening>, StartError> {
    let Some(model) = end_of_turn::open(config)? else { return Ok(None) };
    let name = config.model_path.as_deref().and_then(|path| path.file_stem()).unwrap_or_default();
    let facts = EndOfTurnFacts {
        name: name.to_string_lossy().into_owned(),
        done: config.done_permille,
        open: config.open_permille,
    };
    let scorer = EndOfTurnScorer::start(model)
        .map_err(|source| StartError::Io { what: "the end-of-turn model's thread".into(), source })?;
    Ok(Some(Listening { facts, scorer }))
}
