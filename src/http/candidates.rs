//! Whom a coach or an observer may read: the candidates who grant them something.

use super::Problem;
use crate::app::App;
use crate::app::access::Who;
use crate::store::UnixMs;
use crate::store::grants::CandidateRow;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody who lets one read.
#[derive(Serialize, ToSchema)]
pub struct CandidateView {
    id: String,
    name: String,
    /// Not only single interviews, but all of theirs: then their progress can be read, too.
    all: bool,
    /// Since when.
    since_ms: UnixMs,
}

impl From<CandidateRow> for CandidateView {
    fn from(CandidateRow { id, name, all, since }: CandidateRow) -> CandidateView {
        CandidateView { id, name, all, since_ms: since }
    }
}

/// Those who let one read.
#[derive(Serialize, ToSchema)]
pub struct CandidatesView {
    candidates: Vec<CandidateView>,
}

/// Candidates who let one read interviews of theirs
///
/// By their names; of more than 200 the first.
#[utoipa::path(get, path = "/v1/candidates", tag = "coaching", operation_id = "candidates",
    responses((status = 200, description = "the candidates", body = CandidatesView)))]
pub async fn list(State(app): State<App>, who: Who) -> Result<Json<CandidatesView>, Problem> {
    let rows = app.store().candidates_of(who.id(), app.now()).await?;
    Ok(Json(CandidatesView { candidates: rows.into_iter().map(CandidateView::from).collect() }))
}
