//! The services as the core meets them: a recogniser, a model and a voice, each with its delays and faults. Each is a
//! plain struct that says when it has something next, and then what.

use super::clock::Queue;
use super::playout::Playout;
use super::random::Random;
use super::scenario::{LastWord, LlmManner, SttManner, TtsManner, entry};
use crate::interview::event::Event;
use crate::units::*;
use std::collections::BTreeMap;

/// The words that were spoken into the microphone, each at the sample of its middle.
#[derive(Clone, Debug, Default)]
pub struct Spoken {
    words: Vec<(SampleIdx, String)>,
}

impl Spoken {
    /// A word was spoken.
    pub fn push(&mut self, middle: SampleIdx, word: String) {
        self.words.push((middle, word));
    }

    /// The words from `from` up to and without `to`.
    pub fn between(&self, from: SampleIdx, to: SampleIdx) -> Vec<&str> {
        let first = self.words.partition_point(|(at, _)| *at < from);
        self.words[first..].iter().take_while(|(at, _)| *at < to).map(|(_, word)| word.as_str()).collect()
    }

    /// All of them, with their places.
    pub fn all(&self) -> &[(SampleIdx, String)] {
        &self.words
    }
}

/// The recogniser in the server.
pub struct Recogniser {
    manners: Vec<SttManner>,
    partials: bool,
    started: usize,
    random: Random,
    open: BTreeMap<UtteranceId, Open>,
    queue: Queue<(UtteranceId, Wake)>,
}

struct Open {
    from: SampleIdx,
    to: Option<SampleIdx>,
    told: String,
    shrunk: bool,
    manner: SttManner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wake {
    Partial,
    Half,
    Final,
}

impl Recogniser {
    /// A recogniser with these manners.
    pub fn new(manners: &[SttManner], partials: bool, seed: u64) -> Self {
        Recogniser {
            manners: manners.to_vec(),
            partials,
            started: 0,
            random: Random::new(seed, 1),
            open: BTreeMap::new(),
            queue: Queue::default(),
        }
    }

    /// An utterance begins.
    pub fn start(&mut self, now: At, utterance: UtteranceId, from: SampleIdx) {
        let manner: SttManner = entry(&self.manners, self.started);
        self.started += 1;
        if self.partials {
            self.queue.push(now + manner.partial_every_ms, (utterance, Wake::Partial));
        }
        self.open.insert(utterance, Open { from, to: None, told: String::new(), shrunk: false, manner });
    }

    /// Its last word is wanted.
    pub fn finish(&mut self, now: At, utterance: UtteranceId, to: SampleIdx) {
        let Some(open) = self.open.get_mut(&utterance) else { return };
        open.to = Some(to);
        let jitter = self.random.ms(0, open.manner.jitter_ms.0);
        let at = now + open.manner.final_ms + jitter;
        if open.manner.last_word == LastWord::ComesInHalves {
            self.queue.push(now + Ms(open.manner.final_ms.0 / 2), (utterance, Wake::Half));
        }
        self.queue.push(at, (utterance, Wake::Final));
    }

    /// It is not wanted any more.
    pub fn forget(&mut self, utterance: UtteranceId) {
        self.open.remove(&utterance);
        self.queue.retain(|(of, _)| *of != utterance);
    }

    /// When something comes.
    pub fn due(&self) -> Option<At> {
        self.queue.due()
    }

    /// What comes.
    pub fn next(&mut self, now: At, spoken: &Spoken, mic: SampleIdx) -> Option<Event> {
        while let Some((utterance, wake)) = self.queue.pop_due(now) {
            let event = match wake {
                Wake::Partial => self.partial(now, utterance, spoken, mic),
                Wake::Half => self.half(utterance, spoken),
                Wake::Final => self.last_word(utterance, spoken),
            };
            if event.is_some() {
                return event;
            }
        }
        None
    }

    fn partial(&mut self, now: At, utterance: UtteranceId, spoken: &Spoken, mic: SampleIdx) -> Option<Event> {
        let open = self.open.get_mut(&utterance)?;
        self.queue.push(now + open.manner.partial_every_ms, (utterance, Wake::Partial));
        let known = mic - open.manner.lag_ms;
        let mut words = spoken.between(open.from, open.to.unwrap_or(known).min(known));
        if open.manner.shrinks && !open.shrunk {
            words.truncate(words.len().saturating_sub(2));
        }
        open.shrunk = !open.shrunk;
        let text = words.join(" ");
        if text == open.told || (text.is_empty() && open.told.is_empty()) {
            return None;
        }
        open.told.clone_from(&text);
        Some(Event::PartialHeard { utterance: Some(utterance), text })
    }

