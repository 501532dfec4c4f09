//! Rows of interviews: from the wish for one to what is known of it after its end.

use super::page::{Cursor, Page, each_bound, places};
use super::{Query, Store, StoreError, UnixMs, Write};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// How far an interview is, as rows say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionPhase {
    /// Nobody has joined yet.
    Created,
    /// It runs.
    Live,
    /// It is over; its recording is being taken in.
    Finishing,
    /// It is over, and what was recorded of it is kept.
    Ended,
    /// It broke; what was recorded up to then is kept.
    Broken,
    /// Nobody joined in time.
    Expired,
}

impl SessionPhase {
    /// All of them.
    pub const ALL: [SessionPhase; 6] = [
        SessionPhase::Created,
        SessionPhase::Live,
        SessionPhase::Finishing,
        SessionPhase::Ended,
        SessionPhase::Broken,
        SessionPhase::Expired,
    ];

    /// As it stands in rows and queries.
    pub fn name(self) -> &'static str {
        match self {
            SessionPhase::Created => "created",
            SessionPhase::Live => "live",
            SessionPhase::Finishing => "finishing",
            SessionPhase::Ended => "ended",
            SessionPhase::Broken => "broken",
            SessionPhase::Expired => "expired",
        }
    }

    /// Reads [`SessionPhase::name`].
    pub fn named(name: &str) -> Option<SessionPhase> {
        SessionPhase::ALL.into_iter().find(|phase| phase.name() == name)
    }
}

/// What is known of an interview before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Its id.
    pub id: String,
    /// The candidate; empty on a server without accounts.
    pub person: String,
    /// The question's id; empty without one.
    pub question: String,
    /// The question's title.
    pub title: String,
    /// The question as it is read out.
    pub statement: String,
    /// BCP 47 tag.
    pub language: String,
    /// The time box.
    pub minutes: u32,
    /// Who recognises speech.
    pub words: String,
    /// Who speaks.
    pub voice: String,
    /// Names of the services, as JSON.
    pub providers: String,
    /// What else was wished for, as a JSON object.
    pub wish: String,
    /// Who agreed to a recording and when; none: it is not recorded.
    pub consent: Option<(String, UnixMs)>,
    /// When it was asked for.
    pub created: UnixMs,
}

/// An interview's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// What was known before it began.
    pub plan: NewSession,
    /// How far it is.
    pub phase: SessionPhase,
    /// When the first client joined.
    pub began: Option<UnixMs>,
    /// When it was over.
    pub ended: Option<UnixMs>,
    /// What its recording says, once that is kept.
    pub kept: Option<Kept>,
}

/// What is known of a recording that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Since when.
    pub at: UnixMs,
    /// How long the interview took, in ms.
    pub duration_ms: i64,
    /// Why it ended, as far as is known.
    pub end_reason: Option<String>,
    /// Nothing of it is missing.
    pub complete: bool,
    /// Lines of its steps.
    pub steps: i64,
    /// Version of Viva that recorded it.
    pub viva_version: String,
}

/// Which interviews a list holds; what is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct SessionFilter {
    /// Of this candidate.
    pub person: Option<String>,
    /// So far.
    pub phase: Option<SessionPhase>,
    /// On this question.
    pub question: Option<String>,
    /// Created at this time or later.
    pub from: Option<UnixMs>,
    /// Created before this time.
    pub before: Option<UnixMs>,
}

pub(super) const COLUMNS: &str = "id, person, state, question, title, statement, language, minutes, words, voice, providers, wish, \
                       recording, consent_by, consent_ms, created_ms, began_ms, ended_ms, kept_ms, duration_ms, end_reason, \
                       complete, steps, viva_version";

