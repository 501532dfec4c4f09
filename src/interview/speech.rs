//! The interviewer's reply: the pieces it is spoken in, how far each has come (asked → synthesized → playing → heard or
//! cut), and how much of it the candidate has heard.

use super::agenda::Next;
use super::conversation::{Item, Piece, join};
use super::sentences::Cutter;
use super::sight::Look;
use super::unspoken::Unspoken;
use crate::units::*;

/// How long speech of unknown length takes: about 160 words a minute.
const MS_PER_CHAR: u64 = 65;

/// How long these words take to be said.
pub fn estimate(text: &str) -> Ms {
    Ms(MS_PER_CHAR * text.chars().count() as u64)
}

/// The voice service is asked for the next piece while less sound than this is asked for and unsent: enough that a slow voice
/// leaves no gap after a short piece, little enough that not much is made in vain when the candidate cuts in.
const ASKED_AHEAD: Ms = Ms(6_000);
/// As [`ASKED_AHEAD`], while the turn is not committed.
const SECRET_AHEAD: Ms = Ms(2_000);

/// One piece of a reply.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    /// Its id.
    pub id: SpeechId,
    /// Its words.
    pub text: String,
    /// The voice service was asked for it.
    pub asked: bool,
    /// Its sound may go out.
    pub released: bool,
    /// The voice service gave its first sound.
    pub arrived: bool,
    /// Sound sent so far.
    pub sent: Ms,
    /// Its whole length, once synthesized.
    pub length: Option<Ms>,
    /// Nothing more of it will be sent.
    pub finished: bool,
    /// Its words were shown.
    pub shown: bool,
}

impl Speech {
    /// Its whole length, known or estimated from its words.
    pub fn length_or_estimate(&self) -> Ms {
        self.length.unwrap_or_else(|| estimate(&self.text)).max(self.sent)
    }
}

/// How a reply reaches the candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Sound over the socket.
    Sound,
    /// The client speaks the words.
    ClientVoice,
    /// Text only.
    Text,
}

/// How far a reply has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Made in secret before the turn is over.
    Secret,
    /// The client knows of it; nothing was heard yet.
    Preparing,
    /// It is being heard.
    Speaking,
    /// All of it was sent; the client still plays.
    Draining,
}

/// Why the interviewer speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To answer a turn, or because the client asked.
    Answer,
    /// To ask whether the candidate is there, or to repeat themselves: the agenda does not move.
    Aside,
    /// To close the interview; it ends after this.
    Closing,
}

/// A reply in progress.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its id.
    pub id: ReplyId,
    /// Its item.
    pub item: ItemId,
    /// The turn it answers.
    pub turn: Option<TurnId>,
    /// Words it answers, to see whether they changed.
    pub basis: String,
    /// Why it is said.
    pub purpose: Purpose,
    /// The agenda's choice that it says; counts as said once heard.
    pub next: Option<Next>,
    /// What its model call was shown of the editor.
    pub look: Option<Look>,
    /// The model call that writes it, while it does.
    pub request: Option<RequestId>,
    /// When that call was made.
    pub asked_at: At,
    /// The first word of its answer came.
    pub has_begun: bool,
    /// A second call that may still overtake the first.
    pub hedge: Option<RequestId>,
    /// The piece that is no part of the answer: said while it was not there.
    pub opener: Option<SpeechId>,
    /// All its words are there.
    pub written: bool,
    /// How far it has come.
    pub stage: Stage,
    /// How it reaches the candidate.
    pub channel: Channel,
    /// It stays outside the conversation.
    pub outside: bool,
    /// Instructions of the client for this reply alone.
    pub instructions: Option<String>,
    /// Text not yet cut into pieces.
    pub cutter: Cutter,
    /// What the model writes that is not for the ear.
    pub unspoken: Unspoken,
    /// Its pieces.
    pub speeches: Vec<Speech>,
    /// A service failed on it.
    pub failure: Option<FailureKind>,
    /// The model hit its length limit.
    pub cut_short: bool,
    /// Tokens of prompt and answer.
    pub tokens: (u32, u32),
    /// What the candidate has heard of it.
    pub clock: PlayClock,
}

impl Reply {
    /// Sound sent so far over all pieces.
    pub fn sent(&self) -> Ms {
        Ms(self.speeches.iter().map(|speech| speech.sent.0).sum())
    }

    /// The pieces of the answer itself.
    pub fn answer(&self) -> impl Iterator<Item = &Speech> {
        self.speeches.iter().filter(|speech| Some(speech.id) != self.opener)
    }

    /// Sound of the answer itself sent so far.
    pub fn answer_sent(&self) -> Ms {
        Ms(self.answer().map(|speech| speech.sent.0).sum())
    }

    /// At least half of the answer itself lies within the first `heard` of the reply's sound.
    pub fn half_heard(&self, heard: Ms) -> bool {
        let opened = self.speeches.iter().filter(|speech| Some(speech.id) == self.opener);
        let heard = heard - Ms(opened.map(|speech| speech.length_or_estimate().0).sum());
        let whole: u64 = self.answer().map(|speech| speech.length_or_estimate().0).sum();
        heard > Ms(0) && whole > 0 && heard.0 * 2 >= whole
    }

