//! From what somebody wishes for to what an interview is set up with.

use super::choose::Chosen;
use super::submission::{Submission, SubmissionError};
use super::workspace::workspace;
use super::{Inner, ids, unix_now};
use crate::interview::floor::FloorSettings;
use crate::interview::floor::patience::Patience;
use crate::interview::setup::{Interviewer, Lines, Pace, Prompts, Setup, VadFacts, Voice, Words};
use crate::live::{self, About, limits, words};
use crate::prompts;
use crate::providers::vad::VadProfile;
use crate::providers::{llm, stt, tts};
use crate::recording::{Consent, ConsentBy};
use crate::units::*;
use crate::wire::extension::{Phase, QuestionView, VoiceFrom, WordsFrom};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// Interviews are at least this long, in minutes.
pub const MINUTES_MIN: u16 = 1;
/// Interviews are at most this long, in minutes.
pub const MINUTES_MAX: u16 = 180;
/// A session object promises to be good this much longer than the time box: pauses do not count.
const EXPIRES_AFTER_TIME_BOX: Duration = Duration::from_secs(3600);

/// What somebody wishes for; what is none is chosen by the server.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Whose interview it is; empty without accounts.
    pub person: String,
    /// The question's id.
    pub question: Option<String>,
    /// The interview's length.
    pub minutes: Option<u16>,
    /// Who agreed to a recording, if anybody did.
    pub consent: Option<ConsentBy>,
    /// Who recognises speech.
    pub words: Option<WordsFrom>,
    /// Who speaks.
    pub voice: Option<VoiceFrom>,
    /// How patient the interviewer is.
    pub patience: Option<Patience>,
    /// The language it is held in, a BCP 47 tag.
    pub language: Option<String>,
    /// The interviewer's id among [`prompts::personas`].
    pub persona: Option<String>,
    /// Why it is on this question.
    pub chosen: Chosen,
    /// The client knows our extensions: it is greeted, and may be asked to speak by itself.
    pub own_client: bool,
}

/// How an interview is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// By voice, as far as the server and the client can.
    #[default]
    Voice,
    /// In writing.
    Text,
}

impl Form {
    /// Who recognises speech and who speaks, as far as the form says.
    pub fn means(self) -> (Option<WordsFrom>, Option<VoiceFrom>) {
        match self {
            Form::Voice => (None, None),
            Form::Text => (Some(WordsFrom::Client), Some(VoiceFrom::Silent)),
        }
    }
}

