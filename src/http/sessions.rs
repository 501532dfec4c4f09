//! Sessions: interviews as they are planned over REST, and how far they are.

use super::Problem;
use super::error::Body;
use crate::app::{App, Session, SessionState, Wish};
use crate::recording::ConsentBy;
use crate::wire::extension::{ProvidersView, QuestionView, VoiceFrom, WordsFrom};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/sessions`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    #[serde(default)]
    question: Option<String>,
    #[serde(default)]
    minutes: Option<u16>,
    consent: ConsentRequest,
    #[serde(default)]
    words: Option<WordsFrom>,
    #[serde(default)]
    voice: Option<VoiceFrom>,
}

/// What the candidate agrees to. It must be said, either way.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    recording: bool,
}

/// A session as it is shown.
#[derive(Serialize)]
pub struct SessionView {
    id: String,
    url: String,
    question: Option<QuestionView>,
    minutes: u32,
    language: String,
    recording: bool,
    words: WordsFrom,
    voice: VoiceFrom,
    providers: ProvidersView,
    state: SessionState,
}

impl SessionView {
    fn of(session: &Session, language: &str) -> SessionView {
        let about = session.about();
        SessionView {
            id: about.session.clone(),
            url: format!("/v1/realtime?session={}", about.session),
            question: about.question.clone(),
            minutes: about.minutes,
            language: language.to_owned(),
            recording: about.recording,
            words: about.words,
            voice: about.voice,
            providers: about.providers.clone(),
            state: session.state(),
        }
    }
}

/// `POST /v1/sessions`.
pub async fn create(State(app): State<App>, Body(request): Body<SessionRequest>) -> Result<Response, Problem> {
    let wish = Wish {
        question: request.question,
        minutes: request.minutes,
        consent: request.consent.recording.then_some(ConsentBy::Session),
        words: request.words,
        voice: request.voice,
        own_client: true,
    };
    let session = app.create_session(&wish)?;
    let view = SessionView::of(&session, &app.config().serve.language);
    let location = format!("/v1/sessions/{}", view.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view)).into_response())
}

/// `GET /v1/sessions/{id}`.
pub async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Json<SessionView>, Problem> {
    let session = app.session(&id)?;
    Ok(Json(SessionView::of(&session, &app.config().serve.language)))
}
