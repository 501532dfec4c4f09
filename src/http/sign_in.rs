//! Signing in, up and out.

use super::error::Body;
use super::me::PersonView;
use super::problems::problems;
use super::{Problem, auth};
use crate::app::App;
use crate::app::access::Who;
use crate::app::people::limits::Deed;
use crate::app::people::sign_in::{SignedIn, csrf};
use crate::app::people::{NewPerson, SignUp};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

problems! {
    NotSignedIn: "accounts_off", "sign_in_failed", "account_disabled", "busy";
    NotSignedUp: "accounts_off", "sign_up_closed", "link_not_found", "link_used", "link_expired", "email_taken", "email_unusable",
        "name_unusable", "password_unusable", "busy";
    NoPasswordSet: "accounts_off", "account_disabled", "link_not_found", "link_used", "link_expired", "password_unusable", "busy";
}

/// How one can sign in here.
#[derive(Serialize, ToSchema)]
pub struct WaysIn {
    /// People have accounts here; without, whoever is let in is the one person.
    accounts: bool,
    /// Who may make an account.
    sign_up: SignUp,
    /// Providers by which people may sign in, each at `/v1/sign-in/oidc/<name>`.
    providers: Vec<WayIn>,
    /// Whether whoever asks is let in already.
    signed_in: bool,
}

/// A provider.
#[derive(Serialize, ToSchema)]
pub struct WayIn {
    name: String,
    title: String,
}

/// Body of `POST /v1/sign-in`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    email: String,
    #[schema(format = Password)]
    password: String,
}

/// Body of `POST /v1/sign-up`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(max_length = 254)]
    email: String,
    #[schema(format = Password, min_length = 10, max_length = 128)]
    password: String,
    /// The secret of an invitation; needed unless anybody may make an account.
    #[serde(default)]
    link: Option<String>,
}

/// Body of `POST /v1/sign-in/link`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordByLink {
    /// The secret of the link.
    link: String,
    #[schema(format = Password, min_length = 10, max_length = 128)]
    password: String,
}

/// Somebody who signed in; the browser has its cookie.
#[derive(Serialize, ToSchema)]
pub struct SignedInView {
    person: PersonView,
    /// What this browser shows as `x-viva-csrf` with whatever changes something.
    csrf: String,
}

/// How one can sign in
#[utoipa::path(get, path = "/v1/sign-in", tag = "people", operation_id = "ways_in",
    responses((status = 200, description = "the ways in", body = WaysIn)))]
pub async fn ways(State(app): State<App>, who: Who) -> Json<WaysIn> {
    let accounts = &app.config().accounts;
    let provider = |provider: &crate::app::people::settings::OidcConfig| WayIn {
        name: provider.name.clone(),
        title: provider.title.clone().unwrap_or_else(|| provider.name.clone()),
    };
    Json(WaysIn {
        accounts: accounts.enabled,
        sign_up: accounts.sign_up,
        providers: accounts.oidc.iter().map(provider).collect(),
        signed_in: who != Who::Nobody,
    })
}

/// Sign in by email and password
#[utoipa::path(post, path = "/v1/sign-in", tag = "people", operation_id = "sign_in", request_body = SignInRequest,
    responses((status = 200, description = "signed in; a cookie is set", body = SignedInView), NotSignedIn))]
pub async fn sign_in(
    State(app): State<App>,
    tried: Tried,
    Body(body): Body<SignInRequest>,
) -> Result<Response, Problem> {
    tried.count(&app)?;
    Ok(welcome(&app, app.sign_in(&body.email, body.password, tried.cookie()).await?))
}

/// Make an account and sign in
#[utoipa::path(post, path = "/v1/sign-up", tag = "people", operation_id = "sign_up", request_body = SignUpRequest,
    responses((status = 200, description = "signed in; a cookie is set", body = SignedInView), NotSignedUp))]
pub async fn sign_up(
    State(app): State<App>,
    tried: Tried,
    Body(body): Body<SignUpRequest>,
) -> Result<Response, Problem> {
    tried.count(&app)?;
    let new = NewPerson { name: body.name, email: Some(body.email), email_verified: false };
    Ok(welcome(&app, app.sign_up(new, body.password, body.link.as_deref(), tried.cookie()).await?))
}

/// Set a password by a link and sign in
///
/// Other browsers of this person are signed out.
#[utoipa::path(post, path = "/v1/sign-in/link", tag = "people", operation_id = "set_password", request_body = PasswordByLink,
    responses((status = 200, description = "signed in; a cookie is set", body = SignedInView), NoPasswordSet))]
pub async fn set_password(
    State(app): State<App>,
    tried: Tried,
    Body(body): Body<PasswordByLink>,
) -> Result<Response, Problem> {
    tried.count(&app)?;
    Ok(welcome(&app, app.set_password(&body.link, body.password, tried.cookie()).await?))
}

/// Sign out
#[utoipa::path(post, path = "/v1/sign-out", tag = "people", operation_id = "sign_out",
    responses((status = 204, description = "signed out; the cookie is taken away")))]
pub async fn sign_out(State(app): State<App>, who: Who, headers: HeaderMap) -> Result<Response, Problem> {
    if let (Who::Person { id, .. }, Some(cookie)) = (&who, auth::sign_in_cookie(&app, &headers)) {
        app.sign_out(&cookie, id).await?;
    }
    let gone = auth::set_cookie(&app, auth::SIGN_IN_COOKIE, "", Duration::ZERO);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

/// The answer to somebody who signed in.
pub fn welcome(app: &App, signed_in: SignedIn) -> Response {
    let cookie = auth::set_cookie(app, auth::SIGN_IN_COOKIE, &signed_in.cookie, signed_in.good_for);
    let view = SignedInView { csrf: csrf(&signed_in.cookie), person: signed_in.person.into() };
    ([(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, super::NO_STORE)], Json(view)).into_response()
}

/// Somebody who tries to sign in: from which address, and with which cookie from before.
pub struct Tried {
    address: String,
    cookie: Option<String>,
}

impl Tried {
    /// Counts it.
    ///
    /// # Errors
    /// When it is tried too often from there.
    pub fn count(&self, app: &App) -> Result<(), Problem> {
        Ok(app.limits().count(Deed::SignIn, &self.address)?)
    }

    /// The cookie from before.
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }
}

impl FromRequestParts<App> for Tried {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Tried, Problem> {
        Ok(Tried { address: auth::address(app, parts), cookie: auth::sign_in_cookie(app, &parts.headers) })
    }
}
