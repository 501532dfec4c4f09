//! A scripted recogniser: hears what its script says, whatever the sound, as late and as wrong as told.

use super::{EVENTS_MAX, INPUTS_MAX, Stt, SttEvent, SttFailure, SttInput, SttSession};
use crate::providers::script::{Delay, Dice};
use crate::providers::{FailureKind, ProviderError};
use crate::units::{Ms, TRACK_RATE};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// What the scripted recogniser hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SttScript {
    /// Seed of the delays.
    pub seed: u64,
    /// What is heard, in order of the utterances over all sessions, from the start again after the last.
    pub utterances: Vec<Heard>,
    /// Whether partial words come: one more word each `word_ms` of sound.
    pub partials: bool,
    /// Sound that makes a word, in ms; at least 20.
    pub word_ms: u64,
    /// Wait from an utterance's end to its final words.
    pub last: Delay,
}

impl Default for SttScript {
    fn default() -> Self {
        SttScript {
            seed: 1,
            utterances: vec![Heard { text: "I would use a hash map.".to_owned(), fault: None }],
            partials: true,
            word_ms: 350,
            last: Delay { min_ms: 120, max_ms: 300 },
        }
    }
}

/// One utterance as it is heard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Heard {
    /// Its words; empty: nothing was said.
    pub text: String,
    /// What goes wrong, if anything.
    pub fault: Option<SttFault>,
}

/// How recognition goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "snake_case", deny_unknown_fields)]
pub enum SttFault {
    /// The final words never come.
    NeverFinal,
    /// The final words come this long after the end.
    Late {
        /// The wait in ms.
        ms: u64,
    },
    /// Every second partial has lost its last two words again.
    Shrinks,
    /// A failure of this utterance instead of its final words.
    Error {
        /// Its kind.
        kind: FailureKind,
    },
    /// The whole session fails when the utterance begins, and ends.
    SessionError {
        /// Its kind.
        kind: FailureKind,
    },
}

/// The scripted recogniser.
pub struct FakeStt {
    script: Arc<SttScript>,
    begun: Arc<AtomicU64>,
}

impl FakeStt {
    /// A recogniser that follows `script`.
    pub fn new(script: SttScript) -> Self {
        FakeStt { script: Arc::new(script), begun: Arc::default() }
    }
}

impl Stt for FakeStt {
    fn start(&self, _language: &str) -> SttSession {
        let (input, inputs) = mpsc::channel(INPUTS_MAX);
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let listener = Listener {
            script: self.script.clone(),
            begun: self.begun.clone(),
            events: sender,
            open: None,
            finals: JoinSet::new(),
            waiting: BTreeMap::new(),
        };
        tokio::spawn(listener.run(inputs));
        SttSession { input, events }
    }

    fn has_partials(&self) -> bool {
        self.script.partials
    }

    /// It gives its script, sound for sound.
    fn is_verbatim(&self) -> bool {
        true
    }
}

/// The utterance that is being spoken.
struct Open {
    number: u32,
    call: u64,
    heard: Heard,
    samples: u64,
    words_told: usize,
}

struct Listener {
    script: Arc<SttScript>,
    begun: Arc<AtomicU64>,
    events: mpsc::Sender<Result<SttEvent, SttFailure>>,
    open: Option<Open>,
    finals: JoinSet<()>,
    waiting: BTreeMap<u32, AbortHandle>,
}

impl Listener {
    async fn run(mut self, mut inputs: mpsc::Receiver<SttInput>) {
        while let Some(input) = inputs.recv().await {
            let goes_on = match input {
                SttInput::Begin(number) => self.begin(number).await,
                SttInput::Audio(samples) => self.hear(samples.len() as u64).await,
                SttInput::End(number) => self.end(number),
                SttInput::Drop(number) => self.forget(number),
            };
            if !goes_on {
                return;
            }
        }
    }

    async fn begin(&mut self, number: u32) -> bool {
        let call = self.begun.fetch_add(1, Ordering::Relaxed);
        let index = usize::try_from(call).unwrap_or(0) % self.script.utterances.len().max(1);
        let heard = self.script.utterances.get(index).cloned().unwrap_or_default();
        if let Some(SttFault::SessionError { kind }) = heard.fault {
            let _ = self.events.send(Err(failure(None, kind))).await;
            return false;
        }
        self.open = Some(Open { number, call, heard, samples: 0, words_told: 0 });
        true
    }

    async fn hear(&mut self, samples: u64) -> bool {
        let Some(open) = &mut self.open else { return true };
        open.samples = open.samples.saturating_add(samples);
        let spoken = Ms::of_samples(open.samples, TRACK_RATE).0 / self.script.word_ms.max(20);
        let words: Vec<&str> = open.heard.text.split_whitespace().collect();
        let spoken = usize::try_from(spoken).unwrap_or(usize::MAX).min(words.len());
        if !self.script.partials || spoken <= open.words_told {
            return true;
        }
        open.words_told = spoken;
        let shrinks = open.heard.fault == Some(SttFault::Shrinks) && spoken % 2 == 0;
        let told = if shrinks { spoken - 2 } else { spoken };
        let text = words.get(..told).unwrap_or_default().join(" ");
        self.events.send(Ok(SttEvent::Partial { utterance: open.number, text })).await.is_ok()
    }

