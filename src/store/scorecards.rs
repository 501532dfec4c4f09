//! Rows of scorecards, of machine, coach and candidate alike: the whole as JSON, byte for byte as it was made, and beside it
//! signals and bands as rows for lists, progress, tables and agreement.

use super::metrics::Point;
use super::page::{PAGE_MAX, each_bound, places};
use super::{Store, StoreError, UnixMs, Write};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};

/// Who scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scorer {
    /// This program.
    Machine,
    /// A coach.
    Coach,
    /// The candidate.
    Candidate,
}

impl Scorer {
    /// As it stands in rows.
    pub fn name(self) -> &'static str {
        match self {
            Scorer::Machine => "machine",
            Scorer::Coach => "coach",
            Scorer::Candidate => "self",
        }
    }
}

/// A scorecard to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct NewScorecard {
    /// Its id.
    pub id: String,
    /// The session.
    pub session: String,
    /// Whose session it is.
    pub person: String,
    /// When the session was.
    pub session_at: UnixMs,
    /// Who scored.
    pub scorer: Scorer,
    /// Which person scored; empty: the machine.
    pub author: String,
    /// Hash over `versions`. There is one scorecard for each session, scorer, author and hash.
    pub versions_sha256: String,
    /// Versions of rubric, prompts, model and metrics, as JSON.
    pub versions: String,
    /// Judged signals that were asked for.
    pub judged: u32,
    /// Those among them that did not verify.
    pub unverified: u32,
    /// The whole, as JSON.
    pub body: String,
    /// When it was made.
    pub created: UnixMs,
    /// Its signals.
    pub signals: Vec<SignalRow>,
    /// Its bands, 1 to 4, by dimension; none: not assessed.
    pub bands: Vec<(String, Option<i64>)>,
}

/// A signal of a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalRow {
    /// Its stable id.
    pub signal: String,
    /// The dimension it counts for.
    pub dimension: String,
    /// What was found.
    pub verdict: String,
    /// A model judged it.
    pub judged: bool,
    /// Where it shows, as JSON.
    pub evidence: String,
}

/// A scorecard as it is listed and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScorecardRow {
    /// Its id.
    pub id: String,
    /// `machine`, `coach` or `self`.
    pub scorer: String,
    /// Which person scored; empty: the machine.
    pub author: String,
    /// Hash over the versions it was made with.
    pub versions_sha256: String,
    /// Judged signals that were asked for, and those that did not verify.
    pub grader_health: (i64, i64),
    /// The whole, as JSON.
    pub body: String,
    /// When it was made.
    pub created: UnixMs,
}

/// The machine's band, the coach's, how many sessions.
pub type Pairs = Vec<(i64, i64, i64)>;

/// A band of a scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandRow {
    /// `machine`, `coach` or `self`.
    pub scorer: String,
    /// The rubric's id.
    pub dimension: String,
    /// 1 to 4; none: not assessed.
    pub band: Option<i64>,
}

impl Store {
    /// A session's scorecards, newest first, at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn scorecards(&self, session: &str) -> Result<Vec<ScorecardRow>, StoreError> {
        let sql = "SELECT id, kind, author, versions_sha256, judged, unverified, body, created_ms FROM scorecards \
                   WHERE session = $1 ORDER BY created_ms DESC, id DESC LIMIT $2";
        let rows = sqlx::query(sql).bind(session).bind(i64::from(PAGE_MAX)).fetch_all(self.pool()).await?;
        rows.iter().map(scorecard_row).collect()
    }

    /// Those of these sessions that this program has scored; of more than [`PAGE_MAX`] the first.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn scored_among(&self, sessions: &[&str]) -> Result<BTreeSet<String>, StoreError> {
        let sessions = sessions.get(..sessions.len().min(PAGE_MAX as usize)).unwrap_or_default();
        let sql = format!(
            "SELECT DISTINCT session FROM scorecards WHERE kind = 'machine' AND session IN ({})",
            places(sessions.len())
        );
        let rows = each_bound(sqlx::query(AssertSqlSafe(sql)), sessions).fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok(row.try_get("session")?)).collect()
    }

    /// The bands of these sessions' scorecards, by session, scorer and dimension.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn bands_of(&self, sessions: &[&str]) -> Result<Vec<(String, BandRow)>, StoreError> {
        let sql = format!(
            "SELECT session, kind, dimension, band FROM bands WHERE session IN ({}) \
             ORDER BY session, kind, scorecard, dimension",
            places(sessions.len())
        );
        let rows = each_bound(sqlx::query(AssertSqlSafe(sql)), sessions).fetch_all(self.pool()).await?;
        let band = |row: &AnyRow| {
            let (scorer, dimension) = (row.try_get("kind")?, row.try_get("dimension")?);
            Ok((row.try_get("session")?, BandRow { scorer, dimension, band: row.try_get("band")? }))
        };
        rows.iter().map(band).collect()
    }

    /// A dimension's machine bands over a person's sessions, newest first, at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn band_progress(&self, person: &str, dimension: &str) -> Result<Vec<Point>, StoreError> {
        let sql = "SELECT session, session_ms, CAST(band AS DOUBLE PRECISION) AS value FROM bands \
                   WHERE person = $1 AND dimension = $2 AND kind = 'machine' \
                   ORDER BY session_ms DESC, scorecard DESC LIMIT $3";
        let query = sqlx::query(sql).bind(person).bind(dimension).bind(i64::from(PAGE_MAX));
        let point = |row: &AnyRow| {
            let at = UnixMs(row.try_get("session_ms")?);
            Ok(Point { session: row.try_get("session")?, at, value: row.try_get("value")? })
        };
        query.fetch_all(self.pool()).await?.iter().map(point).collect()
    }

    /// How often machine and coach gave each pair of bands, by dimension: machine's, coach's, how many sessions. For agreement.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn band_pairs(&self) -> Result<BTreeMap<String, Pairs>, StoreError> {
        let sql = "SELECT dimension, machine, coach, COUNT(*) AS sessions FROM band_pairs \
                   GROUP BY dimension, machine, coach ORDER BY dimension, machine, coach";
        let mut pairs: BTreeMap<String, Pairs> = BTreeMap::new();
        for row in sqlx::query(sql).fetch_all(self.pool()).await? {
            let pair = (row.try_get("machine")?, row.try_get("coach")?, row.try_get("sessions")?);
            pairs.entry(row.try_get("dimension")?).or_default().push(pair);
        }
        Ok(pairs)
    }
}

