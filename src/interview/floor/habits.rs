//! The candidate's own habits of speech, learned while they speak: how long they pause in the middle of a turn, and how many
//! words their turns have. Until there is evidence, habits of people in general stand for theirs, on the patient side.
//! Only the last pauses and turns count: who has warmed up, or gets to the hard part, is met anew.

use super::lexicon::Lexicon;
use crate::units::*;
use serde::Serialize;
use std::collections::VecDeque;

/// Who speaks again so soon after their turn was ended had not finished.
const GOES_ON_WITHIN: Ms = Ms(2_000);
/// Unless so much of the answer had gone out: nobody speaks in answer to a sound sooner, so later they may mean it.
const ANSWER_UNHEARD: Ms = Ms(400);
/// Shorter silences lie between words rather than between thoughts.
const PAUSE_MIN: Ms = Ms(250);
/// Longer ones were asked for, or somebody was away.
const PAUSE_MAX: Ms = Ms(5_000);
/// So many of the last pauses count. Fewer, and the mean jumps about; more, and a change of manner is noticed late.
const PAUSES_KEPT: usize = 16;
/// So many of the last turns.
const TURNS_KEPT: usize = 12;
/// Pauses of people in general, ms: a few pauses of one's own say little without them.
const PAUSES_BEFORE: [u64; 2] = [900, 500];
/// Words of turns of people in general.
const TURNS_BEFORE: [u32; 4] = [6, 12, 20, 40];
/// Each of these weighs so much when a turn that was heard weighs [`TURN_WEIGHS`].
const BEFORE_WEIGHS: usize = 5;
const TURN_WEIGHS: usize = 20;
/// And so much weighs that anybody may always go on, and may always have finished.
const GOES_ON_WEIGHS: usize = 2;
const ENDS_WEIGHS: usize = 6;
/// A turn went on beyond here if it had so much more words than there are here, in permille. Less, and turns that are as long
/// as usual seem to go on.
const BEYOND: u32 = 1_150;
/// And so many more words, so that a word more of a short answer is none.
const BEYOND_WORDS: u32 = 2;
/// It came as far as here if it had so much as there is here, in permille.
const REACHED: u32 = 950;
/// Of those who go on, so many pause before it, in permille: people in general.
const PAUSES_BEFORE_GOING_ON: u64 = 400;
/// So many of the last expectations count. Fewer, and chance decides; more, and a change of manner is noticed late.
const EXPECTATIONS_KEPT: usize = 16;
/// Fewer say nothing of what they mostly do.
const KNOWN_AFTER: u32 = 6;
/// So often, in permille, expectations have come true with anybody before the first is known.
const EXPECTED_BEFORE: u64 = 300;

/// What was learned of a candidate.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    pauses: VecDeque<Ms>,
    turns: VecDeque<u32>,
    expectations: VecDeque<Expectation>,
}

/// A pause after words that could have been all, and what became of it.
#[derive(Clone, Copy, Debug)]
struct Expectation {
    /// How likely it seemed that they go on.
    expected: Permille,
    /// Whether they did.
    went_on: bool,
}

/// A pause of the candidate that is over.
#[derive(Clone, Copy, Debug)]
pub struct Paused {
    /// From their last speech sample to the next.
    pub length: Ms,
    /// Words of the turn before it, if they could have been all.
    pub could_be_all: Option<u32>,
}

impl Paused {
    /// A pause of this length within a turn of so many words, these being its last; none where time was asked for.
    pub fn within(length: Ms, text: &str, words: u32, interrupts: bool, lexicon: &Lexicon) -> Option<Paused> {
        let could_be_all = lexicon.could_be_all(text) && !interrupts;
        (!lexicon.asks_for_time(text)).then(|| Paused { length, could_be_all: could_be_all.then_some(words) })
    }
}

/// The habits as they bear on one pause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Own {
    /// Mean length of their pauses within turns.
    pub pause: Ms,
    /// From so many of them.
    pub pauses: usize,
    /// So many of their turns were heard, up to as many as count.
    pub turns: usize,
    /// Of their turns that came to as many words as there are now, the share that went on beyond.
    pub goes_on: Permille,
    /// So many of their last pauses came after words that could have been all.
    pub expectations: u32,
    /// In these they were expected to go on so many thousandths of times, by the lengths of their turns and what is usual among people.
    pub expected_permille: u32,
    /// And did so many times.
    pub went_on: u32,
}

impl Own {
    /// The chance that they go on after this pause, against the chance that they are done, in permille: by the lengths of their turns,
    /// and by how often they went on so far where that was expected.
    pub fn odds(&self) -> u64 {
        let came_true =
            (u64::from(self.went_on) * 1000 + EXPECTED_BEFORE, u64::from(self.expected_permille) + EXPECTED_BEFORE);
        odds(self.goes_on) * came_true.0 / came_true.1
    }

    /// Whether they are known to go on after every second pause that could have been an end, or more often.
    pub fn mostly_goes_on(&self) -> bool {
        self.expectations >= KNOWN_AFTER && self.went_on * 2 >= self.expectations
    }
}

