//! Evidence: places in the record that a signal rests on. A judge names places; each is read again from the record, and what is
//! shown afterwards is the record's text, never the judge's.

use super::metrics::{Metrics, Unit};
use super::record::words::{Word, part, words};
use super::record::{Record, Speaker, Utterance};
use crate::language::Language;
use crate::questions::rubric;
use crate::units::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Places a signal may rest on, at most.
pub const PLACES_MAX: usize = 3;
/// Shorter quotes could be found anywhere: they must be the whole utterance or hold a number.
const QUOTE_WORDS_MIN: usize = 3;
/// Lines of code that one place may show.
const LINES_MAX: u32 = 40;
/// Characters of a quote that a judge may give.
const QUOTE_CHARS_MAX: usize = 1_000;

/// A place as a judge names it. Nothing of it is shown before it is verified.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reference {
    /// Words that the candidate said.
    Utterance {
        /// Which utterance.
        id: u32,
        /// The words.
        quote: String,
    },
    /// Lines of the code at a moment.
    Code {
        /// Which snapshot.
        snapshot: u64,
        /// From this line, counted from 1.
        from_line: u32,
        /// To this one, included.
        to_line: u32,
    },
    /// A run of the tests.
    Run {
        /// Which.
        id: u32,
    },
    /// A metric.
    Metric {
        /// Which.
        id: String,
    },
}

/// A place that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    /// Words that the candidate said.
    Utterance {
        /// Which utterance.
        id: u32,
        /// When it began.
        at_ms: u64,
        /// From this character of it.
        from_char: u32,
        /// To this one, excluded.
        to_char: u32,
        /// The words.
        text: String,
    },
    /// Lines of the code at a moment.
    Code {
        /// The step that made the code what it was.
        snapshot: u64,
        /// When that was.
        at_ms: u64,
        /// Its language.
        language: Language,
        /// From this line, counted from 1.
        from_line: u32,
        /// To this one, included.
        to_line: u32,
        /// The lines.
        text: String,
    },
    /// A run of the tests.
    Run {
        /// Which.
        id: u32,
        /// When it was asked for.
        at_ms: u64,
        /// What it came to: visible tests passed and run, hidden ones likewise.
        visible: (u32, u32),
        /// See `visible`.
        hidden: (u32, u32),
    },
    /// A metric.
    Metric {
        /// Which.
        id: String,
        /// Its value.
        value: i64,
        /// Its unit.
        unit: Unit,
    },
}

/// Why a reference does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// Not of a kind that the rubric takes for this signal.
    #[error("evidence of this kind does not count for this signal")]
    WrongKind,
    /// No such utterance, snapshot, run or metric.
    #[error("there is no such place in the record")]
    NoSuchPlace,
    /// The interviewer said it.
    #[error("the candidate did not say it")]
    WrongSpeaker,
    /// The words do not stand there.
    #[error("the quoted words do not stand in that utterance")]
    NotSaid,
    /// So few words could stand anywhere.
    #[error("the quote is too short to show anything")]
    TooShort,
    /// The code did not have these lines then.
    #[error("the code did not have these lines then")]
    NoSuchLines,
    /// The run or the metric came to nothing.
    #[error("the run or metric gives no result")]
    NoResult,
}

impl Reference {
    /// Its kind.
    pub fn kind(&self) -> rubric::Evidence {
        match self {
            Reference::Utterance { .. } => rubric::Evidence::Utterance,
            Reference::Code { .. } => rubric::Evidence::Code,
            Reference::Run { .. } => rubric::Evidence::Run,
            Reference::Metric { .. } => rubric::Evidence::Metric,
        }
    }

