//! What was said and measured in an interview, once its recording is taken in.

use super::Problem;
use super::error::{InPath, SessionInPath};
use super::problems::problems;
use crate::app::keep::METRICS;
use crate::app::transcript::{KIND, Transcript};
use crate::app::{App, SessionState};
use crate::scorecard::metrics::Metrics;
use crate::store::StoreError;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

problems! {
    NoTranscript: "session_not_found", "transcript_not_found", "not_finished";
    NoMetrics: "session_not_found", "metrics_not_found", "not_finished";
}

/// Code of the problem that there is no transcript.
const ABSENT: &str = "transcript_not_found";

/// What was said
#[utoipa::path(get, path = "/v1/sessions/{id}/transcript", tag = "results", operation_id = "transcript", params(SessionInPath),
    responses((status = 200, description = "what was said, in order", body = Transcript), NoTranscript))]
pub async fn json(State(app): State<App>, InPath(id): InPath<String>) -> Result<Response, Problem> {
    Ok(typed("application/json", stored(&app, &id, KIND, ABSENT).await?))
}

/// What was said, as text
#[utoipa::path(get, path = "/v1/sessions/{id}/transcript.txt", tag = "results", operation_id = "transcript_text",
    params(SessionInPath),
    responses((status = 200, description = "a line for each", body = String, content_type = "text/plain"), NoTranscript))]
pub async fn text(State(app): State<App>, InPath(id): InPath<String>) -> Result<Response, Problem> {
    Ok(typed("text/plain; charset=utf-8", transcript(&app, &id).await?.text()))
}

/// What was said, as WebVTT
#[utoipa::path(get, path = "/v1/sessions/{id}/transcript.vtt", tag = "results", operation_id = "transcript_webvtt",
    params(SessionInPath),
    responses((status = 200, description = "a cue for each", body = String, content_type = "text/vtt"), NoTranscript))]
pub async fn webvtt(State(app): State<App>, InPath(id): InPath<String>) -> Result<Response, Problem> {
    Ok(typed("text/vtt; charset=utf-8", transcript(&app, &id).await?.webvtt()))
}

/// What was measured
///
/// Each metric with the places that show it: the bytes of `viva metrics --json`.
#[utoipa::path(get, path = "/v1/sessions/{id}/metrics", tag = "results", operation_id = "metrics", params(SessionInPath),
    responses((status = 200, description = "the metrics", body = Metrics), NoMetrics))]
pub async fn metrics(State(app): State<App>, InPath(id): InPath<String>) -> Result<Response, Problem> {
    Ok(typed("application/json", stored(&app, &id, METRICS, "metrics_not_found").await?))
}

async fn stored(app: &App, id: &str, kind: &str, absent: &'static str) -> Result<String, Problem> {
    match app.store().document(id, kind).await? {
        Some(document) => Ok(document.body),
        None => Err(missing(app, id, absent).await?),
    }
}

async fn transcript(app: &App, id: &str) -> Result<Transcript, Problem> {
    let body = stored(app, id, KIND, ABSENT).await?;
    let damaged = |source| StoreError::Damaged { table: "documents", id: id.to_owned(), source };
    Ok(serde_json::from_str(&body).map_err(damaged)?)
}

/// Why there is nothing of the kind: no such session, it is not over, or nothing was recorded.
pub(super) async fn missing(app: &App, id: &str, code: &'static str) -> Result<Problem, Problem> {
    let here = app.session(id).ok().map(|session| session.state());
    let state = match app.store().session(id).await? {
        Some(row) => here.unwrap_or_else(|| row.phase.into()),
        None => here.ok_or_else(|| Problem::from(crate::app::SessionError::Unknown(id.to_owned())))?,
    };
    Ok(match state {
        SessionState::Created | SessionState::Live | SessionState::Finishing => {
            let detail =
                "the interview is not over, or what was recorded of it is being taken in; ask again in a moment";
            Problem::new(StatusCode::CONFLICT, "not_finished", detail)
        }
        SessionState::Ended | SessionState::Broken | SessionState::Expired => {
            let detail = "there is none: nothing was recorded, or it cannot be read, or it is still being taken in";
            Problem::new(StatusCode::NOT_FOUND, code, detail)
        }
    })
}

pub(super) fn typed(kind: &'static str, body: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    (headers, body).into_response()
}
