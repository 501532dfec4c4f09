//! A candidate's lines as sound, and as the words a browser's recogniser would make of them.

use super::script::{Line, Piece, Script, What};
use crate::audio::file::Sound;
use crate::providers::tts::{Tts, TtsConfig, espeak::Espeak};
use crate::providers::{OpenError, ProviderError};
use crate::units::*;
use futures::StreamExt;
use std::ops::Range;
use std::sync::Arc;

/// A recogniser takes a pause this long for the end of an utterance and settles its words.
const UTTERANCE_PAUSE: Ms = Ms(600);
/// A word shows this long after its last sound.
const PARTIAL_AFTER: Ms = Ms(120);
/// Sound quieter than this is silence around a piece: 45 dB below full scale.
const SILENCE_PEAK: u16 = 184;
/// The loudest sample of a spoken line, 6 dB below full scale: a candidate near their microphone.
const PEAK: i32 = 16_384;

/// A line that can be spoken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Its sound at `TRACK_RATE`.
    pub samples: Vec<i16>,
    /// From its first speech sample to after its last.
    pub speech: Range<usize>,
    /// What a recogniser would say of it, in order.
    pub words: Vec<Heard>,
    /// What it says, for people.
    pub text: String,
    /// It is somebody's whole side of an interview rather than one line: turns are within it.
    pub is_whole_side: bool,
}

/// Words as a recogniser would send them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// When, in samples from the line's start.
    pub at: usize,
    /// All words of the utterance so far.
    pub text: String,
    /// They will not change any more.
    pub is_final: bool,
}

/// Why lines cannot become sound.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// The voice cannot be had.
    #[error("the candidate's voice: {0}")]
    Open(#[from] OpenError),
    /// A line could not be spoken.
    #[error("the candidate's voice cannot say line {number}")]
    Speak {
        /// Counts from 1.
        number: usize,
        /// Why.
        #[source]
        source: ProviderError,
    },
}

/// The sound of every spoken line, by its place; none for lines that are not spoken.
///
/// # Errors
/// When espeak-ng is not there, does not know the voice, or fails.
pub async fn speak(script: &Script) -> Result<Vec<Option<Arc<Spoken>>>, VoiceError> {
    if !script.lines.iter().any(|line| matches!(line.what, What::Say(_))) {
        return Ok(vec![None; script.lines.len()]);
    }
    let voice = Some(script.voice.clone());
    let config = TtsConfig { voice, speed_percent: script.speed_percent, ..TtsConfig::default() };
    let voice = Espeak::open(&config)?;
    let mut lines = Vec::with_capacity(script.lines.len());
    for (place, line) in script.lines.iter().enumerate() {
        let spoken = speak_line(&voice, line, script.words_after);
        lines.push(spoken.await.map_err(|source| VoiceError::Speak { number: place + 1, source })?.map(Arc::new));
    }
    Ok(lines)
}

async fn speak_line(voice: &Espeak, line: &Line, words_after: Ms) -> Result<Option<Spoken>, ProviderError> {
    let What::Say(pieces) = &line.what else { return Ok(None) };
    let mut takes = Vec::with_capacity(pieces.len());
    for piece in pieces {
        takes.push(match piece {
            Piece::Pause(length) => Take::Pause(*length),
            Piece::Words(text) => Take::Words(text.clone(), say(voice, text).await?),
        });
    }
    Ok(Some(assemble(&takes, words_after)))
}

async fn say(voice: &Espeak, text: &str) -> Result<Vec<i16>, ProviderError> {
    let mut stream = voice.speak(text.to_owned());
    let mut samples = Vec::new();
    while let Some(chunk) = stream.next().await {
        samples.extend(chunk?);
    }
    Ok(samples)
}

/// A sound file as one line that is spoken from beginning to end, whatever the interviewer does.
pub fn from_sound(sound: Sound, name: &str) -> Spoken {
    let speech = speech_in(&sound.samples);
    Spoken { samples: sound.samples, speech, words: Vec::new(), text: format!("({name})"), is_whole_side: true }
}

/// A piece that has its sound.
enum Take {
    Words(String, Vec<i16>),
    Pause(Ms),
}

fn assemble(takes: &[Take], words_after: Ms) -> Spoken {
    let gain = Gain::of(takes);
    let mut spoken = Spoken::default();
    let mut utterance = String::new();
    let mut pause = Ms(0);
    for take in takes {
        match take {
            Take::Pause(length) => {
                pause += *length;
                spoken.samples.resize(spoken.samples.len() + samples_of(*length), 0);
                spoken.text.push_str(" … ");
            }
            Take::Words(text, sound) => {
                if pause >= UTTERANCE_PAUSE {
                    settle(&mut spoken, &mut utterance, words_after);
                }
                pause = Ms(0);
                let within = speech_in(sound);
                let from = spoken.samples.len();
                let clean = sound.get(within).unwrap_or_default();
                spoken.samples.extend(clean.iter().map(|sample| gain.apply(*sample)));
                grow(&mut spoken, &mut utterance, text, from);
                spoken.text.push_str(text);
                if spoken.speech.is_empty() {
                    spoken.speech.start = from;
                }
                spoken.speech.end = spoken.samples.len();
            }
        }
    }
    settle(&mut spoken, &mut utterance, words_after);
    spoken.text = spoken.text.split_whitespace().collect::<Vec<_>>().join(" ");
    spoken
}

