//! The application: opened services, the question bank, and all interviews that are known, each created, running or
//! over. What is asked of it over HTTP ends here; it knows no HTTP.

pub mod access;
mod adopt;
pub mod choose;
mod clerk;
mod end_of_turn;
pub mod export;
pub mod grade;
mod ids;
pub mod import;
pub mod keep;
pub mod marks;
pub mod people;
mod plan;
pub mod progress;
mod purge;
mod readiness;
pub mod results;
mod retain;
pub mod review;
mod secrets;
mod session;
mod shelf;
pub mod solve;
pub mod submission;
pub mod transcript;
mod work;
pub mod workspace;

pub use crate::interview::floor::patience::Patience;
pub use choose::{Choice, ChooseError, Chosen};
pub use ids::is_session_id;
pub use plan::{Form, PlanError, Wish, vad_facts};
pub use secrets::{SECRET_SECONDS, Secret, digest};
pub use session::{Session, SessionState};
pub use shelf::Found;

use crate::config::Config;
use crate::interview::setup::Workspace;
use crate::live::outbox::Reader;
use crate::live::peers::PeerReader;
use crate::live::runs::Runs;
use crate::live::vad_pool::VadPool;
use crate::live::{self, EditorInlet, Handle, Inlet, InterviewParts, Join, State};
use crate::providers::end_of_turn::EndOfTurnError;
use crate::providers::tts::ahead::Ahead;
use crate::providers::vad::{Detectors, VadError};
use crate::providers::{self, OpenError, llm, runner, stt, tts};
use crate::questions::{Bank, Entry, QuestionError};
use crate::recording::{ConsentBy, Header, Recorder, Writer, recover_all};
use crate::store::sessions::SessionPhase;
use crate::store::{Store, StoreError, UnixMs};
use crate::wire::SessionView;
use crate::wire::extension::ProvidersView;
use clerk::{Clerk, Note};
use people::spending::Spent;
use plan::Plan;
use secrets::Secrets;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use submission::Submission;
pub use submission::SubmissionError;
use tokio::sync::{Notify, OnceCell, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

/// Whoever asks for an interview waits no longer than this for its row: with a database that is slow or away, the row comes
/// later.
const ROW_WITHIN: Duration = Duration::from_secs(1);
/// When the server stops, what interviews did is written down within this time, or at the next start.
const NOTES_WITHIN: Duration = Duration::from_secs(3);
/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    bank: Bank,
    /// Who judges interviews that are over, if anybody does.
    judge: Option<grade::Judge>,
    stt: stt::Opened,
    llm: llm::Opened,
    tts: tts::Opened,
    /// The voice with what it has ready; none when the server has none.
    voice: Option<Arc<Ahead>>,
    /// What interviews measured of the services.
    paces: Arc<live::Paces>,
    /// When connections were last opened ahead of need.
    warmed: Mutex<Option<Instant>>,
    runner: runner::Opened,
    /// Questions as the runner takes them, made when they are first asked; as many at most as the bank has.
    submissions: Mutex<BTreeMap<String, Arc<Submission>>>,
    detectors: Detectors,
    end_of_turn: Option<end_of_turn::Listening>,
    pool: VadPool,
    writer: Mutex<Option<Writer>>,
    sessions: Mutex<BTreeMap<String, Arc<Session>>>,
    secrets: Secrets,
    people: people::People,
    store: Store,
    clerk: Clerk,
    /// Told when there may be a job to do.
    work: Arc<Notify>,
    /// Tells that a job came to an end, good or bad.
    worked: Notify,
    room: Arc<Semaphore>,
    closing: AtomicBool,
    recordings: PathBuf,
}

