//! Who reads along, and what coaches set: grants, assignments, and the links by which candidates join.

use super::admin::{LinkView, PageWanted};
use super::auth;
use super::error::{Body, InPath, Parameters, SessionInPath};
use super::me::PersonView;
use super::problems::problems;
use super::questions::PartsView;
use super::sessions::Ways;
use super::sign_in::Tried;
use super::{NO_STORE, Problem};
use crate::app::access::{Role, Who};
use crate::app::people::PeopleError;
use crate::app::people::coaching::{Joining, LinkFor, Wanted};
use crate::app::people::sign_in::csrf;
use crate::app::{App, Chosen, Form, Patience};
use crate::questions::Kind;
use crate::store::UnixMs;
use crate::store::assignments::AssignmentRow;
use crate::store::grants::GrantRow;
use crate::store::people::PersonRow;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

problems! {
    NotGranted: "person_not_found", "out_of_range", "too_many";
    NoGrant: "grant_not_found";
    NotAssigned: "accounts_off", "question_not_found", "no_question_fits", "choose_one_way", "job_too_long", "persona_not_found",
        "language_not_available", "minutes_out_of_range", "words_not_available", "voice_not_available", "out_of_range";
    NoAssignment: "assignment_not_found";
    NoLink: "assignment_not_found", "assignment_taken";
    LinkBad: "accounts_off", "link_not_found", "link_used", "link_expired";
    NotJoined: "accounts_off", "link_not_found", "link_used", "link_expired", "assignment_taken", "name_unusable", "question_not_found",
        "persona_not_found", "language_not_available", "minutes_out_of_range", "words_not_available", "voice_not_available", "server_full", "shutting_down",
        "minutes_used_up", "tokens_used_up", "too_many", "forbidden";
}

/// Latest time that rows hold, in ms since 1970: far enough, and exact in every language's numbers.
const TIME_MAX: i64 = 1 << 53;

/// Whoever may read along.
#[derive(Serialize, ToSchema)]
pub struct ReaderView {
    id: String,
    name: String,
    role: Role,
}

/// That somebody may read along.
#[derive(Serialize, ToSchema)]
pub struct GrantView {
    id: String,
    /// Who; none when the account is gone.
    reader: Option<ReaderView>,
    /// Not only this interview, but all of its candidate's.
    all: bool,
    created_ms: UnixMs,
    /// When it ends; none: when it is taken back.
    expires_ms: Option<UnixMs>,
}

impl GrantView {
    fn of(grant: GrantRow, reader: Option<PersonRow>) -> GrantView {
        let reader = reader.and_then(|row| {
            let role = Role::named(&row.role)?;
            Some(ReaderView { id: row.id, name: row.name, role })
        });
        GrantView {
            id: grant.id,
            reader,
            all: grant.session.is_empty(),
            created_ms: grant.created,
            expires_ms: grant.expires,
        }
    }
}

/// Who may read along.
#[derive(Serialize, ToSchema)]
pub struct GrantsView {
    grants: Vec<GrantView>,
}

/// Body of `POST /v1/sessions/{id}/grants`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantRequest {
    /// Email of a coach, an observer or an admin.
    #[schema(max_length = 254)]
    email: String,
    /// Not only this interview, but all of its candidate's, later ones too.
    #[serde(default)]
    all: bool,
    /// When it ends; none: when it is taken back.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9007199254740992i64)]
    expires_ms: Option<i64>,
}

fn time(ms: Option<i64>) -> Result<Option<UnixMs>, Problem> {
    match ms {
        Some(ms) if !(0..=TIME_MAX).contains(&ms) => {
            Err(PeopleError::Range("times are ms since 1970, 0 to 2^53").into())
        }
        ms => Ok(ms.map(UnixMs)),
    }
}

/// Who may read an interview
#[utoipa::path(get, path = "/v1/sessions/{id}/grants", tag = "coaching", operation_id = "grants", params(SessionInPath),
    responses((status = 200, description = "newest first", body = GrantsView)))]
