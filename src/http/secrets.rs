//! Short-lived secrets for browsers, in the shape of OpenAI's `POST /v1/realtime/client_secrets`.

use super::Problem;
use super::error::Body;
use super::problems::problems;
use crate::app::access::Who;
use crate::app::{App, SECRET_SECONDS};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;
use utoipa::ToSchema;

problems! {
    NoSecret: "server_full";
}

/// Body. The session is only shown again: a client says what it wants with `session.update`.
#[derive(Deserialize, ToSchema)]
pub struct SecretRequest {
    #[serde(default)]
    expires_after: Option<ExpiresAfter>,
    #[serde(default)]
    session: BTreeMap<String, Value>,
}

/// For how long a secret is good.
#[derive(Deserialize, ToSchema)]
struct ExpiresAfter {
    #[serde(default)]
    #[schema(minimum = 10, maximum = 7200)]
    seconds: Option<u64>,
}

/// A secret that is good for a short time.
#[derive(Serialize, ToSchema)]
pub struct SecretView {
    /// The secret itself; it is shown once.
    value: String,
    /// When it ends, in s since 1970.
    expires_at: u64,
    /// What was asked for, shown again.
    session: BTreeMap<String, Value>,
}

/// Make a secret that is good for a short time
///
/// For browsers, in the shape of OpenAI's route of this name.
#[utoipa::path(post, path = "/v1/realtime/client_secrets", tag = "sockets", operation_id = "make_client_secret",
    request_body = Option<SecretRequest>,
    responses((status = 200, description = "the secret", body = SecretView), NoSecret))]
pub async fn mint(
    State(app): State<App>,
    who: Who,
    Body(request): Body<SecretRequest>,
) -> Result<Json<SecretView>, Problem> {
    let seconds = request.expires_after.and_then(|after| after.seconds).unwrap_or(SECRET_SECONDS);
    if !(10..=7200).contains(&seconds) {
        let detail = "expires_after.seconds is 10 to 7200";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_body", detail));
    }
    let secret = app.secrets().mint(Instant::now(), Duration::from_secs(seconds), who.id()).ok_or_else(|| {
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
    Ok(Json(SecretView { value: secret.value, expires_at: (now + secret.good_for).as_secs(), session }))
}
