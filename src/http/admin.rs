//! Looking after people, and reading the audit.

use super::error::{Body, InPath, Parameters};
use super::me::{PersonView, said};
use super::problems::problems;
use super::{NO_STORE, Problem};
use crate::app::App;
use crate::app::access::{Role, Who};
use crate::app::people::{NewLink, NewPerson, PersonChange};
use crate::store::audit::AuditRow;
use crate::store::page::{PAGE, PAGE_MAX};
use crate::store::{Cursor, UnixMs};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

problems! {
    NotAdded: "email_taken", "email_unusable", "name_unusable";
    NoPerson: "person_not_found";
    NotChanged: "person_not_found", "last_admin", "name_unusable", "email_unusable", "email_taken", "out_of_range";
    NotDeleted: "person_not_found", "last_admin", "interview_running";
}

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageWanted {
    /// Rows at most, 1 to 200; 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

impl PageWanted {
    /// Of a query that asks for more.
    pub fn of(limit: Option<u32>, cursor: Option<String>) -> PageWanted {
        PageWanted { limit, cursor }
    }

    /// How many rows, and after which.
    ///
    /// # Errors
    /// When the limit is out of its range, or the cursor is none.
    pub fn read(&self) -> Result<(u32, Option<Cursor>), Problem> {
        let bad = |what: String| Problem::new(StatusCode::BAD_REQUEST, "invalid_query", what);
        let limit = self.limit.unwrap_or(PAGE);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(bad(format!("limit is 1 to {PAGE_MAX}")));
        }
        let none = || bad("cursor is the `next` of a page before".to_owned());
        let after = self.cursor.as_ref().map(|text| Cursor::decode(text).ok_or_else(none)).transpose()?;
        Ok((limit, after))
    }
}

/// People.
#[derive(Serialize, ToSchema)]
pub struct PeopleView {
    people: Vec<PersonView>,
    /// Cursor of the next page; none on the last.
    next: Option<String>,
}

/// Body of `POST /v1/admin/people`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRequest {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(max_length = 254)]
    email: String,
    role: Role,
}

/// A person who was added.
#[derive(Serialize, ToSchema)]
pub struct PersonAdded {
    person: PersonView,
    /// By it they set their password.
    link: LinkView,
}

/// A link that is good once. It is shown once.
#[derive(Serialize, ToSchema)]
pub struct LinkView {
    /// Its secret.
    link: String,
    /// Where the page takes it, to be sent to somebody; begins with `accounts.public_url`, if that is set.
    url: String,
    expires_ms: UnixMs,
}

impl LinkView {
    /// Of a link that the page takes at `place`.
    pub fn of(app: &App, link: NewLink, place: &str) -> LinkView {
        let base = app.config().accounts.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
        LinkView { url: format!("{base}/{place}#{}", link.secret), link: link.secret, expires_ms: link.expires }
    }
}

/// Body of `PATCH /v1/admin/people/{person}`; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    role: Option<Role>,
    /// Disabled people are signed out, and their tokens are refused.
    #[serde(default)]
    disabled: Option<bool>,
    /// Null: as the deployment says.
    #[serde(default, deserialize_with = "said")]
    #[schema(minimum = 1, maximum = 36500)]
    retention_days: Option<Option<i64>>,
    /// Null: as the deployment says.
    #[serde(default, deserialize_with = "said")]
    #[schema(minimum = 0, maximum = 1440)]
    minutes_per_day: Option<Option<i64>>,
    /// Null: as the deployment says.
    #[serde(default, deserialize_with = "said")]
    #[schema(minimum = 0, maximum = 1000000000)]
    tokens_per_day: Option<Option<i64>>,
}

/// Body of `POST /v1/admin/invites`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteRequest {
    /// What whoever signs up by it becomes.
    role: Role,
}

/// The person in an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PersonInPath {
    /// The person's id: `pers_` and 32 hex digits.
    #[allow(dead_code)]
    person: String,
}

/// People, newest first, in pages
#[utoipa::path(get, path = "/v1/admin/people", tag = "admin", operation_id = "people", params(PageWanted),
    responses((status = 200, description = "a page", body = PeopleView)))]
pub async fn list(
    State(app): State<App>,
    Parameters(wanted): Parameters<PageWanted>,
) -> Result<Json<PeopleView>, Problem> {
    let (limit, after) = wanted.read()?;
    let page = app.people(after.as_ref(), limit).await?;
    let people = page.items.into_iter().map(PersonView::from).collect();
    Ok(Json(PeopleView { people, next: page.next.map(|cursor| cursor.encode()) }))
}

/// Add a person
///
/// They cannot sign in before they set a password by the link, or come by a provider that verified this email.
#[utoipa::path(post, path = "/v1/admin/people", tag = "admin", operation_id = "add_person", request_body = PersonRequest,
    responses((status = 201, description = "added", body = PersonAdded), NotAdded))]
