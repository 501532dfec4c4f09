//! A watcher's pass: what somebody showed when they came is looked at again as long as they stay, whenever something may have
//! changed who may do what.

use super::auth;
use crate::app::App;
use crate::app::access::{Action, Verdict, may};
use axum::http::{HeaderMap, Uri};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// What other processes changed (a second server, `viva people`), and what ended by itself, is noticed this late at most.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What somebody showed who watches an interview.
pub struct Pass {
    app: App,
    session: String,
    uri: Uri,
    headers: HeaderMap,
    changes: watch::Receiver<()>,
}

impl Pass {
    /// Of somebody who was let in.
    pub fn new(app: &App, session: &str, uri: Uri, headers: HeaderMap) -> Pass {
        Pass { app: app.clone(), session: session.to_owned(), uri, headers, changes: app.access_changes() }
    }

    /// Waits until they may watch no more.
    pub async fn lapsed(mut self) {
        // Something may have changed since they were let in: it is looked at once, then after every change.
        while self.is_good().await {
            timeout(LOOK_EVERY, self.changes.changed()).await.ok();
        }
    }

    /// While the database is away nobody is sent away.
    async fn is_good(&self) -> bool {
        let Ok(who) = auth::who(&self.app, &self.uri, &self.headers).await else { return true };
        let Ok(relation) = self.app.relation(&who, &self.session).await else { return true };
        may(&who, Action::Watch, relation) == Verdict::Yes
    }
}