    /// The opener is no piece of it any more.
    pub fn forget_opener(&mut self) {
        let opener = self.opener.take();
        self.speeches.retain(|speech| Some(speech.id) != opener);
    }

    /// All of it is written and sent.
    pub fn is_sent(&self) -> bool {
        self.written && self.speeches.iter().all(|speech| speech.finished)
    }

    /// The next piece the voice service is to be asked for, if it is time for it.
    pub fn next_to_ask(&mut self) -> Option<&mut Speech> {
        let ahead_max = if self.stage == Stage::Secret { SECRET_AHEAD } else { ASKED_AHEAD };
        let asked = self.speeches.iter().filter(|speech| speech.asked && !speech.finished);
        let ahead = Ms(asked.map(|speech| (speech.length_or_estimate() - speech.sent).0).sum());
        self.speeches.iter_mut().find(|speech| !speech.asked && !speech.finished).filter(|_| ahead < ahead_max)
    }

    /// The piece of this id.
    pub fn speech_mut(&mut self, id: SpeechId) -> Option<&mut Speech> {
        self.speeches.iter_mut().find(|speech| speech.id == id)
    }

    /// All words so far.
    pub fn text(&self) -> String {
        join(self.speeches.iter().map(|speech| speech.text.as_str()))
    }

    /// How long a client that speaks itself will take for all pieces.
    pub fn estimate(&self) -> Ms {
        Ms(self.speeches.iter().map(|speech| speech.length_or_estimate().0).sum())
    }

    /// Writes what was said of it into its item.
    pub fn write_to(&self, item: &mut Item) {
        item.audio = if self.channel == Channel::ClientVoice { self.estimate() } else { self.sent() };
        item.sent = item.audio;
        item.pieces = self
            .speeches
            .iter()
            .filter(|speech| speech.shown)
            .map(|speech| Piece { text: speech.text.clone(), sent: speech.sent, length: speech.length_or_estimate() })
            .collect();
        item.text = join(item.pieces.iter().map(|piece| piece.text.as_str()));
    }
}

/// Estimates what has been played of a reply: by the client's reports where it gives them, else by the clock since sound
/// was sent, never beyond what was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlayClock {
    anchor_at: At,
    anchor: Ms,
    sent: Ms,
    reports: bool,
    halted_at: Option<At>,
}

impl PlayClock {
    /// Nothing was sent yet. `reports`: the client is known to report what it plays.
    pub fn new(reports: bool) -> Self {
        PlayClock { reports, ..PlayClock::default() }
    }

    /// In all `sent` has now been sent.
    pub fn advanced(&mut self, at: At, sent: Ms) {
        let played = self.played(at);
        if self.sent == Ms(0) || played >= self.sent {
            self.anchor_at = at;
            self.anchor = self.sent;
        }
        self.sent = self.sent.max(sent);
    }

    /// The client says it played so much.
    pub fn reported(&mut self, at: At, played: Ms) {
        self.reports = true;
        self.anchor_at = at;
        self.anchor = played.min(self.sent);
        self.halted_at = self.halted_at.map(|_| at);
    }

    /// Sound was paused. A client that reports pauses at once; another plays on what it has.
    pub fn halt(&mut self, at: At) {
        if self.reports {
            self.halted_at = Some(at);
        }
    }

    /// Sound goes on.
    pub fn resume(&mut self, at: At) {
        self.anchor = self.played(at);
        self.anchor_at = at;
        self.halted_at = None;
    }

    /// What has been played at this time.
    pub fn played(&self, at: At) -> Ms {
        let until = self.halted_at.unwrap_or(at).max(self.anchor_at);
        (self.anchor + (until - self.anchor_at)).min(self.sent)
    }

    /// When all that was sent will have been played, if nothing halts it.
    pub fn drained_at(&self, now: At) -> At {
        now + (self.sent - self.played(now))
    }

    /// Whether the client reports what it plays.
    pub fn has_reports(&self) -> bool {
        self.reports
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_plays_no_more_than_was_sent() {
        let mut clock = PlayClock::default();
        clock.advanced(At(1000), Ms(300));
        assert_eq!(clock.played(At(1100)), Ms(100));
        assert_eq!(clock.played(At(9000)), Ms(300));
    }

    #[test]
    fn after_a_gap_in_the_sound_it_starts_anew() {
        let mut clock = PlayClock::default();
        clock.advanced(At(1000), Ms(300));
        clock.advanced(At(5000), Ms(600));
        assert_eq!(clock.played(At(5100)), Ms(400));
        assert_eq!(clock.drained_at(At(5100)), At(5300));
    }

    #[test]
    fn reports_stand_over_the_estimate_and_a_halt_stops_it() {
        let mut clock = PlayClock::default();
        clock.advanced(At(1000), Ms(800));
        clock.reported(At(1200), Ms(50));
        assert_eq!(clock.played(At(1300)), Ms(150));
        clock.halt(At(1300));
        assert_eq!(clock.played(At(2000)), Ms(150));
        clock.resume(At(2000));
        assert_eq!(clock.played(At(2100)), Ms(250));
    }

    #[test]
    fn a_client_without_reports_plays_on_what_it_has() {
        let mut clock = PlayClock::default();
        clock.advanced(At(1000), Ms(300));
        clock.halt(At(1100));
        assert_eq!(clock.played(At(1500)), Ms(300));
    }
}
