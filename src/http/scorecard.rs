//! The scorecard of an interview, once it is scored.

use super::Problem;
use super::error::{InPath, SessionInPath};
use super::problems::problems;
use super::transcript::{missing, typed};
use crate::app::App;
use crate::app::grade::SCORE;
use crate::scorecard::card::Scorecard;
use crate::scorecard::judge::Judgements;
use crate::store::jobs::JobRow;
use crate::store::scorecards::Scorer;
use crate::store::scoring::JUDGEMENTS;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

problems! {
    NoCard: "session_not_found", "scorecard_not_found", "no_rubric", "not_finished";
    NoJudgements: "session_not_found", "judgements_not_found", "not_finished";
}

/// The scorecard
///
/// The newest of this program's, byte for byte as it was made: the bytes of `viva score --json`.
#[utoipa::path(get, path = "/v1/sessions/{id}/scorecard", tag = "results", operation_id = "scorecard", params(SessionInPath),
    responses((status = 200, description = "the scorecard", body = Scorecard), NoCard))]
pub async fn show(State(app): State<App>, InPath(id): InPath<String>) -> Result<Response, Problem> {
    let cards = app.store().scorecards(&id).await?;
    if let Some(card) = cards.into_iter().find(|card| card.scorer == Scorer::Machine.name()) {
        return Ok(typed("application/json", card.body));
    }
    let over = |job: &JobRow| job.kind == SCORE && job.state == "done";
    if app.store().jobs_about(&id).await?.iter().any(over) {
        let detail = "this kind of interview has no rubric, so it is not scored";
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_rubric", detail));
    }
    Err(missing(&app, &id, "scorecard_not_found").await?)
}

/// What the judge answered
///
/// Beside the recording as `judgements.json`, `viva score` makes the same scorecard of it.
#[utoipa::path(get, path = "/v1/sessions/{id}/scorecard/judgements", tag = "results", operation_id = "judgements",
    params(SessionInPath),
    responses((status = 200, description = "the answers", body = Judgements), NoJudgements))]
pub async fn judgements(State(app): State<App>, InPath(id): InPath<String>) -> Result<Response, Problem> {
    match app.store().document(&id, JUDGEMENTS).await? {
        Some(document) => Ok(typed("application/json", document.body)),
        None => Err(missing(&app, &id, "judgements_not_found").await?),
    }
}