pub async fn grants(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<GrantsView>, Problem> {
    let grants = app.grants(&id).await?;
    Ok(Json(GrantsView { grants: grants.into_iter().map(|(grant, reader)| GrantView::of(grant, reader)).collect() }))
}

/// Let somebody read an interview
///
/// A coach may also follow it while it runs, write notes and score; an observer may only read.
#[utoipa::path(post, path = "/v1/sessions/{id}/grants", tag = "coaching", operation_id = "grant", params(SessionInPath),
    request_body = GrantRequest,
    responses((status = 201, description = "granted", body = GrantView), NotGranted))]
pub async fn grant(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    Body(body): Body<GrantRequest>,
) -> Result<Response, Problem> {
    let (grant, reader) = app.grant(&who, &id, &body.email, body.all, time(body.expires_ms)?).await?;
    Ok((StatusCode::CREATED, Json(GrantView::of(grant, Some(reader)))).into_response())
}

/// The grant in an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GrantInPath {
    /// The session's id: `sess_` and 32 hex digits.
    #[allow(dead_code)]
    #[param(example = "sess_00000000000000000000000000000000")]
    id: String,
    /// The grant's id: `grant_` and 32 hex digits.
    #[allow(dead_code)]
    grant: String,
}

/// Take a grant back
#[utoipa::path(delete, path = "/v1/sessions/{id}/grants/{grant}", tag = "coaching", operation_id = "revoke_grant",
    params(GrantInPath), responses((status = 204, description = "they may read no more"), NoGrant))]
pub async fn revoke(
    State(app): State<App>,
    who: Who,
    InPath((id, grant)): InPath<(String, String)>,
) -> Result<StatusCode, Problem> {
    app.revoke(&who, &id, &grant).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Body of `POST /v1/assignments`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentRequest {
    /// The question's id. Without it and the fields down to `job` it is the server's own.
    #[serde(default)]
    question: Option<String>,
    /// A question of this kind.
    #[serde(default)]
    kind: Option<Kind>,
    /// A question about this.
    #[serde(default)]
    topic: Option<String>,
    /// A question as difficult as this.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5)]
    difficulty: Option<u8>,
    /// The description of a job: a question whose topics stand in it. Nothing of the text is kept or logged.
    #[serde(default)]
    #[schema(max_length = 20000)]
    job: Option<String>,
    /// Length; the question's own without it.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 180)]
    minutes: Option<u16>,
    /// How patient the interviewer is.
    #[serde(default)]
    patience: Option<Patience>,
    /// The language it is held in, as a BCP 47 tag; the server's own without it.
    #[serde(default)]
    #[schema(example = "en")]
    language: Option<String>,
    /// The interviewer's manner: an id of `GET /v1/personas`.
    #[serde(default)]
    persona: Option<String>,
    /// By voice, unless in writing.
    #[serde(default)]
    form: Option<Form>,
    /// Until when it is to be done, in ms since 1970; it is told, not enforced.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 9007199254740992i64)]
    due_ms: Option<i64>,
}

/// A question that a coach set.
#[derive(Serialize, ToSchema)]
pub struct AssignmentView {
    id: String,
    question: String,
    /// The question's title; none when it is in the bank no more.
    title: Option<String>,
    minutes: Option<u16>,
    patience: Option<Patience>,
    language: Option<String>,
    persona: Option<String>,
    form: Option<Form>,
    /// Why it is this question.
    chosen: Chosen,
    due_ms: Option<UnixMs>,
    created_ms: UnixMs,
    /// The interview that came of it; none before somebody joined.
    session: Option<String>,
    /// Who joined.
    person: Option<String>,
}

impl AssignmentView {
    fn of(app: &App, row: AssignmentRow) -> AssignmentView {
        let wanted: Wanted = serde_json::from_str(&row.wish).unwrap_or_default();
        AssignmentView {
            title: app.bank().find(&row.question).map(|entry| entry.question.title.clone()),
            id: row.id,
            question: row.question,
            minutes: wanted.minutes,
            patience: wanted.patience,
            language: wanted.language,
            persona: wanted.persona,
            form: wanted.form,
            chosen: wanted.chosen,
            due_ms: row.due,
            created_ms: row.created,
            session: row.session,
            person: Some(row.person).filter(|person| !person.is_empty()),
        }
    }
}

/// An assignment that was just set.
#[derive(Serialize, ToSchema)]
pub struct AssignmentMade {
    assignment: AssignmentView,
    /// By it one candidate joins, once.
    link: LinkView,
}

/// Assignments.
#[derive(Serialize, ToSchema)]
pub struct AssignmentsView {
    assignments: Vec<AssignmentView>,
    /// Cursor of the next page; none on the last.
    next: Option<String>,
}

/// Query of `GET /v1/assignments`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AssignmentsWanted {
    /// Those that one took up, instead of those that one set.
    #[serde(default)]
    taken: bool,
    /// Rows at most, 1 to 200; 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// The assignment in an address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AssignmentInPath {
    /// The assignment's id: `asgn_` and 32 hex digits.
    #[allow(dead_code)]
    assignment: String,
}

