//! The services an interview uses, behind one trait a kind. An adapter is one file: its configuration, a pure decoder,
//! the IO around it. Adapters know nothing of interviews, never retry, and stop when their stream is dropped.

pub mod end_of_turn;
pub mod llm;
pub mod runner;
pub mod script;
pub mod secret;
pub mod stt;
pub mod tts;
pub mod vad;

#[cfg(test)]
mod contract;
mod endpoint;
mod pieces;

pub use crate::units::FailureKind;
pub use secret::ApiKey;

use std::sync::OnceLock;

/// What a log filter has to silence: this library logs the bodies of answers it cannot read, which may hold people's
/// words. To be appended to every `tracing` filter.
pub const LOG_SILENCED: &str = "async_openai=off";

/// Why a service could not do its part.
#[derive(Debug, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct ProviderError {
    /// What the interview acts on.
    pub kind: FailureKind,
    /// What was tried and what came back, for the operator's log. Never holds a key, nor anybody's words.
    pub message: String,
    /// The cause, if another error was.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ProviderError {
    /// An error without a further cause.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        ProviderError { kind, message: message.into(), source: None }
    }

    /// An error with its cause.
    pub fn caused(
        kind: FailureKind,
        message: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        ProviderError { kind, message: message.into(), source: Some(source.into()) }
    }
}

/// Why a service cannot be opened as configured: what is wrong, and which setting puts it right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{section}: {problem}; set {setting}")]
pub struct OpenError {
    /// The section of the configuration: `llm`, `stt` or `tts`.
    pub section: &'static str,
    /// What is wrong.
    pub problem: String,
    /// The setting to change, as an environment variable.
    pub setting: String,
}

impl OpenError {
    /// An error in `section` that its setting `field` puts right.
    pub(crate) fn new(section: &'static str, field: &str, problem: impl Into<String>) -> Self {
        let setting = format!("VIVA__{}__{}", section.to_uppercase(), field.to_uppercase());
        OpenError { section, problem: problem.into(), setting }
    }
}

/// Installs the process's TLS implementation, once. HTTP and WebSocket clients cannot be built before. Every `open`
/// calls it; calling it again does nothing.
pub fn install_tls() {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    // An error only says that somebody else has installed one already, which serves as well.
    INSTALLED.get_or_init(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// Applies the key found in `OPENAI_API_KEY`, if any: a kind without a chosen provider becomes `openai`, and a kind
/// that talks to OpenAI itself without a key gets this one. Servers other than OpenAI's never see it.
pub fn apply_openai_key(
    key: Option<ApiKey>,
    llm: &mut llm::LlmConfig,
    stt: &mut stt::SttConfig,
    tts: &mut tts::TtsConfig,
) {
    let Some(key) = key.filter(|key| !key.expose().trim().is_empty()) else { return };
    use {llm::LlmProvider, stt::SttProvider, tts::TtsProvider};
    if endpoint::is_openai(&llm.base_url) {
        let provider = *llm.provider.get_or_insert(LlmProvider::Openai);
        if provider == LlmProvider::Openai {
            llm.api_key.get_or_insert_with(|| key.clone());
        }
    }
    if endpoint::is_openai(&stt.base_url) {
        let provider = *stt.provider.get_or_insert(SttProvider::Openai);
        if matches!(provider, SttProvider::Openai | SttProvider::OpenaiRealtime) {
            stt.api_key.get_or_insert_with(|| key.clone());
        }
    }
    if endpoint::is_openai(&tts.base_url) {
        let provider = *tts.provider.get_or_insert(TtsProvider::Openai);
        if provider == TtsProvider::Openai {
            tts.api_key.get_or_insert_with(|| key.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Option<ApiKey> {
        Some(ApiKey::new("sk-test-0123456789abcd"))
    }

    #[test]
    fn the_key_alone_turns_all_three_kinds_to_openai() {
        let (mut llm, mut stt, mut tts) = Default::default();
        apply_openai_key(key(), &mut llm, &mut stt, &mut tts);
        assert_eq!(llm.provider, Some(llm::LlmProvider::Openai));
        assert_eq!(stt.provider, Some(stt::SttProvider::Openai));
        assert_eq!(tts.provider, Some(tts::TtsProvider::Openai));
        assert!(llm.api_key.is_some() && stt.api_key.is_some() && tts.api_key.is_some());
    }

    #[test]
    fn the_key_is_not_given_to_another_server_nor_does_it_overrule_a_choice() {
        let mut llm = llm::LlmConfig { base_url: "http://127.0.0.1:11434/v1".into(), ..Default::default() };
        let mut stt = stt::SttConfig { provider: Some(stt::SttProvider::Client), ..Default::default() };
        let own = ApiKey::new("own");
        let mut tts = tts::TtsConfig { api_key: Some(own), ..Default::default() };
        apply_openai_key(key(), &mut llm, &mut stt, &mut tts);
        assert!(llm.provider.is_none() && llm.api_key.is_none());
        assert!(stt.provider == Some(stt::SttProvider::Client) && stt.api_key.is_none());
        assert_eq!(tts.api_key.map(|key| key.expose().to_owned()).as_deref(), Some("own"));
    }

    #[test]
    fn an_empty_key_changes_nothing() {
        let (mut llm, mut stt, mut tts) = Default::default();
        apply_openai_key(Some(ApiKey::new(" ")), &mut llm, &mut stt, &mut tts);
        apply_openai_key(None, &mut llm, &mut stt, &mut tts);
        assert!(llm.provider.is_none() && stt.provider.is_none() && tts.provider.is_none());
    }

    #[test]
    fn what_is_wrong_names_the_setting_that_puts_it_right() {
        let error = OpenError::new("llm", "api_key", "OpenAI needs a key");
        assert_eq!(error.to_string(), "llm: OpenAI needs a key; set VIVA__LLM__API_KEY");
    }
}
