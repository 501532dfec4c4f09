//! What a rehearsal measured: each turn's ledger, interruptions, and their percentiles.

use crate::units::percentile_rank;
use crate::wire::extension::TurnView;
use serde::Serialize;

/// A turn of the candidate that was answered. Times of the candidate's own clock unless they are in `server`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The line of the script, from 1.
    pub line: usize,
    /// What was said or typed.
    pub text: String,
    /// It was typed.
    pub typed: bool,
    /// The last speech sample (or the typed text) left the candidate; none where only the server can tell.
    pub speech_end_ms: Option<u64>,
    /// The first sound of the answer came.
    pub first_received_ms: Option<u64>,
    /// The first sound of the answer was played.
    pub first_heard_ms: Option<u64>,
    /// How the server decided it, with the server's own ledger.
    pub server: Option<TurnView>,
    /// The item that the turn became.
    #[serde(skip)]
    pub item: Option<String>,
}

impl Turn {
    /// End of speech to the first sound heard.
    pub fn answered_after(&self) -> Option<u64> {
        if let (Some(heard), Some(end)) = (self.first_heard_ms, self.speech_end_ms) {
            return Some(heard.saturating_sub(end));
        }
        let ledger = self.server.as_ref()?.ledger;
        Some(ledger.first_played_ms?.saturating_sub(ledger.speech_end_ms?))
    }

    /// End of speech to the turn's end, by the server.
    pub fn committed_after(&self) -> Option<u64> {
        let ledger = self.server.as_ref()?.ledger;
        Some(ledger.committed_ms?.saturating_sub(ledger.speech_end_ms?))
    }

    /// The turn's end to the first sound sent, by the server.
    pub fn sent_after_commit(&self) -> Option<u64> {
        let ledger = self.server.as_ref()?.ledger;
        Some(ledger.first_sent_ms?.saturating_sub(ledger.committed_ms?))
    }

    /// The rule that ended it.
    pub fn rule(&self) -> &str {
        self.server.as_ref().map_or("", |server| server.rule.as_str())
    }
}

/// A reply that the candidate ended by speaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interruption {
    /// The line of the script, from 1.
    pub line: usize,
    /// The candidate's first speech sample to the last interviewer sound received.
    pub last_received_after_ms: u64,
    /// The candidate's first speech sample to the interviewer's silence.
    pub silent_after_ms: u64,
}

/// Values of one kind, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// How many.
    pub count: usize,
    /// Half are at most this.
    pub p50: u64,
    /// 95 of 100 are at most this.
    pub p95: u64,
    /// The largest.
    pub max: u64,
}

impl Figures {
    /// The figures of these values; none when there are none.
    pub fn of(values: impl IntoIterator<Item = u64>) -> Option<Figures> {
        let mut values: Vec<u64> = values.into_iter().collect();
        values.sort_unstable();
        let rank = |permille: usize| values.get(percentile_rank(values.len(), permille)).copied();
        Some(Figures { count: values.len(), p50: rank(500)?, p95: rank(950)?, max: rank(1000)? })
    }
}

/// All figures of one or many sessions; none where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// End of speech to the first sound heard, spoken turns only.
    pub answered_ms: Option<Figures>,
    /// End of speech to the turn's end, by the server.
    pub committed_ms: Option<Figures>,
    /// The turn's end to the first sound sent, by the server.
    pub sent_after_commit_ms: Option<Figures>,
    /// Interruption: first speech sample to the last sound received.
    pub last_received_ms: Option<Figures>,
    /// Interruption: first speech sample to silence.
    pub silent_ms: Option<Figures>,
}

impl Summary {
    /// Sums up turns and interruptions.
    pub fn of<'a>(
        turns: impl Iterator<Item = &'a Turn> + Clone,
        interruptions: impl Iterator<Item = &'a Interruption> + Clone,
    ) -> Summary {
        let spoken = turns.filter(|turn| !turn.typed);
        Summary {
            answered_ms: Figures::of(spoken.clone().filter_map(Turn::answered_after)),
            committed_ms: Figures::of(spoken.clone().filter_map(Turn::committed_after)),
            sent_after_commit_ms: Figures::of(spoken.filter_map(Turn::sent_after_commit)),
            last_received_ms: Figures::of(interruptions.clone().map(|cut| cut.last_received_after_ms)),
            silent_ms: Figures::of(interruptions.map(|cut| cut.silent_after_ms)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(Figures::of([]), None);
        assert_eq!(Figures::of([7]), Some(Figures { count: 1, p50: 7, p95: 7, max: 7 }));
        let figures = Figures::of((1..=40).rev());
        assert_eq!(figures, Some(Figures { count: 40, p50: 20, p95: 38, max: 40 }));
    }

    #[test]
    fn typed_turns_do_not_count_as_answers_to_speech() {
        let turn = |typed| Turn {
            line: 1,
            text: String::new(),
            typed,
            speech_end_ms: Some(1_000),
            first_received_ms: Some(1_600),
            first_heard_ms: Some(1_620),
            server: None,
            item: None,
        };
        let turns = [turn(false), turn(true)];
        let summary = Summary::of(turns.iter(), [].iter());
        assert_eq!(summary.answered_ms.map(|figures| (figures.count, figures.p95)), Some((1, 620)));
        assert_eq!(summary.committed_ms, None);
    }
}