/// Set a question for a candidate
///
/// Whoever gets the link joins by it, once; the interview is theirs, and its coach may read it.
#[utoipa::path(post, path = "/v1/assignments", tag = "coaching", operation_id = "assign", request_body = AssignmentRequest,
    responses((status = 201, description = "set, with the link, once", body = AssignmentMade), NotAssigned))]
pub async fn assign(
    State(app): State<App>,
    who: Who,
    Body(body): Body<AssignmentRequest>,
) -> Result<Response, Problem> {
    let due = time(body.due_ms)?;
    let ways = Ways {
        question: body.question,
        kind: body.kind,
        topic: body.topic,
        difficulty: body.difficulty,
        surprise: false,
        job: body.job,
    };
    let wanted = Wanted {
        minutes: body.minutes,
        patience: body.patience,
        language: body.language,
        persona: body.persona,
        form: body.form,
        chosen: Chosen::default(),
    };
    let (row, link) = app.assign(&who, ways.choice()?, wanted, due).await?;
    let made = AssignmentMade { assignment: AssignmentView::of(&app, row), link: LinkView::of(&app, link, "join") };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, NO_STORE)], Json(made)).into_response())
}

/// Assignments that one set, or took up, newest first, in pages
#[utoipa::path(get, path = "/v1/assignments", tag = "coaching", operation_id = "assignments", params(AssignmentsWanted),
    responses((status = 200, description = "a page", body = AssignmentsView)))]
pub async fn assignments(
    State(app): State<App>,
    who: Who,
    Parameters(wanted): Parameters<AssignmentsWanted>,
) -> Result<Json<AssignmentsView>, Problem> {
    let (limit, after) = PageWanted::of(wanted.limit, wanted.cursor).read()?;
    let page = app.assignments(&who, !wanted.taken, after.as_ref(), limit).await?;
    let assignments = page.items.into_iter().map(|row| AssignmentView::of(&app, row)).collect();
    Ok(Json(AssignmentsView { assignments, next: page.next.map(|cursor| cursor.encode()) }))
}

/// An assignment that one set or took up
#[utoipa::path(get, path = "/v1/assignments/{assignment}", tag = "coaching", operation_id = "assignment",
    params(AssignmentInPath),
    responses((status = 200, description = "the assignment", body = AssignmentView), NoAssignment))]
pub async fn assignment(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
) -> Result<Json<AssignmentView>, Problem> {
    let row = app.assignment(&who, &id).await?;
    Ok(Json(AssignmentView::of(&app, row)))
}

/// Take an assignment back
///
/// Its link is good no more. An interview that came of it stays its candidate's.
#[utoipa::path(delete, path = "/v1/assignments/{assignment}", tag = "coaching", operation_id = "delete_assignment",
    params(AssignmentInPath), responses((status = 204, description = "it is gone"), NoAssignment))]
pub async fn unassign(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<StatusCode, Problem> {
    app.delete_assignment(&who, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a new link to an assignment that nobody took up
///
/// Those made before are good no more.
#[utoipa::path(post, path = "/v1/assignments/{assignment}/link", tag = "coaching", operation_id = "assignment_link",
    params(AssignmentInPath), responses((status = 201, description = "the link, once", body = LinkView), NoLink))]
pub async fn link(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Response, Problem> {
    let link = app.assign_again(&who, &id).await?;
    let view = LinkView::of(&app, link, "join");
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, NO_STORE)], Json(view)).into_response())
}

