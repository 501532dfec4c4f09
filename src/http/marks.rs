//! What people say of an interview once it is over: notes, their own scores, a coach's; how these agree; progress.

use super::Problem;
use super::error::{Body, InPath, Parameters, SessionInPath};
use super::problems::problems;
use crate::app::access::Who;
use crate::app::marks::{DimensionAgreement, MarkError, NoteView, NoteWish, ScoreWish, ScoresView};
use crate::app::progress::{ProgressView, dimensions};
use crate::app::{App, SessionError, unix_ms};
use crate::store::scorecards::Scorer;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

problems! {
    NotNoted: "session_not_found", "invalid_note", "too_many_notes";
    NotChanged: "session_not_found", "note_not_found", "invalid_note";
    NoNote: "session_not_found", "note_not_found";
    NoScores: "session_not_found", "not_scored";
    NotScored: "session_not_found", "not_scored", "invalid_bands";
    NoProgress: "person_not_found";
}

/// Notes of an interview.
#[derive(Serialize, ToSchema)]
pub struct NotesView {
    /// Those that whoever asks may see, in the order of their moments.
    notes: Vec<NoteView>,
}

/// How far coaches and this program agree.
#[derive(Serialize, ToSchema)]
pub struct AgreementView {
    /// By dimension.
    dimensions: Vec<DimensionAgreement>,
}

/// Query of progress.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProgressWanted {
    /// Whose; one's own unless said otherwise.
    person: Option<String>,
}

/// Notes pinned to moments
#[utoipa::path(get, path = "/v1/sessions/{id}/notes", tag = "results", operation_id = "notes", params(SessionInPath),
    responses((status = 200, description = "in the order of their moments", body = NotesView)))]
pub async fn notes(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Json<NotesView>, Problem> {
    app.find_session(&id).await?;
    Ok(Json(NotesView { notes: app.notes(&id, who.id()).await? }))
}

/// Write a note
///
/// Until it is published only its author sees it.
#[utoipa::path(post, path = "/v1/sessions/{id}/notes", tag = "results", operation_id = "add_note", params(SessionInPath),
    request_body = NoteWish,
    responses((status = 201, description = "the note", body = NoteView, headers(("Location" = String))), NotNoted))]
pub async fn add_note(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    Body(wish): Body<NoteWish>,
) -> Result<Response, Problem> {
    let note = app.add_note(&id, who.id(), wish).await?;
    let location = format!("/v1/sessions/{id}/notes/{}", note.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(note)).into_response())
}

/// Change a note of one's own
#[utoipa::path(patch, path = "/v1/sessions/{id}/notes/{note}", tag = "results", operation_id = "change_note",
    params(SessionInPath, ("note" = String, Path, description = "the note's id")), request_body = Option<NoteWish>,
    responses((status = 200, description = "the note", body = NoteView), NotChanged))]
pub async fn change_note(
    State(app): State<App>,
    who: Who,
    InPath((id, note)): InPath<(String, String)>,
    Body(wish): Body<NoteWish>,
) -> Result<Json<NoteView>, Problem> {
    Ok(Json(app.change_note(&id, &note, who.id(), wish).await?))
}

/// Delete a note of one's own
#[utoipa::path(delete, path = "/v1/sessions/{id}/notes/{note}", tag = "results", operation_id = "delete_note",
    params(SessionInPath, ("note" = String, Path, description = "the note's id")),
    responses((status = 204, description = "it is gone"), NoNote))]
pub async fn delete_note(
    State(app): State<App>,
    who: Who,
    InPath((id, note)): InPath<(String, String)>,
) -> Result<StatusCode, Problem> {
    app.delete_note(&id, &note, who.id()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What people scored
///
/// The candidate's own bands beside the program's, and coaches' bands.
#[utoipa::path(get, path = "/v1/sessions/{id}/scores", tag = "results", operation_id = "scores", params(SessionInPath),
    responses((status = 200, description = "the scores", body = ScoresView), NoScores))]
pub async fn scores(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Json<ScoresView>, Problem> {
    app.find_session(&id).await?;
    Ok(Json(app.scores(&id, who.id()).await?))
}

/// Score oneself
///
/// Takes the place of what one scored before.
#[utoipa::path(put, path = "/v1/sessions/{id}/scores/self", tag = "results", operation_id = "score_self", params(SessionInPath),
    request_body = ScoreWish, responses((status = 200, description = "all scores", body = ScoresView), NotScored))]
pub async fn score_self(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    Body(wish): Body<ScoreWish>,
) -> Result<Json<ScoresView>, Problem> {
    app.find_session(&id).await?;
    Ok(Json(app.put_score(&id, Scorer::Candidate, who.id(), &wish).await?))
}

/// Score as a coach
///
/// Takes the place of what this coach scored before.
#[utoipa::path(put, path = "/v1/sessions/{id}/scores/coach", tag = "results", operation_id = "score_as_coach",
    params(SessionInPath), request_body = ScoreWish,
    responses((status = 200, description = "all scores", body = ScoresView), NotScored))]
pub async fn score_as_coach(
    State(app): State<App>,
    who: Who,
    InPath(id): InPath<String>,
    Body(wish): Body<ScoreWish>,
) -> Result<Json<ScoresView>, Problem> {
    app.find_session(&id).await?;
    Ok(Json(app.put_score(&id, Scorer::Coach, who.id(), &wish).await?))
}

/// How far coaches and this program agree
///
/// Cohen's kappa with quadratic weights by dimension, and over how many interviews.
#[utoipa::path(get, path = "/v1/agreement", tag = "results", operation_id = "agreement",
    responses((status = 200, description = "by dimension", body = AgreementView)))]
pub async fn agreement(State(app): State<App>) -> Result<Json<AgreementView>, Problem> {
    let ids: Vec<String> = dimensions().into_iter().map(|(id, _)| id).collect();
    Ok(Json(AgreementView { dimensions: app.agreement(&ids).await? }))
}

/// Progress over interviews
///
/// One's own; with `person` that of somebody who lets one read all of their interviews.
#[utoipa::path(get, path = "/v1/progress", tag = "results", operation_id = "progress", params(ProgressWanted),
    responses((status = 200, description = "metrics and dimensions", body = ProgressView), NoProgress))]
pub async fn progress(
    State(app): State<App>,
    who: Who,
    Parameters(wanted): Parameters<ProgressWanted>,
) -> Result<Json<ProgressView>, Problem> {
    let person = wanted.person.unwrap_or_else(|| who.id().to_owned());
    let own = person == who.id() || who.sees_everything();
    if !own && !app.store().is_granted(&person, "", who.id(), unix_ms()).await? {
        let detail = "there is no such person, or they do not let you read all of their interviews";
        return Err(Problem::new(StatusCode::NOT_FOUND, "person_not_found", detail));
    }
    Ok(Json(app.progress(&person).await?))
}

impl From<MarkError> for Problem {
    fn from(error: MarkError) -> Problem {
        let detail = error.to_string();
        match error {
            MarkError::NoSession(id) => SessionError::Unknown(id).into(),
            MarkError::NoNote => Problem::new(StatusCode::NOT_FOUND, "note_not_found", detail),
            MarkError::NoteForm => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_note", detail),
            MarkError::Full => Problem::new(StatusCode::CONFLICT, "too_many_notes", detail),
            MarkError::NotScored => Problem::new(StatusCode::CONFLICT, "not_scored", detail),
            MarkError::Bands => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_bands", detail),
            MarkError::Store(error) => error.into(),
        }
    }
}
