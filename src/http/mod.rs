//! The doors: routes, who may come in, and what every answer carries.

mod auth;
mod blob;
mod carrier;
mod doors;
mod editor;
mod error;
mod health;
mod meters;
mod page;
mod questions;
mod realtime;
mod recording;
mod review;
mod scorecard;
mod secrets;
mod sessions;
mod transcript;

#[cfg(test)]
mod editor_tests;
#[cfg(test)]
mod prompt_tests;
#[cfg(test)]
mod realtime_tests;
#[cfg(test)]
mod rest_tests;
#[cfg(test)]
mod review_tests;
#[cfg(test)]
mod runs_tests;
#[cfg(test)]
mod scorecard_tests;
#[cfg(test)]
mod store_tests;
#[cfg(test)]
mod support;

pub use error::Problem;
pub use meters::keep_up;

use crate::app::App;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

/// Largest body of a request, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// What every answer says about how browsers may use it. Everything comes from here alone, and no script
/// or style is inline.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), "microphone=(self), camera=(), geolocation=(), payment=()"),
];

/// All routes.
pub fn router(app: App) -> Router {
    let guarded = Router::new()
        .route("/v1/realtime", get(realtime::realtime))
        .route("/v1/realtime/client_secrets", post(secrets::mint))
        .route("/v1/questions", get(questions::list))
        .route("/v1/providers", get(questions::providers))
        .route("/v1/sessions", get(sessions::list).post(sessions::create))
        .route("/v1/sessions/{id}", get(sessions::show).delete(sessions::delete))
        .route("/v1/sessions/{id}/transcript", get(transcript::json))
        .route("/v1/sessions/{id}/transcript.txt", get(transcript::text))
        .route("/v1/sessions/{id}/transcript.vtt", get(transcript::webvtt))
        .route("/v1/sessions/{id}/metrics", get(transcript::metrics))
        .route("/v1/sessions/{id}/scorecard", get(scorecard::show))
        .route("/v1/sessions/{id}/scorecard/judgements", get(scorecard::judgements))
        .route("/v1/sessions/{id}/review", get(review::show))
        .route("/v1/sessions/{id}/recording/{track}/peaks", get(review::peaks))
        .route("/v1/sessions/{id}/editor", get(editor::editor))
        .route("/v1/sessions/{id}/recording", get(recording::list))
        .route("/v1/sessions/{id}/recording/{file}", get(recording::file))
        .route("/metrics", get(meters::metrics))
        .route("/healthz", get(health::healthy))
        .route("/readyz", get(health::ready))
        .route_layer(from_fn_with_state(app.clone(), doors::guard));
    Router::new()
        .merge(guarded)
        .fallback(page::page)
        .method_not_allowed_fallback(async || no_such_method())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(with_headers))
        .with_state(app)
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this address does not take this method")
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::internal().into_response()
}