/// Adds the words of a piece that sounds from `from` to the end of the sound so far: each shows when it was said, as if
/// every letter took as long.
fn grow(spoken: &mut Spoken, utterance: &mut String, text: &str, from: usize) {
    let words: Vec<String> = text.split_whitespace().map(as_recognised).filter(|word| !word.is_empty()).collect();
    let letters: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    let length = spoken.samples.len() - from;
    let mut said = 0;
    for word in words {
        said += word.chars().count() + 1;
        if !utterance.is_empty() {
            utterance.push(' ');
        }
        utterance.push_str(&word);
        let at = from + length * said / letters.max(1) + samples_of(PARTIAL_AFTER);
        spoken.words.push(Heard { at, text: utterance.clone(), is_final: false });
    }
}

/// The utterance so far is settled `words_after` its last sound.
fn settle(spoken: &mut Spoken, utterance: &mut String, words_after: Ms) {
    if utterance.is_empty() {
        return;
    }
    let at = spoken.speech.end + samples_of(words_after);
    let text = std::mem::take(utterance);
    spoken.words.push(Heard { at, text, is_final: true });
    // Words come in the order of their time even when they settle sooner than a partial would show.
    spoken.words.sort_by_key(|word| word.at);
    if let Some(last) = spoken.words.iter().rposition(|word| word.is_final) {
        spoken.words.truncate(last + 1);
    }
}

/// Lower case, no punctuation but apostrophes inside: browsers' recognisers write so.
fn as_recognised(word: &str) -> String {
    let kept = |char: &char| char.is_alphanumeric() || matches!(char, '\'' | '’' | '-');
    let plain: String = word.chars().filter(kept).flat_map(char::to_lowercase).collect();
    plain.trim_matches(|char: char| !char.is_alphanumeric()).replace('’', "'")
}

/// From the first sample that is not silence to after the last.
fn speech_in(samples: &[i16]) -> Range<usize> {
    let loud = |sample: &i16| sample.unsigned_abs() > SILENCE_PEAK;
    match (samples.iter().position(loud), samples.iter().rposition(loud)) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}

fn samples_of(span: Ms) -> usize {
    usize::try_from(span.samples(TRACK_RATE)).unwrap_or(usize::MAX)
}

/// Brings a line's loudest sample to [`PEAK`].
struct Gain {
    loudest: i32,
}

impl Gain {
    fn of(takes: &[Take]) -> Gain {
        let sounds = takes.iter().flat_map(|take| match take {
            Take::Words(_, sound) => sound.as_slice(),
            Take::Pause(_) => &[],
        });
        Gain { loudest: sounds.map(|sample| i32::from(sample.unsigned_abs())).max().unwrap_or(0).max(1) }
    }

    fn apply(&self, sample: i16) -> i16 {
        (i32::from(sample) * PEAK / self.loudest) as i16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beep(length: usize) -> Vec<i16> {
        let mut samples = vec![0; 240];
        samples.extend((0..length).map(|n| if n % 2 == 0 { 4_000 } else { -4_000 }));
        samples.extend([3; 480]);
        samples
    }

    fn words(text: &str, length: usize) -> Take {
        Take::Words(text.into(), beep(length))
    }

    #[test]
    fn words_grow_as_they_are_said_and_settle_after_the_last_sound() {
        let spoken = assemble(&[words("Hello, World!", 24_000)], Ms(300));
        assert_eq!(spoken.speech, 0..24_000, "silence around a piece is cut away");
        let heard: Vec<_> = spoken.words.iter().map(|w| (w.at, w.text.as_str(), w.is_final)).collect();
        assert_eq!(
            heard,
            [(12_000 + 2_880, "hello", false), (24_000 + 2_880, "hello world", false), (31_200, "hello world", true)]
        );
        assert_eq!(spoken.samples.iter().max(), Some(&16_384));
    }

    #[test]
    fn a_long_pause_settles_the_words_and_begins_anew_a_short_one_does_not() {
        let takes = |pause| [words("one", 4_800), Take::Pause(Ms(pause)), words("two", 4_800)];
        let long = assemble(&takes(1_000), Ms(300));
        let finals: Vec<_> = long.words.iter().filter(|w| w.is_final).map(|w| (w.at, w.text.as_str())).collect();
        assert_eq!(finals, [(4_800 + 7_200, "one"), (4_800 + 24_000 + 4_800 + 7_200, "two")]);
        assert_eq!(long.text, "one … two");
        let short = assemble(&takes(300), Ms(300));
        let finals: Vec<_> = short.words.iter().filter(|w| w.is_final).map(|w| w.text.as_str()).collect();
        assert_eq!(finals, ["one two"]);
        assert_eq!(short.samples.len(), 4_800 + 7_200 + 4_800);
    }

    #[test]
    fn words_that_settle_at_once_leave_no_partial_behind() {
        let spoken = assemble(&[words("one two", 4_800)], Ms(0));
        assert_eq!(spoken.words.last().map(|w| (w.text.as_str(), w.is_final)), Some(("one two", true)));
        assert!(spoken.words.is_sorted_by_key(|w| w.at));
    }

    #[test]
    fn recognisers_write_no_punctuation() {
        let words: Vec<String> = "I'd say \"O(n)\", don’t — Mm-hm.".split_whitespace().map(as_recognised).collect();
        assert_eq!(words, ["i'd", "say", "on", "don't", "", "mm-hm"]);
    }
}