    fn end(&mut self, number: u32) -> bool {
        let Some(open) = self.open.take_if(|open| open.number == number) else { return true };
        let wait = match open.heard.fault {
            Some(SttFault::NeverFinal) => return true,
            Some(SttFault::Late { ms }) => std::time::Duration::from_millis(ms),
            _ => Dice::new(self.script.seed, open.call).draw(self.script.last),
        };
        let events = self.events.clone();
        let task = self.finals.spawn(async move {
            tokio::time::sleep(wait).await;
            let answer = match open.heard.fault {
                Some(SttFault::Error { kind }) => Err(failure(Some(number), kind)),
                _ => Ok(SttEvent::Final { utterance: number, text: open.heard.text }),
            };
            let _ = events.send(answer).await;
        });
        self.waiting.retain(|_, task| !task.is_finished());
        self.waiting.insert(number, task);
        while self.finals.try_join_next().is_some() {}
        true
    }

    fn forget(&mut self, number: u32) -> bool {
        self.open.take_if(|open| open.number == number);
        if let Some(task) = self.waiting.remove(&number) {
            task.abort();
        }
        true
    }
}

fn failure(utterance: Option<u32>, kind: FailureKind) -> SttFailure {
    SttFailure { utterance, error: ProviderError::new(kind, "as the script says") }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn script(utterances: Vec<Heard>) -> SttScript {
        SttScript { utterances, last: Delay::fixed(0), ..Default::default() }
    }

    fn heard(text: &str, fault: Option<SttFault>) -> Heard {
        Heard { text: text.to_owned(), fault }
    }

    async fn speak(session: &SttSession, number: u32, ms: u64) {
        session.input.send(SttInput::Begin(number)).await.unwrap();
        for _ in 0..ms / 20 {
            session.input.send(SttInput::Audio(vec![0; 480])).await.unwrap();
        }
        session.input.send(SttInput::End(number)).await.unwrap();
    }

    async fn next(session: &mut SttSession) -> Option<Result<SttEvent, (Option<u32>, FailureKind)>> {
        let event = session.events.recv().await?;
        Some(event.map_err(|failure| (failure.utterance, failure.error.kind)))
    }

    fn partial(utterance: u32, text: &str) -> Option<Result<SttEvent, (Option<u32>, FailureKind)>> {
        Some(Ok(SttEvent::Partial { utterance, text: text.to_owned() }))
    }

    fn last(utterance: u32, text: &str) -> Option<Result<SttEvent, (Option<u32>, FailureKind)>> {
        Some(Ok(SttEvent::Final { utterance, text: text.to_owned() }))
    }

    #[tokio::test]
    async fn words_grow_with_the_sound_and_the_final_follows_the_end() {
        let mut session = FakeStt::new(script(vec![heard("one two three", None)])).start("en");
        speak(&session, 5, 800).await;
        assert_eq!(next(&mut session).await, partial(5, "one"));
        assert_eq!(next(&mut session).await, partial(5, "one two"));
        assert_eq!(next(&mut session).await, last(5, "one two three"));
    }

    #[tokio::test]
    async fn partials_shrink_when_told() {
        let mut session = FakeStt::new(script(vec![heard("a b c", Some(SttFault::Shrinks))])).start("en");
        speak(&session, 1, 1_100).await;
        assert_eq!(next(&mut session).await, partial(1, "a"));
        assert_eq!(next(&mut session).await, partial(1, ""));
        assert_eq!(next(&mut session).await, partial(1, "a b c"));
    }

    #[tokio::test]
    async fn it_fails_late_never_and_for_good_as_told() {
        let faults = vec![
            heard("x", Some(SttFault::NeverFinal)),
            heard("y", Some(SttFault::Error { kind: FailureKind::Timeout })),
            heard("z", Some(SttFault::SessionError { kind: FailureKind::Gone })),
        ];
        let mut session = FakeStt::new(script(faults)).start("en");
        speak(&session, 1, 100).await;
        speak(&session, 2, 100).await;
        assert_eq!(next(&mut session).await, Some(Err((Some(2), FailureKind::Timeout))));
        session.input.send(SttInput::Begin(3)).await.unwrap();
        assert_eq!(next(&mut session).await, Some(Err((None, FailureKind::Gone))));
        assert_eq!(next(&mut session).await, None);
    }

    #[tokio::test]
    async fn a_dropped_utterance_is_not_answered() {
        let mut session = FakeStt::new(script(vec![
            heard("x", Some(SttFault::Late { ms: 50 })),
            heard("y", Some(SttFault::Late { ms: 60 })),
        ]))
        .start("en");
        speak(&session, 1, 100).await;
        session.input.send(SttInput::Drop(1)).await.unwrap();
        speak(&session, 2, 100).await;
        assert_eq!(next(&mut session).await, last(2, "y"));
    }
}
