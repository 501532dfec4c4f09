//! The scorecard of an interview, once it is scored: as it was made and on paper.

use super::Problem;
use super::error::{InPath, SessionInPath};
use super::exports::attached;
use super::problems::problems;
use super::transcript::{missing, typed};
use crate::app::App;
use crate::app::access::Who;
use crate::app::grade::SCORE;
use crate::scorecard::card::Scorecard;
use crate::scorecard::judge::Judgements;
use crate::scorecard::pdf;
use crate::store::jobs::JobRow;
use crate::store::scorecards::Scorer;
use crate::store::scoring::JUDGEMENTS;
use axum::body::Body;
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
    Ok(typed("application/json", card(&app, &id).await?))
}

/// The scorecard on paper
///
/// A tagged PDF (PDF/UA) of the newest scorecard of this program's, with its fonts inside; the same scorecard gives the same bytes,
/// which are those of `viva score --pdf`.
#[utoipa::path(get, path = "/v1/sessions/{id}/scorecard.pdf", tag = "results", operation_id = "scorecard_pdf",
    params(SessionInPath),
    responses((status = 200, description = "the PDF", body = Vec<u8>, content_type = "application/pdf"), NoCard))]
pub async fn on_paper(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Response, Problem> {
    let body = card(&app, &id).await?;
    app.note_export(who.id(), "session", &id, "{\"as\":\"scorecard.pdf\"}").await?;
    let made = tokio::task::spawn_blocking(move || {
        let card: Scorecard = serde_json::from_str(&body).map_err(|error| error.to_string())?;
        pdf::pdf(&card).map_err(|error| error.to_string())
    });
    let bytes = made.await.map_err(|error| error.to_string()).flatten().map_err(|error| {
        tracing::error!(session = id, error, "a scorecard cannot be put on paper");
        Problem::internal()
    })?;
    Ok(attached("application/pdf", &format!("{id}.scorecard.pdf"), Body::from(bytes)))
}

/// The newest scorecard of this program's, as it was made.
async fn card(app: &App, id: &str) -> Result<String, Problem> {
    let cards = app.store().scorecards(id).await?;
    if let Some(card) = cards.into_iter().find(|card| card.scorer == Scorer::Machine.name()) {
        return Ok(card.body);
    }
    let over = |job: &JobRow| job.kind == SCORE && job.state == "done";
    if app.store().jobs_about(id).await?.iter().any(over) {
        let detail = "this kind of interview has no rubric, so it is not scored";
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_rubric", detail));
    }
    Err(missing(app, id, "scorecard_not_found").await?)
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