impl Write {
    /// Keeps what a person scored in place of what they scored of this session before; person and time are the session's. Says
    /// whether the session is still there.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn put_score(&mut self, new: &NewScorecard) -> Result<bool, StoreError> {
        if !self.hold_session(&new.session).await? {
            return Ok(false);
        }
        let (person, at) = self.whose(&new.session).await?;
        self.delete_scores(&new.session, new).await?;
        self.add_scorecard(&NewScorecard { person, session_at: at, ..new.clone() }).await
    }

    /// Deletes what the same scorer and author scored of this session.
    pub(super) async fn delete_scores(&mut self, session: &str, of: &NewScorecard) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM bands WHERE scorecard IN (SELECT id FROM scorecards WHERE session = $1 AND kind = $2 AND author = $3)",
            "DELETE FROM signals WHERE scorecard IN \
             (SELECT id FROM scorecards WHERE session = $1 AND kind = $2 AND author = $3)",
            "DELETE FROM scorecards WHERE session = $1 AND kind = $2 AND author = $3",
        ] {
            let query = sqlx::query(sql).bind(session).bind(of.scorer.name()).bind(&of.author);
            query.execute(self.connection()).await?;
        }
        Ok(())
    }

    /// Keeps a scorecard. Says whether it is new: one by the same author of the same versions stays as it is.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn add_scorecard(&mut self, new: &NewScorecard) -> Result<bool, StoreError> {
        let sql = "INSERT INTO scorecards (id, session, person, kind, author, versions_sha256, versions, judged, unverified, \
                   body, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (session, kind, author, versions_sha256) DO NOTHING";
        let query = sqlx::query(sql).bind(&new.id).bind(&new.session).bind(&new.person).bind(new.scorer.name());
        let query = query.bind(&new.author).bind(&new.versions_sha256).bind(&new.versions);
        let query = query.bind(i64::from(new.judged)).bind(i64::from(new.unverified)).bind(&new.body);
        let added = query.bind(new.created.0).execute(self.connection()).await?;
        if added.rows_affected() == 0 {
            return Ok(false);
        }
        for signal in &new.signals {
            let sql = "INSERT INTO signals (scorecard, signal, dimension, verdict, judged, evidence) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
            let query = sqlx::query(sql).bind(&new.id).bind(&signal.signal).bind(&signal.dimension);
            let query = query.bind(&signal.verdict).bind(i64::from(signal.judged)).bind(&signal.evidence);
            query.execute(self.connection()).await?;
        }
        for (dimension, band) in &new.bands {
            // A statement for each, as of metrics: an absent value has no type of its own.
            let (absent, present) = (
                "INSERT INTO bands (scorecard, dimension, session, person, kind, session_ms) VALUES ($1, $2, $3, $4, $5, $6)",
                "INSERT INTO bands (scorecard, dimension, session, person, kind, session_ms, band) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            );
            let query = sqlx::query(if band.is_some() { present } else { absent });
            let query = query.bind(&new.id).bind(dimension).bind(&new.session).bind(&new.person);
            let query = query.bind(new.scorer.name()).bind(new.session_at.0);
            let query = match band {
                Some(band) => query.bind(*band),
                None => query,
            };
            query.execute(self.connection()).await?;
        }
        if new.scorer != Scorer::Candidate {
            self.pair_bands(&new.session).await?;
        }
        Ok(true)
    }

    /// Writes down anew which bands machine and coaches gave in this session. Counting them over all sessions is one pass over an index then,
    /// where it would be a search for each band.
    async fn pair_bands(&mut self, session: &str) -> Result<(), StoreError> {
        // Who scores the same session meanwhile waits here, and sees these bands then.
        self.hold_session(session).await?;
        for sql in [
            "DELETE FROM band_pairs WHERE session = $1",
            "INSERT INTO band_pairs (session, dimension, machine, coach) \
             SELECT machine.session, machine.dimension, machine.band, coach.band FROM bands AS machine \
             JOIN bands AS coach ON coach.session = machine.session AND coach.dimension = machine.dimension \
             WHERE machine.session = $1 AND machine.kind = 'machine' AND coach.kind = 'coach' \
             AND machine.band IS NOT NULL AND coach.band IS NOT NULL",
        ] {
            sqlx::query(sql).bind(session).execute(self.connection()).await?;
        }
        Ok(())
    }
}

