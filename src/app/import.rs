//! Interviews that were held elsewhere: a bundle is unpacked beside the recordings, checked, put among them and taken in by the same
//! job that takes in our own. Half of one is never among them.

use super::clerk::{finish_job, finish_payload};
use super::{App, ids, is_session_id, keep, unix_ms};
use crate::recording::bundle::{self, BundleError};
use crate::recording::files::create_private_folder;
use crate::recording::{Header, Recording};
use crate::store::audit::Deed;
use crate::store::sessions::SessionPhase;
use crate::store::{StoreError, UnixMs};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// Below the recordings: what is on its way in or out. Its name is no session's.
pub const STAGING: &str = ".imports";

/// In a recording that is being brought: by whom. It lies there until the recording is taken in, so that a server that is killed
/// meanwhile knows whose it is.
pub(super) const BROUGHT_FILE: &str = "brought.json";

/// What stands there.
#[derive(Deserialize, Serialize)]
struct Brought {
    person: String,
}

/// Who brought the recording in this folder, if somebody did. Blocks.
pub(super) fn brought_by(folder: &Path) -> Option<String> {
    let text = std::fs::read_to_string(folder.join(BROUGHT_FILE)).ok()?;
    serde_json::from_str::<Brought>(&text).ok().map(|brought| brought.person)
}

/// The folder of what is on its way, made for its owner alone if it is not there. Blocks.
///
/// # Errors
/// When it cannot be made.
pub fn staging(recordings: &Path) -> io::Result<PathBuf> {
    let folder = recordings.join(STAGING);
    match create_private_folder(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(folder),
    }
}

/// Removes what a killed server left on its way. Blocks; for the start, before anything is.
///
/// # Errors
/// When it cannot be removed.
pub(super) fn sweep(recordings: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(recordings.join(STAGING)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Why a bundle is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is no good bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// It names no session.
    #[error("the bundle names no session")]
    NoSession,
    /// The session is here already.
    #[error("the session \"{0}\" is here already")]
    Exists(String),
    /// The session was here and is deleted.
    #[error("the session \"{0}\" was deleted here; it is not taken in again")]
    Deleted(String),
    /// The system refused.
    #[error("the bundle cannot be put among the recordings")]
    Io(#[from] io::Error),
    /// What is kept cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Unpacks a bundle among recordings; gives the session's id. Blocks. For a folder that no server has open: one that is running is
/// asked over REST.
///
/// # Errors
/// See [`ImportError`].
pub fn place(bundle: &Path, recordings: &Path) -> Result<String, ImportError> {
    let staged = Staged::new(recordings)?;
    let id = staged.unpack(bundle)?;
    staged.place(recordings, &id)?;
    Ok(id)
}

/// A folder that is removed unless it was put in its place.
pub struct Staged {
    folder: PathBuf,
}

impl Staged {
    /// A new folder beside the recordings.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(recordings: &Path) -> io::Result<Staged> {
        let folder = staging(recordings)?.join(ids::of("in_"));
        create_private_folder(&folder)?;
        create_private_folder(&folder.join("files"))?;
        Ok(Staged { folder })
    }

    /// Where the bundle itself may lie meanwhile.
    pub fn upload(&self) -> PathBuf {
        self.folder.join("bundle.json")
    }

    fn unpack(&self, bundle: &Path) -> Result<String, ImportError> {
        let unpacked = bundle::unpack(std::fs::File::open(bundle)?, &self.folder.join("files"))?;
        if !is_session_id(&unpacked.session) {
            return Err(ImportError::NoSession);
        }
        Ok(unpacked.session)
    }

    fn belongs_to(&self, person: &str) -> io::Result<()> {
        let text = serde_json::to_vec(&Brought { person: person.to_owned() })?;
        std::fs::write(self.folder.join("files").join(BROUGHT_FILE), text)
    }

    fn place(&self, recordings: &Path, id: &str) -> Result<(), ImportError> {
        let target = recordings.join(id);
        if target.exists() {
            return Err(ImportError::Exists(id.to_owned()));
        }
        Ok(std::fs::rename(self.folder.join("files"), target)?)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "what was staged for an import is left");
        }
    }
}

impl App {
    /// A folder for a bundle that is about to come.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn stage(&self) -> io::Result<Staged> {
        Staged::new(self.recordings())
    }

    /// Takes in the bundle that lies staged, for this person. The recording is among the others when this returns; a job does the
    /// rest.
    ///
    /// # Errors
    /// See [`ImportError`].
    pub async fn import(&self, person: &str, staged: Staged) -> Result<String, ImportError> {
        let (id, header) = self.put_brought(person, staged).await?;
        let now: UnixMs = unix_ms();
        let mut planned = keep::planned(&id, &header);
        planned.person = person.to_owned();
        planned.wish = "{\"chosen\":{\"by\":\"import\"}}".to_owned();
        let mut write = self.store().write().await?;
        write.add_session(&planned, SessionPhase::Finishing).await?;
        write.add_job(&finish_job(&id, finish_payload(SessionPhase::Ended), now), now).await?;
        let deed = Deed { actor: person, action: "import", subject_kind: "session", subject: &id, detail: "{}" };
        write.audit(now, &deed).await?;
        write.commit().await?;
        self.work_is_there();
        Ok(id)
    }

    /// Puts what lies staged among the recordings.
    pub(crate) async fn put_brought(&self, person: &str, staged: Staged) -> Result<(String, Header), ImportError> {
        let blocking = |error: tokio::task::JoinError| ImportError::Io(io::Error::other(error));
        let owner = person.to_owned();
        let unpacking = tokio::task::spawn_blocking(move || {
            let id = staged.unpack(&staged.upload())?;
            staged.belongs_to(&owner)?;
            let header = Recording::open(&staged.folder.join("files")).map_err(BundleError::from)?.header().clone();
            Ok::<_, ImportError>((staged, id, header))
        });
        let (staged, id, header) = unpacking.await.map_err(blocking)??;
        if self.session(&id).is_ok() || self.store().session(&id).await?.is_some() {
            return Err(ImportError::Exists(id));
        }
        if self.store().tombstone("session", &id).await?.is_some() {
            return Err(ImportError::Deleted(id));
        }
        let (recordings, name) = (self.recordings().to_owned(), id.clone());
        tokio::task::spawn_blocking(move || staged.place(&recordings, &name)).await.map_err(blocking)??;
        Ok((id, header))
    }
}
