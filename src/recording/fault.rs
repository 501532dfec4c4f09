//! What can stop a recording while the interview goes on.

use serde::{Deserialize, Serialize};
use std::io;

/// What stopped a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The disk is full, or a quota is used up.
    DiskFull,
    /// The recording's folder is gone.
    FolderGone,
    /// The disk was slower than the interview for too long.
    Behind,
    /// Writing failed in another way.
    Io,
    /// The interview's driver went away without ending the recording.
    Abandoned,
}

impl FaultKind {
    /// Stable name, for logs and metrics.
    pub fn code(self) -> &'static str {
        match self {
            FaultKind::DiskFull => "disk_full",
            FaultKind::FolderGone => "folder_gone",
            FaultKind::Behind => "behind",
            FaultKind::Io => "io",
            FaultKind::Abandoned => "abandoned",
        }
    }
}

/// The recording in `folder` stopped; what was written before stays valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recording {folder} stopped ({kind:?}): {detail}")]
pub struct RecorderFault {
    /// What it was.
    pub kind: FaultKind,
    /// The recording.
    pub folder: String,
    /// What the system said.
    pub detail: String,
}

impl From<&io::Error> for FaultKind {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FaultKind::DiskFull,
            io::ErrorKind::NotFound => FaultKind::FolderGone,
            _ => FaultKind::Io,
        }
    }
}
