//! Sessions: interviews as they are planned over REST, how far they are, and what is kept of them.

use super::Problem;
use super::error::{InPath, KnownBody, Parameters, SessionInPath};
use super::once::{self, Made};
use super::problems::problems;
use crate::app::access::Who;
use crate::app::choose::JOB_CHARS_MAX;
use crate::app::results::{Outcome, Results};
use crate::app::{App, Choice, Chosen, Form, Found, Patience, Session, SessionState, Wish};
use crate::questions::Kind;
use crate::recording::ConsentBy;
use crate::store::granted::Reader;
use crate::store::page::{PAGE, PAGE_MAX};
use crate::store::sessions::{SessionFilter, SessionPhase, SessionRow};
use crate::store::{Cursor, UnixMs};
use crate::wire::extension::{ProvidersView, QuestionView, VoiceFrom, WordsFrom};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

problems! {
    NotMade: "question_not_found", "no_question_fits", "no_question_left", "choose_one_way", "job_too_long", "persona_not_found",
        "language_not_available", "minutes_out_of_range", "words_not_available", "voice_not_available", "server_full",
        "shutting_down", "minutes_used_up", "tokens_used_up", "invalid_idempotency_key", "idempotency_key_reused", "idempotency_pending";
    NoSession: "session_not_found";
    NotDeleted: "session_not_found", "interview_running";
}

/// Body of `POST /v1/sessions`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The question's id. Without it and the fields down to `job` the server chooses.
    #[serde(default)]
    question: Option<String>,
    /// A question of this kind, one that was not had if there is any.
    #[serde(default)]
    kind: Option<Kind>,
    /// A question about this.
    #[serde(default)]
    topic: Option<String>,
    /// A question as difficult as this.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5)]
    difficulty: Option<u8>,
    /// Any question that this person never had.
    #[serde(default)]
    surprise: bool,
    /// The description of a job: a question whose topics stand in it. Nothing of the text is kept or logged.
    #[serde(default)]
    #[schema(max_length = 20000)]
    job: Option<String>,
    /// The language it is held in, as a BCP 47 tag; the server's own without it.
    #[serde(default)]
    #[schema(example = "en")]
    language: Option<String>,
    /// The interviewer's manner: an id of `GET /v1/personas`.
    #[serde(default)]
    persona: Option<String>,
    /// By voice, or in writing: without `words` and `voice` it says what they are.
    #[serde(default)]
    form: Option<Form>,
    /// Length; the question's own without it.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 180)]
    minutes: Option<u16>,
    consent: ConsentRequest,
    /// Who recognises speech.
    #[serde(default)]
    words: Option<WordsFrom>,
    /// Who speaks.
    #[serde(default)]
    voice: Option<VoiceFrom>,
    /// How patient the interviewer is.
    #[serde(default)]
    patience: Option<Patience>,
}

/// What a question is chosen by.
#[derive(Default)]
pub struct Ways {
    /// Its id.
    pub question: Option<String>,
    /// What it is like: its kind,
    pub kind: Option<Kind>,
    /// what it is about,
    pub topic: Option<String>,
    /// how difficult it is.
    pub difficulty: Option<u8>,
    /// It was never had.
    pub surprise: bool,
    /// It fits this description of a job.
    pub job: Option<String>,
}

impl Ways {
    /// The one way in which the question is chosen.
    ///
    /// # Errors
    /// When there are several, or a description is too long.
    pub fn choice(self) -> Result<Choice, Problem> {
        let unprocessable = |code, detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
        let is_like = self.kind.is_some() || self.topic.is_some() || self.difficulty.is_some();
        let ways = [self.question.is_some(), is_like, self.surprise, self.job.is_some()];
        if ways.iter().filter(|way| **way).count() > 1 {
            let detail = "choose by question, or by kind, topic and difficulty, or by surprise, or by job: one of them";
            return Err(unprocessable("choose_one_way", detail));
        }
        if self.job.as_ref().is_some_and(|job| job.chars().count() > JOB_CHARS_MAX) {
            let detail = format!("the description of a job has at most {JOB_CHARS_MAX} characters");
            return Err(unprocessable("job_too_long", &detail));
        }
        Ok(match (self.question, self.job) {
            (Some(question), _) => Choice::Question(question),
            (_, Some(job)) => Choice::Job(job),
            _ if self.surprise => Choice::Surprise,
            _ if is_like => Choice::Fitting { kind: self.kind, topic: self.topic, difficulty: self.difficulty },
            _ => Choice::Standing,
        })
    }
}

/// What the candidate agrees to. It must be said, either way.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// Whether the interview may be recorded.
    recording: bool,
}

/// Query of `GET /v1/sessions`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsWanted {
    /// So many at most; 50 unless asked otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// So far.
    #[param(value_type = Option<SessionState>)]
    state: Option<String>,
    /// On this question.
    question: Option<String>,
    /// Those that others let one read, instead of one's own.
    #[serde(default)]
    granted: bool,
    /// Created at this time or later, in ms since 1970.
    from_ms: Option<i64>,
    /// Created before this time, in ms since 1970.
    before_ms: Option<i64>,
}