    fn half(&mut self, utterance: UtteranceId, spoken: &Spoken) -> Option<Event> {
        let open = self.open.get(&utterance)?;
        let words = spoken.between(open.from, open.to?);
        let text = words[..words.len() / 2].join(" ");
        Some(Event::FinalHeard { utterance: Some(utterance), text })
    }

    fn last_word(&mut self, utterance: UtteranceId, spoken: &Spoken) -> Option<Event> {
        let open = self.open.remove(&utterance)?;
        self.queue.retain(|(of, _)| *of != utterance);
        let text = spoken.between(open.from, open.to?).join(" ");
        let utterance = Some(utterance);
        match open.manner.last_word {
            LastWord::Comes | LastWord::ComesInHalves => Some(Event::FinalHeard { utterance, text }),
            LastWord::NeverComes => None,
            LastWord::IsEmpty => Some(Event::FinalHeard { utterance, text: String::new() }),
            LastWord::Fails(kind) => Some(Event::TranscriptionFailed { utterance, kind }),
            LastWord::Dies => {
                self.open.clear();
                self.queue = Queue::default();
                Some(Event::TranscriptionFailed { utterance: None, kind: FailureKind::Gone })
            }
        }
    }
}

/// The recogniser in the candidate's browser: listens all the time, names no utterances.
pub struct Browser {
    manner: SttManner,
    /// Words before this are settled.
    settled: SampleIdx,
    told: usize,
    due: At,
}

impl Browser {
    /// A browser with this manner.
    pub fn new(manners: &[SttManner]) -> Self {
        Browser { manner: entry(manners, 0), settled: SampleIdx(0), told: 0, due: At(0) }
    }

    /// What it has, looked at once each partial's time.
    pub fn next(&mut self, now: At, spoken: &Spoken, mic: SampleIdx) -> Option<Event> {
        if now < self.due {
            return None;
        }
        self.due = now + self.manner.partial_every_ms;
        let known = mic - self.manner.lag_ms;
        let words = spoken.between(self.settled, known);
        if words.is_empty() {
            return None;
        }
        let text = words.join(" ");
        let last = spoken.all().iter().rev().map(|(at, _)| *at).find(|at| *at < known)?;
        if mic - last >= self.manner.final_ms {
            self.settled = known;
            self.told = 0;
            return match self.manner.last_word {
                LastWord::NeverComes => None,
                LastWord::IsEmpty => Some(Event::FinalHeard { utterance: None, text: String::new() }),
                _ => Some(Event::FinalHeard { utterance: None, text }),
            };
        }
        if words.len() == self.told {
            return None;
        }
        self.told = words.len();
        Some(Event::PartialHeard { utterance: None, text })
    }
}

/// The model.
pub struct Model {
    manners: Vec<LlmManner>,
    random: Random,
    asked: usize,
    calls: BTreeMap<RequestId, Call>,
    queue: Queue<RequestId>,
}

struct Call {
    words: Vec<String>,
    place: usize,
    manner: LlmManner,
}

const ANSWERS: [&str; 8] = [
    "That is a good start. What would it cost?",
    "Okay, I follow you so far. How would you handle an empty list of numbers?",
    "Right. Could you walk me through a small example, step by step, so that we see where it fails?",
    "Interesting.",
    "I see what you mean, and that works. Now suppose that the numbers come as a stream and never end. What would you \
     keep, what would you throw away, and why?",
    "Yes, you may assume that. Go on please.",
    "Let us look at the memory it needs. Is there a way to use less?",
    "Fine. Tell me which tests you would write first.",
];

impl Model {
    /// A model with these manners.
    pub fn new(manners: &[LlmManner], seed: u64) -> Self {
        Model {
            manners: manners.to_vec(),
            random: Random::new(seed, 2),
            asked: 0,
            calls: BTreeMap::new(),
            queue: Queue::default(),
        }
    }

    /// It is asked.
    pub fn ask(&mut self, now: At, request: RequestId) {
        let manner: LlmManner = entry(&self.manners, self.asked);
        self.asked += 1;
        let text = manner.text.clone().unwrap_or_else(|| (*self.random.pick(&ANSWERS)).to_owned());
        let words = text.split_inclusive(' ').map(str::to_owned).collect();
        let jitter = self.random.ms(0, manner.jitter_ms.0);
        let slow = manner.slow_permille > 0 && self.random.chance(manner.slow_permille);
        let slower = if slow { manner.slow_ms } else { Ms(0) };
        self.queue.push(now + manner.first_ms + jitter + slower, request);
        self.calls.insert(request, Call { words, place: 0, manner });
    }

    /// Its answer is not wanted any more.
    pub fn cancel(&mut self, request: RequestId) {
        self.calls.remove(&request);
        self.queue.retain(|of| *of != request);
    }

