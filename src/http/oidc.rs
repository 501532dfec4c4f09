//! Signing in by an OpenID Connect provider: going there, and coming back.

use super::auth;
use super::error::{InPath, Parameters};
use super::problems::problems;
use super::sign_in::Tried;
use super::{NO_STORE, Problem, page};
use crate::app::App;
use crate::app::people::PeopleError;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

problems! {
    NotSent: "accounts_off", "provider_not_found", "provider_failed", "too_many_requests", "store_unavailable";
    NotBack: "accounts_off", "provider_not_found", "provider_failed", "not_linked", "account_disabled", "email_taken",
        "email_unusable", "name_unusable", "too_many_requests", "store_unavailable";
}

/// Cookie of a browser that went to a provider: only it may come back.
const FLOW_COOKIE: &str = "viva_flow";

/// The provider in an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ProviderInPath {
    /// Its name, as `GET /v1/sign-in` lists it.
    #[allow(dead_code)]
    provider: String,
}

/// Query of `GET /v1/sign-in/oidc/{provider}`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Where on the page to go then, such as `/sessions/sess_0`; the beginning without it.
    to: Option<String>,
}

/// What a provider sends back. It may send more, which does not matter.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SentBack {
    /// The state that we sent.
    state: String,
    /// What it gives its tokens for.
    code: Option<String>,
    /// Why it gives none.
    error: Option<String>,
}

/// Go to a provider to sign in
#[utoipa::path(get, path = "/v1/sign-in/oidc/{provider}", tag = "people", operation_id = "go_to_provider",
    params(ProviderInPath, Wanted),
    responses((status = 303, description = "to the provider; a browser (`Accept: text/html`) that is refused: to the sign-in screen with the code as `problem`", headers(("Location" = String))), NotSent))]
pub async fn go(
    State(app): State<App>,
    tried: Tried,
    headers: HeaderMap,
    InPath(provider): InPath<String>,
    wanted: Result<Parameters<Wanted>, Problem>,
) -> Result<Response, Problem> {
    or_page(&headers, gone(app, tried, &provider, wanted).await)
}

async fn gone(
    app: App,
    tried: Tried,
    provider: &str,
    wanted: Result<Parameters<Wanted>, Problem>,
) -> Result<Response, Problem> {
    tried.count(&app)?;
    let Parameters(wanted) = wanted?;
    let going = app.go_to_provider(provider, wanted.to.as_deref().unwrap_or("/")).await?;
    let cookie = auth::set_cookie(&app, FLOW_COOKIE, &going.state, going.good_for);
    see(&going.url, [cookie])
}

/// Come back from a provider
#[utoipa::path(get, path = "/v1/sign-in/oidc/{provider}/callback", tag = "people", operation_id = "come_back",
    params(ProviderInPath, SentBack),
    responses((status = 303, description = "to the page, signed in; a browser (`Accept: text/html`) that is refused: to the sign-in screen with the code as `problem`", headers(("Location" = String))), NotBack))]
pub async fn come_back(
    State(app): State<App>,
    tried: Tried,
    headers: HeaderMap,
    InPath(provider): InPath<String>,
    sent: Result<Parameters<SentBack>, Problem>,
) -> Result<Response, Problem> {
    or_page(&headers, came_back(app, tried, &headers, &provider, sent).await)
}

async fn came_back(
    app: App,
    tried: Tried,
    headers: &HeaderMap,
    provider: &str,
    sent: Result<Parameters<SentBack>, Problem>,
) -> Result<Response, Problem> {
    tried.count(&app)?;
    let Parameters(sent) = sent?;
    let Some(code) = sent.code.filter(|_| sent.error.is_none()) else {
        return Err(PeopleError::Provider("it refused, or was told to".to_owned()).into());
    };
    let shown = auth::cookie(&app, headers, FLOW_COOKIE);
    let back = app.come_back(provider, (&sent.state, &code), shown.as_deref(), tried.cookie()).await?;
    let gone = auth::set_cookie(&app, FLOW_COOKIE, "", Duration::ZERO);
    let signed_in = back.signed_in;
    let cookie = auth::set_cookie(&app, auth::SIGN_IN_COOKIE, &signed_in.cookie, signed_in.good_for);
    see(&back.to, [gone, cookie])
}

/// Who follows links in a browser is shown the sign-in screen, which says what went wrong in its own words; programs get the
/// problem.
fn or_page(headers: &HeaderMap, came: Result<Response, Problem>) -> Result<Response, Problem> {
    match came {
        Err(problem) if page::wants_page(headers) => see(&format!("/sign-in?problem={}", problem.code), []),
        other => other,
    }
}

fn see<const N: usize>(place: &str, cookies: [HeaderValue; N]) -> Result<Response, Problem> {
    let place = HeaderValue::from_str(place).map_err(|_| Problem::internal())?;
    let mut response =
        (StatusCode::SEE_OTHER, [(header::LOCATION, place), (header::CACHE_CONTROL, NO_STORE)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
