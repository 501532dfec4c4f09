//! The candidate's sound on its way in: decoded once, then fanned out to the voice detector, the recogniser and (by the
//! driver) the recorder. Counts samples; keeps the last seconds, so that an utterance may begin in the past.
//!
//! Nothing here waits. What does not fit is lost and becomes an event, told once until it fits again.

use super::vad_pool::PooledVad;
use crate::audio::{Resampler, g711};
use crate::interview::event::{Event, Queue};
use crate::providers::stt::SttInput;
use crate::units::*;
use crate::wire::AudioFormat;
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// How far sound may run ahead of real time. A client that pushes a whole file at once is normal (and push-to-talk
/// clients send a turn when it is over); what is beyond this is dropped and told.
pub const AHEAD_MAX: Ms = Ms(60_000);
/// Sound kept behind the microphone's end, from which an utterance may begin.
pub const KEPT: Ms = Ms(3_000);
/// Sound kept for an end-of-turn model: the eight seconds that it looks at, and the pause after which it is asked.
pub const KEPT_FOR_END_OF_TURN: Ms = Ms(9_000);
/// Sound kept since the last commit while the client commits by hand: the recogniser gets it all at the commit. What is
/// older is lost to the recogniser, not to the recording.
pub const KEPT_BY_HAND: Ms = Ms(120_000);
/// The recogniser is fed at most so far beyond what the voice detector has scored. When sound comes as it is spoken,
/// nothing waits for that; when a whole file comes at once, an utterance is not given what belongs to later ones.
pub const FED_BEYOND_SCORES: Ms = Ms(200);
/// The voice detector is given at least so much at a time: below it hand-over costs more than scoring.
pub const VAD_WINDOW: Ms = Ms(32);

const SAMPLES_PER_MS: u64 = TRACK_RATE.0 as u64 / 1000;
const AHEAD_SAMPLES_MAX: u64 = AHEAD_MAX.0 * SAMPLES_PER_MS;
const KEPT_SAMPLES: usize = (KEPT.0 * SAMPLES_PER_MS) as usize;
const KEPT_FOR_END_OF_TURN_SAMPLES: usize = (KEPT_FOR_END_OF_TURN.0 * SAMPLES_PER_MS) as usize;
const KEPT_BY_HAND_SAMPLES: usize = (KEPT_BY_HAND.0 * SAMPLES_PER_MS) as usize;
const FED_BEYOND_SAMPLES: u64 = FED_BEYOND_SCORES.0 * SAMPLES_PER_MS;
const VAD_SAMPLES: usize = (VAD_WINDOW.0 * SAMPLES_PER_MS) as usize;

/// One interview's microphone.
pub struct Mic {
    format: AudioFormat,
    decoder: Decoder,
    /// Samples that arrived and were taken; the end of the microphone track.
    end: u64,
    kept: VecDeque<i16>,
    /// Samples kept at least.
    kept_min: usize,
    /// Where the sound begins that the next commit by hand is about; none while nobody commits by hand.
    uncommitted: Option<u64>,
    /// The end of what the voice detector has scored.
    scored: u64,
    /// Samples by which sound was ahead of real time when the last of it came.
    ahead: u64,
    last_at: At,
    vad: Option<PooledVad>,
    window: Vec<i16>,
    feed: Option<Feed>,
    stt: Option<mpsc::Sender<SttInput>>,
    told: Told,
}

/// The utterance that the recogniser is being fed.
struct Feed {
    utterance: UtteranceId,
    /// The next sample it needs.
    next: u64,
}

/// Which overflows the interview knows of already.
#[derive(Default)]
struct Told {
    mic: bool,
    vad: bool,
    stt: bool,
}

enum Decoder {
    Linear,
    Companded { law: fn(u8) -> i16, resampler: Box<Resampler> },
}

impl Decoder {
    fn new(format: AudioFormat) -> Decoder {
        let law: fn(u8) -> i16 = match format {
            AudioFormat::Pcm => return Decoder::Linear,
            AudioFormat::Pcmu => g711::mulaw_decode,
            AudioFormat::Pcma => g711::alaw_decode,
        };
        match Resampler::new(Hz(format.rate_hz()), TRACK_RATE) {
            Ok(resampler) => Decoder::Companded { law, resampler: Box::new(resampler) },
            // Both rates are constants that the resampler takes; a test holds it.
            Err(_) => Decoder::Linear,
        }
    }

