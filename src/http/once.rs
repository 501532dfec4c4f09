//! `Idempotency-Key`: a creation that comes twice is made once, and answered the same both times. Only what was made is remembered,
//! for a day; a request that was refused may be sent again.

use super::Problem;
use crate::app::App;
use crate::store::idempotency::Known;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// The header that carries the key.
pub const KEY: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: &str = "idempotency-replayed";
/// The longest key.
const KEY_CHARS_MAX: usize = 255;

/// Something that was made.
#[derive(Serialize, Deserialize)]
pub struct Made {
    /// Where it is.
    pub location: String,
    /// What is told of it, as JSON.
    pub body: String,
}

impl Made {
    fn answer(self, replayed: bool) -> Response {
        let mut response =
            (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        let location = HeaderValue::from_str(&self.location).ok();
        response.headers_mut().extend(location.map(|location| (header::LOCATION, location)));
        if replayed {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// Makes something once for each key of a person. `sha256` is that of the request's body.
///
/// # Errors
/// What making it refuses; when the key is none, stands for another request, or for one that is being answered.
pub async fn once(
    app: &App,
    person: &str,
    headers: &HeaderMap,
    sha256: &str,
    make: impl Future<Output = Result<Made, Problem>>,
) -> Result<Response, Problem> {
    let Some(key) = key(headers)? else { return Ok(make.await?.answer(false)) };
    let refused = |status, code, detail: &str| Err(Problem::new(status, code, detail));
    match app.take_key(person, key, sha256).await? {
        Known::New => {}
        Known::Other => {
            let detail = "this Idempotency-Key came with another body before; use a new one for each request";
            return refused(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail);
        }
        Known::Pending => {
            let detail = "the first request with this Idempotency-Key is being answered; ask again in a moment";
            return refused(StatusCode::CONFLICT, "idempotency_pending", detail);
        }
        Known::Answered { body, .. } => {
            let made: Result<Made, _> = serde_json::from_str(&body);
            return made.map(|made| made.answer(true)).map_err(|_| Problem::internal());
        }
    }
    match make.await {
        Ok(made) => {
            // Strings always serialise. What was made stands whether or not this is remembered.
            let body = serde_json::to_string(&made).unwrap_or_default();
            let status = i64::from(StatusCode::CREATED.as_u16());
            if let Err(error) = app.store().answered(person, key, status, &body).await {
                tracing::warn!(%error, "an idempotency key is not remembered");
            }
            Ok(made.answer(false))
        }
        Err(problem) => {
            if let Err(error) = app.store().unanswered(person, key).await {
                tracing::warn!(%error, "an idempotency key is held a minute longer");
            }
            Err(problem)
        }
    }
}

fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(key) = headers.get(KEY) else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=KEY_CHARS_MAX).contains(&key.len()));
    key.filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic())).map(Some).ok_or_else(|| {
        let detail = format!("Idempotency-Key is 1 to {KEY_CHARS_MAX} visible ASCII characters");
        Problem::new(StatusCode::BAD_REQUEST, "invalid_idempotency_key", detail)
    })
}
