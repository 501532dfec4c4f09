//! What is taken away: one interview as a bundle, tables of metrics and scores, everything of a person as a tar archive. All of it
//! is made while it is sent, piece by piece, so that no copy lies about and none has to be deleted; who reads slowly makes it wait.

pub mod background;

use super::{App, unix_ms};
use crate::recording::bundle::{self, JUDGEMENTS_FILE};
use crate::store::assignments::AssignmentRow;
use crate::store::audit::{AuditRow, Deed};
use crate::store::files::FileRow;
use crate::store::grants::GrantRow;
use crate::store::scoring::JUDGEMENTS;
use crate::store::sessions::{SessionFilter, SessionRow};
use crate::store::{Cursor, Page, StoreError, UnixMs};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::mpsc;

/// Pieces that wait for who reads; then making more waits.
const PIECES_WAITING_MAX: usize = 4;
/// Sessions that are read at once for a table or an archive.
const SESSIONS_AT_ONCE: u32 = 100;
/// Lines of the audit, and assignments, of which an archive has a file.
const TRACES_AT_ONCE: u32 = 1_000;

/// What is sent, piece by piece. An error ends it: what was sent is not whole, and the connection breaks off.
pub type Pieces = mpsc::Receiver<Result<Vec<u8>, io::Error>>;
pub(super) type Sink = mpsc::Sender<Result<Vec<u8>, io::Error>>;

/// A table that can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row a metric of a session.
    Metrics,
    /// A row a dimension of a scorecard.
    Scores,
}

impl App {
    /// An interview as a bundle; none when nothing of it is kept. All its files are looked at before the first piece.
    ///
    /// # Errors
    /// When a file is missing or corrupt, or the store cannot be reached.
    pub async fn bundle(&self, id: &str, actor: &str) -> Result<Option<Pieces>, StoreError> {
        let files: Vec<FileRow> = self.store().files(id).await?.into_iter().filter(|file| file.kept).collect();
        if files.is_empty() {
            return Ok(None);
        }
        for file in &files {
            self.store().blobs().read(file, None).await?;
        }
        self.note_export(actor, "session", id, "{\"as\":\"bundle\"}").await?;
        let (sink, pieces) = mpsc::channel(PIECES_WAITING_MAX);
        let (app, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move {
            let sent = app.send_bundle(&id, files, &sink).await;
            ended(&sink, sent).await;
        });
        Ok(Some(pieces))
    }

    async fn send_bundle(&self, id: &str, files: Vec<FileRow>, sink: &Sink) -> Result<(), Stopped> {
        send(sink, bundle::begin(id).into_bytes()).await?;
        let mut first = true;
        for file in files {
            let content = self.store().blobs().read_whole(&file).await.map_err(StoreError::from)?;
            for piece in bundle::pieces(&file.name, &content, first) {
                send(sink, piece.into_bytes()).await?;
            }
            first = false;
        }
        if let Some(judgements) = self.store().document(id, JUDGEMENTS).await? {
            for piece in bundle::pieces(JUDGEMENTS_FILE, judgements.body.as_bytes(), first) {
                send(sink, piece.into_bytes()).await?;
            }
        }
        send(sink, bundle::END.as_bytes().to_vec()).await
    }