    fn decode(&mut self, bytes: &[u8]) -> Vec<i16> {
        match self {
            Decoder::Linear => bytes.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect(),
            Decoder::Companded { law, resampler } => {
                let samples: Vec<i16> = bytes.iter().map(|code| law(*code)).collect();
                let mut out = Vec::with_capacity(samples.len() * 3);
                resampler.push(&samples, &mut out);
                out
            }
        }
    }
}

impl Mic {
    /// A microphone before its first sound. Without a detector no voice is scored.
    pub fn new(format: AudioFormat, vad: Option<PooledVad>) -> Mic {
        Mic {
            format,
            decoder: Decoder::new(format),
            end: 0,
            kept: VecDeque::new(),
            kept_min: KEPT_SAMPLES,
            uncommitted: None,
            scored: 0,
            ahead: 0,
            last_at: At(0),
            vad,
            window: Vec::new(),
            feed: None,
            stt: None,
            told: Told::default(),
        }
    }

    /// Sound comes in this format from now on.
    pub fn set_format(&mut self, format: AudioFormat) {
        if format != self.format {
            self.format = format;
            self.decoder = Decoder::new(format);
        }
    }

    /// The client commits by hand from now on, or no longer.
    pub fn set_by_hand(&mut self, by_hand: bool) {
        self.uncommitted = by_hand.then(|| self.uncommitted.unwrap_or(self.end));
    }

    /// The sound so far was committed or thrown away.
    pub fn committed(&mut self) {
        if self.uncommitted.is_some() {
            self.uncommitted = Some(self.end);
        }
    }

    /// The end of the microphone track.
    pub fn end(&self) -> SampleIdx {
        SampleIdx(self.end)
    }

    /// Takes sound that came at `at`, in the session's format. Gives what was taken, for the recording; appends what
    /// was lost on the way to `facts`.
    pub fn arrived(&mut self, at: At, bytes: &[u8], facts: &mut Vec<Event>) -> Vec<i16> {
        let mut samples = self.decoder.decode(bytes);
        self.ahead = self.ahead.saturating_sub((at - self.last_at).samples(TRACK_RATE));
        self.last_at = at;
        let room = AHEAD_SAMPLES_MAX.saturating_sub(self.ahead) as usize;
        let lost = samples.len() > room;
        samples.truncate(room);
        overflow(&mut self.told.mic, lost, Queue::Mic, facts);
        self.ahead += samples.len() as u64;
        self.end += samples.len() as u64;
        self.keep(&samples);
        self.feed_vad(&samples, facts);
        self.feed_stt(self.end, facts);
        samples
    }

    /// The voice detector has scored all sound up to here.
    pub fn scored(&mut self, up_to: SampleIdx, facts: &mut Vec<Event>) {
        self.scored = self.scored.max(up_to.0);
        // Of sound that came all at once a second at a time is fed: little pieces would fill the recogniser's channel.
        if self.feed.as_ref().is_some_and(|feed| feed.next + u64::from(TRACK_RATE.0) <= self.scored) {
            self.feed_stt(self.end, facts);
        }
    }

    fn keep(&mut self, samples: &[i16]) {
        // An utterance being fed still needs all of a burst, however long.
        let unfed = self.feed.as_ref().map_or(0, |feed| self.end.saturating_sub(feed.next) as usize);
        let by_hand = self.uncommitted.map_or(0, |from| self.end.saturating_sub(from) as usize);
        self.kept.extend(samples);
        let unscored = self.vad.as_ref().map_or(0, |_| self.end.saturating_sub(self.scored) as usize);
        let needed = (self.kept_min + unscored).max(unfed).max(by_hand).min(KEPT_BY_HAND_SAMPLES);
        let surplus = self.kept.len().saturating_sub(needed);
        self.kept.drain(..surplus);
    }

    fn feed_vad(&mut self, samples: &[i16], facts: &mut Vec<Event>) {
        let Some(vad) = &self.vad else { return };
        self.window.extend_from_slice(samples);
        if self.window.len() < VAD_SAMPLES {
            return;
        }
        let window = std::mem::take(&mut self.window);
        let lost = vad.score(self.end - window.len() as u64, window).is_err() || vad.take_lost_batches() > 0;
        overflow(&mut self.told.vad, lost, Queue::Vad, facts);
    }

