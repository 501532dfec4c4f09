//! What can be asked, by whom it can be asked, and who does the work.

use super::Problem;
use super::error::{InPath, Parameters};
use super::problems::problems;
use crate::app::access::Who;
use crate::app::{App, ProviderFacts, SubmissionError, choose};
use crate::language::Language;
use crate::providers::runner::{LanguageFound, Tier};
use crate::questions::{Entry, Kind};
use crate::store::page::PAGE_MAX;
use crate::store::{Cursor, UnixMs};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};

problems! {
    NoQuestion: "no_such_question";
}

/// Query of `GET /v1/questions`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuestionsWanted {
    /// So many at most; 200 unless asked otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Of this kind.
    kind: Option<Kind>,
    /// About this.
    topic: Option<String>,
    /// As difficult as this.
    #[param(minimum = 1, maximum = 5)]
    difficulty: Option<u8>,
    /// With these words in title, id or topics.
    words: Option<String>,
}

/// A question in a list.
#[derive(Serialize, ToSchema)]
pub struct QuestionRow {
    id: String,
    title: String,
    kind: Kind,
    /// 1 (easy) to 5 (hard).
    #[schema(minimum = 1, maximum = 5)]
    difficulty: u8,
    topics: Vec<String>,
    /// Length of an interview on it.
    minutes: u16,
    /// Whoever asks was asked it before.
    had: bool,
}

impl QuestionRow {
    fn of(entry: &Entry, had: &BTreeSet<String>) -> Self {
        QuestionRow {
            had: had.contains(&entry.question.id),
            id: entry.question.id.clone(),
            title: entry.question.title.clone(),
            kind: entry.kind,
            difficulty: entry.difficulty,
            topics: entry.topics.clone(),
            minutes: entry.minutes,
        }
    }
}

/// A page of questions.
#[derive(Serialize, ToSchema)]
pub struct QuestionList {
    questions: Vec<QuestionRow>,
    /// Cursor of the next page; none on the last.
    next: Option<String>,
}

/// A question as its candidate sees it. Of hidden tests that is their number.
#[derive(Serialize, ToSchema)]
pub struct QuestionWhole {
    #[serde(flatten)]
    row: QuestionRow,
    /// The statement, as Markdown.
    statement: String,
    /// SPDX name of the licence.
    license: String,
    /// sha-256 of its files, in hex.
    content_hash: String,
    /// Hints that it has.
    hints: usize,
    /// Where code is written; none for what is only talked about.
    code: Option<CodeView>,
}

/// What is written for a question.
#[derive(Serialize, ToSchema)]
pub struct CodeView {
    /// The languages it can be solved in.
    languages: Vec<Language>,
    /// What each language's text begins with.
    starters: BTreeMap<Language, String>,
    /// The tests that the candidate sees.
    tests: Vec<TestView>,
    /// How many more there are.
    hidden_tests: u32,
}

/// A visible test.
#[derive(Serialize, ToSchema)]
pub struct TestView {
    id: String,
    /// Its input, as JSON text.
    input: String,
    /// The right answer, as JSON text.
    expected: String,
}

/// The questions of the bank, easy ones first, in pages
#[utoipa::path(get, path = "/v1/questions", tag = "questions", operation_id = "list_questions", params(QuestionsWanted),
    responses((status = 200, description = "a page", body = QuestionList)))]
pub async fn list(
    State(app): State<App>,
    who: Who,
    Parameters(wanted): Parameters<QuestionsWanted>,
) -> Result<Json<QuestionList>, Problem> {
    let bad = |what: &str| Problem::new(StatusCode::BAD_REQUEST, "invalid_query", what);
    let limit = wanted.limit.unwrap_or(PAGE_MAX);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(bad(&format!("limit is 1 to {PAGE_MAX}")));
    }
    if wanted.difficulty.is_some_and(|difficulty| !(1..=5).contains(&difficulty)) {
        return Err(bad("difficulty is 1 to 5"));
    }
    let cursor = wanted
        .cursor
        .as_ref()
        .map(|text| Cursor::decode(text).ok_or_else(|| bad("cursor is the `next` of a page before")));
    let entries = app.bank().entries();
    let begin = match cursor.transpose()? {
        None => 0,
        // A question that is gone leaves its place.
        Some(cursor) => match entries.iter().position(|entry| entry.file.id == cursor.id) {
            Some(place) => place + 1,
            None => usize::try_from(cursor.at.0).unwrap_or(0),
        },
    };
    let said = wanted.words.as_ref().map(|words| words.to_lowercase());
    let fits = |entry: &Entry| {
        wanted.kind.is_none_or(|kind| entry.kind == kind)
            && wanted.difficulty.is_none_or(|difficulty| entry.difficulty == difficulty)
            && wanted.topic.as_ref().is_none_or(|topic| choose::is_about(entry, topic))
            && said.as_ref().is_none_or(|said| says(entry, said))
    };
    let mut found = entries.iter().enumerate().skip(begin).filter(|(_, entry)| fits(entry));
    let page: Vec<(usize, &Entry)> = found.by_ref().take(limit as usize).collect();
    let place = |(place, entry): &(usize, &Entry)| {
        let at = UnixMs(i64::try_from(*place).unwrap_or(0) + 1);
        Cursor { at, id: entry.file.id.clone() }.encode()
    };
    let next = found.next().and_then(|_| page.last()).map(place);
    let had = had(&app, &who).await?;
    let questions = page.into_iter().map(|(_, entry)| QuestionRow::of(entry, &had)).collect();
    Ok(Json(QuestionList { questions, next }))
}

