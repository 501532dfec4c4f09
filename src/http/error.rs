//! Errors as RFC 9457 problem JSON: a status, a stable code and a sentence that says what to do, never internals.

use super::strict;
use crate::app::{ChooseError, PlanError, SessionError};
use crate::digest::sha256_hex;
use crate::store::{BlobError, StoreError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An error as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// A sentence for a person.
    pub detail: String,
    /// Stable, one of [`super::problems::ALL`].
    pub code: &'static str,
    /// When to try again, in s; 503 says 30 unless told otherwise.
    #[serde(skip)]
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem with a stable code.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:viva:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            code,
            retry_after: None,
        }
    }

    /// The same, with when to try again, in s.
    pub fn retry_after(self, seconds: u64) -> Problem {
        Problem { retry_after: Some(seconds), ..self }
    }

    /// A fault of ours.
    pub fn internal() -> Problem {
        let detail = "something broke on the server; its log says more";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let unavailable = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(30);
        let retry_after = self.retry_after.or(unavailable);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"viva\""));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Problem {
        let detail = error.to_string();
        match error {
            SessionError::Plan(error) => error.into(),
            SessionError::Unknown(_) => Problem::new(StatusCode::NOT_FOUND, "session_not_found", detail),
            SessionError::Over => Problem::new(StatusCode::CONFLICT, "interview_ended", detail),
            SessionError::NotBegun => Problem::new(StatusCode::CONFLICT, "interview_not_begun", detail),
            SessionError::NoEditor => Problem::new(StatusCode::CONFLICT, "no_editor", detail),
            SessionError::Full => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "server_full",
                "as many interviews run as this server takes on; try again in a few minutes",
            ),
            SessionError::Running => Problem::new(StatusCode::CONFLICT, "interview_running", detail),
            SessionError::UsedUp(over) => over.into(),
            SessionError::Store(error) => error.into(),
            SessionError::Closing => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "shutting_down", detail),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match &error {
            StoreError::Blob(BlobError::Corrupt { key }) => {
                tracing::error!(key, "a file that is kept is not what was kept: it is not given out");
                let detail = "the file is damaged: it is not what was kept, and is not given out";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "recording_corrupt", detail)
            }
            StoreError::Blob(BlobError::Missing { key }) => {
                tracing::error!(key, "a file that should be kept is not there");
                let detail = "the file is missing where it was kept";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "recording_missing", detail)
            }
            StoreError::Blob(BlobError::Sealed { key }) => {
                tracing::error!(key, "no key in store.key_file opens a file that is kept");
                let detail = "the file is encrypted with a key that this server does not have";
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "recording_sealed", detail)
            }
            error if error.is_passing() => {
                tracing::warn!(%error, "the store cannot be reached");
                let detail = "what is kept cannot be reached now; try again in a minute";
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", detail)
            }
            error => {
                tracing::error!(%error, cause = ?std::error::Error::source(error), "the store failed");
                Problem::internal()
            }
        }
    }
}

impl From<ChooseError> for Problem {
    fn from(error: ChooseError) -> Problem {
        let detail = error.to_string();
        match error {
            ChooseError::NoneFits => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_question_fits", detail),
            ChooseError::AllHad => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_question_left", detail),
            ChooseError::Store(error) => error.into(),
        }
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Problem {
        let code = match &error {
            PlanError::UnknownQuestion(_) => "question_not_found",
            PlanError::UnknownPersona(_) => "persona_not_found",
            PlanError::Language(_) => "language_not_available",
            PlanError::Minutes => "minutes_out_of_range",
            PlanError::NoWords => "words_not_available",
            PlanError::NoVoice => "voice_not_available",
            PlanError::Tests(cause) => {
                tracing::error!(%cause, "a question cannot be run");
                return Problem::internal();
            }
            PlanError::Prompts(cause) => {
                tracing::error!(%cause, "prompt templates do not render");
                return Problem::internal();
            }
        };
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string())
    }
}

/// A JSON body. Unknown fields and wrong types are named in the problem.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        read(request, state).await.map(|(value, _)| Body(value))
    }
}

/// A JSON body with the sha-256 of its bytes, in hex, by which it is known again.
pub struct KnownBody<T> {
    /// What it says.
    pub value: T,
    /// The sha-256.
    pub sha256: String,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for KnownBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        read(request, state).await.map(|(value, bytes)| KnownBody { value, sha256: sha256_hex(bytes) })
    }
}

/// Whether a body is said to be JSON, or nothing is said.
///
/// # Errors
/// When it is said to be something else.
pub fn check_json(headers: &HeaderMap) -> Result<(), Problem> {
    let is_json = |kind: &str| kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json");
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.to_str().is_ok_and(is_json)) {
        return Ok(());
    }
    let detail = "send the body as content-type application/json";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail))
}

async fn read<T: DeserializeOwned, S: Send + Sync>(request: Request, state: &S) -> Result<(T, Bytes), Problem> {
    check_json(request.headers())?;
    let bytes = Bytes::from_request(request, state).await.map_err(|_| {
        let detail = format!("the body may hold at most {} bytes", super::BODY_BYTES_MAX);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    })?;
    let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
    let read = strict::from_slice(&bytes);
    let value = read.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "invalid_body", error.to_string()))?;
    Ok((value, bytes))
}

/// A query. Unknown parameters and wrong types are named in the problem.
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // PostgreSQL takes no NUL in a text, and no parameter needs one.
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            let detail = "a parameter holds a NUL";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_query", detail));
        }
        let read = Query::try_from_uri(&parts.uri);
        let Query(value) =
            read.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "invalid_query", error.body_text()))?;
        Ok(Parameters(value))
    }
}

/// What stands in the address. What cannot be read there (bytes that are no text, no number where one belongs) is a problem.
pub struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Path::from_request_parts(parts, state).await;
        let bad = |_| Problem::new(StatusCode::BAD_REQUEST, "invalid_path", "the address holds what cannot be read");
        read.map(|Path(value)| InPath(value)).map_err(bad)
    }
}

/// The session in an address.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionInPath {
    /// The session's id: `sess_` and 32 hex digits.
    #[allow(dead_code)]
    #[param(example = "sess_00000000000000000000000000000000")]
    id: String,
}
