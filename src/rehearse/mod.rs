//! Rehearsals: a candidate who follows a script, or a sound file, holds interviews over the real voice socket in real
//! time. A client like any other: it knows the wire and nothing of the server behind it.
//!
//! - [`script`]: what the candidate says and when. [`voice`]: that as sound, and as a browser's recogniser hears it.
//! - [`candidate`], [`microphone`], [`player`], [`session`]: one interview without its socket. Pure.
//! - [`typist`], [`bench`]: the candidate at the editor, with its runs and hints. Pure.
//! - [`client`]: the sockets. [`track`]: what was heard, as a file. [`process`]: what the server uses.
//! - [`measure`], [`notes`], [`report`]: what it came to, and how that is told.

pub mod bench;
pub mod candidate;
pub mod client;
pub mod measure;
pub mod microphone;
pub mod notes;
pub mod player;
pub mod process;
pub mod report;
pub mod script;
pub mod session;
pub mod track;
pub mod typist;
pub mod voice;

use crate::audio::file::{Sound, SoundError};
use crate::audio::resample::RateError;
use crate::language::Language;
use crate::units::{Ms, TRACK_RATE};
use client::{ClientError, Held, Made, Manner, Server, Wish};
use futures::future::join_all;
use microphone::Noise;
use report::{Load, Outcome, Report};
use script::{Expect, Line, Script, ScriptError, Start, What};
use session::Part;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use voice::VoiceError;

/// Most interviews of one rehearsal.
pub const SESSIONS_MAX: usize = 2_000;
/// After a sound file, the candidate waits this long for an answer before they end the interview.
const AFTER_FILE: Ms = Ms(4_000);
/// How often the server's memory is looked at.
const WATCH_EVERY: Duration = Duration::from_millis(500);
/// The room under a sound file: none, the file has its own.
const FILE_NOISE_DBFS: f64 = -120.0;

/// A candidate who is ready.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What the sessions share.
    pub part: Arc<Part>,
    /// What must have happened.
    pub expect: Expect,
    /// The length that the script asks for.
    pub minutes: Option<u16>,
    /// There is sound without words: the server must recognise them.
    pub needs_recogniser: bool,
}

/// Why a candidate cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum CandidateError {
    /// The script cannot be used.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// The lines cannot become sound.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// The sound file cannot be read.
    #[error("cannot read the sound {path}")]
    Sound {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: SoundError,
    },
    /// The sound file's rate cannot be converted.
    #[error(transparent)]
    Rate(#[from] RateError),
}

/// Reads a candidate: a script (`.toml`), or their side of an interview as sound.
///
/// # Errors
/// When it cannot be read or spoken.
pub async fn prepare(path: &Path) -> Result<Prepared, CandidateError> {
    if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) {
        prepare_script(Script::open(path)?).await
    } else {
        prepare_sound(path)
    }
}

/// A script's candidate.
///
/// # Errors
/// When a line cannot be spoken.
pub async fn prepare_script(script: Script) -> Result<Prepared, CandidateError> {
    let spoken = voice::speak(&script).await?;
    let noise = Arc::new(Noise::new(script.noise_dbfs, script.seed));
    let (language, chars_per_s) = (script.language, script.chars_per_s);
    let part = Arc::new(Part { lines: script.lines, spoken, noise, language, chars_per_s, seed: script.seed });
    Ok(Prepared { part, expect: script.expect, minutes: script.minutes, needs_recogniser: false })
}

fn prepare_sound(path: &Path) -> Result<Prepared, CandidateError> {
    let wrong = |source| CandidateError::Sound { path: path.display().to_string(), source };
    let sound = Sound::open(path).map_err(wrong)?.at_rate(TRACK_RATE)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let spoken = voice::from_sound(sound, &name);
    let lines = vec![
        Line { start: Start::AtOnce(Ms(0)), what: What::Say(Vec::new()) },
        Line { start: Start::AfterInterviewer(AFTER_FILE), what: What::End },
    ];
    let noise = Arc::new(Noise::new(FILE_NOISE_DBFS, 1));
    let spoken = vec![Some(Arc::new(spoken)), None];
    let part = Arc::new(Part { lines, spoken, noise, language: Language::Python3, chars_per_s: 1, seed: 1 });
    // Whatever happens in it happens: nothing is expected.
    let expect = Expect { cut_offs_max: Some(usize::MAX), ..Expect::default() };
    Ok(Prepared { part, expect, minutes: None, needs_recogniser: true })
}