    /// Whether a recogniser is attached and still takes sound.
    pub fn has_stt(&self) -> bool {
        self.stt.as_ref().is_some_and(|input| !input.is_closed())
    }

    /// Utterances that begin from now on go to this recogniser.
    pub fn attach_stt(&mut self, input: mpsc::Sender<SttInput>) {
        self.stt = Some(input);
        self.feed = None;
    }

    /// The sound from `from` to `to`, as far as it is kept.
    pub fn sound(&self, from: SampleIdx, to: SampleIdx) -> Vec<i16> {
        let kept_from = self.end - self.kept.len() as u64;
        let place = |sample: SampleIdx| (sample.0.clamp(kept_from, self.end) - kept_from) as usize;
        self.kept.range(place(from)..place(to).max(place(from))).copied().collect()
    }

    /// More sound is kept than a recogniser needs: as much as an end-of-turn model looks at.
    pub fn keep_for_end_of_turn(&mut self) {
        self.kept_min = KEPT_FOR_END_OF_TURN_SAMPLES;
    }

    /// An utterance begins at `from`, which may lie up to [`KEPT`] in the past.
    pub fn start_transcribing(&mut self, utterance: UtteranceId, from: SampleIdx, facts: &mut Vec<Event>) {
        if self.order(SttInput::Begin(utterance.0), utterance, facts) {
            self.feed = Some(Feed { utterance, next: from.0 });
            self.feed_stt(self.end, facts);
        }
    }

    /// The utterance is over at `to`; its final words are wanted.
    pub fn finish_transcribing(&mut self, utterance: UtteranceId, to: SampleIdx, facts: &mut Vec<Event>) {
        self.scored = self.scored.max(to.0);
        self.feed_stt(to.0, facts);
        self.stop_feeding(utterance);
        self.order(SttInput::End(utterance.0), utterance, facts);
    }

    /// The utterance was nothing.
    pub fn drop_transcribing(&mut self, utterance: UtteranceId) {
        self.stop_feeding(utterance);
        // A recogniser that cannot take this will give an answer that nobody waits for.
        self.order(SttInput::Drop(utterance.0), utterance, &mut Vec::new());
    }

    fn stop_feeding(&mut self, utterance: UtteranceId) {
        self.feed.take_if(|feed| feed.utterance == utterance);
    }

    /// Hands an order to the recogniser; a failure is the utterance's.
    fn order(&mut self, order: SttInput, utterance: UtteranceId, facts: &mut Vec<Event>) -> bool {
        let sent = match &self.stt {
            Some(input) => input.try_send(order).map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => FailureKind::Busy,
                mpsc::error::TrySendError::Closed(_) => FailureKind::Gone,
            }),
            None => Err(FailureKind::Gone),
        };
        if let Err(kind) = sent {
            facts.push(Event::TranscriptionFailed { utterance: Some(utterance), kind });
        }
        sent.is_ok()
    }

    /// Hands the recogniser the kept sound that its utterance needs, up to `end` at most.
    fn feed_stt(&mut self, end: u64, facts: &mut Vec<Event>) {
        let (Some(feed), Some(input)) = (&mut self.feed, &self.stt) else { return };
        let known = if self.vad.is_some() { self.scored + FED_BEYOND_SAMPLES } else { u64::MAX };
        let end = end.min(self.end).min(known);
        let kept_from = self.end - self.kept.len() as u64;
        let from = feed.next.max(kept_from);
        if from >= end {
            return;
        }
        let (from_kept, to_kept) = ((from - kept_from) as usize, (end - kept_from) as usize);
        let samples: Vec<i16> = self.kept.range(from_kept..to_kept).copied().collect();
        feed.next = end;
        let lost = input.try_send(SttInput::Audio(samples)).is_err();
        overflow(&mut self.told.stt, lost, Queue::Stt, facts);
    }
}

