//! The doors: for each route the action that it is and what it is done to. One table, one layer that goes by it; who may
//! do what is decided in `app/access.rs`. A route that does not stand here is refused.

use super::error::Parameters;
use super::{Problem, auth, no_such_method};
use crate::app::access::{Action, Relation, Verdict, Who, may};
use crate::app::people::limits::Deed;
use crate::app::{App, SessionError};
use axum::extract::{FromRequestParts, MatchedPath, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a route is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing, or only what is the asker's own: its handler reads and changes no rows but theirs.
    None,
    /// The session whose id is `{id}` in the path.
    Session,
    /// The session that the query's `session` names. Without one the route is [`Action::Practise`].
    SessionAsked,
}

/// Method, path as it is routed, action, subject. `GET` stands for `HEAD` as well.
pub const DOORS: &[(&str, &str, Action, Subject)] = &[
    ("GET", "/healthz", Action::Enter, Subject::None),
    ("GET", "/readyz", Action::Enter, Subject::None),
    ("GET", "/v1/openapi.json", Action::Enter, Subject::None),
    ("GET", "/v1/docs", Action::Enter, Subject::None),
    ("GET", "/v1/docs.css", Action::Enter, Subject::None),
    ("GET", "/v1/sign-in", Action::Enter, Subject::None),
    ("POST", "/v1/sign-in", Action::Enter, Subject::None),
    ("POST", "/v1/sign-in/link", Action::Enter, Subject::None),
    ("GET", "/v1/sign-in/oidc/{provider}", Action::Enter, Subject::None),
    ("GET", "/v1/sign-in/oidc/{provider}/callback", Action::Enter, Subject::None),
    ("POST", "/v1/sign-up", Action::Enter, Subject::None),
    ("POST", "/v1/sign-out", Action::Enter, Subject::None),
    ("GET", "/v1/me", Action::SeeMe, Subject::None),
    ("PATCH", "/v1/me", Action::ManageMe, Subject::None),
    ("DELETE", "/v1/me", Action::ManageMe, Subject::None),
    ("GET", "/v1/me/tokens", Action::ManageMe, Subject::None),
    ("POST", "/v1/me/tokens", Action::ManageMe, Subject::None),
    ("DELETE", "/v1/me/tokens/{token}", Action::ManageMe, Subject::None),
    ("GET", "/v1/admin/people", Action::Administer, Subject::None),
    ("POST", "/v1/admin/people", Action::Administer, Subject::None),
    ("GET", "/v1/admin/people/{person}", Action::Administer, Subject::None),
    ("PATCH", "/v1/admin/people/{person}", Action::Administer, Subject::None),
    ("DELETE", "/v1/admin/people/{person}", Action::Administer, Subject::None),
    ("POST", "/v1/admin/people/{person}/password-link", Action::Administer, Subject::None),
    ("POST", "/v1/admin/invites", Action::Administer, Subject::None),
    ("GET", "/v1/admin/audit", Action::Administer, Subject::None),
    ("GET", "/metrics", Action::Measure, Subject::None),
    ("GET", "/v1/questions", Action::Browse, Subject::None),
    ("GET", "/v1/questions/{id}", Action::Browse, Subject::None),
    ("GET", "/v1/personas", Action::Browse, Subject::None),
    ("GET", "/v1/providers", Action::Browse, Subject::None),
    ("POST", "/v1/realtime/client_secrets", Action::Practise, Subject::None),
    ("GET", "/v1/realtime", Action::TakePart, Subject::SessionAsked),
    ("GET", "/v1/sessions", Action::List, Subject::None),
    ("POST", "/v1/sessions", Action::Practise, Subject::None),
    ("GET", "/v1/sessions/{id}", Action::Read, Subject::Session),
    ("DELETE", "/v1/sessions/{id}", Action::Delete, Subject::Session),
    ("GET", "/v1/sessions/{id}/transcript", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/transcript.txt", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/transcript.vtt", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/code", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/code/timeline", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/runs", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/bundle", Action::Read, Subject::Session),
    ("GET", "/v1/exports/metrics.csv", Action::List, Subject::None),
    ("GET", "/v1/exports/scores.csv", Action::List, Subject::None),
    ("GET", "/v1/me/export", Action::ExportMe, Subject::None),
    ("GET", "/v1/me/exports", Action::ExportMe, Subject::None),
    ("POST", "/v1/me/exports", Action::ExportMe, Subject::None),
    ("GET", "/v1/me/exports/{export}", Action::ExportMe, Subject::None),
    ("DELETE", "/v1/me/exports/{export}", Action::ExportMe, Subject::None),
    ("GET", "/v1/me/exports/{export}/viva.tar", Action::ExportMe, Subject::None),
    ("POST", "/v1/imports", Action::Practise, Subject::None),
    ("GET", "/v1/sessions/{id}/metrics", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/scorecard", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/scorecard.pdf", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/scorecard/judgements", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/notes", Action::Read, Subject::Session),
    ("POST", "/v1/sessions/{id}/notes", Action::Annotate, Subject::Session),
    ("PATCH", "/v1/sessions/{id}/notes/{note}", Action::Annotate, Subject::Session),
    ("DELETE", "/v1/sessions/{id}/notes/{note}", Action::Annotate, Subject::Session),
    ("GET", "/v1/sessions/{id}/scores", Action::Read, Subject::Session),
    ("PUT", "/v1/sessions/{id}/scores/self", Action::ScoreSelf, Subject::Session),
    ("PUT", "/v1/sessions/{id}/scores/coach", Action::ScoreAsCoach, Subject::Session),
    ("GET", "/v1/agreement", Action::Assign, Subject::None),
    ("GET", "/v1/progress", Action::List, Subject::None),
    ("GET", "/v1/candidates", Action::List, Subject::None),
    ("GET", "/v1/sessions/{id}/grants", Action::Grant, Subject::Session),
    ("POST", "/v1/sessions/{id}/grants", Action::Grant, Subject::Session),
    ("DELETE", "/v1/sessions/{id}/grants/{grant}", Action::Grant, Subject::Session),
    // Whoever took an assignment up lists it as well: the handlers look among their own.
    ("GET", "/v1/assignments", Action::List, Subject::None),
    ("POST", "/v1/assignments", Action::Assign, Subject::None),
    ("GET", "/v1/assignments/{assignment}", Action::List, Subject::None),
    ("DELETE", "/v1/assignments/{assignment}", Action::Assign, Subject::None),
    ("POST", "/v1/assignments/{assignment}/link", Action::Assign, Subject::None),
    ("POST", "/v1/links", Action::Enter, Subject::None),
    ("POST", "/v1/links/join", Action::Enter, Subject::None),
    ("GET", "/v1/sessions/{id}/review", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/recording/{track}/peaks", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/editor", Action::TakePart, Subject::Session),
    ("GET", "/v1/sessions/{id}/live", Action::Watch, Subject::Session),
    ("GET", "/v1/sessions/{id}/live/editor", Action::Watch, Subject::Session),
    ("GET", "/v1/sessions/{id}/recording", Action::Read, Subject::Session),
    ("GET", "/v1/sessions/{id}/recording/{file}", Action::Read, Subject::Session),
];