/// A session as it is shown.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    id: String,
    url: String,
    question: Option<QuestionView>,
    minutes: u32,
    language: String,
    recording: bool,
    words: WordsFrom,
    voice: VoiceFrom,
    patience: Patience,
    /// The interviewer that was chosen.
    persona: Option<String>,
    /// Why it is on this question.
    chosen: Chosen,
    providers: ProvidersView,
    state: SessionState,
    created_ms: UnixMs,
    #[serde(flatten)]
    course: Course,
    results: ResultsView,
}

/// What is made of an interview when it is over.
#[derive(Serialize, ToSchema)]
pub struct ResultsView {
    /// What was said, measured and seen, and the sound.
    review: Outcome,
    /// The scorecard.
    scorecard: Outcome,
}

/// A session in a list.
#[derive(Serialize, ToSchema)]
pub struct SessionLine {
    id: String,
    question: Option<QuestionLine>,
    minutes: u32,
    language: String,
    recording: bool,
    state: SessionState,
    created_ms: UnixMs,
    #[serde(flatten)]
    course: Course,
    /// It has a scorecard.
    scored: bool,
    /// Whose it is, by id; none without accounts.
    person: Option<String>,
}

/// A question in a list.
#[derive(Serialize, ToSchema)]
pub struct QuestionLine {
    id: String,
    title: String,
}

/// How an interview went, as far as it has.
#[derive(Default, Serialize, ToSchema)]
pub struct Course {
    #[serde(skip_serializing_if = "Option::is_none")]
    began_ms: Option<UnixMs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_ms: Option<UnixMs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionsView {
    sessions: Vec<SessionLine>,
    /// Cursor of the next page; none on the last.
    next: Option<String>,
}

impl SessionView {
    fn of(session: &Session, results: Results) -> SessionView {
        let about = session.about();
        SessionView {
            id: about.session.clone(),
            url: format!("/v1/realtime?session={}", about.session),
            question: about.question.clone(),
            minutes: about.minutes,
            language: session.language().to_owned(),
            recording: about.recording,
            words: about.words,
            voice: about.voice,
            patience: session.patience(),
            persona: session.persona().map(str::to_owned),
            chosen: session.chosen().clone(),
            providers: about.providers.clone(),
            state: session.state(),
            created_ms: session.created_at(),
            course: Course::default(),
            results: results.into(),
        }
    }

    fn kept(row: SessionRow, results: Results) -> SessionView {
        let course = Course::of(&row);
        let SessionRow { plan, phase, .. } = row;
        // Of before there were choices, and of a later Viva, nothing is known.
        let wish: KeptWish = serde_json::from_str(&plan.wish).unwrap_or_default();
        let question = QuestionView { id: plan.question, title: plan.title, statement: plan.statement };
        SessionView {
            url: format!("/v1/realtime?session={}", plan.id),
            id: plan.id,
            question: (!question.id.is_empty()).then_some(question),
            minutes: plan.minutes,
            language: plan.language,
            recording: plan.consent.is_some(),
            words: named(&plan.words).unwrap_or(WordsFrom::Server),
            voice: named(&plan.voice).unwrap_or(VoiceFrom::Server),
            patience: wish.patience,
            persona: wish.persona,
            chosen: wish.chosen,
            providers: serde_json::from_str(&plan.providers).unwrap_or_default(),
            state: phase.into(),
            created_ms: plan.created,
            course,
            results: results.into(),
        }
    }
}

impl From<Results> for ResultsView {
    fn from(Results { review, scorecard }: Results) -> ResultsView {
        ResultsView { review, scorecard }
    }
}

impl Course {
    fn of(row: &SessionRow) -> Course {
        let kept = row.kept.as_ref();
        Course {
            began_ms: row.began,
            ended_ms: row.ended,
            duration_ms: kept.map(|kept| kept.duration_ms),
            end_reason: kept.and_then(|kept| kept.end_reason.clone()),
            complete: kept.map(|kept| kept.complete),
        }
    }
}

impl SessionLine {
    fn of(row: SessionRow, state: SessionState, scored: bool) -> SessionLine {
        let course = Course::of(&row);
        let plan = row.plan;
        let question = QuestionLine { id: plan.question, title: plan.title };
        SessionLine {
            id: plan.id,
            question: (!question.id.is_empty()).then_some(question),
            minutes: plan.minutes,
            language: plan.language,
            recording: plan.consent.is_some(),
            state,
            created_ms: plan.created,
            course,
            scored,
            person: Some(plan.person).filter(|person| !person.is_empty()),
        }
    }
}

/// Reads a name as rows hold it.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// What was wished for, as rows keep it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct KeptWish {
    patience: Patience,
    persona: Option<String>,
    chosen: Chosen,
}