/// Tells of an overflow once, until there was room again.
fn overflow(told: &mut bool, lost: bool, queue: Queue, facts: &mut Vec<Event>) {
    if lost && !*told {
        facts.push(Event::Overflowed { queue });
    }
    *told = lost;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::vad_pool::VadPool;

    const SECOND: usize = 24_000;

    fn pcm(first: usize, length: usize) -> Vec<u8> {
        (first..first + length).flat_map(|n| (n as i16).to_le_bytes()).collect()
    }

    fn with_stt(room: usize) -> (Mic, mpsc::Receiver<SttInput>) {
        let (input, inputs) = mpsc::channel(room);
        let mut mic = Mic::new(AudioFormat::Pcm, None);
        mic.attach_stt(input);
        (mic, inputs)
    }

    fn drain(inputs: &mut mpsc::Receiver<SttInput>) -> Vec<SttInput> {
        std::iter::from_fn(|| inputs.try_recv().ok()).collect()
    }

    #[test]
    fn samples_are_counted_as_they_arrive() {
        let mut mic = Mic::new(AudioFormat::Pcm, None);
        let mut facts = Vec::new();
        assert_eq!(mic.arrived(At(20), &pcm(0, 480), &mut facts), (0..480).collect::<Vec<i16>>());
        mic.arrived(At(40), &pcm(480, 480), &mut facts);
        assert_eq!((mic.end(), facts), (SampleIdx(960), vec![]));
    }

    #[test]
    fn an_utterance_may_begin_in_the_past_and_gets_every_sample_once() {
        let (mut mic, mut inputs) = with_stt(8);
        let mut facts = Vec::new();
        mic.arrived(At(1000), &pcm(0, SECOND), &mut facts);
        mic.start_transcribing(UtteranceId(1), SampleIdx(SECOND as u64 - 100), &mut facts);
        mic.arrived(At(1020), &pcm(SECOND, 50), &mut facts);
        mic.finish_transcribing(UtteranceId(1), mic.end(), &mut facts);
        mic.arrived(At(1040), &pcm(SECOND + 50, 50), &mut facts);
        let all = drain(&mut inputs);
        assert_eq!(all.first(), Some(&SttInput::Begin(1)));
        assert_eq!(all.last(), Some(&SttInput::End(1)));
        let heard: Vec<i16> = all
            .into_iter()
            .filter_map(|input| match input {
                SttInput::Audio(samples) => Some(samples),
                _ => None,
            })
            .flatten()
            .collect();
        assert_eq!(heard, (SECOND - 100..SECOND + 50).map(|n| n as i16).collect::<Vec<_>>());
        assert_eq!(facts, vec![]);
    }

    #[test]
    fn a_burst_within_the_limit_is_taken_whole_even_by_the_recogniser() {
        let (mut mic, mut inputs) = with_stt(8);
        let mut facts = Vec::new();
        mic.start_transcribing(UtteranceId(1), SampleIdx(0), &mut facts);
        mic.arrived(At(0), &pcm(0, 30 * SECOND), &mut facts);
        assert_eq!(facts, vec![]);
        assert!(matches!(drain(&mut inputs).last(), Some(SttInput::Audio(samples)) if samples.len() == 30 * SECOND));
        assert_eq!(mic.kept.len(), 30 * SECOND, "kept until the next sound shows that it was fed");
        mic.arrived(At(1), &pcm(0, 480), &mut facts);
        assert_eq!(mic.kept.len(), KEPT_SAMPLES);
    }

    #[test]
    fn beyond_the_limit_sound_is_dropped_and_told_once_until_there_is_room_again() {
        let mut mic = Mic::new(AudioFormat::Pcm, None);
        let mut facts = Vec::new();
        let minute = pcm(0, 60 * SECOND);
        mic.arrived(At(0), &minute, &mut facts);
        mic.arrived(At(0), &pcm(0, 480), &mut facts);
        mic.arrived(At(0), &pcm(0, 480), &mut facts);
        assert_eq!(facts, vec![Event::Overflowed { queue: Queue::Mic }]);
        assert_eq!(mic.end(), SampleIdx(60 * SECOND as u64));
        mic.arrived(At(1000), &pcm(0, SECOND), &mut facts);
        assert_eq!(facts.len(), 1);
        mic.arrived(At(1000), &pcm(0, 480), &mut facts);
        assert_eq!(facts.len(), 2);
        assert_eq!(mic.end(), SampleIdx(61 * SECOND as u64));
    }

    #[test]
    fn a_quiet_hour_does_not_save_up_room_for_a_flood() {
        let mut mic = Mic::new(AudioFormat::Pcm, None);
        let mut facts = Vec::new();
        mic.arrived(At(3_600_000), &pcm(0, 61 * SECOND), &mut facts);
        assert_eq!(mic.end(), SampleIdx(60 * SECOND as u64));
    }

    #[tokio::test]
    async fn of_a_file_that_comes_at_once_each_utterance_gets_its_own_part() {
        let pool = VadPool::start(1).expect("a thread");
        let (vad, _scores) = pool.open(Box::new(Deaf)).expect("room");
        let (input, mut inputs) = mpsc::channel(64);
        let mut mic = Mic::new(AudioFormat::Pcm, Some(vad));
        mic.attach_stt(input);
        let mut facts = Vec::new();
        mic.arrived(At(0), &pcm(0, 10 * SECOND), &mut facts);
        let second = |n: u64| SampleIdx(n * SECOND as u64);
        for hop in 0..60 {
            mic.scored(SampleIdx(hop * 2_400), &mut facts);
            match hop {
                10 => mic.start_transcribing(UtteranceId(1), second(0), &mut facts),
                40 => mic.finish_transcribing(UtteranceId(1), second(3), &mut facts),
                _ => {}
            }
        }
        assert_eq!(facts, vec![]);
        let heard = drain(&mut inputs);
        let length: usize =
            heard.iter().map(|input| if let SttInput::Audio(samples) = input { samples.len() } else { 0 }).sum();
        assert!((3 * SECOND..=4 * SECOND + 4_800).contains(&length), "{length}");
        assert!(heard.len() <= 8, "{}", heard.len());
        mic.start_transcribing(UtteranceId(2), second(5), &mut facts);
        mic.finish_transcribing(UtteranceId(2), second(6), &mut facts);
        let second_utterance: Vec<i16> = (5 * SECOND..6 * SECOND).map(|n| n as i16).collect();
        let heard: Vec<i16> = drain(&mut inputs)
            .into_iter()
            .filter_map(|input| if let SttInput::Audio(samples) = input { Some(samples) } else { None })
            .flatten()
            .collect();
        assert_eq!(heard[..SECOND], second_utterance);
    }

    struct Deaf;

    impl crate::providers::vad::Vad for Deaf {
        fn score(&mut self, _: &[i16], _: &mut Vec<(u64, u16)>) {}
        fn reset(&mut self) {}
    }

    #[test]
    fn a_commit_by_hand_gives_the_recogniser_all_sound_since_the_last_one() {
        let (mut mic, mut inputs) = with_stt(8);
        let mut facts = Vec::new();
        mic.set_by_hand(true);
        for second in 0..20 {
            mic.arrived(At(second * 1000), &pcm(0, SECOND), &mut facts);
        }
        mic.start_transcribing(UtteranceId(1), SampleIdx(0), &mut facts);
        mic.finish_transcribing(UtteranceId(1), mic.end(), &mut facts);
        mic.committed();
        assert!(matches!(&drain(&mut inputs)[1], SttInput::Audio(samples) if samples.len() == 20 * SECOND));
        mic.arrived(At(20_000), &pcm(0, SECOND), &mut facts);
        assert_eq!((mic.kept.len(), facts), (KEPT_SAMPLES, vec![]));
    }

    #[test]
    fn telephone_sound_comes_out_at_the_track_rate() {
        for format in [AudioFormat::Pcmu, AudioFormat::Pcma] {
            let mut mic = Mic::new(format, None);
            mic.arrived(At(0), &[0x55; 8_000], &mut Vec::new());
            let length = mic.end().0;
            assert!((23_900..=24_000).contains(&length), "{format:?}: {length}");
        }
    }

    #[test]
    fn a_recogniser_that_is_full_or_gone_fails_the_utterance() {
        let (mut mic, mut inputs) = with_stt(1);
        let mut facts = Vec::new();
        mic.start_transcribing(UtteranceId(1), SampleIdx(0), &mut facts);
        mic.arrived(At(20), &pcm(0, 480), &mut facts);
        mic.finish_transcribing(UtteranceId(1), mic.end(), &mut facts);
        let busy = Event::TranscriptionFailed { utterance: Some(UtteranceId(1)), kind: FailureKind::Busy };
        assert_eq!(facts, vec![Event::Overflowed { queue: Queue::Stt }, busy]);
        inputs.close();
        facts.clear();
        assert!(!mic.has_stt());
        mic.start_transcribing(UtteranceId(2), SampleIdx(0), &mut facts);
        let gone = Event::TranscriptionFailed { utterance: Some(UtteranceId(2)), kind: FailureKind::Gone };
        assert_eq!(facts, vec![gone]);
    }
}