/// What a route asks of whoever comes; none for a route that does not stand in the table.
pub fn door(method: &Method, path: &str) -> Option<(Action, Subject)> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let found = DOORS.iter().find(|(known, door, ..)| *known == method && *door == path);
    found.map(|(.., action, subject)| (*action, *subject))
}

/// Lets a request pass, or answers 401, 403, 404 or 405. Whoever passes finds [`Who`] among the request's extensions.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let Some((action, subject)) = door(&parts.method, &path) else { return Ok(no_door(&path)) };
    let who = auth::who(&app, &parts.uri, &parts.headers).await?;
    count(&app, &who, action, &parts, &path)?;
    auth::check_change(&app, &who, action, &parts)?;
    // PostgreSQL takes no NUL in a text, and no id holds one. Parameters and bodies refuse it where they are read.
    if parts.uri.path().contains("%00") {
        let detail = "the address holds what cannot be read";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_path", detail));
    }
    let (action, session) = match subject {
        Subject::None => (action, None),
        Subject::Session => (action, Some(session_in_path(&mut parts).await)),
        Subject::SessionAsked => match session_asked(&mut parts).await {
            Some(session) => (action, Some(session)),
            None => (Action::Practise, None),
        },
    };
    let relation = match &session {
        Some(session) => app.relation(&who, session).await?,
        None => Relation::Foreign,
    };
    allow(may(&who, action, relation), session.as_deref(), || auth::refusal(&app))?;
    parts.extensions.insert(who);
    let changes = !parts.method.is_safe() && changes_access(action);
    let response = next.run(Request::from_parts(parts, body)).await;
    if changes && response.status().is_success() {
        app.access_changed();
    }
    Ok(response)
}