fn scorecard_row(row: &AnyRow) -> Result<ScorecardRow, StoreError> {
    Ok(ScorecardRow {
        id: row.try_get("id")?,
        scorer: row.try_get("kind")?,
        author: row.try_get("author")?,
        versions_sha256: row.try_get("versions_sha256")?,
        grader_health: (row.try_get("judged")?, row.try_get("unverified")?),
        body: row.try_get("body")?,
        created: UnixMs(row.try_get("created_ms")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::support::both;

    fn card(id: &str, session: &str, scorer: Scorer, band: Option<i64>) -> NewScorecard {
        NewScorecard {
            id: id.into(),
            session: session.into(),
            person: "pers_1".into(),
            session_at: UnixMs(7),
            scorer,
            author: if scorer == Scorer::Machine { String::new() } else { "pers_2".into() },
            versions_sha256: "ab".into(),
            versions: "{}".into(),
            judged: 9,
            unverified: 1,
            body: format!("{{\"card\":\"{id}\"}}"),
            created: UnixMs(8),
            signals: vec![SignalRow {
                signal: "asked_first".into(),
                dimension: "communication".into(),
                verdict: "met".into(),
                judged: true,
                evidence: "[]".into(),
            }],
            bands: vec![("communication".into(), band), ("testing".into(), None)],
        }
    }

    #[tokio::test]
    async fn a_session_is_scored_once_by_each_author_and_version() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            assert!(write.add_scorecard(&card("c1", "s1", Scorer::Machine, Some(3))).await.expect("added"));
            assert!(!write.add_scorecard(&card("c2", "s1", Scorer::Machine, Some(4))).await.expect("there already"));
            assert!(write.add_scorecard(&card("c3", "s1", Scorer::Coach, Some(2))).await.expect("added"));
            write.commit().await.expect("committed");
            let cards = store.scorecards("s1").await.expect("answers");
            let ids: Vec<&str> = cards.iter().map(|card| card.id.as_str()).collect();
            assert_eq!((ids, cards[1].grader_health), (vec!["c3", "c1"], (9, 1)));
            assert_eq!(cards[1].body, "{\"card\":\"c1\"}");
        })
        .await;
    }

    #[tokio::test]
    async fn what_somebody_scores_anew_takes_the_place_of_what_they_scored_before() {
        both(async |place| {
            let store = place.open().await;
            let session = crate::store::support::new_session(1);
            let ended = crate::store::sessions::SessionPhase::Ended;
            store.add_session(&session, ended).await.expect("added");
            let mut write = store.write().await.expect("begins");
            assert!(write.add_scorecard(&card("m", &session.id, Scorer::Machine, Some(2))).await.expect("added"));
            for (id, band) in [("c1", 4), ("c2", 2)] {
                assert!(write.put_score(&card(id, &session.id, Scorer::Coach, Some(band))).await.expect("kept"));
            }
            assert!(!write.put_score(&card("c3", "sess_none", Scorer::Coach, Some(1))).await.expect("no session"));
            write.commit().await.expect("committed");
            let cards = store.scorecards(&session.id).await.expect("answers");
            assert_eq!(cards.iter().map(|card| card.id.as_str()).collect::<Vec<_>>(), ["m", "c2"]);
            assert_eq!(store.band_pairs().await.expect("answers")["communication"], [(2, 2, 1)]);
        })
        .await;
    }

    #[tokio::test]
    async fn bands_give_progress_and_agreement() {
        both(async |place| {
            let store = place.open().await;
            let mut write = store.write().await.expect("begins");
            for (number, (machine, coach)) in [(3, 3), (3, 2), (3, 3), (1, 1)].into_iter().enumerate() {
                let session = format!("s{number}");
                let one = card(&format!("m{number}"), &session, Scorer::Machine, Some(machine));
                write.add_scorecard(&one).await.expect("added");
                let other = card(&format!("c{number}"), &session, Scorer::Coach, Some(coach));
                write.add_scorecard(&other).await.expect("added");
            }
            write.commit().await.expect("committed");
            let pairs = store.band_pairs().await.expect("answers");
            assert_eq!(pairs["communication"], [(1, 1, 1), (3, 2, 1), (3, 3, 2)]);
            assert!(!pairs.contains_key("testing"), "what is not assessed is no pair");
            let points = store.band_progress("pers_1", "communication").await.expect("answers");
            assert_eq!((points.len(), points[0].value), (4, Some(1.0)));
        })
        .await;
    }
}