impl Store {
    /// Adds an interview that was asked for. One that is there already stays as it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_session(&self, new: &NewSession, phase: SessionPhase) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.add_session(new, phase).await?;
        write.commit().await
    }

    /// An interview's row.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn session(&self, id: &str) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT {COLUMNS} FROM sessions WHERE id = $1")));
        row.bind(id).fetch_optional(self.pool()).await?.map(|row| session_row(&row)).transpose()
    }

    /// Interviews, newest first, at most `limit` after the cursor.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sessions(
        &self,
        filter: &SessionFilter,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<SessionRow>, StoreError> {
        let (sql, values) = list_sql(filter, after, limit);
        let rows = bound(sqlx::query(AssertSqlSafe(sql)), values).fetch_all(self.pool()).await?;
        page_of(&rows, limit)
    }

    /// Ids of the questions that a person had.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn questions_had(&self, person: &str) -> Result<Vec<String>, StoreError> {
        // From one to the next through the index: a person may have had few questions in a hundred thousand interviews.
        let sql = "WITH RECURSIVE had (question) AS ( \
                   SELECT (SELECT MIN(question) FROM sessions WHERE person = $1 AND question > '') UNION ALL \
                   SELECT (SELECT MIN(question) FROM sessions WHERE person = $1 AND question > had.question) FROM had \
                   WHERE had.question IS NOT NULL) SELECT question FROM had WHERE question IS NOT NULL";
        let rows = sqlx::query(sql).bind(person).fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok(row.try_get("question")?)).collect()
    }

    /// Interviews in this phase, by id, after `after`, at most `limit`. For those that a server which is gone left.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sessions_in(&self, phase: SessionPhase, after: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT id FROM sessions WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3";
        let query = sqlx::query(sql).bind(phase.name()).bind(after).bind(i64::from(limit));
        query.fetch_all(self.pool()).await?.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }

    /// Interviews that ended longer ago than their candidate wants, or else `days`, by id, after `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn sessions_past_retention(
        &self,
        now: UnixMs,
        days: Option<i64>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT sessions.id AS id FROM sessions LEFT JOIN people ON people.id = sessions.person \
                   WHERE sessions.ended_ms <= $1 - COALESCE(people.retention_days, $2) * 86400000 AND sessions.id > $3 \
                   ORDER BY sessions.id LIMIT $4";
        let query = sqlx::query(sql).bind(now.0).bind(days).bind(after).bind(i64::from(limit));
        query.fetch_all(self.pool()).await?.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }

    /// Which of these ids are of interviews whose recording is kept (false) or that are deleted (true): at most 200 are looked
    /// up.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn settled(&self, ids: &[String]) -> Result<Vec<(String, bool)>, StoreError> {
        let ids: Vec<&str> = ids.iter().take(200).map(String::as_str).collect();
        let places = places(ids.len());
        let sql = format!(
            "SELECT id, CAST(0 AS BIGINT) AS deleted FROM sessions WHERE kept_ms IS NOT NULL AND id IN ({places}) \
             UNION ALL SELECT id, CAST(1 AS BIGINT) AS deleted FROM tombstones WHERE kind = 'session' AND id IN ({places})"
        );
        let rows = each_bound(sqlx::query(AssertSqlSafe(sql)), &ids).fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get::<i64, _>("deleted")? != 0))).collect()
    }
}

impl Write {
    /// Adds an interview that was asked for. One that is there already stays as it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_session(&mut self, new: &NewSession, phase: SessionPhase) -> Result<(), StoreError> {
        let (by, at) = new.consent.as_ref().map_or((None, None), |(by, at)| (Some(by.as_str()), Some(at.0)));
        let sql = "INSERT INTO sessions (id, person, state, question, title, statement, language, minutes, words, voice, \
                   providers, wish, recording, consent_by, consent_ms, created_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
                   ON CONFLICT (id) DO NOTHING";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.person).bind(phase.name()).bind(&new.question);
        let query = query.bind(&new.title).bind(&new.statement).bind(&new.language).bind(i64::from(new.minutes));
        let query = query.bind(&new.words).bind(&new.voice).bind(&new.providers).bind(&new.wish);
        let query = query.bind(i64::from(new.consent.is_some())).bind(by).bind(at).bind(new.created.0);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// An interview began: its first client joined.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn session_began(&mut self, id: &str, at: UnixMs) -> Result<(), StoreError> {
        let sql = "UPDATE sessions SET state = 'live', began_ms = $2 WHERE id = $1 AND state = 'created'";
        sqlx::query(sql).bind(id).bind(at.0).execute(self.connection()).await?;
        Ok(())
    }

    /// An interview is over: it goes on to `phase`, unless it is over already. Says whether it went.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn session_over(&mut self, id: &str, phase: SessionPhase, at: UnixMs) -> Result<bool, StoreError> {
        let sql = "UPDATE sessions SET state = $2, ended_ms = COALESCE(ended_ms, $3) \
                   WHERE id = $1 AND state IN ('created', 'live', 'finishing')";
        let done = sqlx::query(sql).bind(id).bind(phase.name()).bind(at.0).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }

    /// Interviews that were asked for before this time and that nobody joined never will be: they are over.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn expire_unjoined(&mut self, before: UnixMs) -> Result<(), StoreError> {
        let sql =
            "UPDATE sessions SET state = 'expired', ended_ms = created_ms WHERE state = 'created' AND created_ms < $1";
        sqlx::query(sql).bind(before.0).execute(self.connection()).await?;
        Ok(())
    }

    /// Its recording is kept. Says whether there is such an interview.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(super) async fn session_kept(
        &mut self,
        id: &str,
        phase: SessionPhase,
        (began, ended): (UnixMs, UnixMs),
        kept: &Kept,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE sessions SET state = $2, began_ms = COALESCE(began_ms, $3), ended_ms = COALESCE(ended_ms, $4), \
                   kept_ms = $5, duration_ms = $6, end_reason = $7, complete = $8, steps = $9, viva_version = $10 \
                   WHERE id = $1";
        let query = sqlx::query(sql).bind(id).bind(phase.name()).bind(began.0).bind(ended.0).bind(kept.at.0);
        let query = query.bind(kept.duration_ms).bind(kept.end_reason.as_deref()).bind(i64::from(kept.complete));
        let done = query.bind(kept.steps).bind(&kept.viva_version).execute(self.connection()).await?;
        Ok(done.rows_affected() == 1)
    }
}