/// The chance that people of whose turns so many go on do so after a pause, against the chance that they are done, in permille.
pub fn odds(goes_on: Permille) -> u64 {
    let goes_on = u64::from(goes_on.0.min(990));
    goes_on * PAUSES_BEFORE_GOING_ON / (1000 - goes_on)
}

/// A turn that was ended, as it stands when the next one begins.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// All its words, and those before it if it went on from another.
    pub words: u32,
    /// It was a question to the interviewer: how long those are tells nothing of answers.
    pub is_question: bool,
    /// It interrupted the interviewer: likewise.
    pub interrupts: bool,
    /// Its words, at its end, could be all.
    pub could_be_all: bool,
    /// Its last speech sample.
    pub last_speech: SampleIdx,
    /// When it was ended.
    pub committed: At,
    /// When its answer began to go out, if it did.
    pub answered: Option<At>,
}

/// How a turn begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// Words of the turns that it goes on from: they were wrongly ended.
    pub words_before: u32,
    /// It interrupts the interviewer.
    pub interrupts: bool,
}

impl Habits {
    /// A turn begins with the sample `from`, spoken at `at`, over a reply being heard or not; `ended` is the one before it,
    /// unless it was learned from already.
    /// `carries_on`: its first words join it to what was said before.
    pub fn turn_begins(
        &mut self,
        ended: Option<Ended>,
        from: SampleIdx,
        at: At,
        over_reply: bool,
        carries_on: bool,
    ) -> Begun {
        let interrupts = over_reply;
        let Some(ended) = ended.filter(|ended| ended.words > 0) else { return Begun { words_before: 0, interrupts } };
        let unheard = ended.answered.is_none_or(|answered| at - answered <= ANSWER_UNHEARD);
        let soon = at - ended.committed <= GOES_ON_WITHIN;
        let could_be_all = (ended.could_be_all && !ended.interrupts).then_some(ended.words);
        if soon && (unheard || carries_on) {
            self.paused(Paused { length: from - ended.last_speech, could_be_all });
            return Begun { words_before: ended.words, interrupts: ended.interrupts };
        }
        // Who speaks into the beginning of the answer may have gone on, and may not.
        let is_whole = !(soon && over_reply);
        if is_whole && !ended.is_question && !ended.interrupts {
            self.expected(could_be_all, false);
            self.said(ended.words);
        }
        Begun { words_before: 0, interrupts }
    }

    /// They paused for so long and spoke on. Time that was asked for is no pause of theirs.
    pub fn paused(&mut self, pause: Paused) {
        if pause.length >= PAUSE_MIN && pause.length <= PAUSE_MAX {
            self.pauses.truncate(PAUSES_KEPT - 1);
            self.pauses.push_front(pause.length);
            self.expected(pause.could_be_all, true);
        }
    }

    /// After so many words, which could have been all, they went on or were done.
    fn expected(&mut self, words: Option<u32>, went_on: bool) {
        let Some(words) = words else { return };
        let odds = odds(self.goes_on(words));
        let expected = Permille(u16::try_from(odds * 1000 / (1000 + odds)).unwrap_or(1000));
        self.expectations.truncate(EXPECTATIONS_KEPT - 1);
        self.expectations.push_front(Expectation { expected, went_on });
    }

    fn said(&mut self, words: u32) {
        self.turns.truncate(TURNS_KEPT - 1);
        self.turns.push_front(words);
    }

    /// What that tells of a pause after so many words.
    pub fn after(&self, words: u32) -> Own {
        let before = (PAUSES_BEFORE.iter().sum::<u64>(), PAUSES_BEFORE.len() as u64);
        let (sum, count) = self.pauses.iter().fold(before, |(sum, count), pause| (sum + pause.0, count + 1));
        Own {
            pause: u64::checked_div(sum, count).map_or(PAUSE_MIN, Ms),
            pauses: self.pauses.len(),
            turns: self.turns.len(),
            goes_on: self.goes_on(words),
            expectations: u32::try_from(self.expectations.len()).unwrap_or(u32::MAX),
            expected_permille: self.expectations.iter().map(|past| u32::from(past.expected.0)).sum(),
            went_on: self.expectations.iter().map(|past| u32::from(past.went_on)).sum(),
        }
    }

