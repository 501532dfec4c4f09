//! The candidate's code: at a moment, as it was written, and what running it came to. All of it is read from the review, which is
//! made once of the recording.

use super::Problem;
use super::error::{InPath, Parameters, SessionInPath};
use super::problems::problems;
use super::review::refused;
use crate::app::App;
use crate::app::marks::AT_MAX_MS;
use crate::scorecard::timeline::{CodeAt, CodeSeen, RunSeen};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

problems! {
    NoCode: "session_not_found", "code_not_found", "review_not_found", "not_finished", "recording_corrupt", "recording_missing",
        "recording_sealed";
    NoRuns: "session_not_found", "review_not_found", "not_finished", "recording_corrupt", "recording_missing", "recording_sealed";
}

/// Query of the code at a moment.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MomentWanted {
    /// In ms from the interview's beginning, at most a day; its end without one.
    #[param(maximum = 86_400_000)]
    at_ms: Option<u64>,
}

/// What was run.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RunsView {
    /// In the order in which they were asked for. Of hidden tests that is how many passed.
    runs: Vec<RunSeen>,
}

#[derive(Deserialize)]
struct WithCode {
    code: Option<CodeSeen>,
}

/// The code at a moment
#[utoipa::path(get, path = "/v1/sessions/{id}/code", tag = "results", operation_id = "code_at", params(SessionInPath, MomentWanted),
    responses((status = 200, description = "the text of each language", body = CodeAt), NoCode))]
pub async fn at(
    State(app): State<App>,
    InPath(id): InPath<String>,
    Parameters(wanted): Parameters<MomentWanted>,
) -> Result<Json<CodeAt>, Problem> {
    let at_ms = wanted.at_ms.unwrap_or(AT_MAX_MS);
    if at_ms > AT_MAX_MS {
        let detail = format!("at_ms is at most {AT_MAX_MS}: a day");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_query", detail));
    }
    Ok(Json(code(&app, &id).await?.at(at_ms)))
}

/// Every edit of the code
///
/// From the starters on; of very long interviews edits that lie close together are told as one.
#[utoipa::path(get, path = "/v1/sessions/{id}/code/timeline", tag = "results", operation_id = "code_timeline",
    params(SessionInPath),
    responses((status = 200, description = "the edits in order", body = CodeSeen), NoCode))]
pub async fn timeline(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<CodeSeen>, Problem> {
    Ok(Json(code(&app, &id).await?))
}

/// Runs of the code
#[utoipa::path(get, path = "/v1/sessions/{id}/runs", tag = "results", operation_id = "runs", params(SessionInPath),
    responses((status = 200, description = "the runs in order", body = RunsView), NoRuns))]
pub async fn runs(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<RunsView>, Problem> {
    Ok(Json(of_review(&app, &id).await?))
}

async fn code(app: &App, id: &str) -> Result<CodeSeen, Problem> {
    let found: WithCode = of_review(app, id).await?;
    found.code.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "code_not_found", "this interview had no editor"))
}

/// A part of the review.
async fn of_review<T: serde::de::DeserializeOwned>(app: &App, id: &str) -> Result<T, Problem> {
    let body = match app.review(id).await {
        Ok(body) => body,
        Err(error) => return Err(refused(app, id, error).await),
    };
    serde_json::from_str(&body).map_err(|error| {
        tracing::error!(session = id, %error, "a kept review cannot be read");
        Problem::internal()
    })
}
