//! Where the time of an answer goes: of each answered turn, when what happened after the candidate's last sound, by the rule that
//! ended it. What came last before the answer's first sound is what it waited for: the floor's silence, or a service.

use super::measure::part;
use crate::interview::command::TurnReport;
use crate::units::*;
use std::collections::BTreeMap;

/// One answered turn. All times count from the candidate's last sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The rule that ended the turn, and what lengthened its wait.
    pub rule: String,
    /// The silence the rule asked for.
    pub wait: Ms,
    /// The last of its words came; none: no final was awaited.
    pub final_words: Option<Ms>,
    /// The turn was over.
    pub over: Ms,
    /// The model's first word; none: the author's line.
    pub first_token: Option<Ms>,
    /// The first piece of the answer could be said.
    pub first_piece: Option<Ms>,
    /// Its first sound was made.
    pub first_sound: Option<Ms>,
    /// The first sound of the interviewer was heard.
    pub heard: Ms,
    /// It began with an opener.
    pub opened: bool,
}

impl Spent {
    /// The turn of this report, ended by the candidate's last sound at `end`, whose answer was heard at `heard`.
    pub fn of(report: &TurnReport, end: At, heard: At) -> Spent {
        let since = |at: Option<At>| at.map(|at| at - end);
        let ledger = &report.ledger;
        let wait = report.facts.iter().find(|(name, _)| name == "wait_ms").map_or(0, |(_, wait)| *wait);
        let rule = match &report.stretched_by {
            Some(by) => format!("{} + {by}", report.rule),
            None => report.rule.clone(),
        };
        Spent {
            rule,
            wait: Ms(wait.max(0) as u64),
            final_words: since(ledger.stt_final),
            over: ledger.committed.map_or(Ms(0), |at| at - end),
            first_token: since(ledger.llm_first_token),
            first_piece: since(ledger.first_sentence),
            first_sound: since(ledger.tts_first_byte),
            heard: heard - end,
            opened: ledger.opener_sent.is_some(),
        }
    }

    /// Whether a service was what the answer waited for: its sound was not there when the turn was over.
    fn waits_for_services(&self) -> bool {
        self.first_sound.is_none_or(|sound| sound > self.over)
    }
}

/// The heads of the columns; times at their medians, in ms after the candidate's last sound.
pub const HEADS: [&str; 12] = [
    "answers",
    "share %",
    "wait p50",
    "wait p95",
    "words final",
    "turn over",
    "first token",
    "first piece",
    "first sound",
    "heard p50",
    "heard p95",
    "services late %",
];

/// A row a rule, the most frequent first; the first row is all.
pub fn rows(spent: &[Spent]) -> Vec<(String, [u64; 12])> {
    let mut by_rule: BTreeMap<&str, Vec<&Spent>> = BTreeMap::new();
    spent.iter().for_each(|one| by_rule.entry(&one.rule).or_default().push(one));
    let mut rows: Vec<(String, [u64; 12])> =
        by_rule.iter().map(|(rule, of)| ((*rule).to_owned(), row(of, spent.len()))).collect();
    rows.sort_by_key(|(_, cells)| std::cmp::Reverse(cells[0]));
    rows.insert(0, ("all".to_owned(), row(&spent.iter().collect::<Vec<_>>(), spent.len())));
    rows
}

fn row(of: &[&Spent], all: usize) -> [u64; 12] {
    let times = |time: fn(&Spent) -> Option<Ms>, permille| {
        part(&of.iter().filter_map(|one| time(one)).collect::<Vec<_>>(), permille).0
    };
    let share = |part: usize, whole: usize| (part * 100).checked_div(whole).unwrap_or(0) as u64;
    [
        of.len() as u64,
        share(of.len(), all),
        times(|one| Some(one.wait), 500),
        times(|one| Some(one.wait), 950),
        times(|one| one.final_words, 500),
        times(|one| Some(one.over), 500),
        times(|one| one.first_token, 500),
        times(|one| one.first_piece, 500),
        times(|one| one.first_sound, 500),
        times(|one| Some(one.heard), 500),
        times(|one| Some(one.heard), 950),
        share(of.iter().filter(|one| one.waits_for_services()).count(), of.len()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::command::Ledger;

    fn report(committed: u64, sound: u64, stretched_by: Option<&str>) -> TurnReport {
        TurnReport {
            turn: TurnId(1),
            item: ItemId(1),
            rule: "complete_sentence".into(),
            stretched_by: stretched_by.map(str::to_owned),
            facts: vec![("wait_ms".into(), 600)],
            ledger: Ledger { committed: Some(At(committed)), tts_first_byte: Some(At(sound)), ..Ledger::default() },
        }
    }

    #[test]
    fn times_count_from_the_last_sound_and_rows_from_the_most_frequent_rule() {
        let spent = [
            Spent::of(&report(10_600, 10_500, None), At(10_000), At(10_650)),
            Spent::of(&report(10_600, 10_800, None), At(10_000), At(10_850)),
            Spent::of(&report(11_200, 10_800, Some("own_pauses")), At(10_000), At(11_250)),
        ];
        let rows = rows(&spent);
        let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["all", "complete_sentence", "complete_sentence + own_pauses"]);
        assert_eq!((rows[1].1[9], rows[1].1[11]), (650, 50), "half of them waited for a service");
        assert_eq!((rows[2].1[5], rows[2].1[11]), (1_200, 0));
    }
}