/// Why the application cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A service cannot be opened as configured.
    #[error(transparent)]
    Provider(#[from] OpenError),
    /// The voice detector cannot be had.
    #[error(transparent)]
    Vad(#[from] VadError),
    /// The end-of-turn model cannot be had.
    #[error(transparent)]
    EndOfTurn(#[from] EndOfTurnError),
    /// The question bank cannot be used.
    #[error(transparent)]
    Questions(#[from] QuestionError),
    /// The database or object store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The default question is none of the bank's, or the bank is empty.
    #[error("serve.question: there is no question \"{0}\" in the bank")]
    NoQuestion(String),
    /// A thread or folder cannot be had.
    #[error("cannot prepare {what}")]
    Io {
        /// What for.
        what: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Why a session cannot be created or joined.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// What was wished for cannot be had.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// There is no such session, or it waited too long for its client.
    #[error("there is no session \"{0}\"")]
    Unknown(String),
    /// It is over.
    #[error("the interview is over")]
    Over,
    /// Its interview has not begun: nobody joined over the voice socket yet.
    #[error("the interview has not begun; join it over its voice socket first")]
    NotBegun,
    /// Its interview has no shared document.
    #[error("this interview has no editor")]
    NoEditor,
    /// As many interviews run, or sessions wait, as may.
    #[error("the server is full")]
    Full,
    /// The server shuts down.
    #[error("the server shuts down")]
    Closing,
    /// It runs, or what was recorded of it is being taken in: it cannot be deleted now.
    #[error("the interview runs, or its recording is being taken in")]
    Running,
    /// Its person used up what they have of the day.
    #[error(transparent)]
    UsedUp(#[from] people::limits::Over),
    /// What is kept cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<live::Over> for SessionError {
    fn from(_: live::Over) -> Self {
        SessionError::Over
    }
}

/// What is known of a service, for those who ask what happens to their sound.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ProviderFacts {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it is given leaves this machine.
    pub leaves_machine: bool,
    /// More about what runs code; none for other services.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub runner: Option<RunnerFacts>,
}

/// What is known of the runner of candidates' code.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RunnerFacts {
    /// How well its boxes are closed; none when nothing is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<runner::Tier>,
    /// Why nothing is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<String>,
    /// The languages that it has.
    pub languages: Vec<runner::LanguageFound>,
}

impl App {
    /// Opens all services and starts the threads. Connects to no service yet but to a runner elsewhere; a runner of this
    /// machine attacks its own boxes, which takes about a second.
    ///
    /// # Errors
    /// When the configuration cannot be followed; the error names the setting.
    pub async fn start(config: Config) -> Result<App, StartError> {
        providers::install_tls();
        let bank = match &config.serve.questions {
            Some(folder) => Bank::load(folder)?,
            None => Bank::embedded()?,
        };
        let wanted = config.serve.question.clone().unwrap_or_default();
        if bank.entries().is_empty() || (config.serve.question.is_some() && bank.find(&wanted).is_none()) {
            return Err(StartError::NoQuestion(wanted));
        }
        let io = |what: &str| {
            let what = what.to_owned();
            move |source| StartError::Io { what, source }
        };
        let recordings = config.recordings();
        std::fs::create_dir_all(&recordings).map_err(io(&format!("the folder {}", recordings.display())))?;
        if let Err(error) = import::sweep(&recordings) {
            tracing::error!(%error, "what a killed server left on its way cannot be removed");
        }
        let store = Store::open(&config.store, &config.serve.data, &recordings).await?;
        let work = Arc::new(Notify::new());
        let tts = tts::open(&config.tts)?;
        let inner = Inner {
            judge: grade::open(&config)?,
            stt: stt::open(&config.stt)?,
            llm: llm::open(&config.llm)?,
            voice: match &tts.voice {
                tts::Voice::Server(voice) => Some(Arc::new(Ahead::new(voice.clone()))),
                tts::Voice::Client | tts::Voice::Silent => None,
            },
            tts,
            paces: Arc::default(),
            warmed: Mutex::default(),
            runner: opened_runner(&config.runner).await?,
            submissions: Mutex::default(),
            detectors: Detectors::new(&config.vad)?,
            end_of_turn: end_of_turn::start(&config.end_of_turn)?,
            pool: VadPool::start(config.vad_threads()).map_err(io("the voice detectors' threads"))?,
            writer: Mutex::new(Some(Writer::slowed(config.store.write_delay()).map_err(io("the recording threads"))?)),
            sessions: Mutex::default(),
            secrets: Secrets::default(),
            people: people::People::new(&config),
            clerk: Clerk::start(store.clone(), work.clone()),
            store,
            work,
            worked: Notify::new(),
            room: Arc::new(Semaphore::new(config.limits.interviews_max)),
            closing: AtomicBool::new(false),
            recordings,
            bank,
            config,
        };
        let app = App { inner: Arc::new(inner) };
        for _ in 0..work::WORKERS {
            tokio::spawn(work::work(Arc::downgrade(&app.inner)));
        }
        tokio::spawn(retain::daily(Arc::downgrade(&app.inner)));
        Ok(app)
    }

    /// Closes recordings that a killed server left open. Blocks; for the start, before anything is recorded.
    pub fn recover(&self) {
        match recover_all(&self.inner.config.recordings()) {
            Ok(outcomes) => {
                for (folder, outcome) in outcomes {
                    match outcome {
                        Ok(recovered) => {
                            tracing::warn!(folder = %folder.display(), torn = recovered.torn.len(), "closed a recording that was cut off")
                        }
                        Err(error) => tracing::error!(folder = %folder.display(), %error, "cannot close a recording"),
                    }
                }
            }
            Err(error) => tracing::error!(%error, "cannot look for recordings that were cut off"),
        }
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The question bank.
    pub fn bank(&self) -> &Bank {
        &self.inner.bank
    }

    /// Client secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }

    /// Whether new interviews are taken.
    pub fn is_ready(&self) -> bool {
        !self.inner.closing.load(Ordering::Acquire)
    }

    /// Each service by kind.
    pub fn providers(&self) -> [(&'static str, ProviderFacts); 5] {
        let inner = &self.inner;
        let facts = |name, local: bool| ProviderFacts { name, leaves_machine: !local, runner: None };
        let runner = facts(inner.runner.name, inner.runner.local);
        [
            ("stt", facts(inner.stt.name, inner.stt.local)),
            ("llm", facts(inner.llm.name, inner.llm.local)),
            ("tts", facts(inner.tts.name, inner.tts.local)),
            ("vad", facts(inner.detectors.profile().name, true)),
            ("runner", ProviderFacts { runner: Some(self.runner()), ..runner }),
        ]
    }

    /// What runs candidates' code.
    pub fn runner(&self) -> RunnerFacts {
        let runner = &self.inner.runner;
        let found = runner.runner.capabilities();
        let tier = runner.disabled.is_none().then_some(found.tier);
        RunnerFacts { tier, disabled: runner.disabled.clone(), languages: found.languages.clone() }
    }

    /// Where the candidate of this question writes code; none for what is only talked about.
    ///
    /// # Errors
    /// When a test of the question cannot be used; lint sees to it that ours can.
    pub fn workspace(&self, entry: &Entry) -> Result<Option<Workspace>, SubmissionError> {
        let submission = self.inner.submission(entry)?;
        Ok(submission.map(|submission| workspace::workspace(entry, &submission, &self.inner.runner)))
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Session>>> {
        self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans an interview; it begins when a client joins. Waits for its row, but not for long.
    ///
    /// # Errors
    /// When what is wished for cannot be had, or the server is full or closing.
    pub async fn create_session(&self, wish: &Wish) -> Result<Arc<Session>, SessionError> {
        if !self.is_ready() {
            return Err(SessionError::Closing);
        }
        let plan = plan::plan(&self.inner, ids::session(), wish)?;
        let join_within = Duration::from_secs(self.inner.config.limits.join_within_s);
        let (created, created_at) = (Instant::now(), unix_ms());
        let person = wish.person.clone();
        if !person.is_empty() {
            self.today(&person).await?.check(i64::from(plan.about.minutes), unix_ms())?;
        }
        let spent = Arc::default();
        let session =
            Arc::new(Session { person, spent, plan, created, created_at, join_within, handle: OnceCell::new() });
        {
            let mut sessions = self.sessions();
            make_room(&mut sessions, self.inner.config.limits.sessions_max)?;
            sessions.insert(session.id().to_owned(), session.clone());
        }
        self.make_ready(&session);
        let (written, wait) = oneshot::channel();
        if self.inner.clerk.tell(Note::Created(Box::new(session.row()), written)) {
            tokio::time::timeout(ROW_WITHIN, wait).await.ok();
        }
        Ok(session)
    }

    /// Whether an interview can be had as wished for.
    ///
    /// # Errors
    /// When not.
    pub fn check_wish(&self, wish: &Wish) -> Result<(), SessionError> {
        Ok(plan::plan(&self.inner, ids::session(), wish).map(drop)?)
    }

    /// The session of this id.
    ///
    /// # Errors
    /// When there is none.
    pub fn session(&self, id: &str) -> Result<Arc<Session>, SessionError> {
        self.sessions().get(id).cloned().ok_or_else(|| SessionError::Unknown(id.to_owned()))
    }

    /// Whether another interview may begin now.
    ///
    /// # Errors
    /// When as many run as may, or the server is closing.
    pub fn check_room(&self) -> Result<(), SessionError> {
        match self.inner.room.available_permits() {
            _ if !self.is_ready() => Err(SessionError::Closing),
            0 => Err(SessionError::Full),
            _ => Ok(()),
        }
    }

    /// Attaches a client to a session; the first begins the interview.
    ///
    /// # Errors
    /// When the session expired or is over, or the server is full or closing.
    pub async fn join(&self, session: &Arc<Session>, join: Join) -> Result<(Inlet, Reader), SessionError> {
        if session.state() == SessionState::Expired {
            return Err(SessionError::Unknown(session.id().to_owned()));
        }
        let handle = session.handle.get_or_try_init(|| self.begin(session)).await?;
        if !handle.state().borrow().is_open() {
            return Err(SessionError::Over);
        }
        Ok(handle.attach(join).await?)
    }

    /// Attaches an editor to a session whose interview has begun.
    ///
    /// # Errors
    /// When it has not begun, has no shared document, or is over.
    pub async fn join_editor(
        &self,
        session: &Session,
        watches: bool,
    ) -> Result<(EditorInlet, PeerReader), SessionError> {
        let handle = session.editable()?;
        Ok(handle.attach_editor(watches).await?)
    }

    /// Attaches a socket that watches to a session whose interview has begun.
    ///
    /// # Errors
    /// When it has not begun or is over.
    pub async fn watch(&self, session: &Session) -> Result<Reader, SessionError> {
        Ok(session.running()?.watch().await?)
    }

    async fn begin(&self, session: &Session) -> Result<Handle, SessionError> {
        if !self.is_ready() {
            return Err(SessionError::Closing);
        }
        let inner = &self.inner;
        let permit = inner.room.clone().try_acquire_owned().map_err(|_| SessionError::Full)?;
        let plan = &session.plan;
        let recorder = self.recorder(plan).await;
        let limited = self.limited(session).await?;
        let about = plan.about.clone();
        let parts = InterviewParts {
            paces: inner.paces.clone(),
            session: SessionView::new(&about.session, inner.llm.name, inner.tts.name, plan.expires_at(unix_now())),
            recording_path: recorder.is_recording().then(|| format!("/v1/sessions/{}/recording", about.session)),
            about,
            recorder,
            vad: inner.pool.open(inner.detectors.open()),
            end_of_turn: inner.end_of_turn.as_ref().map(|listening| listening.scorer.clone()),
            stt: match &inner.stt.words {
                stt::Words::Server(stt) => Some(stt.clone()),
                stt::Words::Client => None,
            },
            llm: match &inner.llm.phrasing {
                llm::Phrasing::Model(llm) => Some(limited.llm(llm.clone())),
                llm::Phrasing::Authored => None,
            },
            tokens: session.spent.tokens.clone(),
            tts: inner.voice.clone().map(|voice| voice as Arc<dyn tts::Tts>),
            runs: plan
                .submission
                .clone()
                .map(|jobs| Runs { runner: limited.runner(inner.runner.runner.clone()), jobs }),
            setup: plan.setup.clone(),
        };
        let recorded = parts.recording_path.is_some();
        let handle = live::spawn(parts);
        let id = plan.about.session.clone();
        inner.clerk.tell(Note::Began(id.clone(), unix_ms()));
        let (person, spent) = (session.person.clone(), session.spent.clone());
        tokio::spawn(finish(self.clone(), permit, handle.clone(), id, recorded, (person, spent)));
        Ok(handle)
    }

    /// A recorder, when the candidate agreed. One that cannot begin does not stop the interview; clients are told
    /// `recording: false`.
    async fn recorder(&self, plan: &Plan) -> Recorder {
        let writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (Some(consent), Some(writer)) = (plan.consent, writer) else { return Recorder::off() };
        let folder = self.inner.config.recordings().join(&plan.about.session);
        let header = Header::new(plan.setup.clone(), consent, unix_now().as_millis() as u64);
        match tokio::task::spawn_blocking(move || writer.begin(&folder, &header)).await {
            Ok(Ok(recorder)) => recorder,
            Ok(Err(error)) => {
                tracing::error!(session = plan.about.session, %error, "cannot record this interview");
                Recorder::off()
            }
            Err(error) => {
                tracing::error!(session = plan.about.session, %error, "beginning a recording panicked");
                Recorder::off()
            }
        }
    }

    /// The folder of a session's recording, whether or not it exists. None for what is no session's id.
    pub fn recording_folder(&self, id: &str) -> Option<PathBuf> {
        is_session_id(id).then(|| self.inner.config.recordings().join(id))
    }

    /// Ends all interviews, waits until their recordings are closed (at most `limits.shutdown_s`), then for the writer.
    pub async fn shutdown(&self) {
        self.inner.closing.store(true, Ordering::Release);
        let handles: Vec<Handle> =
            self.sessions().values().filter_map(|session| session.handle.get().cloned()).collect();
        for handle in &handles {
            handle.stop();
        }
        let all_over = futures::future::join_all(handles.iter().map(over));
        let within = Duration::from_secs(self.inner.config.limits.shutdown_s);
        if tokio::time::timeout(within, all_over).await.is_err() {
            tracing::warn!("some interviews did not end in time; their recordings are closed at the next start");
            return;
        }
        let writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            tokio::task::spawn_blocking(move || writer.close()).await.ok();
        }
        // Tasks that wait for the interviews' ends must have had their turn to tell of them.
        tokio::task::yield_now().await;
        self.inner.clerk.settle(NOTES_WITHIN).await;
    }

    /// The folder in which interviews are recorded.
    pub fn recordings(&self) -> &Path {
        &self.inner.recordings
    }

    /// Tells the workers that there may be a job to do.
    pub(crate) fn work_is_there(&self) {
        self.inner.work.notify_one();
    }
}

/// Opens what runs candidates' code, and says how it went: running code is never less safe than asked for without a word.
async fn opened_runner(config: &runner::RunnerConfig) -> Result<runner::Opened, OpenError> {
    let opened = runner::open(config).await?;
    let found = opened.runner.capabilities();
    let (runner, tier, boxes) = (opened.name, found.tier.name(), found.boxes);
    let name = |found: &runner::LanguageFound| format!("{} {}", found.language, found.version);
    let languages: Vec<String> = found.languages.iter().map(name).collect();
    match &opened.disabled {
        Some(reason) => tracing::warn!(runner, reason, "candidates' code is not run"),
        None => tracing::info!(runner, tier, boxes, ?languages, "candidates' code is run"),
    }
    Ok(opened)
}

/// Holds an interview's place until it is over and its recording closed; then has what happened written down, and what was
/// recorded taken in. Nobody waits for that.
async fn finish(
    app: App,
    permit: OwnedSemaphorePermit,
    handle: Handle,
    id: String,
    recorded: bool,
    (person, spent): (String, Arc<Spent>),
) {
    let began = Instant::now();
    over(&handle).await;
    drop(permit);
    if !person.is_empty() {
        app.inner.clerk.tell(Note::Used { person, at: unix_ms(), usage: spent.usage(began.elapsed()) });
    }
    let phase = match *handle.state().borrow() {
        State::Ended(_) => SessionPhase::Ended,
        _ => SessionPhase::Broken,
    };
    app.inner.clerk.tell(Note::Over { id, phase, at: unix_ms(), recorded });
}

async fn over(handle: &Handle) {
    // An error means that the driver is gone, which is as over as can be.
    handle.state().wait_for(|state| state.is_over()).await.ok();
}

/// Forgets sessions that are over, oldest first, until one more fits.
fn make_room(sessions: &mut BTreeMap<String, Arc<Session>>, most: usize) -> Result<(), SessionError> {
    while sessions.len() >= most {
        let over = sessions.values().filter(|session| session.state().is_over()).min_by_key(|session| session.created);
        let id = over.map(|session| session.id().to_owned()).ok_or(SessionError::Full)?;
        sessions.remove(&id);
    }
    Ok(())
}

impl Inner {
    fn provider_names(&self) -> ProvidersView {
        ProvidersView {
            stt: self.stt.name.into(),
            llm: self.llm.name.into(),
            tts: self.tts.name.into(),
            vad: self.detectors.profile().name.into(),
        }
    }

    /// A question as the runner takes it; none when it is only talked about. Its large values are made once for all
    /// interviews on it.
    fn submission(&self, entry: &Entry) -> Result<Option<Arc<Submission>>, SubmissionError> {
        let Some(_) = entry.io() else { return Ok(None) };
        let mut known = self.submissions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(submission) = known.get(&entry.file.id) {
            return Ok(Some(submission.clone()));
        }
        let submission = Arc::new(Submission::of(entry)?);
        known.insert(entry.file.id.clone(), submission.clone());
        Ok(Some(submission))
    }

    /// Who may say that an interview is recorded, if the candidate did not.
    fn operator_consent(&self) -> Option<ConsentBy> {
        self.config.recording.operator_consent.then_some(ConsentBy::Operator)
    }
}

fn unix_now() -> Duration {
    // A clock before 1970 is wrong anyway.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The time, as rows hold it.
pub(crate) fn unix_ms() -> UnixMs {
    keep::unix(u64::try_from(unix_now().as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod archives_tests;
#[cfg(test)]
mod keep_tests;