/// Whether something of this kind, done with success, may have changed who may do what: grants, accounts, signing out, tokens.
fn changes_access(action: Action) -> bool {
    matches!(action, Action::Grant | Action::Administer | Action::ManageMe | Action::Enter | Action::Delete)
}

/// Counts the request: a person's, or else the address's. The owner of everything is not limited; whoever tries keys is, as
/// whoever tries passwords.
fn count(app: &App, who: &Who, action: Action, parts: &Parts, path: &str) -> Result<(), Problem> {
    let limits = app.limits();
    match who {
        Who::Single | Who::Operator => {}
        Who::Nobody if path.starts_with("/v1/") => {
            let address = auth::address(app, parts);
            limits.count(Deed::Request, &address)?;
            if auth::shows_key(&parts.headers) {
                limits.count(Deed::SignIn, &address)?;
            }
        }
        Who::Nobody => {}
        Who::Person { id, .. } => {
            let person = format!("person {id}");
            limits.count(Deed::Request, &person)?;
            if matches!(action, Action::TakePart | Action::Watch) && parts.method == Method::GET {
                limits.count(Deed::Socket, &person)?;
            }
        }
    }
    Ok(())
}

/// Turns a verdict into the problem that tells of it.
fn allow(verdict: Verdict, session: Option<&str>, sign_in: impl Fn() -> Problem) -> Result<(), Problem> {
    match verdict {
        Verdict::Yes => Ok(()),
        Verdict::SignIn => Err(sign_in()),
        Verdict::No => {
            let detail = "your role, or the key you showed, does not allow this";
            Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail))
        }
        Verdict::Hidden => Err(SessionError::Unknown(session.unwrap_or_default().to_owned()).into()),
    }
}

async fn session_in_path(parts: &mut Parts) -> String {
    let found = Path::<BTreeMap<String, String>>::from_request_parts(parts, &()).await;
    found.ok().and_then(|Path(mut named)| named.remove("id")).unwrap_or_default()
}

#[derive(Deserialize)]
struct Asked {
    session: Option<String>,
}

async fn session_asked(parts: &mut Parts) -> Option<String> {
    let asked = Parameters::<Asked>::from_request_parts(parts, &()).await;
    // A query that cannot be read may name a session: it is asked for one that is not there.
    asked.map_or(Some(String::new()), |Parameters(asked)| asked.session)
}

/// A routed path that the table does not have, at all or with this method.
fn no_door(path: &str) -> Response {
    let methods: Vec<&str> = DOORS.iter().filter(|(_, door, ..)| *door == path).map(|(method, ..)| *method).collect();
    if methods.is_empty() {
        tracing::error!(path, "a route has no door: nobody is let in");
        let detail = "nobody may use this address";
        return Problem::new(StatusCode::FORBIDDEN, "forbidden", detail).into_response();
    }
    let mut response = no_such_method().into_response();
    let methods = methods.iter().flat_map(|method| if *method == "GET" { vec!["GET", "HEAD"] } else { vec![*method] });
    let allow = methods.collect::<Vec<_>>().join(", ");
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// Handlers take whoever passed the guard as an argument.
impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Problem> {
        // Only a handler that no guard stands before finds nobody there.
        parts.extensions.get::<Who>().cloned().ok_or_else(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::support::Server;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower_service::Service;

    #[tokio::test]
    async fn a_route_without_a_door_lets_nobody_in() {
        let server = Server::start(|_| {}).await;
        let routes =
            Router::new().route("/v1/forgotten", get(async || "secret")).route("/v1/questions", get(async || ""));
        let mut routes = routes.route_layer(from_fn_with_state(server.app.clone(), guard));
        for (path, status) in [("/v1/forgotten", 403), ("/v1/questions", 200)] {
            let request = Request::get(path).header("host", "localhost").body(axum::body::Body::empty());
            let answer = routes.call(request.expect("a request")).await.expect("an answer");
            assert_eq!(answer.status(), status, "{path}");
        }
    }

    #[test]
    fn no_door_stands_twice() {
        for (at, (method, path, ..)) in DOORS.iter().enumerate() {
            assert!(DOORS[..at].iter().all(|door| (door.0, door.1) != (*method, *path)), "{method} {path}");
        }
    }

    #[test]
    fn whatever_is_about_a_session_looks_who_asks() {
        for (method, path, action, subject) in DOORS {
            let about = path.starts_with("/v1/sessions/{id}");
            assert_eq!(about, *subject == Subject::Session, "{method} {path} {action:?}");
        }
    }
}
