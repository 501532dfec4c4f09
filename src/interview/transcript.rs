//! A candidate's turn: its utterances, their words as the recogniser changes its mind, and what is known of its end.

use super::command::Ledger;
use super::conversation::join;
use super::end_of_turn::EndScore;
use super::floor::habits::Own;
use super::floor::lexicon::word_count;
use super::floor::moment::Verdict;
use super::sight::Sight;
use crate::units::*;
use std::sync::Arc;

/// A turn has at most this many utterances; more pauses than that join the last one's words.
const UTTERANCES_MAX: usize = 200;

/// One stretch of speech that is transcribed as one.
#[derive(Clone, Debug, Default)]
pub struct Utterance {
    /// Its name for the recogniser; none when the candidate's browser recognises speech.
    pub id: Option<UtteranceId>,
    /// Words so far.
    pub partial: String,
    /// The recogniser's last word, or none yet. Empty after a failure.
    pub settled: Option<String>,
    /// The recogniser was asked for its last word.
    pub finishing: bool,
}

impl Utterance {
    fn text(&self) -> &str {
        self.settled.as_deref().unwrap_or(&self.partial)
    }
}

/// A candidate's turn.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// The item it becomes.
    pub item: ItemId,
    /// Where its speech begins on the microphone track.
    pub from: SampleIdx,
    /// Its last speech sample.
    pub last_speech: SampleIdx,
    /// And when that was on the interview's clock. The microphone may have stood still since.
    pub last_speech_at: At,
    /// Its utterances in order.
    pub utterances: Vec<Utterance>,
    /// It was opened by voice, not by words alone.
    pub has_voice: bool,
    /// Words of the turns it goes on from, which were wrongly ended.
    pub words_before: u32,
    /// It interrupted the interviewer.
    pub interrupts: bool,
    /// The candidate's habits were learned from it.
    pub learned: bool,
    /// The present pause was scored and its utterance finished.
    pub soft_ended: bool,
    /// Microphone sound was missing for long in the present pause: its silence is told by the clock.
    pub by_clock: bool,
    /// What the end-of-turn model says of the present pause.
    pub end_score: EndScore,
    /// What the rules say of the present pause.
    pub verdict: Option<Verdict>,
    /// When the last key was pressed, in silence since the last speech sample.
    pub key: Option<Ms>,
    /// The candidate's habits as the rules saw them then.
    pub own: Own,
    /// After so much silence an answer is begun in secret; none: it has been, or words announce more.
    pub answer_after: Option<Ms>,
    /// The last speech sample of the gap in which an answer was begun in secret before the recogniser had its last word.
    pub looked_ahead: Option<SampleIdx>,
    /// Answers started in secret so far.
    pub speculations: u8,
    /// Tokens of the model's calls for it that were made in secret and kept.
    pub secret_kept: u64,
    /// And of those that were dropped unheard.
    pub secret_dropped: u64,
    /// The editor as it was at the beginning of the present pause; of a turn without voice, when its last words came.
    pub sight: Option<Arc<Sight>>,
    /// The turn is over but its answer waits for words.
    pub awaits_words: bool,
    /// The rule that ended it.
    pub ended_by: &'static str,
    /// When what happened.
    pub ledger: Ledger,
}

impl Turn {
    /// All words so far, in order.
    pub fn text(&self) -> String {
        join(self.utterances.iter().map(Utterance::text))
    }

    /// Words are still to come from the server's recogniser.
    pub fn words_pending(&self) -> bool {
        self.utterances.iter().any(|utterance| utterance.id.is_some() && utterance.settled.is_none())
    }

    /// Whether one of its utterances has this name.
    pub fn has(&self, id: Option<UtteranceId>) -> bool {
        id.is_none() || self.utterances.iter().any(|utterance| utterance.id == id)
    }

