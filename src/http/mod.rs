//! The doors: routes, who may come in, and what every answer carries.

mod admin;
mod auth;
mod blob;
mod candidates;
mod carrier;
mod coaching;
mod code;
mod describe;
mod docs;
mod doors;
mod editor;
mod error;
mod exports;
mod health;
mod live;
mod marks;
mod me;
mod meters;
mod my_exports;
mod oidc;
mod once;
mod page;
mod pass;
mod people_problem;
mod problems;
mod questions;
mod realtime;
mod recording;
pub(crate) mod review;
mod scorecard;
mod secrets;
mod sessions;
mod sign_in;
mod strict;
mod tags;
mod transcript;

#[cfg(test)]
mod bad_input_tests;
#[cfg(test)]
mod coaching_tests;
#[cfg(test)]
mod create_tests;
#[cfg(test)]
mod describe_tests;
#[cfg(test)]
mod editor_tests;
#[cfg(test)]
mod exports_tests;
#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod marks_tests;
#[cfg(test)]
mod matrix_tests;
#[cfg(test)]
mod oidc_tests;
#[cfg(test)]
mod pass_tests;
#[cfg(test)]
mod people_support;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod plans_tests;
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
#[cfg(test)]
mod typescript;

pub use error::Problem;
pub use meters::keep_up;

use crate::app::App;
use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Largest body of a request, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// How long answers that hold a secret, or tell who somebody is, are kept by browsers.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

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
    let routes: Router<App> = routes().into();
    Router::new()
        .merge(routes.route_layer(from_fn_with_state(app.clone(), doors::guard)))
        .fallback(page::page)
        .method_not_allowed_fallback(async || no_such_method())
        .layer(from_fn(tags::tagged))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Compressible))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(with_headers))
        .layer(cors(&app))
        .with_state(app)
}

/// Pages of the origins in `serve.origins` may ask from browsers, with a key or token that they show; a cookie of ours never
/// comes along.
fn cors(app: &App) -> CorsLayer {
    let origins = app.config().serve.origins.iter().map(|origin| origin.trim_end_matches('/').parse::<HeaderValue>());
    let shown = [header::ETAG, header::LOCATION, header::RETRY_AFTER, header::CONTENT_RANGE, header::ACCEPT_RANGES];
    let sent = [header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH, header::RANGE];
    let key = HeaderName::from_static("idempotency-key");
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.flatten()))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(sent.into_iter().chain([key]).collect::<Vec<_>>())
        .expose_headers(shown)
        .max_age(Duration::from_secs(3600))
}

/// The routes. Each describes itself where its handler is: what is added here is in `/v1/openapi.json`. Who may use it is said in
/// [`doors::DOORS`].
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(realtime::realtime))
        .routes(routes!(secrets::mint))
        .routes(routes!(questions::list))
        .routes(routes!(questions::show))
        .routes(routes!(questions::personas))
        .routes(routes!(questions::providers))
        .routes(routes!(sessions::list, sessions::create))
        .routes(routes!(sessions::show, sessions::delete))
        .routes(routes!(transcript::json))
        .routes(routes!(transcript::text))
        .routes(routes!(transcript::webvtt))
        .routes(routes!(code::at))
        .routes(routes!(code::timeline))
        .routes(routes!(code::runs))
        .routes(routes!(exports::bundle))
        .routes(routes!(exports::metrics))
        .routes(routes!(exports::scores))
        .routes(routes!(exports::archive))
        .routes(routes!(exports::import))
        .routes(routes!(my_exports::list, my_exports::ask))
        .routes(routes!(my_exports::show, my_exports::delete))
        .routes(routes!(my_exports::fetch))
        .routes(routes!(transcript::metrics))
        .routes(routes!(scorecard::show))
        .routes(routes!(scorecard::on_paper))
        .routes(routes!(scorecard::judgements))
        .routes(routes!(marks::notes, marks::add_note))
        .routes(routes!(marks::change_note, marks::delete_note))
        .routes(routes!(marks::scores))
        .routes(routes!(marks::score_self))
        .routes(routes!(marks::score_as_coach))
        .routes(routes!(marks::agreement))
        .routes(routes!(marks::progress))
        .routes(routes!(review::show))
        .routes(routes!(review::peaks))
        .routes(routes!(editor::editor))
        .routes(routes!(live::watch))
        .routes(routes!(live::watch_editor))
        .routes(routes!(recording::list))
        .routes(routes!(recording::file))
        .routes(routes!(sign_in::ways, sign_in::sign_in))
        .routes(routes!(sign_in::set_password))
        .routes(routes!(oidc::go))
        .routes(routes!(oidc::come_back))
        .routes(routes!(sign_in::sign_up))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(me::show, me::change, me::delete))
        .routes(routes!(me::tokens, me::make_token))
        .routes(routes!(me::revoke))
        .routes(routes!(admin::list, admin::add))
        .routes(routes!(admin::show, admin::change, admin::delete))
        .routes(routes!(admin::password_link))
        .routes(routes!(admin::invite))
        .routes(routes!(admin::audit))
        .routes(routes!(coaching::grants, coaching::grant))
        .routes(routes!(coaching::revoke))
        .routes(routes!(candidates::list))
        .routes(routes!(coaching::assignments, coaching::assign))
        .routes(routes!(coaching::assignment, coaching::unassign))
        .routes(routes!(coaching::link))
        .routes(routes!(coaching::look))
        .routes(routes!(coaching::join))
        .routes(routes!(health::healthy))
        .routes(routes!(health::ready))
        .routes(routes!(meters::metrics))
        .routes(routes!(describe::openapi))
        .routes(routes!(docs::page))
        .routes(routes!(docs::style))
}

/// What is worth compressing: text that is sent whole. Files are sent as they are kept, and in ranges.
#[derive(Clone, Copy)]
struct Compressible;

impl Predicate for Compressible {
    fn should_compress<B: HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        !response.headers().contains_key(header::ACCEPT_RANGES)
            && !kind.starts_with("audio/")
            && DefaultPredicate::new().should_compress(response)
    }
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
