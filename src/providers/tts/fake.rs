//! A scripted voice: a soft tone as long as the text would take to say, delivered and failing as its script says.

use super::{CHUNK_SAMPLES_MAX, Tts, is_speakable};
use crate::providers::ProviderError;
use crate::providers::pieces::{ended, pieces};
use crate::providers::script::{Break, Delay, Dice, Fault, Faulty, fault_of};
use crate::units::{Ms, TRACK_RATE};
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Chunks that wait to be read; full: the script waits.
const CHUNKS_AHEAD: usize = 64;

/// How the scripted voice speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TtsScript {
    /// Seed of the delays.
    pub seed: u64,
    /// Sound for each character of text, in ms, default 60 (some 170 words a minute).
    pub char_ms: u64,
    /// Length of a chunk in ms, 1 to 200, default 100.
    pub chunk_ms: u64,
    /// Wait before the first chunk.
    pub first: Delay,
    /// Wait before each further chunk.
    pub between: Delay,
    /// Pitch of the tone in Hz, 50 to 2,000, default 220.
    pub tone_hz: u32,
    /// Calls that go wrong; the first that fits a call counts.
    pub faults: Vec<Faulty>,
}

impl Default for TtsScript {
    fn default() -> Self {
        TtsScript {
            seed: 1,
            char_ms: 60,
            chunk_ms: 100,
            first: Delay { min_ms: 80, max_ms: 200 },
            between: Delay { min_ms: 5, max_ms: 20 },
            tone_hz: 220,
            faults: Vec::new(),
        }
    }
}

/// The scripted voice.
pub struct FakeTts {
    script: TtsScript,
    calls: AtomicU64,
}

impl FakeTts {
    /// A voice that follows `script`.
    pub fn new(script: TtsScript) -> Self {
        FakeTts { script, calls: AtomicU64::new(0) }
    }
}

impl Tts for FakeTts {
    fn speak(&self, text: String) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if !is_speakable(&text) {
            return ended(None);
        }
        let script = self.script.clone();
        pieces(CHUNKS_AHEAD, move |out| async move {
            let fault = fault_of(&script.faults, call);
            let mut dice = Dice::new(script.seed, call);
            let sound = tone(&script, text.chars().count() as u64);
            let size = Ms(script.chunk_ms.max(1)).samples(TRACK_RATE) as usize;
            let chunks: Vec<&[i16]> = sound.chunks(size.clamp(1, CHUNK_SAMPLES_MAX)).collect();
            for index in 0..=chunks.len() {
                match fault.and_then(|fault| fault.before(index)) {
                    Some(Break::Error(error)) => return Err(error),
                    Some(Break::Stall) => std::future::pending().await,
                    Some(Break::Stop) => break,
                    None => {}
                }
                let Some(chunk) = chunks.get(index) else { break };
                tokio::time::sleep(wait(&script, fault, index, &mut dice)).await;
                out.put(chunk.to_vec()).await?;
            }
            Ok(())
        })
    }
}

fn wait(script: &TtsScript, fault: Option<Fault>, index: usize, dice: &mut Dice) -> Duration {
    match (index, fault) {
        (0, Some(Fault::Late { ms })) => Duration::from_millis(ms),
        (0, _) => dice.draw(script.first),
        _ => dice.draw(script.between),
    }
}

/// A triangle wave at about -15 dBFS: integers only, so that it is the same on every machine.
fn tone(script: &TtsScript, chars: u64) -> Vec<i16> {
    let longest = (super::SPEECH_SECONDS_MAX * 1_000) as u64;
    let samples = Ms(chars.saturating_mul(script.char_ms).min(longest)).samples(TRACK_RATE);
    let period = i64::from(TRACK_RATE.0 / script.tone_hz.clamp(50, 2_000));
    let height = |index: u64| {
        let phase = i64::try_from(index).unwrap_or(0) % period;
        let rise = (phase * 4 - period).abs() - period;
        (rise * 6_000 / period) as i16
    };
    (0..samples).map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::FailureKind;
    use futures::StreamExt;

    fn prompt() -> TtsScript {
        TtsScript { first: Delay::fixed(0), between: Delay::fixed(0), ..Default::default() }
    }

    async fn said(voice: &FakeTts, text: &str) -> Vec<Result<Vec<i16>, FailureKind>> {
        voice.speak(text.to_owned()).map(|chunk| chunk.map_err(|error| error.kind)).collect().await
    }

    #[tokio::test]
    async fn the_sound_is_as_long_as_the_text_and_always_the_same() {
        let voice = FakeTts::new(prompt());
        let first = said(&voice, "ten chars.").await;
        let samples: Vec<i16> = first.iter().flat_map(|chunk| chunk.clone().unwrap()).collect();
        assert_eq!(samples.len(), 10 * 60 * 24);
        assert!(samples.iter().any(|sample| *sample > 4_000) && samples.iter().any(|sample| *sample < -4_000));
        assert_eq!(first, said(&voice, "ten chars.").await);
        assert!(said(&voice, " ... ").await.is_empty());
    }

    #[tokio::test]
    async fn it_breaks_off_in_the_middle_when_told() {
        let faults = vec![Faulty { call: None, fault: Fault::Error { kind: FailureKind::Gone, after: 2 } }];
        let voice = FakeTts::new(TtsScript { faults, ..prompt() });
        let chunks = said(&voice, "ten chars.").await;
        assert_eq!(chunks.len(), 3);
        assert_eq!(chunks[2], Err(FailureKind::Gone));
    }
}
