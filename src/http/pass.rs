//! A pass to a socket: what somebody showed when they came is looked at again as long as they stay, whenever something may have
//! changed who may do what.

use super::auth;
use crate::app::App;
use crate::app::access::{Action, By, Verdict, Who, may};
use axum::http::{HeaderMap, Uri};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// What other processes changed (a second server, `viva people`), and what ended by itself, is noticed this late at most.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What somebody showed who came to an interview.
pub struct Pass {
    app: App,
    session: String,
    action: Action,
    shown: Shown,
    changes: watch::Receiver<()>,
}

/// What is looked at again.
enum Shown {
    /// Nothing: whose everything is stays.
    Nothing,
    /// A person: a client secret opens a socket, which then outlives it.
    Person(String),
    /// All that was shown: a cookie, a token.
    Request(Uri, HeaderMap),
}

impl Pass {
    /// Of somebody who was let in to do this.
    pub fn new(app: &App, session: &str, action: Action, who: &Who, uri: Uri, headers: HeaderMap) -> Pass {
        let shown = match who {
            Who::Single | Who::Operator => Shown::Nothing,
            Who::Person { id, by: By::Secret, .. } => Shown::Person(id.clone()),
            Who::Person { .. } | Who::Nobody => Shown::Request(uri, headers),
        };
        Pass { app: app.clone(), session: session.to_owned(), action, shown, changes: app.access_changes() }
    }

    /// Waits until they may do it no more.
    pub async fn lapsed(mut self) {
        // Something may have changed since they were let in: it is looked at once, then after every change.
        while self.is_good().await {
            timeout(LOOK_EVERY, self.changes.changed()).await.ok();
        }
    }

    /// While the database is away nobody is sent away.
    async fn is_good(&self) -> bool {
        let who = match &self.shown {
            Shown::Nothing => return true,
            Shown::Person(id) => self.app.who_has_secrets(id).await.ok(),
            Shown::Request(uri, headers) => auth::who(&self.app, uri, headers).await.ok(),
        };
        let Some(who) = who else { return true };
        let Ok(relation) = self.app.relation(&who, &self.session).await else { return true };
        may(&who, self.action, relation) == Verdict::Yes
    }
}