pub async fn add(State(app): State<App>, who: Who, Body(body): Body<PersonRequest>) -> Result<Response, Problem> {
    let new = NewPerson { name: body.name, email: Some(body.email), email_verified: true };
    let (person, link) = app.registry().add_person(who.id(), &new, body.role, None).await?;
    let link = link.ok_or_else(Problem::internal)?;
    let view = PersonAdded { person: person.into(), link: LinkView::of(&app, link, "password") };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, NO_STORE)], Json(view)).into_response())
}

/// A person
#[utoipa::path(get, path = "/v1/admin/people/{person}", tag = "admin", operation_id = "person", params(PersonInPath),
    responses((status = 200, description = "the person", body = PersonView), NoPerson))]
pub async fn show(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<PersonView>, Problem> {
    Ok(Json(app.person(&id).await?.into()))
}

/// Change a person
#[utoipa::path(patch, path = "/v1/admin/people/{person}", tag = "admin", operation_id = "change_person",
    params(PersonInPath), request_body = Option<PersonPatch>,
    responses((status = 200, description = "as they are now", body = PersonView), NotChanged))]
pub async fn change(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    Body(body): Body<PersonPatch>,
) -> Result<Json<PersonView>, Problem> {
    let change = PersonChange {
        name: body.name,
        email: body.email,
        role: body.role,
        disabled: body.disabled,
        retention_days: body.retention_days,
        minutes_per_day: body.minutes_per_day,
        tokens_per_day: body.tokens_per_day,
    };
    let row = app.registry().change_person(who.id(), &id, &change).await?;
    // Interviews may wait for tokens that there are now.
    app.work_is_there();
    Ok(Json(row.into()))
}

/// Delete a person and all of their interviews
#[utoipa::path(delete, path = "/v1/admin/people/{person}", tag = "admin", operation_id = "delete_person",
    params(PersonInPath), responses((status = 204, description = "all is gone"), NotDeleted))]
pub async fn delete(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<StatusCode, Problem> {
    app.delete_person(who.id(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link by which a person sets a new password
///
/// Those made before are taken back.
#[utoipa::path(post, path = "/v1/admin/people/{person}/password-link", tag = "admin", operation_id = "password_link",
    params(PersonInPath), responses((status = 201, description = "the link, once", body = LinkView), NoPerson))]
pub async fn password_link(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Response, Problem> {
    let link = app.registry().password_link(who.id(), &id).await?;
    Ok(made(LinkView::of(&app, link, "password")))
}

/// Make a link by which somebody signs up
#[utoipa::path(post, path = "/v1/admin/invites", tag = "admin", operation_id = "invite", request_body = InviteRequest,
    responses((status = 201, description = "the link, once", body = LinkView)))]
pub async fn invite(State(app): State<App>, who: Who, Body(body): Body<InviteRequest>) -> Result<Response, Problem> {
    let link = app.invite(who.id(), body.role).await?;
    Ok(made(LinkView::of(&app, link, "sign-up")))
}

fn made(link: LinkView) -> Response {
    (StatusCode::CREATED, [(header::CACHE_CONTROL, NO_STORE)], Json(link)).into_response()
}

/// Query of `GET /v1/admin/audit`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditWanted {
    /// Only what was done to the session, person … of this id.
    subject: Option<String>,
    /// Rows at most, 1 to 200; 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// Deeds.
#[derive(Serialize, ToSchema)]
pub struct AuditView {
    deeds: Vec<DeedView>,
    /// Cursor of the next page; none on the last.
    next: Option<String>,
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
pub struct DeedView {
    id: String,
    at_ms: UnixMs,
    /// The person's id; empty: the server itself, or whoever has its key.
    actor: String,
    /// `play`, `export`, `score`, `grant`, `revoke`, `delete`, `sign_in` …
    action: String,
    subject_kind: String,
    subject: String,
    /// More about it; never anybody's words.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

impl From<AuditRow> for DeedView {
    fn from(row: AuditRow) -> DeedView {
        DeedView {
            id: row.id,
            at_ms: row.at,
            actor: row.actor,
            action: row.action,
            subject_kind: row.subject_kind,
            subject: row.subject,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        }
    }
}

/// What was done to whose data, newest first, in pages
#[utoipa::path(get, path = "/v1/admin/audit", tag = "admin", operation_id = "audit", params(AuditWanted),
    responses((status = 200, description = "a page", body = AuditView)))]
pub async fn audit(
    State(app): State<App>,
    Parameters(wanted): Parameters<AuditWanted>,
) -> Result<Json<AuditView>, Problem> {
    let (limit, after) = PageWanted::of(wanted.limit, wanted.cursor).read()?;
    let page = app.audited(wanted.subject.as_deref(), after.as_ref(), limit).await?;
    let deeds = page.items.into_iter().map(DeedView::from).collect();
    Ok(Json(AuditView { deeds, next: page.next.map(|cursor| cursor.encode()) }))
}