    fn goes_on(&self, words: u32) -> Permille {
        let heard = |permille: u32, more: u32| {
            let least = u64::from(words) * u64::from(permille) + u64::from(more) * 1000;
            self.turns.iter().filter(|turn| u64::from(**turn) * 1000 >= least).count()
        };
        let before = |beyond: u32| TURNS_BEFORE.iter().filter(|turn| **turn >= words + beyond).count();
        let parts = heard(BEYOND, BEYOND_WORDS) * TURN_WEIGHS + before(1) * BEFORE_WEIGHS + GOES_ON_WEIGHS;
        let whole = heard(REACHED, 0) * TURN_WEIGHS + before(0) * BEFORE_WEIGHS + GOES_ON_WEIGHS + ENDS_WEIGHS;
        Permille(u16::try_from(parts * 1000 / whole).unwrap_or(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paused(length: u64) -> Paused {
        Paused { length: Ms(length), could_be_all: None }
    }

    fn heard(pauses: &[u64]) -> Habits {
        let mut habits = Habits::default();
        pauses.iter().for_each(|pause| habits.paused(paused(*pause)));
        habits
    }

    #[test]
    fn begins_patient_and_believes_what_it_hears() {
        assert_eq!(heard(&[]).after(0).pause, Ms(700));
        assert_eq!(heard(&[400]).after(0).pause, Ms(600));
        assert_eq!(
            heard(&[300, 300, 300]).after(0),
            Own { pause: Ms(460), pauses: 3, goes_on: Permille(785), ..Own::default() }
        );
        assert_eq!(heard(&[1500, 1500, 1500]).after(0).pause, Ms(1180));
    }

    #[test]
    fn gaps_between_words_and_minutes_that_were_asked_for_are_no_pauses() {
        assert_eq!(heard(&[100, 249, 5_001, 60_000]).after(0).pauses, 0);
    }

    #[test]
    fn old_pauses_are_forgotten() {
        let mut habits = heard(&[2000; 16]);
        (0..16).for_each(|_| habits.paused(paused(400)));
        assert_eq!((habits.after(0).pause, habits.after(0).pauses), (Ms(433), 16));
    }

    #[test]
    fn knows_how_many_words_their_turns_have() {
        let mut habits = Habits::default();
        let unknown = [0, 8, 15, 30].map(|words| habits.after(words).goes_on.0);
        assert_eq!(unknown, [785, 739, 666, 538]);
        (0..10).for_each(|_| habits.said(20));
        assert!(habits.after(6).goes_on > Permille(900), "{:?}", habits.after(6));
        assert!(habits.after(19).goes_on < Permille(200), "{:?}", habits.after(19));
        (0..10).for_each(|_| habits.said(2));
        assert!(habits.after(2).goes_on < Permille(250), "{:?}", habits.after(2));
    }

    /// What is thought of a pause after eight words, when so often what could be all was all, and so often was not.
    fn odds_after(ends: usize, goes_on: usize) -> u64 {
        let mut habits = Habits::default();
        (0..ends).for_each(|_| habits.expected(Some(8), false));
        (0..goes_on).for_each(|_| habits.paused(Paused { could_be_all: Some(8), ..paused(600) }));
        habits.after(8).odds()
    }

    #[test]
    fn who_does_not_go_on_though_it_was_expected_is_expected_to_less() {
        let unknown = odds_after(0, 0);
        assert_eq!(unknown, odds(Permille(739)));
        assert!(odds_after(3, 0) < unknown / 2 && odds_after(8, 0) < odds_after(3, 0));
        assert!(odds_after(0, 3) > unknown);
        let mut habits = Habits::default();
        habits.paused(Paused { could_be_all: Some(8), ..paused(100) });
        habits.paused(Paused { could_be_all: None, ..paused(600) });
        assert_eq!((habits.after(8).expected_permille, habits.after(8).went_on), (0, 0));
    }

    #[test]
    fn old_expectations_are_forgotten() {
        let mut habits = Habits::default();
        (0..30).for_each(|_| habits.expected(Some(8), true));
        (0..EXPECTATIONS_KEPT).for_each(|_| habits.expected(Some(8), false));
        assert_eq!(habits.after(8).went_on, 0);
    }

    #[test]
    fn a_turn_that_goes_on_was_wrongly_ended_and_is_no_turn_of_its_own() {
        let ended = Ended {
            words: 6,
            is_question: false,
            interrupts: false,
            could_be_all: true,
            last_speech: SampleIdx(0),
            committed: At(5_000),
            answered: Some(At(5_200)),
        };
        let second = SampleIdx(24_000);
        let mut habits = Habits::default();
        let begun = habits.turn_begins(Some(ended), second, At(5_400), true, false);
        assert_eq!(begun, Begun { words_before: 6, interrupts: false });
        assert_eq!((habits.pauses.len(), habits.turns.len()), (1, 0));
        // Later it is said to the answer.
        let begun = habits.turn_begins(Some(ended), second, At(5_900), true, false);
        assert_eq!(begun, Begun { words_before: 0, interrupts: true });
        // Unless its first words join it to what was said before.
        let begun = Habits::default().turn_begins(Some(ended), second, At(5_900), true, true);
        assert_eq!(begun, Begun { words_before: 6, interrupts: false });
        // It may have been meant either way: nothing is learned.
        assert_eq!((habits.pauses.len(), habits.turns.len()), (1, 0));
        habits.turn_begins(Some(ended), second, At(7_100), true, false);
        assert_eq!((habits.pauses.len(), habits.turns.len()), (1, 1));
        let question = Ended { is_question: true, ..ended };
        habits.turn_begins(Some(question), second, At(9_000), false, false);
        assert_eq!(habits.turns.len(), 1);
        habits.turn_begins(Some(ended), second, At(9_000), false, false);
        assert_eq!(habits.turns.len(), 2);
    }
}
