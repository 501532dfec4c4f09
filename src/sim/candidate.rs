//! The scripted candidate: waits for what each line waits for, then speaks, types or does something to the client. Speech
//! becomes voice detector scores hop by hop, and words at their places on the microphone track.

use super::random::Random;
use super::scenario::{Act, Line, Manner, Meaning, When};
use super::services::Spoken;
use crate::units::*;
use std::collections::VecDeque;

/// The voice detector's hop.
pub const HOP: Ms = Ms(16);
/// Who gives way stops so long after the interviewer began.
const GIVES_WAY_AFTER: Ms = Ms(400);

/// A spoken line, as it truly was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its place in the script.
    pub line: usize,
    /// What it was meant as.
    pub means: Meaning,
    /// Its first sound.
    pub from: At,
    /// Its last sound.
    pub to: At,
    /// The item that was being heard when it began.
    pub over: Option<ItemId>,
    /// Its words.
    pub text: String,
}

/// A stretch of the candidate's voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voiced {
    /// From when.
    pub from: At,
    /// Until when.
    pub to: At,
}

/// What the candidate sees and hears of the interviewer at a moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// The item being heard, and since when its first sound was.
    pub hearing: Option<(ItemId, At)>,
    /// Something is being played or about to.
    pub playing: bool,
    /// When the last reply that was said to its end was heard to its end.
    pub heard_at: Option<At>,
    /// When the last reply was begun.
    pub replied_at: Option<At>,
}

/// The candidate.
#[derive(Debug)]
pub struct Candidate {
    lines: Vec<Line>,
    next: usize,
    idle_since: At,
    manner: Manner,
    random: Random,
    speech: Option<Speech>,
    said: Vec<Said>,
    voiced: Vec<Voiced>,
    /// A key was pressed since the last score.
    key_pressed: bool,
}

#[derive(Debug)]
struct Speech {
    spans: VecDeque<Voiced>,
    words: VecDeque<(At, String)>,
}

impl Candidate {
    /// A candidate with this script.
    pub fn new(lines: &[Line], manner: &Manner, seed: u64) -> Self {
        Candidate {
            lines: lines.to_vec(),
            next: 0,
            idle_since: At(0),
            manner: manner.clone(),
            random: Random::new(seed, 4),
            speech: None,
            said: Vec::new(),
            voiced: Vec::new(),
            key_pressed: false,
        }
    }

    /// What the candidate does now, if a line's time has come. Speaking begins by itself.
    pub fn act(&mut self, now: At, seen: &Seen) -> Option<Act> {
        if self.speech.is_some() {
            self.listen(now, seen);
            return None;
        }
        let line = self.lines.get(self.next)?;
        if !self.is_time(line, now, seen) {
            return None;
        }
        let (act, means, place) = (line.act.clone(), line.means, self.next);
        self.next += 1;
        self.idle_since = now;
        let over = seen.hearing.map(|(item, _)| item);
        match &act {
            Act::Say(text) => self.speak(now, place, text, means, over),
            Act::Noise(length) => {
                let voiced = Voiced { from: now, to: now + *length };
                self.begin(place, means.unwrap_or(Meaning::Backchannel), over, String::new(), vec![voiced], vec![]);
            }
            _ => {}
        }
        Some(act)
    }

    fn is_time(&self, line: &Line, now: At, seen: &Seen) -> bool {
        let since = match line.when {
            When::Heard => seen.heard_at.filter(|at| *at >= self.idle_since && !seen.playing),
            When::Then => Some(self.idle_since),
            When::During => seen.hearing.map(|(_, since)| since),
            When::Preparing => seen.replied_at.filter(|at| *at >= self.idle_since && seen.hearing.is_none()),
            When::At => return now >= At(line.after_ms.0),
        };
        since.is_some_and(|since| now >= since + line.after_ms) || now - self.idle_since >= self.manner.patience_ms
    }

