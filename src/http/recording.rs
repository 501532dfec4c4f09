//! Recordings, as they lie in their folder. Only the files named here are given out, and only of folders that are named
//! like sessions.

use super::Problem;
use crate::app::{App, SessionState};
use crate::recording::Summary;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::path::PathBuf;
use tower_http::services::ServeFile;

/// What may be fetched, and as what. The tracks are there once the recording is closed.
const FILES: [(&str, &str); 5] = [
    ("header.json", "application/json"),
    ("steps.jsonl", "application/jsonl"),
    ("summary.json", "application/json"),
    ("candidate.flac", "audio/flac"),
    ("interviewer.flac", "audio/flac"),
];

/// A recording as it is listed.
#[derive(Serialize)]
pub struct RecordingView {
    /// It is closed and nothing is missing.
    complete: bool,
    /// It is closed: nothing will be added.
    closed: bool,
    files: Vec<FileView>,
}

/// A file of it.
#[derive(Serialize)]
pub struct FileView {
    name: &'static str,
    bytes: u64,
}

/// `GET /v1/sessions/{id}/recording`.
pub async fn list(State(app): State<App>, Path(id): Path<String>) -> Result<Json<RecordingView>, Problem> {
    let folder = folder(&app, &id)?;
    let mut files = Vec::new();
    for (name, _) in FILES {
        if let Ok(facts) = tokio::fs::metadata(folder.join(name)).await {
            files.push(FileView { name, bytes: facts.len() });
        }
    }
    if files.is_empty() {
        return Err(not_found());
    }
    let summary = tokio::fs::read(folder.join("summary.json")).await.ok();
    let summary: Option<Summary> = summary.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let complete = summary.as_ref().is_some_and(|summary| summary.complete);
    Ok(Json(RecordingView { complete, closed: summary.is_some(), files }))
}

/// `GET /v1/sessions/{id}/recording/{file}`; ranges are served, so that players can seek. Not while the interview runs: the
/// header holds hints and answers that are told only when asked for.
pub async fn file(
    State(app): State<App>,
    Path((id, file)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let folder = folder(&app, &id)?;
    let (name, kind) = *FILES.iter().find(|(name, _)| *name == file).ok_or_else(not_found)?;
    if app.session(&id).is_ok_and(|session| session.state() == SessionState::Live) {
        let detail = "the interview is running; what is recorded of it can be fetched when it is over";
        return Err(Problem::new(StatusCode::CONFLICT, "recording_open", detail));
    }
    let served = ServeFile::new(folder.join(name)).try_call(request).await;
    let mut response = served.map_err(|_| not_found())?.map(Body::new).into_response();
    if response.status() == StatusCode::NOT_FOUND {
        return Err(not_found());
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

fn folder(app: &App, id: &str) -> Result<PathBuf, Problem> {
    app.recording_folder(id).ok_or_else(not_found)
}

fn not_found() -> Problem {
    let detail = "there is no such recording, or not this file of it (yet); nothing is recorded without consent";
    Problem::new(StatusCode::NOT_FOUND, "recording_not_found", detail)
}
