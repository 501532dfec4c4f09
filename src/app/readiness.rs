//! What is made ready for an interview before its client joins: connections to the services, and the sound of what the
//! interviewer may have to say at once.

use super::{App, Session};
use crate::interview::dialogue;
use crate::providers::{llm, stt, tts};
use std::sync::PoisonError;
use std::time::Duration;
use tokio::time::Instant;

/// Connections that were opened less long ago need no warming for the next interview: servers keep them open for longer.
const WARM_AGAIN_AFTER: Duration = Duration::from_secs(20);

impl App {
    /// Opens connections to the services ahead of the first turn. Never fails.
    pub async fn warm(&self) {
        let stt = async {
            if let stt::Words::Server(stt) = &self.inner.stt.words {
                stt.warm().await;
            }
        };
        let llm = async {
            if let llm::Phrasing::Model(llm) = &self.inner.llm.phrasing {
                // Reading the vocabulary that prompts are counted with takes a thread its tenth of a second.
                let counting = tokio::task::spawn_blocking(dialogue::warm);
                llm.warm().await;
                counting.await.ok();
            }
        };
        let tts = async {
            if let tts::Voice::Server(tts) = &self.inner.tts.voice {
                tts.warm().await;
            }
        };
        futures::join!(stt, llm, tts);
    }

    /// Makes ready for an interview before its client joins: connections, and the sound of what may be said at once.
    pub(super) fn make_ready(&self, session: &Session) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let now = Instant::now();
        let is_stale = |at: Instant| now.duration_since(at) >= WARM_AGAIN_AFTER;
        let mut warmed = self.inner.warmed.lock().unwrap_or_else(PoisonError::into_inner);
        if warmed.is_none_or(is_stale) {
            *warmed = Some(now);
            let app = self.clone();
            runtime.spawn(async move { app.warm().await });
        }
        if let Some(voice) = self.inner.voice.clone().filter(|_| session.plan.setup.may_open()) {
            let texts = session.plan.setup.openers.all().map(str::to_owned).collect();
            runtime.spawn(async move { voice.prepare(texts).await });
        }
    }
}
