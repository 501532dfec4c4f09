//! What is taken away and what is brought: bundles, tables, everything of a person; bundles of interviews held elsewhere.

use super::Problem;
use super::error::{InPath, SessionInPath};
use super::problems::problems;
use super::transcript::missing;
use crate::app::App;
use crate::app::access::Who;
use crate::app::export::{Pieces, Table};
use crate::app::import::ImportError;
use crate::recording::bundle::BundleError;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

/// The largest bundle that is taken over HTTP, in bytes: an hour and a half with both tracks.
pub const IMPORT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Bundles that come in at once; each is unpacked file by file.
static IMPORTING: Semaphore = Semaphore::const_new(2);

problems! {
    NoBundle: "session_not_found", "recording_not_found", "not_finished", "recording_corrupt", "recording_missing",
        "recording_sealed";
    NotImported: "bundle_newer", "bundle_corrupt", "bundle_incomplete", "session_exists", "session_deleted", "imports_full",
        "store_full";
}

/// A recording as one file.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct Bundle {
    /// The version of the form.
    viva_bundle: u32,
    /// The session's id.
    session: String,
    /// Every file of the recording.
    files: Vec<BundleFile>,
}

/// A file of it: text as text, sound in base64.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct BundleFile {
    name: String,
    /// Its size.
    bytes: u64,
    /// sha-256 of its bytes, in hex.
    sha256: String,
    text: Option<String>,
    base64: Option<String>,
}

/// What was brought.
#[derive(Serialize, ToSchema)]
pub struct Imported {
    /// The session's id, the one of the bundle.
    id: String,
    /// Where it is.
    url: String,
}

/// An interview as one file
///
/// Every file of the recording with its sha-256, and what a judge answered. `viva replay` and `viva import` take it as it is, and so
/// does `POST /v1/imports` of any other server.
#[utoipa::path(get, path = "/v1/sessions/{id}/bundle", tag = "exports", operation_id = "bundle", params(SessionInPath),
    responses((status = 200, description = "the bundle", body = Bundle), NoBundle))]
pub async fn bundle(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Response, Problem> {
    match app.bundle(&id, who.id()).await? {
        Some(pieces) => Ok(attached("application/json", &format!("{id}.viva.json"), streamed(pieces))),
        None => Err(missing(&app, &id, "recording_not_found").await?),
    }
}

/// The metrics of all one's interviews
///
/// A row a metric and interview. An admin, and the one person of a server without accounts, gets those of everybody.
#[utoipa::path(get, path = "/v1/exports/metrics.csv", tag = "exports", operation_id = "metrics_csv",
    responses((status = 200, description = "a table", body = String, content_type = "text/csv")))]
pub async fn metrics(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    table(&app, &who, Table::Metrics, "viva-metrics.csv").await
}

/// The scores of all one's interviews
///
/// A row a dimension and scorecard: the machine's, coaches', one's own.
#[utoipa::path(get, path = "/v1/exports/scores.csv", tag = "exports", operation_id = "scores_csv",
    responses((status = 200, description = "a table", body = String, content_type = "text/csv")))]
pub async fn scores(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    table(&app, &who, Table::Scores, "viva-scores.csv").await
}

async fn table(app: &App, who: &Who, table: Table, name: &str) -> Result<Response, Problem> {
    let person = (!who.sees_everything()).then(|| who.id());
    Ok(attached("text/csv; charset=utf-8", name, streamed(app.table(table, person, who.id()).await?)))
}

/// Everything that is kept of oneself
///
/// A tar archive: the account, assignments and audit; a folder an interview, with the files of its recording, transcript, metrics,
/// scorecards, notes, grants and audit.
#[utoipa::path(get, path = "/v1/me/export", tag = "exports", operation_id = "export_me",
    responses((status = 200, description = "the archive", body = Vec<u8>, content_type = "application/x-tar")))]
