//! What was said and measured in an interview, once its recording is taken in.

use super::Problem;
use crate::app::keep::METRICS;
use crate::app::transcript::{KIND, Transcript};
use crate::app::{App, SessionState};
use crate::store::StoreError;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Code of the problem that there is no transcript.
const ABSENT: &str = "transcript_not_found";

/// `GET /v1/sessions/{id}/transcript`.
pub async fn json(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(typed("application/json", stored(&app, &id, KIND, ABSENT).await?))
}

/// `GET /v1/sessions/{id}/transcript.txt`.
pub async fn text(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(typed("text/plain; charset=utf-8", transcript(&app, &id).await?.text()))
}

/// `GET /v1/sessions/{id}/transcript.vtt`.
pub async fn webvtt(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(typed("text/vtt; charset=utf-8", transcript(&app, &id).await?.webvtt()))
}

/// `GET /v1/sessions/{id}/metrics`: the bytes that were measured.
pub async fn metrics(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
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
