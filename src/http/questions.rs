//! What can be asked, and who does the work.

use crate::app::{App, ProviderFacts};
use crate::questions::{Entry, Kind};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;

/// A question in a list.
#[derive(Serialize)]
pub struct QuestionRow {
    id: String,
    title: String,
    kind: Kind,
    difficulty: u8,
    topics: Vec<String>,
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
#[derive(Serialize)]
pub struct QuestionList {
    questions: Vec<QuestionRow>,
}

/// `GET /v1/questions`.
pub async fn list(State(app): State<App>) -> Json<QuestionList> {
    Json(QuestionList { questions: app.bank().entries().iter().map(QuestionRow::from).collect() })
}

/// `GET /v1/providers`.
pub async fn providers(State(app): State<App>) -> Json<BTreeMap<&'static str, ProviderFacts>> {
    Json(app.providers().into_iter().collect())
}