pub(super) enum Value {
    Text(String),
    Number(i64),
}

pub(super) fn bound(query: Query<'_>, values: Vec<Value>) -> Query<'_> {
    values.into_iter().fold(query, |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Number(number) => query.bind(number),
    })
}

pub(super) fn page_of(rows: &[AnyRow], limit: u32) -> Result<Page<SessionRow>, StoreError> {
    let items = rows.iter().map(session_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::of(items, limit, |row| Cursor { at: row.plan.created, id: row.plan.id.clone() }))
}

/// The text of a list, made of fixed pieces, and the values that it binds, in order.
fn list_sql(filter: &SessionFilter, after: Option<&Cursor>, limit: u32) -> (String, Vec<Value>) {
    let (pieces, values) = conditions(filter, after);
    let conditions = if pieces.is_empty() { String::new() } else { format!("WHERE {}", pieces.join(" AND ")) };
    let limit = u64::from(limit) + 1;
    (format!("SELECT {COLUMNS} FROM sessions {conditions} ORDER BY created_ms DESC, id DESC LIMIT {limit}"), values)
}

/// The conditions of a list as SQL with the values that it binds, in order.
pub(super) fn conditions(filter: &SessionFilter, after: Option<&Cursor>) -> (Vec<String>, Vec<Value>) {
    let mut pieces = Vec::new();
    let mut values = Vec::new();
    let mut add = |piece: &str, new: Vec<Value>| {
        let mut piece = piece.to_owned();
        for value in new {
            values.push(value);
            piece = piece.replacen('?', &format!("${}", values.len()), 1);
        }
        pieces.push(piece);
    };
    if let Some(person) = &filter.person {
        add("person = ?", vec![Value::Text(person.clone())]);
    }
    if let Some(phase) = filter.phase {
        add("state = ?", vec![Value::Text(phase.name().to_owned())]);
    }
    if let Some(question) = &filter.question {
        add("question = ?", vec![Value::Text(question.clone())]);
    }
    if let Some(from) = filter.from {
        add("created_ms >= ?", vec![Value::Number(from.0)]);
    }
    if let Some(before) = filter.before {
        add("created_ms < ?", vec![Value::Number(before.0)]);
    }
    if let Some(Cursor { at, id }) = after {
        add("(created_ms, id) < (?, ?)", vec![Value::Number(at.0), Value::Text(id.clone())]);
    }
    (pieces, values)
}

