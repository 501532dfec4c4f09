//! What a player of interviews asks for: everything on one clock, and the shape of each voice's sound.

use super::Problem;
use super::error::{InPath, Parameters, SessionInPath};
use super::problems::problems;
use super::transcript::{missing, typed};
use crate::app::App;
use crate::app::access::{Action, Verdict, Who, may};
use crate::app::marks::NoteView;
use crate::app::review::peaks::PER_SECOND;
use crate::app::review::{ReviewError, Track};
use crate::scorecard::timeline::Timeline;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

problems! {
    NoReview: "session_not_found", "review_not_found", "not_finished", "recording_corrupt", "recording_missing", "recording_sealed";
    NoPeaks: "session_not_found", "recording_not_found", "review_not_found", "not_finished", "recording_corrupt",
        "recording_missing", "recording_sealed";
}

/// What may be done to an interview that is over, beside reading it.
const DEEDS: [(Action, &str); 5] = [
    (Action::Annotate, "annotate"),
    (Action::ScoreSelf, "score_self"),
    (Action::ScoreAsCoach, "score_as_coach"),
    (Action::Grant, "grant"),
    (Action::Delete, "delete"),
];

/// Query of peaks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeaksWanted {
    /// 1, 5 or 25; 25 unless asked otherwise.
    #[param(minimum = 1, maximum = 25)]
    per_second: Option<u32>,
}

/// An interview on one clock, and what is said of it.
#[derive(TS, ToSchema, Serialize)]
#[allow(dead_code)]
pub struct ReviewView {
    /// What whoever asks may do beside reading: `annotate`, `score_self`, `score_as_coach`, `grant`, `delete`.
    may: Vec<String>,
    /// Notes that whoever asks may see.
    notes: Vec<NoteView>,
    /// What was recorded.
    #[serde(flatten)]
    timeline: Timeline,
}

/// The shape of a track's sound.
#[derive(Debug, Serialize, TS, ToSchema)]
pub struct PeaksView {
    /// So many peaks a second of the interview's clock.
    per_second: u32,
    /// A byte for each, in base64: 0 is silence, 255 the loudest that can be, the square root of the loudness.
    peaks: String,
}

/// Everything on one clock, for a player
///
/// Tracks, voice, words with times, turns with the rule that ended each and its ledger, edits, runs, hints, phases, and the notes
/// that whoever asks may see.
#[utoipa::path(get, path = "/v1/sessions/{id}/review", tag = "results", operation_id = "review", params(SessionInPath),
    responses((status = 200, description = "the interview", body = ReviewView), NoReview))]
pub async fn show(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<Response, Problem> {
    let kept = match app.review(&id).await {
        Ok(kept) => kept,
        Err(error) => return Err(refused(&app, &id, error).await),
    };
    // What was recorded never changes; who may do what, and what is said of it, does.
    let relation = app.relation(&who, &id).await?;
    let may: Vec<&str> =
        DEEDS.iter().filter(|(deed, _)| may(&who, *deed, relation) == Verdict::Yes).map(|(_, name)| *name).collect();
    let said = serde_json::json!({ "may": may, "notes": app.notes(&id, who.id()).await? }).to_string();
    let (said, rest) = (said.strip_suffix('}').unwrap_or("{"), kept.strip_prefix('{').unwrap_or("}"));
    Ok(typed("application/json", format!("{said},{rest}")))
}

/// The shape of a track's sound
#[utoipa::path(get, path = "/v1/sessions/{id}/recording/{track}/peaks", tag = "recordings", operation_id = "peaks",
    params(SessionInPath, ("track" = String, Path, description = "`candidate` or `interviewer`"), PeaksWanted),
    responses((status = 200, description = "a waveform on the interview's clock", body = PeaksView), NoPeaks))]
pub async fn peaks(
    State(app): State<App>,
    InPath((id, track)): InPath<(String, String)>,
    Parameters(wanted): Parameters<PeaksWanted>,
) -> Result<Json<PeaksView>, Problem> {
    let Some(track) = Track::named(&track) else {
        let detail = "the tracks are candidate and interviewer";
        return Err(Problem::new(StatusCode::NOT_FOUND, "recording_not_found", detail));
    };
    let per_second = wanted.per_second.unwrap_or(PER_SECOND);
    if per_second == 0 || !PER_SECOND.is_multiple_of(per_second) {
        let detail = format!("per_second is 1, 5 or {PER_SECOND}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid_query", detail));
    }
    match app.peaks(&id, track).await {
        Ok(peaks) => {
            let (per_second, peaks) = peaks.at_rate(per_second);
            Ok(Json(PeaksView { per_second, peaks: STANDARD.encode(peaks) }))
        }
        Err(error) => Err(refused(&app, &id, error).await),
    }
}

pub(super) async fn refused(app: &App, id: &str, error: ReviewError) -> Problem {
    match error {
        ReviewError::Absent => missing(app, id, "review_not_found").await.unwrap_or_else(|problem| problem),
        ReviewError::Damaged(cause) => {
            tracing::error!(session = id, cause, "a kept recording cannot be read");
            let detail = "what was recorded is damaged and cannot be shown; its files can still be fetched";
            Problem::new(StatusCode::NOT_FOUND, "review_not_found", detail)
        }
        ReviewError::Store(error) => error.into(),
    }
}
