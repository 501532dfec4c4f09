//! Deleting what lies outside the database of a session or an export whose rows are gone.

use super::keep::remove;
use super::work::JobError;
use super::{App, unix_ms};
use crate::store::StoreError;
use crate::store::jobs::Held;

/// Does the job.
pub(super) async fn purge(app: &App, held: &Held) -> Result<(), JobError> {
    sweep(app, &held.subject).await?;
    Ok(app.store().purged(held, unix_ms()).await?)
}

/// Deletes the objects of a session and the folder in which it was recorded.
pub(super) async fn sweep(app: &App, session: &str) -> Result<(), JobError> {
    for key in app.store().object_keys(session).await? {
        app.store().blobs().delete(&key).await.map_err(StoreError::from)?;
    }
    if super::is_session_id(session) || super::ids::is_export_id(session) {
        app.store().blobs().delete_rest(session).await.map_err(StoreError::from)?;
    }
    match app.recording_folder(session) {
        Some(folder) => remove(&folder).await,
        None => Ok(()),
    }
}
