//! One's own account: what it is, changing and deleting it, API tokens.

use super::error::{Body, InPath, Parameters};
use super::problems::problems;
use super::{NO_STORE, Problem, auth};
use crate::app::App;
use crate::app::access::{By, Role, Who};
use crate::app::people::passwords::check_form;
use crate::app::people::sign_in::csrf;
use crate::app::people::spending::Today;
use crate::app::people::{PeopleError, PersonChange};
use crate::store::UnixMs;
use crate::store::people::PersonRow;
use crate::store::sign_ins::TokenRow;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Deserializer, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

problems! {
    NotMine: "no_account";
    NotChanged: "no_account", "wrong_password", "email_taken", "email_unusable", "name_unusable", "password_unusable",
        "out_of_range", "busy";
    NotGone: "no_account", "last_admin", "interview_running";
    NoToken: "no_account", "name_unusable", "out_of_range", "too_many";
    NotRevoked: "no_account", "token_not_found";
}

/// A person as they see themselves, and as admins see them.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    id: String,
    name: String,
    email: Option<String>,
    /// Somebody vouched for the email: who added this person, or a provider.
    email_verified: bool,
    role: Role,
    disabled: bool,
    /// Whether they can sign in by password.
    has_password: bool,
    /// After how many days their interviews are deleted; none: as the deployment says.
    retention_days: Option<i64>,
    /// Minutes of interviews a day; none: as the deployment says.
    minutes_per_day: Option<i64>,
    /// Tokens of the model a day; none: as the deployment says.
    tokens_per_day: Option<i64>,
    created_ms: UnixMs,
}

impl From<PersonRow> for PersonView {
    fn from(row: PersonRow) -> PersonView {
        PersonView {
            id: row.id,
            name: row.name,
            email: row.email,
            email_verified: row.email_verified,
            // Rows hold no other names; whoever has one that is unknown is let in nowhere.
            role: Role::named(&row.role).unwrap_or(Role::Observer),
            disabled: row.disabled,
            has_password: row.password_hash.is_some(),
            retention_days: row.retention_days,
            minutes_per_day: row.minutes_per_day,
            tokens_per_day: row.tokens_per_day,
            created_ms: row.created,
        }
    }
}

/// Whoever asks.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    /// By what they are let in.
    kind: MeKind,
    /// Who, if they have an account.
    person: Option<PersonView>,
    /// What a browser that is signed in shows as `x-viva-csrf` with whatever changes something.
    csrf: Option<String>,
    /// What a person has of this day (UTC), and has used.
    today: Option<TodayView>,
}

/// What a person has of this day (UTC), and has used.
#[derive(Serialize, ToSchema)]
pub struct TodayView {
    /// Minutes of interviews that were held.
    minutes_used: i64,
    /// Minutes of interviews that are planned or run, with their whole length.
    minutes_booked: i64,
    /// Minutes a day; none: as many as one likes.
    minutes: Option<i64>,
    /// Tokens of the model that were used.
    tokens_used: i64,
    /// Tokens a day; none: as many as one likes.
    tokens: Option<i64>,
    /// Runs of code.
    runs_used: i64,
    /// When the day ends.
    ends_ms: UnixMs,
}

impl From<Today> for TodayView {
    fn from(today: Today) -> TodayView {
        TodayView {
            minutes_used: today.used.interview_ms / 60_000,
            minutes_booked: today.booked_ms / 60_000,
            minutes: today.minutes,
            tokens_used: today.used.tokens,
            tokens: today.tokens,
            runs_used: today.used.runs,
            ends_ms: today.ends,
        }
    }
}

/// By what somebody is let in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeKind {
    /// An account.
    Person,
    /// Being on the machine of a server without accounts.
    Single,
    /// The key of the deployment.
    Operator,
}

/// Body of `PATCH /v1/me`; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeChange {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Needs `current_password` of those who have one.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Needs `current_password` of those who have one. Other browsers are signed out.
    #[serde(default)]
    #[schema(format = Password, min_length = 10, max_length = 128)]
    password: Option<String>,
    #[serde(default)]
    #[schema(format = Password)]
    current_password: Option<String>,
    /// 1 to 36,500; null: as the deployment says.
    #[serde(default, deserialize_with = "said")]
    #[schema(minimum = 1, maximum = 36500)]
    retention_days: Option<Option<i64>>,
}

/// Tells what is null from what is left out.
pub fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Query of `DELETE /v1/me`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Confirmed {
    /// One's own id, so that nothing is deleted by mistake.
    confirm: String,
}

/// Whoever asks
#[utoipa::path(get, path = "/v1/me", tag = "people", operation_id = "me",
    responses((status = 200, description = "whoever asks", body = MeView), NotMine))]
pub async fn show(State(app): State<App>, who: Who, headers: HeaderMap) -> Result<Response, Problem> {
    let (kind, person) = match &who {
        Who::Person { .. } => (MeKind::Person, Some(app.me(&who).await?.into())),
        Who::Operator => (MeKind::Operator, None),
        Who::Single | Who::Nobody => (MeKind::Single, None),
    };
    let cookie = auth::sign_in_cookie(&app, &headers).filter(|_| is_by_cookie(&who));
    let today = match &who {
        Who::Person { id, .. } => Some(app.today(id).await?.into()),
        _ => None,
    };
    let view = MeView { kind, person, csrf: cookie.map(|cookie| csrf(&cookie)), today };
    Ok(([(header::CACHE_CONTROL, NO_STORE)], Json(view)).into_response())
}