    fn speak(&mut self, now: At, place: usize, text: &str, means: Option<Meaning>, over: Option<ItemId>) {
        let (mut at, mut words, mut spans) = (now, Vec::new(), Vec::<Voiced>::new());
        for word in text.split_whitespace() {
            let pause = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')?.parse().ok());
            if let Some(pause) = pause {
                at = at + Ms(pause);
                continue;
            }
            let length = Ms(self.manner.ms_per_word + self.manner.ms_per_char * word.chars().count() as u64);
            match spans.last_mut().filter(|last| last.to == at) {
                Some(last) => last.to = at + length,
                None => spans.push(Voiced { from: at, to: at + length }),
            }
            words.push((at + Ms(length.0 / 2), word.to_owned()));
            at = at + length;
        }
        let plain: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
        let usual = if over.is_some() { Meaning::Interruption } else { Meaning::Turn };
        self.begin(place, means.unwrap_or(usual), over, plain.join(" "), spans, words);
    }

    fn begin(
        &mut self,
        line: usize,
        means: Meaning,
        over: Option<ItemId>,
        text: String,
        spans: Vec<Voiced>,
        words: Vec<(At, String)>,
    ) {
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return };
        self.said.push(Said { line, means, from: first.from, to: last.to, over, text });
        self.speech = Some(Speech { spans: spans.into(), words: words.into() });
    }

    /// Who is spoken over may give way.
    fn listen(&mut self, now: At, seen: &Seen) {
        let Some(said) = self.said.last_mut() else { return };
        let spoken_over = seen.hearing.is_some_and(|(_, since)| since > said.from && now >= since + GIVES_WAY_AFTER);
        if self.manner.gives_way && said.means == Meaning::Turn && spoken_over {
            said.to = now;
            self.speech = None;
            self.idle_since = now;
        }
    }

    /// Whether the candidate speaks or pauses within a line.
    pub fn is_speaking(&self) -> bool {
        self.speech.is_some()
    }

    /// Whether the script is used up.
    pub fn is_finished(&self) -> bool {
        self.speech.is_none() && self.next >= self.lines.len()
    }

    /// Lets time pass from one hop's begin to its end: true when most of it held voice. Words go to `spoken`, at `mic`;
    /// none when the microphone is not heard.
    pub fn hop(&mut self, from: At, mic: Option<SampleIdx>, spoken: &mut Spoken) -> bool {
        let to = from + HOP;
        let Some(speech) = self.speech.as_mut() else { return false };
        while let Some((_, word)) = speech.words.pop_front_if(|(at, _)| *at < to) {
            if let Some(mic) = mic {
                spoken.push(mic, word);
            }
        }
        speech.spans.pop_front_if(|span| span.to <= from);
        let Some(span) = speech.spans.front() else {
            self.speech = None;
            self.idle_since = from;
            return false;
        };
        let middle = from + Ms(HOP.0 / 2);
        let voiced = span.from <= middle && middle < span.to;
        if voiced && mic.is_some() {
            self.note_voice(from, to);
        }
        voiced
    }

    fn note_voice(&mut self, from: At, to: At) {
        match self.voiced.last_mut().filter(|last| last.to == from) {
            Some(last) => last.to = to,
            None => self.voiced.push(Voiced { from, to }),
        }
    }

    /// A key is pressed: the next hop may sound like voice.
    pub fn press_key(&mut self) {
        self.key_pressed = true;
    }

    /// The detector's score of a hop.
    pub fn score(&mut self, voiced: bool) -> Permille {
        let jitter = self.random.between(0, 249) as u16;
        let click = std::mem::take(&mut self.key_pressed) && self.random.chance(self.manner.key_noise_permille);
        let voiced = voiced || click;
        let odd = self.random.chance(if voiced { 20 } else { self.manner.noise_permille });
        match voiced != odd {
            true => Permille(750 + jitter),
            false => Permille(jitter),
        }
    }

    /// All spoken lines.
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// All stretches of voice that the microphone brought.
    pub fn voiced(&self) -> &[Voiced] {
        &self.voiced
    }
}
