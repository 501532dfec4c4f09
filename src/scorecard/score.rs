//! From a record to a scorecard: a pure function of the record, the rubric and what a judge answered.

use super::advice::{self, Offer};
use super::card::*;
use super::computed::{self, Known};
use super::judge::{self, Grader, Judgements};
use super::metrics::Metrics;
use super::record::Record;
use super::{bands, card};
use crate::interview::agenda::course;
use crate::questions::format::Kind;
use crate::questions::rubric::{Rubric, RubricError, SignalKind};

/// Why there is no scorecard.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// Nothing but talk: no rubric says what to look for.
    #[error("there is no rubric for this kind of interview")]
    NoRubric,
    /// The rubric cannot be used.
    #[error(transparent)]
    Rubric(#[from] RubricError),
}

/// The rubric by which this record is scored.
///
/// # Errors
/// When there is none for its kind.
pub fn rubric_of(record: &Record) -> Result<Rubric, ScoreError> {
    let kind = match record.setup.course.kind {
        course::Kind::Talk => return Err(ScoreError::NoRubric),
        course::Kind::Coding => Kind::Coding,
        course::Kind::Behavioural => Kind::Behavioural,
        course::Kind::SystemDesign => Kind::SystemDesign,
    };
    Ok(Rubric::embedded(kind)?)
}

/// The scorecard. Without judgements what is computed stands, and the rest is not assessed.
pub fn score(
    record: &Record,
    metrics: &Metrics,
    rubric: &Rubric,
    judgements: Option<&Judgements>,
    bank: &[Offer],
) -> Scorecard {
    let grader = Grader::new(record, metrics, rubric);
    let (found, grader) = match judgements {
        Some(judgements) => judge::replay(grader, judgements),
        None => {
            let (_, health) = grader.end();
            (Default::default(), health)
        }
    };
    let known = Known { record, metrics };
    let finding = |signal: &crate::questions::rubric::Signal| match signal.kind {
        SignalKind::Deterministic => computed::find(signal, known),
        SignalKind::Judged => found.get(&signal.id).cloned().unwrap_or_else(|| card::Finding::NotAssessed {
            why: if judgements.is_some() { "too little was said and written" } else { "no judge was asked" }.into(),
        }),
    };
    let dimensions: Vec<Dimension> = rubric.dimensions.iter().map(|known| dimension(known, rubric, finding)).collect();
    let question = &record.setup.question;
    Scorecard {
        question: Question {
            id: question.id.clone(),
            title: question.title.clone(),
            content_hash: question.content_hash.clone(),
        },
        versions: Versions {
            scorecard: SCORECARD_VERSION,
            rubric: rubric.version.clone(),
            rubric_hash: rubric.hash.clone(),
            band: rubric.band.clone(),
            metrics: metrics.metrics_version,
            prompt_hash: judgements.map(|_| judge::prompt_hash()),
            judge: judgements.map(|judgements| judgements.judge.clone()),
        },
        strengths: advice::strengths(&dimensions),
        next_steps: advice::next_steps(&dimensions, rubric),
        practice: advice::practice(&question.id, &rubric.kind.to_string(), &dimensions, bank),
        dimensions,
        grader,
    }
}

fn dimension(
    known: &crate::questions::rubric::Dimension,
    rubric: &Rubric,
    finding: impl Fn(&crate::questions::rubric::Signal) -> Finding,
) -> Dimension {
    let signals: Vec<Signal> = known
        .signals
        .iter()
        .map(|signal| Signal {
            id: signal.id.clone(),
            looks_for: signal.looks_for.clone(),
            weight: signal.weight,
            judged: signal.kind == SignalKind::Judged,
            finding: finding(signal),
        })
        .collect();
    let weighted: Vec<_> = signals.iter().map(|signal| (signal.weight, signal.finding.band())).collect();
    // The rubric's own check refuses a function that there is not.
    let (band, assessed_permille) = bands::band(&rubric.band, &weighted).unwrap_or((None, 0));
    Dimension {
        id: known.id.clone(),
        title: known.title.clone(),
        weight: known.weight,
        band,
        assessed_permille,
        signals,
    }
}