    /// Reads the place again. With it comes whether the quote was found only after repair.
    ///
    /// # Errors
    /// When the record does not hold it.
    pub fn verify(&self, record: &Record, metrics: &Metrics) -> Result<(Evidence, bool), Unverified> {
        match self {
            Reference::Utterance { id, quote } => said(record, *id, quote),
            Reference::Code { snapshot, from_line, to_line } => {
                lines(record, *snapshot, *from_line, *to_line).map(|evidence| (evidence, false))
            }
            Reference::Run { id } => run(record, RunId(*id)).map(|evidence| (evidence, false)),
            Reference::Metric { id } => metric(metrics, id).map(|evidence| (evidence, false)),
        }
    }
}

fn said(record: &Record, id: u32, quote: &str) -> Result<(Evidence, bool), Unverified> {
    let utterance = record.utterance(id).ok_or(Unverified::NoSuchPlace)?;
    if utterance.speaker != Speaker::Candidate || utterance.item.is_none() {
        return Err(Unverified::WrongSpeaker);
    }
    let quote = quote.trim();
    if quote.chars().count() > QUOTE_CHARS_MAX {
        return Err(Unverified::NotSaid);
    }
    let (spoken, quoted) = (words(&utterance.text), words(quote));
    let shows = quoted.len() >= QUOTE_WORDS_MIN.min(spoken.len())
        || quoted.iter().any(|word| word.text.chars().any(|letter| letter.is_ascii_digit()));
    if quoted.is_empty() || !shows {
        return Err(Unverified::TooShort);
    }
    let place = find(&spoken, &quoted).ok_or(Unverified::NotSaid)?;
    let (from_char, to_char) = (place[0].chars.start, place[place.len() - 1].chars.end);
    let text = part(&utterance.text, from_char..to_char).ok_or(Unverified::NotSaid)?.to_owned();
    let repaired = !utterance.text.contains(quote);
    Ok((at(utterance, from_char, to_char, text), repaired))
}

fn at(utterance: &Utterance, from_char: u32, to_char: u32, text: String) -> Evidence {
    Evidence::Utterance { id: utterance.id, at_ms: utterance.span.from.0, from_char, to_char, text }
}

/// Where these words stand one after the other, whatever stands between them.
fn find<'a>(spoken: &'a [Word], quoted: &[Word]) -> Option<&'a [Word]> {
    spoken.windows(quoted.len()).find(|place| place.iter().zip(quoted).all(|(one, other)| one.text == other.text))
}

fn lines(record: &Record, snapshot: u64, from_line: u32, to_line: u32) -> Result<Evidence, Unverified> {
    let code = record.code.as_ref().ok_or(Unverified::NoSuchPlace)?;
    let found = code.at_step(snapshot);
    if found.seq != snapshot {
        return Err(Unverified::NoSuchPlace);
    }
    if to_line.saturating_sub(from_line) >= LINES_MAX {
        return Err(Unverified::NoSuchLines);
    }
    let text = found.lines(from_line, to_line).filter(|text| !text.trim().is_empty());
    let text = text.ok_or(Unverified::NoSuchLines)?;
    Ok(Evidence::Code { snapshot, at_ms: found.at.0, language: found.language, from_line, to_line, text })
}

/// A run of the tests as evidence.
///
/// # Errors
/// When there is none of this id, or it gave no result.
pub fn run(record: &Record, id: RunId) -> Result<Evidence, Unverified> {
    let run = record.run(id).ok_or(Unverified::NoSuchPlace)?;
    let report = run.tested().ok_or(Unverified::NoResult)?;
    let visible = report.visible();
    let hidden = report.hidden.as_ref().map_or((0, 0), |hidden| (hidden.passed, hidden.total));
    Ok(Evidence::Run { id: id.0, at_ms: run.at.0, visible, hidden })
}

/// A metric as evidence.
///
/// # Errors
/// When there is none of this id, or it could not be measured.
pub fn metric(metrics: &Metrics, id: &str) -> Result<Evidence, Unverified> {
    let row = metrics.row(id).ok_or(Unverified::NoSuchPlace)?;
    let value = row.value.ok_or(Unverified::NoResult)?;
    Ok(Evidence::Metric { id: row.id.clone(), value, unit: row.unit })
}