pub async fn archive(State(app): State<App>, who: Who) -> Result<Response, Problem> {
    Ok(attached("application/x-tar", "viva.tar", streamed(app.archive(who.id()).await?)))
}

/// Bring an interview that was held elsewhere
///
/// A bundle of at most 256 MiB. It becomes an interview of whoever brings it, under its own id; transcript, metrics and scorecard are made of
/// it as of any other.
#[utoipa::path(post, path = "/v1/imports", tag = "exports", operation_id = "import_bundle", request_body = Bundle,
    responses((status = 202, description = "it is being taken in", body = Imported), NotImported))]
pub async fn import(State(app): State<App>, who: Who, request: Request) -> Result<Response, Problem> {
    super::error::check_json(request.headers())?;
    let _turn = IMPORTING.try_acquire().map_err(|_| {
        let detail = "other bundles are coming in; try again in a minute";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "imports_full", detail)
    })?;
    let staged = app.stage().map_err(full)?;
    let mut file = tokio::fs::File::create(staged.upload()).await.map_err(full)?;
    let mut body = request.into_body().into_data_stream();
    let mut left = IMPORT_BYTES_MAX;
    while let Some(piece) = body.next().await {
        let broken = |_| Problem::new(StatusCode::BAD_REQUEST, "invalid_body", "the body broke off");
        let piece = piece.map_err(broken)?;
        left = left.checked_sub(piece.len() as u64).ok_or_else(|| {
            let detail = format!("a bundle may hold at most {IMPORT_BYTES_MAX} bytes; `viva import` takes larger ones");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
        })?;
        file.write_all(&piece).await.map_err(full)?;
    }
    file.flush().await.map_err(full)?;
    drop(file);
    let id = app.import(who.id(), staged).await?;
    let url = format!("/v1/sessions/{id}");
    Ok((StatusCode::ACCEPTED, Json(Imported { id, url })).into_response())
}

fn full(error: std::io::Error) -> Problem {
    tracing::error!(%error, "a bundle cannot be put beside the recordings");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_full", "the server has no room for it now")
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Problem {
        let detail = error.to_string();
        let unprocessable = |code| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone());
        let conflict = |code| Problem::new(StatusCode::CONFLICT, code, detail.clone());
        match &error {
            ImportError::NoSession | ImportError::Bundle(BundleError::Form(_)) => {
                Problem::new(StatusCode::BAD_REQUEST, "invalid_body", detail)
            }
            ImportError::Bundle(BundleError::Newer(_)) => unprocessable("bundle_newer"),
            ImportError::Bundle(BundleError::Corrupt(_)) => unprocessable("bundle_corrupt"),
            ImportError::Bundle(BundleError::Incomplete(_)) => unprocessable("bundle_incomplete"),
            // Paths of ours are nobody's business.
            ImportError::Bundle(BundleError::Recording(cause)) => {
                let detail = format!("what the bundle holds is no recording ({})", cause.code());
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bundle_incomplete", detail)
            }
            ImportError::Exists(_) => conflict("session_exists"),
            ImportError::Deleted(_) => conflict("session_deleted"),
            ImportError::Bundle(BundleError::Io(_)) | ImportError::Io(_) => full(std::io::Error::other(error)),
            ImportError::Store(_) => match error {
                ImportError::Store(error) => error.into(),
                _ => Problem::internal(),
            },
        }
    }
}

fn streamed(pieces: Pieces) -> Body {
    let stream =
        futures::stream::unfold(pieces, |mut pieces| async { pieces.recv().await.map(|piece| (piece, pieces)) });
    // Whoever compresses asks once more after the end.
    Body::from_stream(stream.fuse())
}

/// A file that is taken away.
pub fn attached(kind: &'static str, name: &str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.extend(attachment(name).map(|value| (header::CONTENT_DISPOSITION, value)));
    response
}

/// Says under which name browsers save what is sent.
pub fn attachment(name: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).ok()
}
