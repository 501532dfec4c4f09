//! Whether the server lives, and whether it takes new interviews.

use super::Problem;
use super::problems::problems;
use crate::app::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

problems! {
    Unready: "shutting_down";
}

/// That the server lives.
#[derive(Serialize, ToSchema)]
pub struct Alive {
    /// `ok`.
    status: &'static str,
}

/// That it takes interviews.
#[derive(Serialize, ToSchema)]
pub struct Ready {
    /// `ready`.
    status: &'static str,
    /// Code can be run in them, which it is ready without.
    runs: bool,
}

/// Whether the server lives
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "it lives", body = Alive)))]
pub async fn healthy() -> Json<Alive> {
    Json(Alive { status: "ok" })
}

/// Whether the server takes new interviews
#[utoipa::path(get, path = "/readyz", tag = "server", responses(
    (status = 200, description = "it does", body = Ready),
    Unready,
))]
pub async fn ready(State(app): State<App>) -> Result<Json<Ready>, Problem> {
    match app.is_ready() {
        true => Ok(Json(Ready { status: "ready", runs: app.runner().disabled.is_none() })),
        false => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "shutting_down", "the server shuts down")),
    }
}