fn is_by_cookie(who: &Who) -> bool {
    matches!(who, Who::Person { by: By::Cookie, .. })
}

/// Change one's own account
#[utoipa::path(patch, path = "/v1/me", tag = "people", operation_id = "change_me", request_body = Option<MeChange>,
    responses((status = 200, description = "as it is now", body = PersonView), NotChanged))]
pub async fn change(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    Body(body): Body<MeChange>,
) -> Result<Json<PersonView>, Problem> {
    let me = app.me(&who).await?;
    if body.email.is_some() || body.password.is_some() {
        app.check_password(&me, body.current_password.as_deref()).await?;
    }
    if let Some(password) = &body.password {
        check_form(password)?;
    }
    let change = PersonChange {
        name: body.name,
        email: body.email,
        retention_days: body.retention_days,
        ..PersonChange::default()
    };
    let row = app.registry().change_person(&me.id, &me.id, &change).await?;
    if let Some(password) = body.password {
        let cookie = auth::sign_in_cookie(&app, &headers).unwrap_or_default();
        app.change_password(&me.id, password, &cookie).await?;
        return Ok(Json(app.person(&me.id).await?.into()));
    }
    Ok(Json(row.into()))
}

/// Delete one's own account and all interviews
#[utoipa::path(delete, path = "/v1/me", tag = "people", operation_id = "delete_me", params(Confirmed),
    responses((status = 204, description = "all is gone"), NotGone))]
pub async fn delete(
    State(app): State<App>,
    who: Who,
    Parameters(confirmed): Parameters<Confirmed>,
) -> Result<Response, Problem> {
    let me = app.me(&who).await?;
    if confirmed.confirm != me.id {
        let detail = "confirm is your own id";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_query", detail));
    }
    app.delete_person(&me.id, &me.id).await?;
    let gone = auth::set_cookie(&app, auth::SIGN_IN_COOKIE, "", Duration::ZERO);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

/// Body of `POST /v1/me/tokens`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// For how many days it is good; none: until it is revoked.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<u32>,
}

/// An API token.
#[derive(Serialize, ToSchema)]
pub struct TokenView {
    id: String,
    name: String,
    created_ms: UnixMs,
    /// When it ends; none: when it is revoked.
    expires_ms: Option<UnixMs>,
    /// When it was last used, to the minute.
    used_ms: Option<UnixMs>,
    /// The token itself, when it is made and never again. Shown as `Authorization: Bearer <token>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl TokenView {
    fn of(row: TokenRow, token: Option<String>) -> TokenView {
        let TokenRow { id, name, created, expires, used, .. } = row;
        TokenView { id, name, created_ms: created, expires_ms: expires, used_ms: used, token }
    }
}

/// One's API tokens.
#[derive(Serialize, ToSchema)]
pub struct TokensView {
    tokens: Vec<TokenView>,
}

/// One's API tokens
#[utoipa::path(get, path = "/v1/me/tokens", tag = "people", operation_id = "tokens",
    responses((status = 200, description = "newest first", body = TokensView), NotMine))]
pub async fn tokens(State(app): State<App>, who: Who) -> Result<Json<TokensView>, Problem> {
    let rows = app.store().tokens(&app.me(&who).await?.id).await?;
    Ok(Json(TokensView { tokens: rows.into_iter().map(|row| TokenView::of(row, None)).collect() }))
}

/// Make an API token
///
/// It is shown once. It may do what its owner may, but for changing the account and making tokens.
#[utoipa::path(post, path = "/v1/me/tokens", tag = "people", operation_id = "make_token", request_body = TokenRequest,
    responses((status = 201, description = "the token, once", body = TokenView), NoToken))]
pub async fn make_token(State(app): State<App>, who: Who, Body(body): Body<TokenRequest>) -> Result<Response, Problem> {
    if body.days.is_some_and(|days| !(1..=3_650).contains(&days)) {
        return Err(PeopleError::Range("days is 1 to 3,650").into());
    }
    let good_for = body.days.map(|days| Duration::from_secs(u64::from(days) * 86_400));
    let (row, token) = app.add_token(&app.me(&who).await?.id, &body.name, good_for).await?;
    let view = TokenView::of(row, Some(token));
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, NO_STORE)], Json(view)).into_response())
}

/// The token in an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TokenInPath {
    /// The token's id: `tok_` and 32 hex digits.
    #[allow(dead_code)]
    token: String,
}

/// Revoke an API token
#[utoipa::path(delete, path = "/v1/me/tokens/{token}", tag = "people", operation_id = "revoke_token", params(TokenInPath),
    responses((status = 204, description = "it is good no more"), NotRevoked))]
pub async fn revoke(State(app): State<App>, who: Who, InPath(token): InPath<String>) -> Result<StatusCode, Problem> {
    app.delete_token(&app.me(&who).await?.id, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}