/// Questions that whoever asks was asked before.
async fn had(app: &App, who: &Who) -> Result<BTreeSet<String>, Problem> {
    match app.store().questions_had(who.id()).await {
        Ok(had) => Ok(had.into_iter().collect()),
        // The bank is read without a database; while that is away nothing is marked.
        Err(error) if error.is_passing() => Ok(BTreeSet::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whether all of these words, in lower case, stand in what is public of a question.
fn says(entry: &Entry, words: &str) -> bool {
    let text = format!("{} {} {}", entry.question.title, entry.file.id, entry.topics.join(" ")).to_lowercase();
    words.split_whitespace().all(|word| text.contains(word))
}

/// A question, as its candidate sees it
#[utoipa::path(get, path = "/v1/questions/{id}", tag = "questions", operation_id = "question",
    params(("id" = String, Path, description = "the question's id", example = "parcel-lockers")),
    responses((status = 200, description = "the question", body = QuestionWhole), NoQuestion))]
pub async fn show(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
) -> Result<Json<QuestionWhole>, Problem> {
    let entry = app.bank().find(&id).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "no_such_question", format!("there is no question \"{id}\""))
    })?;
    let workspace = app.workspace(entry).map_err(unusable)?;
    let code = workspace.map(|workspace| CodeView {
        languages: workspace.languages,
        starters: workspace.starters,
        tests: workspace
            .visible_tests
            .into_iter()
            .map(|test| TestView { id: test.id, input: test.input, expected: test.expected })
            .collect(),
        hidden_tests: workspace.hidden_tests,
    });
    Ok(Json(QuestionWhole {
        row: QuestionRow::of(entry, &had(&app, &who).await?),
        statement: entry.question.statement.clone(),
        license: entry.file.license.clone(),
        content_hash: entry.question.content_hash.clone(),
        hints: entry.file.hints.len(),
        code,
    }))
}

fn unusable(cause: SubmissionError) -> Problem {
    tracing::error!(%cause, "a question cannot be run");
    Problem::internal()
}

/// An interviewer to choose.
#[derive(Serialize, ToSchema)]
pub struct PersonaView {
    id: String,
    title: String,
    /// What they are like, in a sentence.
    about: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct PersonaList {
    personas: Vec<PersonaView>,
}

/// The interviewers that can be chosen
///
/// A persona changes manner and tone, never what is asked, hinted or scored. Where no model phrases, all say the question's own
/// lines.
#[utoipa::path(get, path = "/v1/personas", tag = "questions", operation_id = "list_personas",
    responses((status = 200, description = "the personas", body = PersonaList)))]
pub async fn personas() -> Json<PersonaList> {
    let view = |persona: &crate::prompts::Persona| PersonaView {
        id: persona.id.clone(),
        title: persona.title.clone(),
        about: persona.about.clone(),
    };
    Json(PersonaList { personas: crate::prompts::personas().iter().map(view).collect() })
}
/// A service, for those who ask what happens to their sound.
#[derive(Serialize, ToSchema)]
pub struct ProviderView {
    /// Its name in the configuration.
    name: &'static str,
    /// What it is given leaves this machine.
    leaves_machine: bool,
    /// Of what runs code: how well its boxes are closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<Tier>,
    /// Of what runs code: why nothing is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<String>,
    /// Of what runs code: the languages that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    languages: Option<Vec<LanguageFound>>,
}

impl From<ProviderFacts> for ProviderView {
    fn from(facts: ProviderFacts) -> ProviderView {
        let ProviderFacts { name, leaves_machine, runner } = facts;
        let (tier, disabled, languages) = match runner {
            Some(runner) => (runner.tier, runner.disabled, Some(runner.languages)),
            None => (None, None, None),
        };
        ProviderView { name, leaves_machine, tier, disabled, languages }
    }
}

/// Who does which part of the work.
#[derive(Serialize, ToSchema)]
pub struct PartsView {
    /// Turns speech into words.
    stt: ProviderView,
    /// Phrases what the interviewer says.
    llm: ProviderView,
    /// Speaks it.
    tts: ProviderView,
    /// Tells voice from silence.
    vad: ProviderView,
    /// Runs code.
    runner: ProviderView,
}

impl PartsView {
    /// As this server is set up.
    pub fn of(app: &App) -> PartsView {
        let [stt, llm, tts, vad, runner] = app.providers().map(|(_, facts)| facts.into());
        PartsView { stt, llm, tts, vad, runner }
    }
}

/// Who does which part of the work: `stt`, `llm`, `tts`, `vad` and `runner`
#[utoipa::path(get, path = "/v1/providers", tag = "server", operation_id = "providers", responses(
    (status = 200, description = "the services by kind", body = PartsView),
))]
pub async fn providers(State(app): State<App>) -> Json<PartsView> {
    Json(PartsView::of(&app))
}