/// Plan an interview
///
/// It begins when a client joins it at `url`. With an `Idempotency-Key` a request that comes twice within a day makes one interview.
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions", operation_id = "create_session", request_body = SessionRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 visible ASCII characters")),
    responses((status = 201, description = "it is planned", body = SessionView, headers(("Location" = String))), NotMade))]
pub async fn create(
    State(app): State<App>,
    who: Who,
    headers: HeaderMap,
    KnownBody { value, sha256 }: KnownBody<SessionRequest>,
) -> Result<Response, Problem> {
    once::once(&app, who.id(), &headers, &sha256, plan(&app, &who, value)).await
}

async fn plan(app: &App, who: &Who, request: SessionRequest) -> Result<Made, Problem> {
    let ways = Ways {
        question: request.question,
        kind: request.kind,
        topic: request.topic,
        difficulty: request.difficulty,
        surprise: request.surprise,
        job: request.job,
    };
    let (question, chosen) = app.choose(who.id(), ways.choice()?).await?;
    let (words, voice) = request.form.unwrap_or_default().means();
    let wish = Wish {
        person: who.id().to_owned(),
        question,
        minutes: request.minutes,
        consent: request.consent.recording.then_some(ConsentBy::Session),
        words: request.words.or(words),
        voice: request.voice.or(voice),
        patience: request.patience,
        language: request.language,
        persona: request.persona,
        chosen,
        own_client: true,
    };
    let session = app.create_session(&wish).await?;
    let view = SessionView::of(&session, Results::of_a_plan(session.about().recording));
    // Strings and numbers always serialise.
    Ok(Made { location: format!("/v1/sessions/{}", view.id), body: serde_json::to_string(&view).unwrap_or_default() })
}

/// Interviews, newest first, in pages
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", operation_id = "list_sessions", params(SessionsWanted),
    responses((status = 200, description = "a page", body = SessionsView)))]
pub async fn list(
    State(app): State<App>,
    who: Who,
    Parameters(wanted): Parameters<SessionsWanted>,
) -> Result<Json<SessionsView>, Problem> {
    let bad = |what: &str| Problem::new(StatusCode::BAD_REQUEST, "invalid_query", what.to_owned());
    let limit = wanted.limit.unwrap_or(PAGE);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(bad(&format!("limit is 1 to {PAGE_MAX}")));
    }
    let cursor = |text: &String| Cursor::decode(text).ok_or_else(|| bad("cursor is the `next` of a page before"));
    let after = wanted.cursor.as_ref().map(cursor).transpose()?;
    let states = || SessionPhase::ALL.map(SessionPhase::name).join(", ");
    let phase = |name: &String| SessionPhase::named(name).ok_or_else(|| bad(&format!("state is one of {}", states())));
    let filter = SessionFilter {
        person: (!wanted.granted && !who.sees_everything()).then(|| who.id().to_owned()),
        phase: wanted.state.as_ref().map(phase).transpose()?,
        question: wanted.question,
        from: wanted.from_ms.map(UnixMs),
        before: wanted.before_ms.map(UnixMs),
    };
    let reader = wanted.granted.then(|| Reader { id: who.id().to_owned(), at: app.now() });
    let page = app.list_sessions(&filter, reader.as_ref(), after.as_ref(), limit).await?;
    let ids: Vec<&str> = page.items.iter().map(|(row, _)| row.plan.id.as_str()).collect();
    let scored = app.store().scored_among(&ids).await?;
    let line = |(row, state): (SessionRow, SessionState)| {
        let scored = scored.contains(&row.plan.id);
        SessionLine::of(row, state, scored)
    };
    let sessions = page.items.into_iter().map(line).collect();
    Ok(Json(SessionsView { sessions, next: page.next.map(|cursor| cursor.encode()) }))
}

/// An interview
#[utoipa::path(get, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "session", params(SessionInPath),
    responses((status = 200, description = "as created, and how far it is", body = SessionView), NoSession))]
pub async fn show(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<SessionView>, Problem> {
    let found = app.find_session(&id).await?;
    let results = app.results(&found).await?;
    Ok(Json(match found {
        Found::Here(session) => SessionView::of(&session, results),
        Found::Kept(row) => SessionView::kept(*row, results),
    }))
}

/// Delete an interview and everything that was kept of it
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "delete_session", params(SessionInPath),
    responses(
        (status = 204, description = "all is gone"),
        (status = 202, description = "the object store is away, and a job deletes the rest"),
        NotDeleted,
    ))]
pub async fn delete(State(app): State<App>, who: Who, InPath(id): InPath<String>) -> Result<StatusCode, Problem> {
    let all_gone = app.delete_session(&id, who.id()).await?;
    Ok(if all_gone { StatusCode::NO_CONTENT } else { StatusCode::ACCEPTED })
}