/// Body of `POST /v1/links`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkShown {
    /// The link's secret: what stands behind the `#`.
    link: String,
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
pub struct LinkPurpose {
    /// Where it is used: `join` at `/v1/links/join`, `invite` at `/v1/sign-up`, `password` at `/v1/sign-in/link`.
    kind: LinkKind,
    expires_ms: UnixMs,
    /// Of an invitation: what whoever signs up becomes.
    role: Option<Role>,
    /// Of an assignment: what is asked, and how.
    assignment: Option<AssignmentView>,
    /// Of an assignment: who set it, and may read the interview.
    coach: Option<String>,
    /// Of an assignment: who does which part of the work, so that whoever joins knows what leaves this machine.
    parts: Option<PartsView>,
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Joining an assignment.
    Join,
    /// Making an account.
    Invite,
    /// Setting a password.
    Password,
}

/// What a link is for
///
/// It is not used up by being looked at.
#[utoipa::path(post, path = "/v1/links", tag = "coaching", operation_id = "look_at_link", request_body = LinkShown,
    responses((status = 200, description = "what it is for", body = LinkPurpose), LinkBad))]
pub async fn look(
    State(app): State<App>,
    tried: Tried,
    Body(body): Body<LinkShown>,
) -> Result<Json<LinkPurpose>, Problem> {
    tried.count(&app)?;
    let (what, expires_ms) = app.look_at_link(&body.link).await?;
    let plain = |kind| LinkPurpose { kind, expires_ms, role: None, assignment: None, coach: None, parts: None };
    Ok(Json(match what {
        LinkFor::Invite(role) => LinkPurpose { role: Some(role), ..plain(LinkKind::Invite) },
        LinkFor::Password => plain(LinkKind::Password),
        LinkFor::Join(row, coach) => {
            let assignment = Some(AssignmentView::of(&app, *row));
            LinkPurpose { assignment, coach: Some(coach), parts: Some(PartsView::of(&app)), ..plain(LinkKind::Join) }
        }
    }))
}

/// Body of `POST /v1/links/join`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// The link's secret: what stands behind the `#`.
    link: String,
    /// How somebody who is not signed in is called.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Whether the interview may be recorded.
    recording: bool,
}

/// Somebody who joined.
#[derive(Serialize, ToSchema)]
pub struct JoinedView {
    /// The interview's id.
    session: String,
    /// Where its voice socket is.
    url: String,
    /// Of somebody who was not signed in: who they are now, in this browser.
    person: Option<PersonView>,
    /// Of somebody who was not signed in: what this browser shows as `x-viva-csrf` with whatever changes something.
    csrf: Option<String>,
}

/// Join an assignment by its link
///
/// The interview is the candidate's, and its coach may read it. Somebody who is not signed in gets an account without email and
/// password, good in this browser.
#[utoipa::path(post, path = "/v1/links/join", tag = "coaching", operation_id = "join_assignment", request_body = JoinRequest,
    responses((status = 201, description = "the interview is planned; a cookie may be set", body = JoinedView), NotJoined))]
pub async fn join(
    State(app): State<App>,
    who: Who,
    tried: Tried,
    Body(body): Body<JoinRequest>,
) -> Result<Response, Problem> {
    tried.count(&app)?;
    if who.role() == Some(Role::Observer) {
        let detail = "observers hold no interviews; sign out, or ask for another role";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    }
    let joining = Joining { link: body.link, name: body.name, consent: body.recording };
    let joined = app.join_assignment(&who, &joining).await?;
    let session = joined.session.id().to_owned();
    let url = format!("/v1/realtime?session={session}");
    let mut view = JoinedView { session, url, person: None, csrf: None };
    let mut cookie = None;
    if let Some(signed_in) = joined.signed_in {
        cookie = Some(auth::set_cookie(&app, auth::SIGN_IN_COOKIE, &signed_in.cookie, signed_in.good_for));
        view.csrf = Some(csrf(&signed_in.cookie));
        view.person = Some(signed_in.person.into());
    }
    let mut response = (StatusCode::CREATED, [(header::CACHE_CONTROL, NO_STORE)], Json(view)).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}