/// A wish that cannot be fulfilled.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// No such question.
    #[error("there is no question \"{0}\"")]
    UnknownQuestion(String),
    /// No such persona.
    #[error("there is no persona \"{0}\"")]
    UnknownPersona(String),
    /// Not the name of a language.
    #[error("\"{0}\" does not name a language; use a tag like en or de-CH")]
    Language(String),
    /// Too short or too long.
    #[error("an interview takes {MINUTES_MIN} to {MINUTES_MAX} minutes")]
    Minutes,
    /// The server has no recogniser.
    #[error("this server recognises no speech (stt.provider = client); use words: client")]
    NoWords,
    /// The server has no voice.
    #[error("this server has no voice of its own; use voice: client or silent")]
    NoVoice,
    /// The question's tests cannot be used.
    #[error(transparent)]
    Tests(#[from] SubmissionError),
    /// A template of ours does not render.
    #[error("the interviewer's instructions cannot be written")]
    Prompts(#[from] minijinja::Error),
}

/// A planned interview.
#[derive(Clone)]
pub struct Plan {
    /// What the core is told.
    pub setup: Setup,
    /// What clients are told.
    pub about: About,
    /// What the candidate's code is run on; none when there is none to write.
    pub submission: Option<Arc<Submission>>,
    /// The interviewer that was chosen.
    pub persona: Option<String>,
    /// Why it is on this question.
    pub chosen: Chosen,
    /// The consent under which it is recorded; none: it is not.
    pub consent: Option<Consent>,
}

impl Plan {
    /// When the session ends at the latest if it begins now, in s since 1970.
    pub fn expires_at(&self, now: Duration) -> u64 {
        (now + Duration::from_millis(self.setup.time_box.0) + EXPIRES_AFTER_TIME_BOX).as_secs()
    }
}

/// Plans the interview that is wished for.
pub(super) fn plan(inner: &Inner, id: String, wish: &Wish) -> Result<Plan, PlanError> {
    let config = &inner.config;
    let wanted = wish.question.clone().unwrap_or_else(|| inner.standing_question());
    let entry = inner.bank.find(&wanted).ok_or(PlanError::UnknownQuestion(wanted))?;
    let minutes = wish.minutes.unwrap_or(entry.minutes);
    if !(MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
        return Err(PlanError::Minutes);
    }
    let language = wish.language.as_ref().unwrap_or(&config.serve.language);
    if !is_language(language) {
        return Err(PlanError::Language(language.clone()));
    }
    let unknown = |id: &String| PlanError::UnknownPersona(id.clone());
    let persona = wish.persona.as_ref().map(|id| prompts::persona(id).ok_or_else(|| unknown(id))).transpose()?;
    let words = words(inner, wish)?;
    let voice = voice(inner, wish)?;
    let consent = wish.consent.or_else(|| inner.operator_consent());
    let submission = inner.submission(entry)?;
    let question = entry.question.clone();
    let setup = Setup {
        seed: ids::seed(),
        language: language.clone(),
        vad: vad_facts(inner.detectors.profile()),
        end_of_turn: inner.end_of_turn.as_ref().map(|listening| listening.facts.clone()),
        words: core_words(inner, words),
        verbatim: is_verbatim(inner, words),
        voice: match voice {
            VoiceFrom::Server => Voice::Server,
            VoiceFrom::Client => Voice::Client,
            VoiceFrom::Silent => Voice::Silent,
        },
        interviewer: match inner.llm.phrasing {
            llm::Phrasing::Model(_) => Interviewer::Model,
            llm::Phrasing::Authored => Interviewer::Authored,
        },
        speaks_first: wish.own_client,
        floor: FloorSettings { patience: wish.patience.unwrap_or(config.floor.patience), ..config.floor.clone() },
        time_box: Ms(u64::from(minutes) * 60_000),
        grace: Ms(config.limits.grace_ms),
        prompts: Prompts { tokens_max: config.llm.prompt_tokens_max, ..prompts::render(&question, language, persona)? },
        lines: Lines::default(),
        workspace: submission.as_ref().map(|submission| workspace(entry, submission, &inner.runner)),
        course: entry.course.clone(),
        agenda: config.agenda.clone(),
        openers: prompts::openers(language),
        pace: Some(pace(inner)),
        question,
    };
    let about = About {
        session: id,
        question: Some(QuestionView {
            id: setup.question.id.clone(),
            title: setup.question.title.clone(),
            statement: setup.question.statement.clone(),
        }),
        workspace: submission.as_ref().zip(setup.workspace.as_ref()).map(|(submission, workspace)| {
            let hints = u32::try_from(entry.file.hints.len()).unwrap_or(u32::MAX);
            live::runs::workspace(workspace, submission.entry(), submission.shape(), hints)
        }),
        phases: words::phases(setup.course.kind),
        phase: Phase::Greet,
        minutes: u32::from(minutes),
        left_ms: setup.time_box.0,
        recording: consent.is_some(),
        words,
        voice,
        providers: inner.provider_names(),
        limits: limits(setup.grace),
        resumed: false,
        last_client_event: None,
    };
    let at_unix_ms = unix_now().as_millis() as u64;
    let consent = consent.map(|by| Consent { recording: true, by, at_unix_ms });
    Ok(Plan { setup, about, submission, persona: wish.persona.clone(), chosen: wish.chosen.clone(), consent })
}

/// Whether this has the form of a BCP 47 tag: a language of two or three letters, and subtags.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35
        && (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(is_part)
}

fn words(inner: &Inner, wish: &Wish) -> Result<WordsFrom, PlanError> {
    let server = matches!(inner.stt.words, stt::Words::Server(_));
    match wish.words {
        Some(WordsFrom::Server) if !server => Err(PlanError::NoWords),
        Some(words) => Ok(words),
        None if server => Ok(WordsFrom::Server),
        None => Ok(WordsFrom::Client),
    }
}

/// A client that does not know our extensions cannot speak by itself: without a voice in the server it reads.
fn voice(inner: &Inner, wish: &Wish) -> Result<VoiceFrom, PlanError> {
    match (wish.voice, &inner.tts.voice) {
        (Some(VoiceFrom::Server), tts::Voice::Client | tts::Voice::Silent) => Err(PlanError::NoVoice),
        (Some(voice), _) => Ok(voice),
        (None, tts::Voice::Server(_)) => Ok(VoiceFrom::Server),
        (None, tts::Voice::Client) if wish.own_client => Ok(VoiceFrom::Client),
        (None, _) => Ok(VoiceFrom::Silent),
    }
}

/// The interviewer waits no longer than this for the last words of a turn, however long the service may take: people who wait
/// longer speak again. The slowest service in the field's own measurements needs 1.9 s in 99 of 100 cases.
const FINAL_WITHIN_MAX: Ms = Ms(3_000);
/// And never less than this, however fast it was.
const FINAL_WITHIN_MIN: Ms = Ms(800);

/// Of a browser's recogniser nothing is known.
fn is_verbatim(inner: &Inner, words: WordsFrom) -> bool {
    match (words, &inner.stt.words) {
        (WordsFrom::Server, stt::Words::Server(stt)) => stt.is_verbatim(),
        _ => false,
    }
}

fn core_words(inner: &Inner, words: WordsFrom) -> Words {
    match (words, &inner.stt.words) {
        (WordsFrom::Server, stt::Words::Server(stt)) => {
            Words::Recogniser { partials: stt.has_partials(), final_within: final_within(inner) }
        }
        _ => Words::Client,
    }
}

/// What the last interviews measured or, before there are enough, what is published of the service; with half as much again.
fn final_within(inner: &Inner) -> Ms {
    let measured = inner.paces.known().finals.within(990);
    let usual = measured.or(inner.stt.final_p99_ms.map(Ms));
    let within = usual.map_or(FINAL_WITHIN_MAX, |usual| Ms(usual.0 * 3 / 2).max(FINAL_WITHIN_MIN));
    within.min(FINAL_WITHIN_MAX).min(Ms(inner.config.stt.final_timeout_ms))
}

/// What the last interviews measured or, before there are enough, what the operator expects.
fn pace(inner: &Inner) -> Pace {
    let measured = inner.paces.known().first_words.within(950);
    Pace { first_word_p95_ms: measured.unwrap_or(Ms(inner.config.llm.first_word_p95_ms)) }
}

/// What the core must know of a detector.
pub fn vad_facts(profile: VadProfile) -> VadFacts {
    VadFacts {
        name: profile.name.to_owned(),
        hop_samples: profile.hop_samples,
        on: profile.on,
        off: profile.off,
        start_count: profile.start_count,
        start_window: profile.start_window,
    }
}