fn session_row(row: &AnyRow) -> Result<SessionRow, StoreError> {
    let time = |column: &str| -> Result<Option<UnixMs>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(UnixMs))
    };
    let consent_by: Option<String> = row.try_get("consent_by")?;
    let kept = match time("kept_ms")? {
        None => None,
        Some(at) => Some(Kept {
            at,
            duration_ms: row.try_get("duration_ms")?,
            end_reason: row.try_get("end_reason")?,
            complete: row.try_get::<i64, _>("complete")? != 0,
            steps: row.try_get("steps")?,
            viva_version: row.try_get("viva_version")?,
        }),
    };
    let state: String = row.try_get("state")?;
    Ok(SessionRow {
        plan: NewSession {
            id: row.try_get("id")?,
            person: row.try_get("person")?,
            question: row.try_get("question")?,
            title: row.try_get("title")?,
            statement: row.try_get("statement")?,
            language: row.try_get("language")?,
            minutes: u32::try_from(row.try_get::<i64, _>("minutes")?).unwrap_or(0),
            words: row.try_get("words")?,
            voice: row.try_get("voice")?,
            providers: row.try_get("providers")?,
            wish: row.try_get("wish")?,
            consent: consent_by.zip(time("consent_ms")?),
            created: UnixMs(row.try_get("created_ms")?),
        },
        // Only names of ours are ever written.
        phase: SessionPhase::named(&state).unwrap_or(SessionPhase::Broken),
        began: time("began_ms")?,
        ended: time("ended_ms")?,
        kept,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::people::PersonRow;
    use crate::store::settings::Engine;
    use crate::store::support::{both, new_session};

    #[tokio::test]
    async fn a_row_comes_back_as_it_went_in() {
        both(async |place| {
            let store = place.open().await;
            let new = NewSession { statement: "Ünïcode '; DROP TABLE sessions; --".into(), ..new_session(1) };
            store.add_session(&new, SessionPhase::Created).await.expect("added");
            store.add_session(&new_session(1), SessionPhase::Ended).await.expect("a second time changes nothing");
            let row = store.session(&new.id).await.expect("answers").expect("there");
            assert_eq!((&row.plan, row.phase, row.kept), (&new, SessionPhase::Created, None));
            assert_eq!(store.session("sess_none").await.expect("answers"), None);
            let unrecorded = NewSession { consent: None, ..new_session(2) };
            store.add_session(&unrecorded, SessionPhase::Created).await.expect("added");
            assert_eq!(store.session(&unrecorded.id).await.expect("answers").expect("there").plan.consent, None);
        })
        .await;
    }

    #[tokio::test]
    async fn pages_hold_every_row_once_though_rows_come_and_go() {
        both(async |place| {
            let store = place.open().await;
            for number in 0..25 {
                // Five of each time: the id decides among them.
                let new = NewSession { created: UnixMs(i64::from(number / 5)), ..new_session(number) };
                store.add_session(&new, SessionPhase::Created).await.expect("added");
            }
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = store.sessions(&SessionFilter::default(), after.as_ref(), 7).await.expect("a page");
                seen.extend(page.items.iter().map(|row| (row.plan.created, row.plan.id.clone())));
                let newer = NewSession { created: UnixMs(100), ..new_session(1_000 + seen.len() as u32) };
                store.add_session(&newer, SessionPhase::Created).await.expect("added");
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), 25);
            assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
        })
        .await;
    }

    #[tokio::test]
    async fn filters_narrow_a_list_and_take_any_text_as_text() {
        both(async |place| {
            let store = place.open().await;
            for number in 0..4 {
                let new = NewSession {
                    person: format!("pers_{}", number % 2),
                    question: if number < 2 { "two-sum".into() } else { "' OR '1'='1".into() },
                    ..new_session(number)
                };
                let phase = if number == 3 { SessionPhase::Ended } else { SessionPhase::Created };
                store.add_session(&new, phase).await.expect("added");
            }
            let count =
                async |filter: SessionFilter| store.sessions(&filter, None, 50).await.expect("a page").items.len();
            let all = SessionFilter::default;
            assert_eq!(count(SessionFilter { person: Some("pers_1".into()), ..all() }).await, 2);
            assert_eq!(count(SessionFilter { question: Some("' OR '1'='1".into()), ..all() }).await, 2);
            assert_eq!(count(SessionFilter { question: Some("' OR 1=1 --".into()), ..all() }).await, 0);
            assert_eq!(count(SessionFilter { phase: Some(SessionPhase::Ended), ..all() }).await, 1);
            let (from, before) = (Some(new_session(1).created), Some(new_session(3).created));
            assert_eq!(count(SessionFilter { from, before, ..all() }).await, 2);
            let both = SessionFilter { person: Some("pers_1".into()), question: Some("two-sum".into()), ..all() };
            assert_eq!(count(both).await, 1);
        })
        .await;
    }

    /// How the database would go about a list.
    async fn plan(store: &Store, filter: &SessionFilter, after: Option<&Cursor>) -> String {
        let (sql, values) = list_sql(filter, after, 50);
        let (explain, column) = match store.engine() {
            Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3),
            Engine::Postgres => ("EXPLAIN", 0),
        };
        let mut write = store.write().await.expect("begins");
        if store.engine() == Engine::Postgres {
            // A table of no rows is read whole otherwise.
            let only = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off";
            sqlx::raw_sql(only).execute(write.connection()).await.expect("set");
        }
        let query = bound(sqlx::query(AssertSqlSafe(format!("{explain} {sql}"))), values);
        let rows = query.fetch_all(write.connection()).await.expect("a plan");
        rows.iter().map(|row| row.try_get::<String, _>(column).expect("text") + "\n").collect()
    }

    #[tokio::test]
    async fn every_list_reads_an_index_in_its_order() {
        both(async |place| {
            let store = place.open().await;
            let all = SessionFilter::default;
            let (person, question) = (Some("pers_1".to_owned()), Some("two-sum".to_owned()));
            let phase = Some(SessionPhase::Ended);
            for filter in [
                all(),
                SessionFilter { person: person.clone(), ..all() },
                SessionFilter { phase, ..all() },
                SessionFilter { question: question.clone(), ..all() },
                SessionFilter { person: person.clone(), question: question.clone(), ..all() },
                SessionFilter { person: person.clone(), phase, ..all() },
                SessionFilter { phase, question: question.clone(), ..all() },
                SessionFilter { from: Some(UnixMs(1)), before: Some(UnixMs(2)), ..all() },
            ] {
                for after in [None, Some(Cursor { at: UnixMs(5), id: "sess_1".into() })] {
                    let plan = plan(&store, &filter, after.as_ref()).await;
                    let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
                    assert!(plan.contains("sessions_by") && !sorts, "{filter:?} after {after:?}:\n{plan}");
                }
            }
        })
        .await;
    }

    #[tokio::test]
    async fn an_interview_is_over_once() {
        both(async |place| {
            let store = place.open().await;
            let new = new_session(1);
            store.add_session(&new, SessionPhase::Created).await.expect("added");
            let mut write = store.write().await.expect("begins");
            write.session_began(&new.id, UnixMs(5)).await.expect("written");
            assert!(write.session_over(&new.id, SessionPhase::Ended, UnixMs(9)).await.expect("written"));
            assert!(!write.session_over(&new.id, SessionPhase::Broken, UnixMs(10)).await.expect("written"));
            write.session_began(&new.id, UnixMs(11)).await.expect("written");
            write.commit().await.expect("committed");
            let row = store.session(&new.id).await.expect("answers").expect("there");
            assert_eq!((row.phase, row.began, row.ended), (SessionPhase::Ended, Some(UnixMs(5)), Some(UnixMs(9))));
            assert_eq!(store.sessions_in(SessionPhase::Ended, "", 5).await.expect("answers"), [new.id.as_str()]);
            assert!(store.sessions_in(SessionPhase::Ended, &new.id, 5).await.expect("answers").is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn retention_goes_by_the_candidate_and_else_by_the_deployment() {
        both(async |place| {
            const DAY_MS: i64 = 86_400_000;
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            let careful = PersonRow {
                id: "pers_careful".into(),
                name: "C".into(),
                email: None,
                email_verified: false,
                password_hash: None,
                role: "candidate".into(),
                disabled: false,
                retention_days: Some(2),
                minutes_per_day: None,
                tokens_per_day: None,
                created: UnixMs(0),
            };
            write.add_person(&careful).await.expect("added");
            for (number, person) in [(1, "pers_careful"), (2, "pers_other"), (3, "")] {
                let new = NewSession { person: person.into(), ..new_session(number) };
                write.add_session(&new, SessionPhase::Created).await.expect("added");
                if number < 3 {
                    write.session_over(&new.id, SessionPhase::Ended, UnixMs(0)).await.expect("written");
                }
            }
            // Of a recording with a made up time.
            let made_up = new_session(4);
            write.add_session(&made_up, SessionPhase::Created).await.expect("added");
            write.session_over(&made_up.id, SessionPhase::Ended, UnixMs(i64::MAX)).await.expect("written");
            write.commit().await.expect("committed");
            let old = async |now: i64, days: Option<i64>| {
                store.sessions_past_retention(UnixMs(now), days, "", 9).await.expect("answers").len()
            };
            assert_eq!(old(2 * DAY_MS - 1, None).await, 0);
            assert_eq!(old(2 * DAY_MS, None).await, 1, "the careful one's");
            assert_eq!(old(9_000 * DAY_MS, None).await, 1, "nobody asked for more");
            assert_eq!(old(5 * DAY_MS, Some(5)).await, 2, "one that is not over stays");
        })
        .await;
    }
}
