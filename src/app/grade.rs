//! Scoring an interview: the job after its recording is taken in. The record is made of the kept files, measured, judged by a
//! model if there is one, and scored. Scorecard, the judge's answers and the job's end are one transaction: killed anywhere, it is
//! begun again and has one result.
//!
//! What the candidate's tokens of the day do not suffice for is asked when there are tokens again: a second job, [`JUDGE`], goes on
//! where the first stopped and puts its scorecard in the place of the first's.

use super::clerk::Note;
use super::work::JobError;
use super::{App, ROW_WITHIN, ids, unix_ms};
use crate::config::Config;
use crate::digest::sha256_hex;
use crate::providers::llm::{Llm, Phrasing};
use crate::questions::Bank;
use crate::recording::Header;
use crate::recording::reader::Steps;
use crate::scorecard::advice::Offer;
use crate::scorecard::card::{Finding, Scorecard};
use crate::scorecard::judge::{self, Asked, Call, Grader, Judgements, Purse};
use crate::scorecard::metrics::{self, Metrics};
use crate::scorecard::record::Record;
use crate::scorecard::score::{self, ScoreError};
use crate::store::jobs::{Held, NewJob};
use crate::store::scorecards::{NewScorecard, Scorer, SignalRow};
use crate::store::scoring::{JUDGE, JUDGEMENTS, Scored, Then};
use crate::store::usage::{DAY_MS, Usage, day};
use crate::store::{StoreError, UnixMs};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Kind of the job.
pub const SCORE: &str = "score";
/// A recording is taken in before others are scored: people wait for it.
const PRIORITY: i64 = -10;
/// Tried so often; a model that is away for half a minute is waited for, then what can be computed stands.
const ATTEMPTS_MAX: i64 = 6;
/// What is judged later waits for what people wait for.
const LATER_PRIORITY: i64 = -15;
/// So long tokens are waited for; then what could be judged stands.
const LATER_WITHIN: Duration = Duration::from_secs(14 * 24 * 3600);
/// Tried so often in that time: once a day, and when somebody's limit was changed or the server started.
const LATER_ATTEMPTS_MAX: i64 = 100;
/// A judge that is away then is asked again after so long.
const AWAY_FOR: Duration = Duration::from_secs(3600);
const AWAY: &str = "the judge could not be asked";
const USED_UP: &str = "the candidate's tokens of the day are used up";

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
    let now = unix_ms();
    let payload = serde_json::to_string(&Later { until: now.after(LATER_WITHIN) }).unwrap_or_default();
    let then = match judgements.is_some_and(|judgements| judgements.are_deferred()) {
        false => Then::Nothing,
        true if held.kind == JUDGE => Then::Again(tomorrow(now)),
        true => Then::Job(NewJob {
            kind: JUDGE,
            subject: &held.subject,
            payload: &payload,
            priority: LATER_PRIORITY,
            attempts_max: LATER_ATTEMPTS_MAX,
            ready: tomorrow(now),
        }),
    };
    Ok(app.store().scored(held, &scored, &then, now).await?)
}

/// What the job that judges later must know.
#[derive(Debug, Deserialize, Serialize)]
struct Later {
    /// Until when tokens are waited for.
    until: UnixMs,
}

/// When everybody has tokens again.
fn tomorrow(now: UnixMs) -> UnixMs {
    UnixMs((day(now) + 1) * DAY_MS)
}

/// Whether what cannot be asked now is given up.
fn is_last(held: &Held) -> bool {
    let later = serde_json::from_str::<Later>(&held.payload).ok();
    held.attempt >= held.attempts_max || later.is_some_and(|later| later.until <= unix_ms())
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
    // An interview that was brought has answers, and one that is judged later some: they are not asked for again.
    let kept = app.store().document(&held.subject, JUDGEMENTS).await?;
    let before = kept.map(|kept| serde_json::from_str::<Judgements>(&kept.body).ok());
    let before = match (before, &app.inner.judge) {
        (Some(Some(before)), Some(judge)) if before.are_deferred() => match before.judge == judge.name {
            true => before,
            // Another judge begins anew.
            false => Judgements::of(&judge.name),
        },
        (Some(before), _) => return Ok(before.map(Judgements::given_up)),
        (None, Some(judge)) => Judgements::of(&judge.name),
        (None, None) => return Ok(None),
    };
    let Some(judge) = &app.inner.judge else { return Ok(None) };
    let person = app.store().session_person(&held.subject).await?.unwrap_or_default();
    // What was judged just now counts, too.
    app.inner.clerk.settle(ROW_WITHIN).await;
    let purse =
        Purse { interview: app.config().judge.interview_tokens_max.into(), day: app.tokens_left(&person).await? };
    let Asked { judgements, now } = judge::ask(grader, judge.model.as_ref(), purse, before).await;
    // They are spent, whatever becomes of the job.
    app.judged(&person, &now);
    if held.kind == JUDGE && !is_last(held) && judgements.are_deferred() && now.iter().all(|call| call.refused) {
        return Err(JobError::Later(tomorrow(unix_ms()), USED_UP.to_owned()));
    }
    let is_away = !now.is_empty() && now.iter().all(|call| call.answer.is_none() && !call.refused);
    match (is_away, is_last(held)) {
        (true, false) if held.kind == JUDGE => Err(JobError::Later(unix_ms().after(AWAY_FOR), AWAY.to_owned())),
        (true, false) => Err(JobError::Other(AWAY.to_owned())),
        (true, true) if held.kind != JUDGE => Ok(None),
        (_, true) if held.kind == JUDGE => Ok(Some(judgements.given_up())),
        _ => Ok(Some(judgements)),
    }
}

impl App {
    /// Counts what a judge took: for the person's day and for the operator.
    fn judged(&self, person: &str, calls: &[Call]) {
        let made = calls.iter().filter(|call| !call.refused).count();
        let tokens = calls.iter().map(Call::tokens).sum();
        ::metrics::counter!("viva_judge_tokens_total").increment(tokens);
        ::metrics::counter!("viva_judge_calls_total").increment(made as u64);
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