    /// Calls that have not ended.
    pub fn in_flight(&self) -> usize {
        self.calls.len()
    }

    /// When something comes.
    pub fn due(&self) -> Option<At> {
        self.queue.due()
    }

    /// What comes.
    pub fn next(&mut self, now: At) -> Option<Event> {
        let request = self.queue.pop_due(now)?;
        let call = self.calls.get_mut(&request)?;
        if call.manner.fails_after.is_some_and(|after| call.place >= after) {
            let kind = call.manner.failure;
            self.calls.remove(&request);
            return Some(Event::ModelFailed { request, kind });
        }
        if call.manner.stalls_after.is_some_and(|after| call.place >= after) {
            return None;
        }
        let Some(text) = call.words.get(call.place).cloned() else {
            let tokens_out = call.place as u32;
            self.calls.remove(&request);
            return Some(Event::ModelFinished { request, tokens_in: 100, tokens_out, cut_short: false });
        };
        call.place += 1;
        self.queue.push(now + call.manner.token_ms, request);
        Some(Event::ModelWrote { request, text })
    }
}

/// The voice service: makes sound into the playout.
pub struct Synthesis {
    manners: Vec<TtsManner>,
    random: Random,
    asked: usize,
    jobs: BTreeMap<SpeechId, Job>,
    queue: Queue<SpeechId>,
}

struct Job {
    length: Ms,
    made: Ms,
    manner: TtsManner,
}

/// Sound comes from the service in pieces of this length.
const PIECE: Ms = Ms(200);
/// Sound that waits to be sent; when there is so much the service is not read from (see `live/playout.rs`).
const BACKLOG_MAX: Ms = Ms(4000);

impl Synthesis {
    /// A voice with these manners.
    pub fn new(manners: &[TtsManner], seed: u64) -> Self {
        Synthesis {
            manners: manners.to_vec(),
            random: Random::new(seed, 3),
            asked: 0,
            jobs: BTreeMap::new(),
            queue: Queue::default(),
        }
    }

    /// It is to say this.
    pub fn start(&mut self, now: At, speech: SpeechId, text: &str) {
        let manner: TtsManner = entry(&self.manners, self.asked);
        self.asked += 1;
        let length = Ms(manner.ms_per_char * text.chars().count() as u64);
        let jitter = self.random.ms(0, manner.jitter_ms.0);
        if !manner.stalls {
            self.queue.push(now + manner.first_ms + jitter, speech);
        }
        self.jobs.insert(speech, Job { length, made: Ms(0), manner });
    }

    /// It is to say what it has said before: the sound is there.
    pub fn start_ready(&mut self, now: At, speech: SpeechId, text: &str) {
        let manner = TtsManner { first_ms: Ms(0), jitter_ms: Ms(0), ms_per_second: Ms(0), ..TtsManner::default() };
        let length = Ms(manner.ms_per_char * text.chars().count() as u64);
        self.queue.push(now, speech);
        self.jobs.insert(speech, Job { length, made: Ms(0), manner });
    }

    /// It is to stop.
    pub fn cancel(&mut self, speech: SpeechId) {
        self.jobs.remove(&speech);
        self.queue.retain(|of| *of != speech);
    }

    /// Speeches that have not ended.
    pub fn in_flight(&self) -> usize {
        self.jobs.len()
    }

    /// When something comes.
    pub fn due(&self) -> Option<At> {
        self.queue.due()
    }

    /// What comes: a milestone is told before the sound it is about is sent.
    pub fn next(&mut self, now: At, playout: &mut Playout) -> Option<Event> {
        let speech = self.queue.pop_due(now)?;
        let job = self.jobs.get_mut(&speech)?;
        if job.manner.stalls_after_ms.is_some_and(|after| job.made >= after) {
            return None;
        }
        let failed = job.manner.fails_after_ms.is_some_and(|after| job.made >= after);
        if failed || job.manner.is_mute || job.made >= job.length {
            let length = job.made;
            self.jobs.remove(&speech);
            playout.ends(speech);
            return Some(match failed {
                true => Event::SpeechFailed { speech, kind: FailureKind::Gone },
                false => Event::SpeechSynthesized { speech, length },
            });
        }
        if playout.backlog(speech) >= BACKLOG_MAX {
            self.queue.push(now + PIECE, speech);
            return None;
        }
        let first = job.made == Ms(0);
        let piece = PIECE.0.min((job.length - job.made).0);
        job.made += Ms(piece);
        playout.sound(speech, Ms(piece));
        self.queue.push(now + Ms(piece * job.manner.ms_per_second.0 / 1000), speech);
        first.then_some(Event::SpeechArrived { speech })
    }
}
