//! Writes down how far interviews are, behind their backs: whoever tells it something goes on at once, so that a slow database
//! delays no turn. One task writes in the order in which it was told, and tries again while the database is away.

use crate::store::audit::Deed;
use crate::store::jobs::NewJob;
use crate::store::keeping::FINISH;
use crate::store::sessions::{NewSession, SessionPhase};
use crate::store::usage::{Usage, day};
use crate::store::{Store, StoreError, UnixMs, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

/// Notes that wait at most. Beyond, they are lost: what they told of recorded interviews is found again at the next start, by
/// their recordings.
const NOTES_MAX: usize = 4_096;
/// Notes that are written in one transaction at most.
const NOTES_AT_ONCE: usize = 100;
/// How long is waited before the database is tried again: so long at first, then twice as long each time up to the most.
const RETRY: Duration = Duration::from_millis(500);
const RETRY_MAX: Duration = Duration::from_secs(30);
/// Recordings are taken in before anything else is done with them.
const FINISH_PRIORITY: i64 = 10;
/// A recording that cannot be taken in so often is left where it is, and tried again at the next start.
const FINISH_ATTEMPTS: i64 = 50;

/// What is to be written down.
pub(super) enum Note {
    /// An interview was asked for. Whoever waits is told when it is written.
    Created(Box<NewSession>, oneshot::Sender<()>),
    /// Its first client joined.
    Began(String, UnixMs),
    /// It is over; with a recording, that is taken in next.
    Over { id: String, phase: SessionPhase, at: UnixMs, recorded: bool },
    /// Somebody heard or read what was recorded.
    Played { session: String, actor: String, at: UnixMs, file: String },
    /// What an interview used of its person's day.
    Used { person: String, at: UnixMs, usage: Usage },
    /// Nothing: whoever waits is told when everything before it is written.
    Done(oneshot::Sender<()>),
}

/// Where notes are given.
pub(super) struct Clerk {
    notes: mpsc::Sender<Note>,
}

impl Clerk {
    /// Starts it. `work` is told when there is a new job.
    pub(super) fn start(store: Store, work: Arc<Notify>) -> Clerk {
        let (notes, told) = mpsc::channel(NOTES_MAX);
        tokio::spawn(write_down(store, work, told));
        Clerk { notes }
    }

    /// Tells it something, without waiting. Says whether it was taken.
    pub(super) fn tell(&self, note: Note) -> bool {
        let taken = self.notes.try_send(note).is_ok();
        if !taken {
            tracing::error!("too much waits to be written to the database; what an interview did is not written down");
        }
        taken
    }

    /// Waits until everything that was told is written, at most so long.
    pub(super) async fn settle(&self, within: Duration) {
        let (written, wait) = oneshot::channel();
        if self.tell(Note::Done(written)) && tokio::time::timeout(within, wait).await.is_err() {
            tracing::warn!(
                "the database is slow or away: the last that interviews did is written down at the next start"
            );
        }
    }
}

/// The job that takes an interview's recording in.
pub(super) fn finish_job<'a>(id: &'a str, payload: &'a str, now: UnixMs) -> NewJob<'a> {
    NewJob { kind: FINISH, subject: id, payload, priority: FINISH_PRIORITY, attempts_max: FINISH_ATTEMPTS, ready: now }
}

/// What the job is told of how the interview ended.
pub(super) fn finish_payload(phase: SessionPhase) -> &'static str {
    if phase == SessionPhase::Broken { "{\"phase\":\"broken\"}" } else { "{\"phase\":\"ended\"}" }
}

async fn write_down(store: Store, work: Arc<Notify>, mut told: mpsc::Receiver<Note>) {
    let mut notes = Vec::with_capacity(NOTES_AT_ONCE);
    while told.recv_many(&mut notes, NOTES_AT_ONCE).await > 0 {
        if let Err(error) = write_all(&store, &notes).await {
            tracing::error!(%error, "what interviews did cannot be written down together");
            for note in &notes {
                if let Err(error) = write_all(&store, std::slice::from_ref(note)).await {
                    tracing::error!(%error, "what an interview did cannot be written down");
                }
            }
        }
        for note in notes.drain(..) {
            match note {
                Note::Created(_, written) | Note::Done(written) => drop(written.send(())),
                Note::Over { .. } => work.notify_one(),
                Note::Began(..) | Note::Played { .. } | Note::Used { .. } => {}
            }
        }
    }
}

/// Writes notes in one transaction, again and again while the database is away.
async fn write_all(store: &Store, notes: &[Note]) -> Result<(), StoreError> {
    let mut retry = RETRY;
    loop {
        match try_write(store, notes).await {
            Err(error) if error.is_passing() => {
                tracing::warn!(%error, "what interviews did waits for the database");
                tokio::time::sleep(retry).await;
                retry = (retry * 2).min(RETRY_MAX);
            }
            other => return other,
        }
    }
}

async fn try_write(store: &Store, notes: &[Note]) -> Result<(), StoreError> {
    if notes.iter().all(|note| matches!(note, Note::Done(_))) {
        return Ok(());
    }
    let mut write = store.write().await?;
    for note in notes {
        put(&mut write, note).await?;
    }
    write.commit().await
}

async fn put(write: &mut Write, note: &Note) -> Result<(), StoreError> {
    match note {
        Note::Created(new, _) => write.add_session(new, SessionPhase::Created).await,
        Note::Began(id, at) => write.session_began(id, *at).await,
        Note::Over { id, phase, at, recorded } => {
            let next = if *recorded { SessionPhase::Finishing } else { *phase };
            write.session_over(id, next, *at).await?;
            match recorded {
                true => write.add_job(&finish_job(id, finish_payload(*phase), *at), *at).await,
                false => Ok(()),
            }
        }
        Note::Played { session, actor, at, file } => {
            let detail = serde_json::json!({"file": file}).to_string();
            let deed = Deed { actor, action: "play", subject_kind: "session", subject: session, detail: &detail };
            write.audit(*at, &deed).await
        }
        Note::Used { person, at, usage } => write.add_usage(person, day(*at), *usage).await,
        Note::Done(_) => Ok(()),
    }
}
