//! What the answers' speed costs: when the answer itself is heard (openers do not count), how many calls of the model are made in
//! secret, what of them is thrown away, and how often a late model is asked twice.

use super::measure::{Measure, part};

/// The heads of the columns. Shares are of answers, but for the tokens, which are of all tokens of the model's calls.
pub const HEADS: [&str; 8] = [
    "answers",
    "answer itself p50 ms",
    "answer itself p95 ms",
    "opened of 1000",
    "secret calls of 1000",
    "tokens dropped of 1000",
    "asked twice of 1000",
    "second call faster",
];

/// Their names in JSON.
pub const IDS: [&str; 8] = [
    "answers",
    "answer_itself_p50_ms",
    "answer_itself_p95_ms",
    "opened_permille",
    "secret_calls_permille",
    "tokens_dropped_permille",
    "hedged_permille",
    "hedges_won",
];

/// The cells of a row.
pub fn cells(measure: &Measure) -> [u64; 8] {
    let answers = measure.answer.len();
    let of = |part: usize| (part * 1000).checked_div(answers).unwrap_or(0) as u64;
    [
        answers as u64,
        part(&measure.answer, 500).0,
        part(&measure.answer, 950).0,
        of(measure.opened),
        of(measure.secret_calls),
        (measure.tokens.1 * 1000).checked_div(measure.tokens.0).unwrap_or(0),
        of(measure.hedges.0),
        measure.hedges.1 as u64,
    ]
}
