//! What can be asked, and who does the work.

use crate::app::{App, ProviderFacts};
use crate::providers::runner::{LanguageFound, Tier};
use crate::questions::{Entry, Kind};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

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
}

impl From<&Entry> for QuestionRow {
    fn from(entry: &Entry) -> Self {
        QuestionRow {
            id: entry.question.id.clone(),
            title: entry.question.title.clone(),
            kind: entry.kind,
            difficulty: entry.difficulty,
            topics: entry.topics.clone(),
            minutes: entry.minutes,
        }
    }
}

/// All questions.
#[derive(Serialize, ToSchema)]
pub struct QuestionList {
    questions: Vec<QuestionRow>,
}

/// All questions of the bank
#[utoipa::path(get, path = "/v1/questions", tag = "questions", operation_id = "list_questions", responses(
    (status = 200, description = "the questions", body = QuestionList),
))]
pub async fn list(State(app): State<App>) -> Json<QuestionList> {
    Json(QuestionList { questions: app.bank().entries().iter().map(QuestionRow::from).collect() })
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

/// Who does which part of the work: `stt`, `llm`, `tts`, `vad` and `runner`
#[utoipa::path(get, path = "/v1/providers", tag = "server", operation_id = "providers", responses(
    (status = 200, description = "the services by kind", body = BTreeMap<String, ProviderView>),
))]
pub async fn providers(State(app): State<App>) -> Json<BTreeMap<&'static str, ProviderView>> {
    Json(app.providers().into_iter().map(|(kind, facts)| (kind, facts.into())).collect())
}
