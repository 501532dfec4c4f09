//! Scoring an interview: the job after its recording is taken in. The record is made of the kept files, measured, judged by a
//! model if there is one, and scored. Scorecard, the judge's answers and the job's end are one transaction: killed anywhere, it is
//! begun again and has one result.

use super::clerk::Note;
use super::work::JobError;
use super::{App, ids, unix_ms};
use crate::config::Config;
use crate::digest::sha256_hex;
use crate::providers::llm::{Llm, Phrasing};
use crate::questions::Bank;
use crate::recording::Header;
use crate::recording::reader::Steps;
use crate::scorecard::advice::Offer;
use crate::scorecard::card::{Finding, Scorecard};
use crate::scorecard::judge::{self, Grader, Judgements};
use crate::scorecard::metrics::{self, Metrics};
use crate::scorecard::record::Record;
use crate::scorecard::score::{self, ScoreError};
use crate::store::StoreError;
use crate::store::jobs::{Held, NewJob};
use crate::store::scorecards::{NewScorecard, Scorer, SignalRow};
use crate::store::scoring::{JUDGEMENTS, Scored};
use crate::store::usage::Usage;
use std::sync::Arc;

/// Kind of the job.
pub const SCORE: &str = "score";
/// A recording is taken in before others are scored: people wait for it.
const PRIORITY: i64 = -10;
/// Tried so often; a model that is away for half a minute is waited for, then what can be computed stands.
const ATTEMPTS_MAX: i64 = 6;

/// Who judges interviews on this server.
pub(super) struct Judge {
    name: String,
    model: Arc<dyn Llm>,
}

/// The judge, if the configuration has one.
pub(super) fn open(config: &Config) -> Result<Option<Judge>, crate::providers::OpenError> {
    if !config.judge.enabled {
        return Ok(None);
    }
    let opened = judge::open(&config.llm, &config.judge)?;
    let name = judge::name(&opened, &config.llm, &config.judge);
    Ok(match opened.phrasing {
        // The scripted one talks like an interviewer and knows nothing of rubrics.
        Phrasing::Model(_) if opened.name == "fake" && config.judge.model.is_none() => None,
        Phrasing::Model(model) => Some(Judge { name, model }),
        Phrasing::Authored => None,
    })
}

/// The job for a session, to be asked for when its recording is taken in.
pub(super) fn job(session: &str, now: crate::store::UnixMs) -> NewJob<'_> {
    NewJob { kind: SCORE, subject: session, payload: "{}", priority: PRIORITY, attempts_max: ATTEMPTS_MAX, ready: now }
}

/// The bank's questions as far as practice is chosen by them.
pub fn offers(bank: &Bank) -> Vec<Offer> {
    let offer = |entry: &crate::questions::Entry| Offer {
        id: entry.file.id.clone(),
        title: entry.question.title.clone(),
        kind: entry.kind.to_string(),
        topics: entry.topics.clone(),
        difficulty: entry.difficulty,
    };
    bank.entries().iter().map(offer).collect()
}

/// Does the job.
pub(super) async fn score(app: &App, held: &Held) -> Result<(), JobError> {
    let (header, steps) = (bytes(app, held, "header.json").await?, bytes(app, held, "steps.jsonl").await?);
    let (Some(header), Some(steps)) = (header, steps) else {
        // Deleted meanwhile, or kept without steps: nothing to score.
        return Ok(app.store().end_job(held, unix_ms()).await?);
    };
    let read = tokio::task::spawn_blocking(move || measured(&header, &steps)).await;
    let (record, metrics) = read.map_err(|error| JobError::Other(error.to_string()))?.map_err(JobError::Other)?;
    let rubric = match score::rubric_of(&record) {
        Ok(rubric) => rubric,
        Err(ScoreError::NoRubric) => return Ok(app.store().end_job(held, unix_ms()).await?),
        Err(error) => return Err(JobError::Other(error.to_string())),
    };
    let judgements = judgements(app, held, Grader::new(&record, &metrics, &rubric)).await?;
    let offers = offers(&app.inner.bank);
    let card = score::score(&record, &metrics, &rubric, judgements.as_ref(), &offers);
    let kept = judgements.as_ref().and_then(|judgements| serde_json::to_string(judgements).ok());
    let scored = Scored { scorecard: scorecard_row(held, &card), judgements: kept };
    Ok(app.store().scored(held, &scored, unix_ms()).await?)
}

