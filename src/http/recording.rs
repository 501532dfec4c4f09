//! Recordings, file by file: from where they are kept, or from the folder in which they were written while they are not taken in
//! yet. Only the files named here are given out, and only of sessions.

use super::error::{InPath, SessionInPath};
use super::problems::problems;
use super::{Problem, blob};
use crate::app::access::Who;
use crate::app::keep::MEDIA_TYPES;
use crate::app::review::ReviewError;
use crate::app::{App, SessionState};
use crate::recording::Summary;
use crate::store::files::WHOLE;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::path::PathBuf;
use tower_http::services::ServeFile;
use utoipa::ToSchema;

problems! {
    NoRecording: "recording_not_found", "recording_sealed";
    NoFile: "recording_not_found", "recording_open", "recording_corrupt", "recording_missing", "recording_sealed", "range_not_satisfiable";
}

/// What may be fetched of a recording that is not taken in yet. The tracks are there once it is closed.
const FILES: [&str; 5] = ["header.json", "steps.jsonl", "summary.json", "candidate.flac", "interviewer.flac"];

/// A recording as it is listed.
#[derive(Serialize, ToSchema)]
pub struct RecordingView {
    /// It is closed and nothing is missing.
    complete: bool,
    /// It is closed: nothing will be added.
    closed: bool,
    files: Vec<FileView>,
}

/// A file of it.
#[derive(Serialize, ToSchema)]
pub struct FileView {
    name: String,
    bytes: u64,
    /// Once it is kept: sha-256 of its bytes, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// The files of a recording
#[utoipa::path(get, path = "/v1/sessions/{id}/recording", tag = "recordings", operation_id = "list_recording",
    params(SessionInPath),
    responses((status = 200, description = "the files", body = RecordingView), NoRecording))]
pub async fn list(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<RecordingView>, Problem> {
    let folder = folder(&app, &id)?;
    let kept = app.store().files(&id).await?;
    if !kept.is_empty() && kept.iter().all(|file| file.kept) {
        let complete = app.store().session(&id).await?.and_then(|row| row.kept).is_some_and(|kept| kept.complete);
        let mut files: Vec<FileView> = kept
            .into_iter()
            .map(|file| FileView {
                name: file.name,
                bytes: u64::try_from(file.bytes).unwrap_or(0),
                sha256: Some(file.sha256),
            })
            .collect();
        files.sort_by_key(|file| FILES.iter().position(|name| *name == file.name));
        return Ok(Json(RecordingView { complete, closed: true, files }));
    }
    let mut files = Vec::new();
    for name in FILES {
        if let Ok(facts) = tokio::fs::metadata(folder.join(name)).await {
            files.push(FileView { name: name.to_owned(), bytes: facts.len(), sha256: None });
        }
    }
    if files.is_empty() || app.store().tombstone("session", &id).await?.is_some() {
        return Err(not_found());
    }
    let summary = tokio::fs::read(folder.join("summary.json")).await.ok();
    let summary: Option<Summary> = summary.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let complete = summary.as_ref().is_some_and(|summary| summary.complete);
    Ok(Json(RecordingView { complete, closed: summary.is_some(), files }))
}

/// A file of a recording, or a range of it
///
/// Players seek by ranges. Nothing is given while the interview runs: the header holds hints and answers that are told only when
/// asked for.
#[utoipa::path(get, path = "/v1/sessions/{id}/recording/{file}", tag = "recordings", operation_id = "recording_file",
    params(
        SessionInPath,
        ("file" = String, Path, description = "`header.json`, `steps.jsonl`, `summary.json`, `candidate.flac`, `interviewer.flac`, or `whole.flac`: both voices on one clock, made when it is first asked for"),
        ("Range" = Option<String>, Header, description = "bytes, as RFC 9110 has it: one range"),
        ("If-None-Match" = Option<String>, Header, description = "the tag of what is known"),
    ),
    responses(
        (status = 200, description = "the file", content(
            (Vec<u8> = "audio/flac"), (serde_json::Value = "application/json"), (String = "application/jsonl"),
        )),
        (status = 206, description = "the range", content(
            (Vec<u8> = "audio/flac"), (serde_json::Value = "application/json"), (String = "application/jsonl"),
        )),
        (status = 304, description = "as the tag in If-None-Match says"),
        NoFile,
    ))]
pub async fn file(
    State(app): State<App>,
    who: Who,
    InPath((id, file)): InPath<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let folder = folder(&app, &id)?;
    if app.session(&id).is_ok_and(|session| session.state() == SessionState::Live) {
        let detail = "the interview is running; what is recorded of it can be fetched when it is over";
        return Err(Problem::new(StatusCode::CONFLICT, "recording_open", detail));
    }
    if file == WHOLE {
        app.whole(&id).await.map_err(|error| match error {
            ReviewError::Absent => not_found(),
            ReviewError::Store(error) => error.into(),
            ReviewError::Damaged(why) => {
                tracing::error!(session = id, why, "an interview's sound cannot be put together");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "recording_corrupt", "a track is damaged")
            }
        })?;
    }
    if let Some(row) = app.store().file(&id, &file).await? {
        let answer = blob::answer(app.store().blobs(), &row, request.headers()).await?;
        // A player fetches what it plays in many pieces: the first is the deed.
        let first = blob::is_from_the_start(request.headers());
        if first && answer.status().is_success() {
            app.note_played(&id, who.id(), &row.name);
        }
        return Ok(answer);
    }
    let name = *FILES.iter().find(|name| **name == file).ok_or_else(not_found)?;
    if app.store().tombstone("session", &id).await?.is_some() {
        return Err(not_found());
    }
    let kind =
        MEDIA_TYPES.iter().find(|(known, _)| *known == name).map_or("application/octet-stream", |(_, kind)| kind);
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