    /// A table over a person's interviews, or over all, as CSV.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn table(&self, table: Table, person: Option<&str>, actor: &str) -> Result<Pieces, StoreError> {
        let name = match table {
            Table::Metrics => "{\"as\":\"metrics.csv\"}",
            Table::Scores => "{\"as\":\"scores.csv\"}",
        };
        self.note_export(actor, "person", person.unwrap_or("all"), name).await?;
        let (sink, pieces) = mpsc::channel(PIECES_WAITING_MAX);
        let filter = SessionFilter { person: person.map(str::to_owned), ..SessionFilter::default() };
        let app = self.clone();
        tokio::spawn(async move {
            let sent = app.send_table(table, &filter, &sink).await;
            ended(&sink, sent).await;
        });
        Ok(pieces)
    }

    async fn send_table(&self, table: Table, filter: &SessionFilter, sink: &Sink) -> Result<(), Stopped> {
        let head: &[&str] = match table {
            Table::Metrics => &["session", "created_ms", "question", "metric", "value", "unit", "version"],
            Table::Scores => &["session", "created_ms", "question", "scorer", "dimension", "band"],
        };
        let mut rows = vec![head.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
        let mut after: Option<Cursor> = None;
        loop {
            let page = self.store().sessions(filter, after.as_ref(), SESSIONS_AT_ONCE).await?;
            rows.extend(self.rows(table, &page.items).await?);
            send(sink, csv(&std::mem::take(&mut rows))?).await?;
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// The rows of these sessions, in their order.
    async fn rows(&self, table: Table, sessions: &[SessionRow]) -> Result<Vec<Vec<String>>, StoreError> {
        let ids: Vec<&str> = sessions.iter().map(|session| session.plan.id.as_str()).collect();
        let mut cells: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        match table {
            Table::Metrics => {
                let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
                for (session, metric) in self.store().metrics_of(&ids).await? {
                    let version = metric.version.to_string();
                    let row = vec![cell(&metric.metric), number(metric.value), cell(&metric.unit), version];
                    cells.entry(session).or_default().push(row);
                }
            }
            Table::Scores => {
                let band = |band: Option<i64>| band.map(|band| band.to_string()).unwrap_or_default();
                for (session, known) in self.store().bands_of(&ids).await? {
                    let row = vec![cell(&known.scorer), cell(&known.dimension), band(known.band)];
                    cells.entry(session).or_default().push(row);
                }
            }
        }
        let row = |session: &SessionRow, rest: Vec<String>| {
            let plan = &session.plan;
            let begin = [plan.id.clone(), plan.created.0.to_string(), cell(&plan.question)];
            begin.into_iter().chain(rest).collect()
        };
        let of = |session: &SessionRow| cells.get(&session.plan.id).cloned().unwrap_or_default();
        Ok(sessions.iter().flat_map(|session| of(session).into_iter().map(|rest| row(session, rest))).collect())
    }

    /// Everything that is kept of a person, as a tar archive: a folder an interview with its files, transcript, metrics and
    /// scorecards, notes, who may read it and who did; the account, the assignments they took up.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn archive(&self, person: &str) -> Result<Pieces, StoreError> {
        self.note_export(person, "person", person, "{\"as\":\"tar\"}").await?;
        let (sink, pieces) = mpsc::channel(PIECES_WAITING_MAX);
        let (app, person) = (self.clone(), person.to_owned());
        tokio::spawn(async move {
            let sent = app.send_archive(&person, &sink, &AtomicI64::new(0)).await;
            ended(&sink, sent).await;
        });
        Ok(pieces)
    }

    /// Makes the archive; counts the interviews that are in it.
    pub(super) async fn send_archive(&self, person: &str, sink: &Sink, done: &AtomicI64) -> Result<(), Stopped> {
        if let Some(row) = self.store().person(person).await? {
            let about = serde_json::json!({
                "id": row.id, "name": row.name, "email": row.email, "role": row.role, "created_ms": row.created.0,
                "retention_days": row.retention_days,
            });
            entry(sink, "person.json", about.to_string().as_bytes()).await?;
            self.send_audit(person, "audit.json", sink).await?;
            self.send_assignments(person, false, "assignments.json", sink).await?;
            self.send_assignments(person, true, "assignments-set.json", sink).await?;
        }
        let filter = SessionFilter { person: Some(person.to_owned()), ..SessionFilter::default() };
        let mut after: Option<Cursor> = None;
        loop {
            let page = self.store().sessions(&filter, after.as_ref(), SESSIONS_AT_ONCE).await?;
            for session in &page.items {
                self.send_session(session, person, sink).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            after = page.next;
            if after.is_none() {
                // Two blocks of nothing end an archive.
                return send(sink, vec![0; 1024]).await;
            }
        }
    }

    async fn send_session(&self, session: &SessionRow, person: &str, sink: &Sink) -> Result<(), Stopped> {
        let plan = &session.plan;
        let named = |name: &str| format!("sessions/{}/{name}", plan.id);
        let about = serde_json::json!({
            "id": plan.id, "state": session.phase.name(), "question": plan.question, "title": plan.title,
            "language": plan.language, "minutes": plan.minutes, "created_ms": plan.created.0,
            "began_ms": session.began.map(|at| at.0), "ended_ms": session.ended.map(|at| at.0),
            "consent": plan.consent.as_ref().map(|(by, at)| serde_json::json!({"by": by, "at_ms": at.0})),
        });
        entry(sink, &named("session.json"), about.to_string().as_bytes()).await?;
        let mut damaged = Vec::new();
        for file in self.store().files(&plan.id).await?.into_iter().filter(|file| file.kept) {
            match self.store().blobs().read_whole(&file).await {
                Ok(content) => entry(sink, &named(&file.name), &content).await?,
                Err(error) if error.is_passing() => return Err(StoreError::from(error).into()),
                // The rest is theirs all the same.
                Err(error) => {
                    tracing::error!(session = plan.id, file = file.name, %error, "a file is left out of an archive");
                    damaged.push(serde_json::json!({"name": file.name, "bytes": file.bytes, "sha256": file.sha256}));
                }
            }
        }
        list(sink, &named("damaged.json"), damaged.into_iter()).await?;
        for kind in [super::transcript::KIND, super::keep::METRICS, JUDGEMENTS] {
            if let Some(document) = self.store().document(&plan.id, kind).await? {
                entry(sink, &named(&format!("{kind}.json")), document.body.as_bytes()).await?;
            }
        }
        for card in self.store().scorecards(&plan.id).await? {
            let name = named(&format!("scorecard-{}-{}.json", card.scorer, card.id));
            entry(sink, &name, card.body.as_bytes()).await?;
        }
        // Those of others that are published are about this person as well.
        let notes = self.store().notes(&plan.id, person).await?;
        let note = |note: &crate::store::notes::NoteRow| {
            serde_json::json!({"id": note.id, "author": note.author, "at_ms": note.at_ms, "body": note.body,
                               "published_ms": note.published.map(|at| at.0), "created_ms": note.created.0})
        };
        list(sink, &named("notes.json"), notes.iter().map(note)).await?;
        let grants = self.store().grants(person, &plan.id, UnixMs(0)).await?;
        let grant = |grant: &GrantRow| {
            serde_json::json!({"reader": grant.reader, "all": grant.session.is_empty(), "created_ms": grant.created.0,
                               "expires_ms": grant.expires.map(|at| at.0)})
        };
        list(sink, &named("grants.json"), grants.iter().map(grant)).await?;
        self.send_audit(&plan.id, &named("audit.json"), sink).await
    }

    /// Who did what to this person or interview, the newest first.
    async fn send_audit(&self, subject: &str, name: &str, sink: &Sink) -> Result<(), Stopped> {
        let deed = |row: &AuditRow| serde_json::json!({"at_ms": row.at.0, "actor": row.actor, "action": row.action, "detail": row.detail});
        let store = self.store();
        let page =
            |after: Option<Cursor>| async move { store.audited(Some(subject), after.as_ref(), TRACES_AT_ONCE).await };
        list_all(sink, name, page, deed).await
    }

    /// What coaches set this person, or what they set as a coach, the newest first.
    async fn send_assignments(&self, person: &str, as_coach: bool, name: &str, sink: &Sink) -> Result<(), Stopped> {
        let assignment = |row: &AssignmentRow| {
            serde_json::json!({"id": row.id, "coach": row.coach, "question": row.question, "session": row.session,
                               "due_ms": row.due.map(|at| at.0), "created_ms": row.created.0})
        };
        let store = self.store();
        let page = |after: Option<Cursor>| async move {
            store.assignments(person, as_coach, after.as_ref(), TRACES_AT_ONCE).await
        };
        list_all(sink, name, page, assignment).await
    }

    /// Has it stand in the audit that something is taken away.
    ///
    /// # Errors
    /// When the database cannot be reached; then nothing is given out.
    pub async fn note_export(
        &self,
        actor: &str,
        subject_kind: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        self.store().audit(unix_ms(), &Deed { actor, action: "export", subject_kind, subject, detail }).await
    }
}

/// Why no more is sent.
pub(super) enum Stopped {
    /// Who asked went away.
    Gone,
    /// It cannot be made.
    Failed(io::Error),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Stopped {
        Stopped::Failed(io::Error::other(error))
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Stopped {
        Stopped::Failed(error)
    }
}

async fn send(sink: &Sink, piece: Vec<u8>) -> Result<(), Stopped> {
    sink.send(Ok(piece)).await.map_err(|_| Stopped::Gone)
}

async fn ended(sink: &Sink, sent: Result<(), Stopped>) {
    if let Err(Stopped::Failed(error)) = sent {
        tracing::error!(%error, "what was asked for cannot be sent to its end");
        sink.send(Err(error)).await.ok();
    }
}

/// The name of a part of a list: `audit.json`, `audit-2.json` and so on.
fn part_of(name: &str, part: u32) -> String {
    match (name.strip_suffix(".json"), part) {
        (Some(stem), 2..) => format!("{stem}-{part}.json"),
        _ => name.to_owned(),
    }
}

/// All pages of a list, a file each.
async fn list_all<T, F: Future<Output = Result<Page<T>, StoreError>>>(
    sink: &Sink,
    name: &str,
    page: impl Fn(Option<Cursor>) -> F,
    row: impl Fn(&T) -> serde_json::Value,
) -> Result<(), Stopped> {
    let (mut after, mut part) = (None, 1);
    loop {
        let read = page(after).await?;
        list(sink, &part_of(name, part), read.items.iter().map(&row)).await?;
        (after, part) = (read.next, part + 1);
        if after.is_none() {
            return Ok(());
        }
    }
}

/// A file with a list; none when there is nothing in it.
async fn list(sink: &Sink, name: &str, rows: impl Iterator<Item = serde_json::Value>) -> Result<(), Stopped> {
    let rows: Vec<serde_json::Value> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    entry(sink, name, serde_json::Value::from(rows).to_string().as_bytes()).await
}

/// A file of a tar archive.
async fn entry(sink: &Sink, name: &str, content: &[u8]) -> Result<(), Stopped> {
    // The builder writes the header, long names and the padding; a part at a time goes to who reads.
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(unix_ms().0 / 1000).unwrap_or(0));
    let mut builder = tar::Builder::new(Vec::with_capacity(content.len() + 1024));
    builder.append_data(&mut header, name, content)?;
    let mut written = builder.into_inner()?;
    // Without the two blocks that end an archive: more comes.
    written.truncate(written.len().saturating_sub(1024));
    for piece in written.chunks(256 * 1024) {
        send(sink, piece.to_vec()).await?;
    }
    Ok(())
}

fn csv(rows: &[Vec<String>]) -> Result<Vec<u8>, Stopped> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| Stopped::Failed(io::Error::other(error)))?;
    }
    writer.into_inner().map_err(|error| Stopped::Failed(io::Error::other(error.to_string())))
}

/// A text that no spreadsheet takes for a formula.
pub fn cell(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["", "parcel-lockers", "1=1", "a-b"] {
            assert_eq!(cell(text), text);
        }
    }
}