/// A rehearsal.
#[derive(Clone)]
pub struct Rehearsal {
    /// With whom.
    pub server: Server,
    /// What for.
    pub wish: Wish,
    /// The candidate.
    pub prepared: Prepared,
    /// How each session is shown and kept.
    pub manner: Manner,
    /// How many at once.
    pub sessions: usize,
    /// The sessions begin spread over this time.
    pub ramp: Duration,
    /// The server's process, to see what it uses.
    pub server_pid: Option<u32>,
}

impl Rehearsal {
    /// Holds all its interviews at once and sums them up.
    pub async fn run(&self) -> Report {
        let before = self.server_pid.and_then(process::usage);
        let most = Arc::new(AtomicU64::new(0));
        let watcher = self.server_pid.map(|pid| tokio::spawn(watch(pid, most.clone())));
        let sessions = (0..self.sessions).map(|number| {
            let rehearsal = self.clone();
            tokio::spawn(async move { rehearsal.one(number).await })
        });
        let mut outcomes = Vec::with_capacity(self.sessions);
        for outcome in join_all(sessions).await {
            outcomes.push(outcome.unwrap_or_else(|error| Outcome::failed(error.to_string(), false)));
        }
        if let Some(watcher) = watcher {
            watcher.abort();
        }
        let after = self.server_pid.and_then(process::usage);
        let load = before.zip(after).map(|(before, after)| Load {
            cpu_ms: after.cpu_ms.saturating_sub(before.cpu_ms),
            memory_before_kb: before.memory_kb,
            memory_most_kb: most.load(Ordering::Relaxed).max(after.memory_kb),
        });
        Report::new(outcomes, self.prepared.expect, load)
    }

    async fn one(&self, number: usize) -> Outcome {
        let share = u32::try_from(number).unwrap_or(u32::MAX);
        let whole = u32::try_from(self.sessions).unwrap_or(u32::MAX).max(1);
        tokio::time::sleep(self.ramp / whole * share).await;
        match self.hold().await {
            Ok(outcome) => outcome,
            Err(error) => {
                let unusable = error.is_unusable();
                Outcome::failed(report::with_causes(&error), unusable)
            }
        }
    }

    async fn hold(&self) -> Result<Outcome, ClientError> {
        let made = self.server.create(&self.wish).await?;
        let by_client = made.words == crate::wire::extension::WordsFrom::Client;
        if self.prepared.needs_recogniser && by_client {
            let message = "a sound file needs a server that recognises speech (VIVA__STT__PROVIDER); rehearse a script";
            return Ok(Outcome::failed(message.into(), true));
        }
        let held = client::hold(&self.server, &made, self.prepared.part.clone(), &self.manner).await?;
        self.outcome(&made, held).await
    }

    async fn outcome(&self, made: &Made, held: Held) -> Result<Outcome, ClientError> {
        let kept = match held.results.ended {
            Some((_, Some(_))) => Some(self.server.kept(&made.id).await?),
            _ => None,
        };
        let mut outcome = Outcome::of(made, held, kept);
        if self.wish.recording && outcome.recording.is_none() {
            outcome.failures.push("the interview was not recorded although the candidate agreed".into());
        }
        Ok(outcome)
    }
}

/// Notes the most memory that a process is seen with, until it is stopped.
async fn watch(pid: u32, most: Arc<AtomicU64>) {
    loop {
        if let Some(usage) = process::usage(pid) {
            most.fetch_max(usage.memory_kb, Ordering::Relaxed);
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
}
