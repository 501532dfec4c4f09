//! Archives of everything of oneself that are made in the background: asked for, watched, fetched, deleted.

use super::error::InPath;
use super::exports::attachment;
use super::problems::problems;
use super::{Problem, blob};
use crate::app::App;
use crate::app::access::Who;
use crate::store::UnixMs;
use crate::store::exports::{ARCHIVE, ExportRow, ExportState};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

problems! {
    NoExport: "export_not_found";
    NotFetched: "export_not_found", "export_not_ready", "range_not_satisfiable", "recording_corrupt", "recording_missing",
        "recording_sealed";
}

/// An archive of everything of a person.
#[derive(Serialize, ToSchema)]
pub struct ExportView {
    id: String,
    state: ExportState,
    /// Interviews that are in it.
    interviews_done: i64,
    /// Of how many.
    interviews: i64,
    /// Its size, once it is ready.
    bytes: Option<i64>,
    /// Its sha-256 in hex, once it is ready.
    sha256: Option<String>,
    /// Where it is, once it is ready.
    url: Option<String>,
    created_ms: UnixMs,
    /// When it is deleted.
    expires_ms: UnixMs,
}

impl From<ExportRow> for ExportView {
    fn from(row: ExportRow) -> ExportView {
        let is_ready = row.state == ExportState::Ready;
        let url = is_ready.then(|| format!("/v1/me/exports/{}/{ARCHIVE}", row.id));
        ExportView {
            id: row.id,
            state: row.state,
            interviews_done: row.done,
            interviews: row.total,
            bytes: row.bytes,
            sha256: row.sha256,
            url,
            created_ms: row.created,
            expires_ms: row.expires,
        }
    }
}

/// One's archives.
#[derive(Serialize, ToSchema)]
pub struct ExportsView {
    /// Newest first, three at most.
    exports: Vec<ExportView>,
}

/// The export in an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ExportInPath {
    /// The export's id: `exp_` and 32 hex digits.
    #[allow(dead_code)]
    export: String,
}

/// Have everything of oneself put into an archive
///
/// What `GET /v1/me/export` sends at once is made in the background, for those of whom much is kept: fetched later, in ranges if
/// the line breaks. While one is being made it is given instead of another; three are kept, for seven days.
#[utoipa::path(post, path = "/v1/me/exports", tag = "exports", operation_id = "ask_export",
    responses((status = 202, description = "it is being made", body = ExportView, headers(("Location" = String)))))]
pub async fn ask(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    let view = ExportView::from(app.ask_export(who.id()).await?);
    let place = HeaderValue::from_str(&format!("/v1/me/exports/{}", view.id)).map_err(|_| Problem::internal())?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, place)], Json(view)).into_response())
}

/// One's archives
#[utoipa::path(get, path = "/v1/me/exports", tag = "exports", operation_id = "my_exports",
    responses((status = 200, description = "newest first", body = ExportsView)))]
pub async fn list(State(app): State<App>, who: Who) -> Result<Json<ExportsView>, Problem> {
    let rows = app.store().exports(who.id(), app.now()).await?;
    Ok(Json(ExportsView { exports: rows.into_iter().map(ExportView::from).collect() }))
}

/// How far an archive is
#[utoipa::path(get, path = "/v1/me/exports/{export}", tag = "exports", operation_id = "my_export", params(ExportInPath),
    responses((status = 200, description = "the archive", body = ExportView), NoExport))]
pub async fn show(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Json<ExportView>, Problem> {
    Ok(Json(mine(&app, &who, &id).await?.into()))
}

/// Delete an archive
#[utoipa::path(delete, path = "/v1/me/exports/{export}", tag = "exports", operation_id = "delete_export",
    params(ExportInPath), responses((status = 204, description = "it is gone"), NoExport))]
pub async fn delete(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<StatusCode, Problem> {
    match app.delete_export(who.id(), &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(not_found()),
    }
}

/// An archive, or a range of it
///
/// A tar archive: a folder an interview, with the files of its recording, transcript, metrics, scorecards and notes.
#[utoipa::path(get, path = "/v1/me/exports/{export}/viva.tar", tag = "exports", operation_id = "fetch_export",
    params(
        ExportInPath,
        ("Range" = Option<String>, Header, description = "bytes, as RFC 9110 has it: one range"),
        ("If-None-Match" = Option<String>, Header, description = "the tag of what is known"),
    ),
    responses(
        (status = 200, description = "the archive", body = Vec<u8>, content_type = "application/x-tar"),
        (status = 206, description = "the range", body = Vec<u8>, content_type = "application/x-tar"),
        (status = 304, description = "as the tag in If-None-Match says"),
        NotFetched,
    ))]
pub async fn fetch(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    request: Request,
) -> Result<Response, Problem> {
    mine(&app, &who, &id).await?;
    let Some(file) = app.store().file(&id, ARCHIVE).await? else {
        let detail = "the archive is not made yet";
        return Err(Problem::new(StatusCode::CONFLICT, "export_not_ready", detail));
    };
    if blob::is_from_the_start(request.headers()) {
        app.note_export(who.id(), "person", who.id(), "{\"as\":\"archive\"}").await?;
    }
    let mut response = blob::answer(app.store().blobs(), &file, request.headers()).await?;
    response.headers_mut().extend(attachment("viva.tar").map(|value| (header::CONTENT_DISPOSITION, value)));
    Ok(response)
}

async fn mine(app: &App, who: &Who, id: &str) -> Result<ExportRow, Problem> {
    app.export_of(who.id(), id).await?.ok_or_else(not_found)
}

fn not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "export_not_found",
        "there is no such archive of yours; they are kept for seven days",
    )
}
