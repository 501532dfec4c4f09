//! What a killed server left: jobs that it held, recordings that it did not take in, rows of interviews that run no more, folders
//! of interviews that are deleted or kept elsewhere.

use super::clerk::{finish_job, finish_payload};
use super::{App, keep, retain, unix_ms};
use crate::store::StoreError;
use crate::store::sessions::SessionPhase;
use std::path::PathBuf;

/// Folders or rows that are looked up at once.
const AT_ONCE: usize = 200;

impl App {
    /// Takes up what a killed server left. For the start, after [`App::recover`]: whatever holds a job now is gone.
    ///
    /// # Errors
    /// When the database cannot be reached or the folder of recordings cannot be read.
    pub async fn adopt(&self) -> anyhow::Result<()> {
        let now = unix_ms();
        let released = self.store().release_jobs(now).await?;
        let recordings = self.recordings().to_owned();
        let folders = tokio::task::spawn_blocking(move || keep::folders(&recordings)).await??;
        let mut adopted = 0;
        for some in folders.chunks(AT_ONCE) {
            adopted += self.adopt_folders(some).await?;
        }
        let ended = self.end_orphans().await?;
        self.ask_for_retention().await?;
        // Limits may be others than those of the last server.
        let mut write = self.store().write().await?;
        write.judge_soon(None, now).await?;
        write.commit().await?;
        self.work_is_there();
        if released + adopted + ended > 0 {
            tracing::info!(released, adopted, ended, "took up what the last server left: jobs, recordings, interviews");
        }
        Ok(())
    }

    /// Asks for the job that takes each closed recording in, unless it is kept; removes what should be gone.
    async fn adopt_folders(&self, folders: &[(String, PathBuf, bool)]) -> anyhow::Result<u64> {
        let ids: Vec<String> = folders.iter().map(|(id, ..)| id.clone()).collect();
        let settled = self.store().settled(&ids).await?;
        let now = unix_ms();
        let in_place = self.store().blobs().is_folder(self.recordings());
        let mut adopted = 0;
        let mut write = self.store().write().await?;
        for (id, folder, closed) in folders {
            match settled.iter().find(|(known, _)| known == id) {
                Some((_, false)) if in_place => {}
                // Deleted, or kept elsewhere: the server was killed before it removed the folder.
                Some(_) => keep::remove(folder).await?,
                None if *closed => {
                    let payload = finish_payload(SessionPhase::Ended);
                    write.add_job_again(&finish_job(id, payload, now), now).await?;
                    adopted += 1;
                }
                None => tracing::warn!(session = id, "a recording that is not closed is not taken in"),
            }
        }
        write.commit().await?;
        Ok(adopted)
    }

    /// Rows of interviews that ran in a server which is gone: those without a recording to take in are over.
    async fn end_orphans(&self) -> Result<u64, StoreError> {
        let mut ended = 0;
        for (left, now_is) in [
            (SessionPhase::Created, SessionPhase::Expired),
            (SessionPhase::Live, SessionPhase::Broken),
            (SessionPhase::Finishing, SessionPhase::Broken),
        ] {
            let mut after = String::new();
            loop {
                let ids = self.store().sessions_in(left, &after, AT_ONCE as u32).await?;
                let Some(last) = ids.last() else { break };
                after.clone_from(last);
                let mut write = self.store().write().await?;
                for id in &ids {
                    let here = self.session(id).is_ok();
                    let to_come = self.recording_folder(id).is_some_and(|folder| folder.exists());
                    if !here && !to_come && write.session_over(id, now_is, unix_ms()).await? {
                        ended += 1;
                    }
                }
                write.commit().await?;
            }
        }
        Ok(ended)
    }

    /// Asks for today's retention, once a day however often it is asked.
    pub(super) async fn ask_for_retention(&self) -> Result<(), StoreError> {
        let now = unix_ms();
        let mut write = self.store().write().await?;
        write.add_job(&retain::job(&retain::subject(now), now), now).await?;
        write.commit().await
    }
}
