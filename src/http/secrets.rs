//! Short-lived secrets for browsers, in the shape of OpenAI's `POST /v1/realtime/client_secrets`.

use super::Problem;
use super::error::Body;
use crate::app::{App, SECRET_SECONDS};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Body. The session is only shown again: a client says what it wants with `session.update`.
#[derive(Deserialize)]
pub struct SecretRequest {
    #[serde(default)]
    expires_after: Option<ExpiresAfter>,
    #[serde(default)]
    session: Map<String, Value>,
}

#[derive(Deserialize)]
struct ExpiresAfter {
    #[serde(default)]
    seconds: Option<u64>,
}

/// `POST /v1/realtime/client_secrets`.
pub async fn mint(State(app): State<App>, Body(request): Body<SecretRequest>) -> Result<Json<Value>, Problem> {
    let seconds = request.expires_after.and_then(|after| after.seconds).unwrap_or(SECRET_SECONDS);
    if !(10..=7200).contains(&seconds) {
        let detail = "expires_after.seconds is 10 to 7200";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_body", detail));
    }
    let secret = app.secrets().mint(Instant::now(), Duration::from_secs(seconds)).ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "server_full",
            "too many secrets are good at once; try again later",
        )
    })?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut session = request.session;
    session.insert("type".to_owned(), json!("realtime"));
    session.insert("object".to_owned(), json!("realtime.session"));
    Ok(Json(json!({
        "value": secret.value,
        "expires_at": (now + secret.good_for).as_secs(),
        "session": session,
    })))
}
