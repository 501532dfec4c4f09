//! The scorecard of an interview, once it is scored.

use super::Problem;
use super::transcript::{missing, typed};
use crate::app::App;
use crate::app::grade::SCORE;
use crate::store::jobs::JobRow;
use crate::store::scorecards::Scorer;
use crate::store::scoring::JUDGEMENTS;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// `GET /v1/sessions/{id}/scorecard`: the newest of this program's, byte for byte as it was made.
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
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

/// `GET /v1/sessions/{id}/scorecard/judgements`: what the judge answered, from which the scorecard is made again.
pub async fn judgements(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    match app.store().document(&id, JUDGEMENTS).await? {
        Some(document) => Ok(typed("application/json", document.body)),
        None => Err(missing(&app, &id, "judgements_not_found").await?),
    }
}
