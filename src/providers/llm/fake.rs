//! A scripted model: says what its script says, when it says so, and fails as told.

use super::{ChatMessage, Llm, LlmEvent};
use crate::providers::ProviderError;
use crate::providers::pieces::pieces;
use crate::providers::script::{Break, Delay, Dice, Fault, Faulty, fault_of};
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use std::sync::Mutex;
use std::time::Duration;

/// Pieces that wait to be read; full: the script waits.
const PIECES_AHEAD: usize = 64;

/// What the scripted model says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LlmScript {
    /// Seed of the delays.
    pub seed: u64,
    /// The answers in order of the calls, from the start again after the last.
    pub answers: Vec<String>,
    /// Wait before the first piece.
    pub first: Delay,
    /// Wait before each further piece.
    pub between: Delay,
    /// Calls that go wrong; the first that fits a call counts.
    pub faults: Vec<Faulty>,
    /// Every answer claims to have been stopped at a length limit.
    pub cut_short: bool,
}

impl Default for LlmScript {
    fn default() -> Self {
        LlmScript {
            seed: 1,
            answers: vec!["I see. Can you tell me more about how you would approach it?".to_owned()],
            first: Delay { min_ms: 150, max_ms: 400 },
            between: Delay { min_ms: 10, max_ms: 40 },
            faults: Vec::new(),
            cut_short: false,
        }
    }
}

/// The scripted model.
pub struct FakeLlm {
    script: LlmScript,
    asked: Mutex<Vec<Vec<ChatMessage>>>,
}

/// Most prompts kept for [`FakeLlm::asked`]; the ones after that are counted but not kept.
const PROMPTS_KEPT_MAX: usize = 4_096;

impl FakeLlm {
    /// A model that follows `script`.
    pub fn new(script: LlmScript) -> Self {
        FakeLlm { script, asked: Mutex::default() }
    }

    /// The prompts it was asked with so far, in order, for tests to look at.
    pub fn asked(&self) -> Vec<Vec<ChatMessage>> {
        self.asked.lock().map(|asked| asked.clone()).unwrap_or_default()
    }

    fn count(&self, messages: Vec<ChatMessage>) -> u64 {
        let Ok(mut asked) = self.asked.lock() else { return 0 };
        let call = asked.len() as u64;
        let kept = if asked.len() < PROMPTS_KEPT_MAX { messages } else { Vec::new() };
        asked.push(kept);
        call
    }
}

impl Llm for FakeLlm {
    fn ask(&self, messages: Vec<ChatMessage>) -> BoxStream<'static, Result<LlmEvent, ProviderError>> {
        let words_in = messages.iter().map(|message| message.text.split_whitespace().count()).sum::<usize>();
        let call = self.count(messages);
        let script = self.script.clone();
        pieces(PIECES_AHEAD, move |out| async move {
            let answer = turn_of(&script.answers, call);
            let fault = fault_of(&script.faults, call);
            let mut dice = Dice::new(script.seed, call);
            let words: Vec<&str> = answer.split_inclusive(' ').filter(|word| !word.is_empty()).collect();
            for index in 0..=words.len() {
                match fault.and_then(|fault| fault.before(index)) {
                    Some(Break::Error(error)) => return Err(error),
                    Some(Break::Stall) => std::future::pending().await,
                    Some(Break::Stop) => break,
                    None => {}
                }
                let Some(word) = words.get(index) else { break };
                tokio::time::sleep(wait(&script, fault, index, &mut dice)).await;
                out.put(LlmEvent::Text((*word).to_owned())).await?;
            }
            let count = |words: usize| u32::try_from(words).unwrap_or(u32::MAX);
            out.put(LlmEvent::Finished {
                tokens_in: count(words_in),
                tokens_out: count(words.len()),
                cut_short: script.cut_short,
            })
            .await
        })
    }
}

fn turn_of(answers: &[String], call: u64) -> &str {
    let index = usize::try_from(call).unwrap_or(0) % answers.len().max(1);
    answers.get(index).map(String::as_str).unwrap_or_default()
}

fn wait(script: &LlmScript, fault: Option<Fault>, index: usize, dice: &mut Dice) -> Duration {
    match (index, fault) {
        (0, Some(Fault::Late { ms })) => Duration::from_millis(ms),
        (0, _) => dice.draw(script.first),
        _ => dice.draw(script.between),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::FailureKind;
    use futures::StreamExt;

    fn script(answers: &[&str], faults: Vec<Faulty>) -> LlmScript {
        let answers = answers.iter().map(|text| text.to_string()).collect();
        LlmScript { answers, first: Delay::fixed(0), between: Delay::fixed(0), faults, ..Default::default() }
    }

    async fn said(model: &FakeLlm) -> (String, Option<Result<LlmEvent, FailureKind>>) {
        let mut stream = model.ask(Vec::new());
        let mut text = String::new();
        while let Some(event) = stream.next().await {
            match event {
                Ok(LlmEvent::Text(piece)) => text.push_str(&piece),
                other => return (text, Some(other.map_err(|error| error.kind))),
            }
        }
        (text, None)
    }

    #[tokio::test]
    async fn answers_come_in_turn_word_by_word() {
        let model = FakeLlm::new(script(&["One two.", "Three."], Vec::new()));
        let (first, second, third) = (said(&model).await, said(&model).await, said(&model).await);
        assert_eq!((first.0.as_str(), second.0.as_str(), third.0.as_str()), ("One two.", "Three.", "One two."));
        assert!(matches!(first.1, Some(Ok(LlmEvent::Finished { tokens_out: 2, cut_short: false, .. }))));
        assert_eq!(model.asked().len(), 3);
    }

    #[tokio::test]
    async fn it_fails_where_the_script_says() {
        let fault = |call, fault| Faulty { call: Some(call), fault };
        let faults = vec![
            fault(0, Fault::Error { kind: FailureKind::Busy, after: 2 }),
            fault(1, Fault::Stop { after: 0 }),
            fault(2, Fault::Stall { after: 1 }),
        ];
        let model = FakeLlm::new(script(&["a b c d"], faults));
        assert_eq!(said(&model).await, ("a b ".to_owned(), Some(Err(FailureKind::Busy))));
        let (text, end) = said(&model).await;
        assert!(text.is_empty() && matches!(end, Some(Ok(LlmEvent::Finished { .. }))));
        let mut stalled = model.ask(Vec::new());
        assert!(stalled.next().await.is_some());
        assert!(tokio::time::timeout(Duration::from_millis(30), stalled.next()).await.is_err());
    }
}
