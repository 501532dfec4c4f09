//! Whether the server lives, and whether it takes new interviews.

use super::Problem;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// It lives.
pub async fn healthy() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// It takes new interviews; and whether code can be run in them, which it is ready without.
pub async fn ready(State(app): State<App>) -> Result<Json<Value>, Problem> {
    match app.is_ready() {
        true => Ok(Json(json!({"status": "ready", "runs": app.runner().disabled.is_none()}))),
        false => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "shutting_down", "the server shuts down")),
    }
}