async fn bytes(app: &App, held: &Held, name: &str) -> Result<Option<Vec<u8>>, JobError> {
    match app.store().file(&held.subject, name).await? {
        Some(file) => Ok(Some(app.store().blobs().read_whole(&file).await.map_err(StoreError::from)?)),
        None => Ok(None),
    }
}

/// Blocks for some tens of milliseconds.
fn measured(header: &[u8], steps: &[u8]) -> Result<(Record, Metrics), String> {
    let header: Header = serde_json::from_slice(header).map_err(|error| format!("header.json: {error}"))?;
    let record = Record::read(header.setup, Steps::new("steps.jsonl".into(), steps))
        .map_err(|error| super::work::chain(&error))?;
    let metrics = metrics::measure(&record);
    Ok((record, metrics))
}

/// The judge's answers; none without a judge, and when it could not be asked at all.
async fn judgements(app: &App, held: &Held, grader: Grader<'_>) -> Result<Option<Judgements>, JobError> {
    // An interview that was brought has answers; they are not asked for again.
    if let Some(kept) = app.store().document(&held.subject, JUDGEMENTS).await? {
        return Ok(serde_json::from_str(&kept.body).ok());
    }
    let Some(judge) = &app.inner.judge else { return Ok(None) };
    let person = app.store().session_person(&held.subject).await?.unwrap_or_default();
    let most = app.judges_tokens(&person).await?;
    let judgements = judge::ask(grader, &judge.name, judge.model.as_ref(), most).await;
    // They are spent, whatever becomes of the job.
    app.judged(&person, &judgements);
    let went_wrong = |call: &judge::Call| call.answer.is_none() && !call.refused;
    let is_away = !judgements.calls.is_empty() && judgements.calls.iter().all(went_wrong);
    if is_away && held.attempt < held.attempts_max {
        return Err(JobError::Other("the judge could not be asked".to_owned()));
    }
    Ok((!is_away).then_some(judgements))
}

impl App {
    /// Tokens that judging an interview of this person may take now.
    async fn judges_tokens(&self, person: &str) -> Result<u64, StoreError> {
        let most = u64::from(self.config().judge.interview_tokens_max);
        Ok(self.tokens_left(person).await?.map_or(most, |left| left.min(most)))
    }

    /// Counts what a judge took: for the person's day and for the operator.
    fn judged(&self, person: &str, judgements: &Judgements) {
        let tokens = judgements.tokens();
        ::metrics::counter!("viva_judge_tokens_total").increment(tokens);
        ::metrics::counter!("viva_judge_calls_total").increment(judgements.calls.len() as u64);
        let usage = Usage { tokens: i64::try_from(tokens).unwrap_or(i64::MAX), ..Usage::default() };
        self.inner.clerk.tell(Note::Used { person: person.to_owned(), at: unix_ms(), usage });
    }
}

fn scorecard_row(held: &Held, card: &Scorecard) -> NewScorecard {
    let versions = serde_json::to_string(&card.versions).unwrap_or_default();
    let verdict = |finding: &Finding| match finding.band() {
        Some(band) => band.to_string(),
        None => "not_assessed".to_owned(),
    };
    let signals = card.signals().map(|(dimension, signal)| SignalRow {
        signal: signal.id.clone(),
        dimension: dimension.id.clone(),
        verdict: verdict(&signal.finding),
        judged: signal.judged,
        evidence: serde_json::to_string(signal.finding.evidence()).unwrap_or_default(),
    });
    NewScorecard {
        id: ids::scorecard(),
        session: held.subject.clone(),
        person: String::new(),
        session_at: unix_ms(),
        scorer: Scorer::Machine,
        author: String::new(),
        versions_sha256: sha256_hex(versions.as_bytes()),
        versions,
        judged: card.grader.judged,
        unverified: card.grader.unverified,
        body: card.to_json(),
        created: unix_ms(),
        signals: signals.collect(),
        bands: card.dimensions.iter().map(|dimension| (dimension.id.clone(), dimension.band.map(i64::from))).collect(),
    }
}