    /// What the rules saw of it at its last pause, as name and value.
    pub fn facts(&self) -> Vec<(String, i64)> {
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let silence = self.ledger.committed.zip(self.ledger.speech_end).map_or(0, |(end, from)| (end - from).0);
        let wait = self.verdict.as_ref().map_or(0, |verdict| verdict.wait.0);
        let mut facts = vec![
            ("silence_ms", silence),
            ("wait_ms", wait),
            ("spoken_ms", (self.last_speech - self.from).0),
            ("words", u64::from(self.words_before + word_count(&self.text()))),
            ("pauses", self.utterances.len().saturating_sub(1) as u64),
            ("speculations", u64::from(self.speculations)),
            ("secret_tokens_kept", self.secret_kept),
            ("secret_tokens_dropped", self.secret_dropped),
            ("own_pause_ms", self.own.pause.0),
            ("own_pauses", self.own.pauses as u64),
            ("goes_on_permille", u64::from(self.own.goes_on.0)),
            ("expected_permille", u64::from(self.own.expected_permille)),
            ("went_on", u64::from(self.own.went_on)),
            ("interrupts", u64::from(self.interrupts)),
        ];
        facts.extend(self.key.map(|key| ("key_ms", key.0)));
        facts.into_iter().map(|(name, value)| (name.to_owned(), number(value))).collect()
    }

    /// A new utterance begins.
    pub fn begin_utterance(&mut self, id: Option<UtteranceId>) {
        if self.utterances.len() < UTTERANCES_MAX {
            self.utterances.push(Utterance { id, ..Utterance::default() });
        }
    }

    /// The utterance that is being spoken: not yet asked for its last word.
    pub fn speaking(&mut self) -> Option<&mut Utterance> {
        self.utterances.last_mut().filter(|utterance| !utterance.finishing && utterance.settled.is_none())
    }

    /// Takes words of an utterance. Browser words without a name go to the last unsettled one, or open one. True when
    /// the turn's text changed.
    pub fn take_words(&mut self, id: Option<UtteranceId>, text: &str, is_final: bool) -> bool {
        let before = self.text();
        if id.is_none() && self.utterances.last().is_none_or(|last| last.settled.is_some()) {
            self.begin_utterance(None);
        }
        let found = self.utterances.iter_mut().rev().find(|utterance| utterance.id == id);
        let Some(utterance) = found.filter(|utterance| utterance.settled.is_none()) else { return false };
        if is_final {
            utterance.settled = Some(text.trim().to_owned());
        } else {
            utterance.partial = text.trim().to_owned();
        }
        self.text() != before
    }

    /// The recogniser failed on an utterance, or on all (`None`): what it had so far must do.
    pub fn give_up_words(&mut self, id: Option<UtteranceId>) {
        for utterance in self.utterances.iter_mut().filter(|u| id.is_none() || u.id == id) {
            let partial = std::mem::take(&mut utterance.partial);
            utterance.settled.get_or_insert(partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_utterances_join_in_the_order_of_speech() {
        let mut turn = Turn::default();
        turn.begin_utterance(Some(UtteranceId(1)));
        turn.begin_utterance(Some(UtteranceId(2)));
        assert!(turn.take_words(Some(UtteranceId(2)), "then scan", true));
        assert!(turn.words_pending());
        assert!(turn.take_words(Some(UtteranceId(1)), "I sort ", true));
        assert_eq!(turn.text(), "I sort then scan");
        assert!(!turn.words_pending());
    }

    #[test]
    fn partials_may_shrink_and_finals_stand() {
        let mut turn = Turn::default();
        turn.begin_utterance(Some(UtteranceId(1)));
        turn.take_words(Some(UtteranceId(1)), "I would sort the", false);
        turn.take_words(Some(UtteranceId(1)), "I would", false);
        assert_eq!(turn.text(), "I would");
        turn.take_words(Some(UtteranceId(1)), "I wouldn't", true);
        assert!(!turn.take_words(Some(UtteranceId(1)), "late partial", false));
        assert_eq!(turn.text(), "I wouldn't");
    }

    #[test]
    fn browser_words_after_a_final_open_a_new_utterance() {
        let mut turn = Turn::default();
        turn.take_words(None, "I sort", false);
        turn.take_words(None, "I sort it", true);
        turn.take_words(None, "then", false);
        assert_eq!(turn.text(), "I sort it then");
    }

    #[test]
    fn a_failed_recogniser_leaves_its_partial() {
        let mut turn = Turn::default();
        turn.begin_utterance(Some(UtteranceId(1)));
        turn.take_words(Some(UtteranceId(1)), "I sort", false);
        turn.give_up_words(None);
        assert_eq!((turn.text().as_str(), turn.words_pending()), ("I sort", false));
    }
}
