//! How the code came about: how much was written for what is there, how much thrown away, and what came in at once.

use super::figures::rate;
use super::{Measure, Metric, Place, Unit, Why};
use crate::language::Language;
use crate::scorecard::record::{Code, Edit, Record};
use crate::units::*;
use std::collections::{BTreeMap, VecDeque};

/// What comes in at once and is at least this long was hardly typed, in characters that are no space.
const BURST_MIN: u64 = 20;
/// Deletions within this time belong together.
const REWRITE_WITHIN: Ms = Ms(30_000);
/// So much of the text must go for a rewrite, permille, and at least so many characters.
const REWRITE_SHARE: u64 = 300;
const REWRITE_MIN: u64 = 60;
/// What was cut and may come back is remembered up to so many pieces.
const CUT_MAX: usize = 64;

/// All that was written and deleted, for what is there in the end.
pub const CHURN: Metric = Metric {
    id: "edit_churn",
    unit: Unit::Permille,
    about: "characters written and deleted for each 1000 of the final code",
    measure: |record| {
        with_edits(record, |code| {
            let length = code.at_the_end().text.chars().count() as u64;
            let (inserted, deleted) = sums(code);
            match length {
                0 => Measure::none(Why::NoCode),
                _ => Measure::of(rate(inserted + deleted, 1000, length), Vec::new()),
            }
        })
    },
};

/// The share of it that was deleting.
pub const DELETION_SHARE: Metric = Metric {
    id: "deletion_share",
    unit: Unit::Permille,
    about: "deleted characters among all that were written or deleted",
    measure: |record| {
        with_edits(record, |code| {
            let (inserted, deleted) = sums(code);
            Measure::of(rate(deleted, 1000, inserted + deleted), Vec::new())
        })
    },
};

/// Times that a good part was thrown away.
pub const REWRITES: Metric = Metric {
    id: "rewrites",
    unit: Unit::Count,
    about: "times that three tenths of the code or more were deleted within 30 s",
    measure: |record| with_edits(record, |code| Measure::count(rewrites(code))),
};

/// What came in at once.
pub const BURSTS: Metric = Metric {
    id: "insert_bursts",
    unit: Unit::Count,
    about: "insertions at once of 20 signs or more that do not stand, and did not stand, in the candidate's own code",
    measure: |record| with_edits(record, |code| Measure::count(bursts(code))),
};

/// The largest of all.
pub const LARGEST_INSERTION: Metric = Metric {
    id: "largest_insertion",
    unit: Unit::Characters,
    about: "the most characters that one edit inserted",
    measure: |record| {
        with_edits(record, |code| {
            let largest = code.edits.iter().max_by_key(|edit| (edit.inserted_chars(), std::cmp::Reverse(edit.seq)));
            match largest {
                Some(edit) => Measure::of(edit.inserted_chars(), vec![place(edit, edit.inserted_chars())]),
                None => Measure::none(Why::NoCode),
            }
        })
    },
};

fn with_edits(record: &Record, measure: impl FnOnce(&Code) -> Measure) -> Measure {
    match record.code.as_ref() {
        None => Measure::none(Why::NoEditor),
        Some(code) if code.edits.is_empty() => Measure::none(Why::NoCode),
        Some(code) => measure(code),
    }
}

fn place(edit: &Edit, value: u64) -> Place {
    Place::step(edit.seq, edit.at).with(value)
}

fn sums(code: &Code) -> (u64, u64) {
    code.edits
        .iter()
        .fold((0, 0), |(inserted, deleted), edit| (inserted + edit.inserted_chars(), deleted + edit.deleted_chars()))
}

/// Deletions of one text that lie within 30 s of each other, against the text as it was before the first of them.
fn rewrites(code: &Code) -> Vec<Place> {
    let lengths = code.starters.iter().map(|(language, text)| (*language, text.chars().count() as u64));
    let mut lengths: BTreeMap<Language, u64> = lengths.collect();
    let mut recent: BTreeMap<Language, VecDeque<(At, u64, u64)>> = BTreeMap::new();
    let mut found = Vec::new();
    for edit in &code.edits {
        let length = lengths.entry(edit.language).or_default();
        let recent = recent.entry(edit.language).or_default();
        while recent.pop_front_if(|(at, ..)| edit.at - *at > REWRITE_WITHIN).is_some() {}
        recent.push_back((edit.at, *length, edit.deleted_chars()));
        *length = (*length + edit.inserted_chars()).saturating_sub(edit.deleted_chars());
        let deleted: u64 = recent.iter().map(|(.., deleted)| deleted).sum();
        let (since, before) = recent.front().map_or((edit.at, 0), |(at, before, _)| (*at, *before));
        if deleted >= REWRITE_MIN && rate(deleted, 1000, before) >= REWRITE_SHARE {
            found.push(Place { from: since, ..place(edit, deleted) });
            recent.clear();
        }
    }
    found
}

/// Code that was moved or brought back is the candidate's own.
fn bursts(code: &Code) -> Vec<Place> {
    let (mut found, mut cut) = (Vec::new(), VecDeque::<&str>::new());
    let mut replay = code.replay();
    while let Some(edit) = replay.upcoming() {
        let signs = edit.inserted.chars().filter(|letter| !letter.is_whitespace()).count() as u64;
        if signs >= BURST_MIN {
            let text = edit.inserted.trim();
            let is_own = replay.text(edit.language).contains(text) || cut.iter().any(|cut| cut.contains(text));
            if !is_own {
                found.push(place(edit, edit.inserted_chars()));
            }
        }
        if edit.deleted_chars() >= BURST_MIN {
            if cut.len() == CUT_MAX {
                cut.pop_front();
            }
            cut.push_back(&edit.deleted);
        }
        replay.step();
    }
    found
}
