//! What people say of an interview once it is over: notes pinned to a moment, the candidate's own bands, a coach's, and how these
//! compare with the program's. Who may is decided before (`access.rs`); whose a note is, here.

use super::{App, ids, unix_ms};
use crate::digest::sha256_hex;
use crate::scorecard::agreement::{Agreement, agreement};
use crate::scorecard::card::{Dimension, Scorecard};
use crate::store::audit::Deed;
use crate::store::notes::{NOTES_MAX, NoteRow};
use crate::store::scorecards::{NewScorecard, ScorecardRow, Scorer};
use crate::store::{StoreError, UnixMs};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;
use utoipa::ToSchema;

/// Characters of a note.
pub const NOTE_CHARS_MAX: usize = 4_000;
/// A moment of an interview lies within a day, in ms.
pub const AT_MAX_MS: u64 = 24 * 3_600_000;
/// What people score with: no rubric of signals, a band for each dimension.
const SCORE_VERSIONS: &str = r#"{"score":1}"#;

/// A note pinned to a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct NoteView {
    /// Its id.
    pub id: String,
    /// The moment on the interview's clock.
    pub at_ms: u64,
    /// Its words.
    pub text: String,
    /// Who wrote it, by name; empty without accounts.
    pub author: String,
    /// Whoever asks wrote it.
    pub mine: bool,
    /// Others who may read the interview see it.
    pub published: bool,
    /// When it was written, in ms since 1970 UTC.
    pub created_ms: i64,
    /// When it was last changed.
    pub updated_ms: i64,
}

/// A note as it is wished for. What is left out stays as it is, or is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteWish {
    /// The moment on the interview's clock; at most a day.
    #[schema(maximum = 86_400_000)]
    pub at_ms: Option<u64>,
    /// Its words.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: Option<String>,
    /// Others may see it.
    pub published: Option<bool>,
}

/// Bands that somebody gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreWish {
    /// 1 to 4 for each dimension of the scorecard that is scored; at least one.
    pub bands: BTreeMap<String, u8>,
}

/// All scores of an interview that people gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct ScoresView {
    /// What can be scored: ids and titles, in the rubric's order.
    pub dimensions: Vec<ScoredDimension>,
    /// The candidate's own; none before there is one.
    pub own: Option<ScoreView>,
    /// Coaches' scores, newest first.
    pub coaches: Vec<ScoreView>,
    /// The candidate's own bands beside the program's, once there are own ones.
    pub gap: Vec<BandGap>,
}

/// Something that is scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct ScoredDimension {
    /// Its id.
    pub id: String,
    /// As it is shown.
    pub title: String,
}

/// What somebody scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct ScoreView {
    /// Who, by name; empty without accounts.
    pub author: String,
    /// Whoever asks gave it.
    pub mine: bool,
    /// Bands by dimension.
    pub bands: BTreeMap<String, u8>,
    /// When, in ms since 1970 UTC.
    pub created_ms: i64,
}

/// Own band and the program's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct BandGap {
    /// The dimension.
    pub dimension: String,
    /// The candidate's own.
    pub own: u8,
    /// The program's; none: not assessed.
    pub band: Option<u8>,
}

/// How far coaches and this program agree in a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct DimensionAgreement {
    /// The dimension.
    pub dimension: String,
    /// Interviews that both scored.
    pub interviews: u64,
    /// Cohen's kappa with quadratic weights, in thousandths; none: nothing to compare, or one always gave the same band.
    pub kappa_permille: Option<i64>,
}

/// Why something cannot be said of an interview.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// There is no such interview.
    #[error("there is no session \"{0}\"")]
    NoSession(String),
    /// There is no such note, or it is somebody else's.
    #[error("there is no such note of yours")]
    NoNote,
    /// The note is empty, too long or about no moment.
    #[error("a note has 1 to {NOTE_CHARS_MAX} characters and a moment within a day of the interview's beginning")]
    NoteForm,
    /// As many notes as may be.
    #[error("an interview takes {NOTES_MAX} notes; delete some first")]
    Full,
    /// It is not scored (yet).
    #[error("the interview is not scored, so there is nothing to score beside it")]
    NotScored,
    /// A dimension that the scorecard does not have, no band, or none from 1 to 4.
    #[error("bands are 1 to 4, for dimensions of the scorecard, at least one")]
    Bands,
    /// What is kept cannot be reached.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// The notes of an interview that `reader` may see, in the order of their moments.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn notes(&self, session: &str, reader: &str) -> Result<Vec<NoteView>, StoreError> {
        let rows = self.store().notes(session, reader).await?;
        let names = self.names(rows.iter().map(|row| row.author.clone())).await?;
        Ok(rows.into_iter().map(|row| note_view(row, reader, &names)).collect())
    }

    /// Writes a note.
    ///
    /// # Errors
    /// When it has no words or too many, there is no such interview, it has too many notes, or the database cannot be reached.
    pub async fn add_note(&self, session: &str, author: &str, wish: NoteWish) -> Result<NoteView, MarkError> {
        let now = unix_ms();
        let row = NoteRow {
            id: ids::note(),
            session: session.to_owned(),
            author: author.to_owned(),
            at_ms: moment(wish.at_ms.unwrap_or(0))?,
            body: words(wish.text.as_deref().unwrap_or_default())?,
            published: wish.published.unwrap_or(false).then_some(now),
            created: now,
            updated: now,
        };
        let mut write = self.store().write().await?;
        if !write.add_note(&row).await? {
            let is_there = write.hold_session(session).await?;
            return Err(if is_there { MarkError::Full } else { MarkError::NoSession(session.to_owned()) });
        }
        write.commit().await?;
        let names = self.names([row.author.clone()].into_iter()).await?;
        Ok(note_view(row, author, &names))
    }

    /// Changes a note of one's own.
    ///
    /// # Errors
    /// When it is not there or not theirs, it has no words or too many, or the database cannot be reached.
    pub async fn change_note(
        &self,
        session: &str,
        id: &str,
        author: &str,
        wish: NoteWish,
    ) -> Result<NoteView, MarkError> {
        let found = self.store().note(session, id).await?;
        let mut row = found.filter(|row| row.author == author).ok_or(MarkError::NoNote)?;
        row.updated = unix_ms();
        if let Some(at) = wish.at_ms {
            row.at_ms = moment(at)?;
        }
        if let Some(text) = &wish.text {
            row.body = words(text)?;
        }
        if let Some(published) = wish.published {
            row.published = published.then(|| row.published.unwrap_or(row.updated));
        }
        let mut write = self.store().write().await?;
        if !write.change_note(&row).await? {
            return Err(MarkError::NoNote);
        }
        write.commit().await?;
        let names = self.names([row.author.clone()].into_iter()).await?;
        Ok(note_view(row, author, &names))
    }

    /// Deletes a note of one's own.
    ///
    /// # Errors
    /// When it is not there or not theirs; when the database cannot be reached.
    pub async fn delete_note(&self, session: &str, id: &str, author: &str) -> Result<(), MarkError> {
        let mut write = self.store().write().await?;
        if !write.delete_note(session, id, author).await? {
            return Err(MarkError::NoNote);
        }
        Ok(write.commit().await?)
    }

    /// What people scored of an interview.
    ///
    /// # Errors
    /// When it is not scored, or the database cannot be reached.
    pub async fn scores(&self, session: &str, reader: &str) -> Result<ScoresView, MarkError> {
        let rows = self.store().scorecards(session).await?;
        let card = machine(&rows)?;
        let names = self.names(rows.iter().map(|row| row.author.clone())).await?;
        let of = |scorer: Scorer| rows.iter().filter(move |row| row.scorer == scorer.name());
        let own = of(Scorer::Candidate).find_map(|row| score_view(row, reader, &names));
        let band = |id: &str| card.dimensions.iter().find(|known| known.id == id).and_then(|known| known.band);
        let gap = own.iter().flat_map(|own| &own.bands);
        let gap = gap.map(|(id, own)| BandGap { dimension: id.clone(), own: *own, band: band(id) }).collect();
        let dimension = |known: &Dimension| ScoredDimension { id: known.id.clone(), title: known.title.clone() };
        Ok(ScoresView {
            dimensions: card.dimensions.iter().map(dimension).collect(),
            gap,
            coaches: of(Scorer::Coach).filter_map(|row| score_view(row, reader, &names)).collect(),
            own,
        })
    }

    /// Keeps what `author` scores, in place of what they scored before, and writes it into the audit.
    ///
    /// # Errors
    /// When the interview is not scored or gone, a band is none, or the database cannot be reached.
    pub async fn put_score(
        &self,
        session: &str,
        scorer: Scorer,
        author: &str,
        wish: &ScoreWish,
    ) -> Result<ScoresView, MarkError> {
        let card = machine(&self.store().scorecards(session).await?)?;
        let known = |id: &String| card.dimensions.iter().any(|dimension| dimension.id == *id);
        if wish.bands.is_empty() || wish.bands.iter().any(|(id, band)| !known(id) || !(1..=4).contains(band)) {
            return Err(MarkError::Bands);
        }
        let now = unix_ms();
        let new = NewScorecard {
            id: ids::scorecard(),
            session: session.to_owned(),
            person: String::new(),
            session_at: now,
            scorer,
            author: author.to_owned(),
            versions_sha256: sha256_hex(SCORE_VERSIONS),
            versions: SCORE_VERSIONS.to_owned(),
            judged: 0,
            unverified: 0,
            body: serde_json::to_string(wish).unwrap_or_default(),
            created: now,
            signals: Vec::new(),
            bands: wish.bands.iter().map(|(id, band)| (id.clone(), Some(i64::from(*band)))).collect(),
        };
        let mut write = self.store().write().await?;
        if !write.put_score(&new).await? {
            return Err(MarkError::NoSession(session.to_owned()));
        }
        let detail = format!(r#"{{"by":"{}"}}"#, scorer.name());
        let deed = Deed { actor: author, action: "score", subject_kind: "session", subject: session, detail: &detail };
        write.audit(now, &deed).await?;
        write.commit().await?;
        self.scores(session, author).await
    }

    /// How far coaches and this program agree, in each of these dimensions.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn agreement(&self, dimensions: &[String]) -> Result<Vec<DimensionAgreement>, StoreError> {
        let mut found = Vec::new();
        let mut counted = self.store().band_pairs().await?;
        for dimension in dimensions {
            let pairs = counted.remove(dimension).unwrap_or_default();
            let small = |(one, other, count): (i64, i64, i64)| {
                Some((u8::try_from(one).ok()?, u8::try_from(other).ok()?, u64::try_from(count).ok()?))
            };
            let pairs: Vec<(u8, u8, u64)> = pairs.into_iter().filter_map(small).collect();
            let Agreement { interviews, kappa_permille } = agreement(&pairs);
            found.push(DimensionAgreement { dimension: dimension.clone(), interviews, kappa_permille });
        }
        Ok(found)
    }

    /// Names of these people; whoever has none is left out.
    async fn names(&self, ids: impl Iterator<Item = String>) -> Result<BTreeMap<String, String>, StoreError> {
        let ids: BTreeSet<String> = ids.filter(|id| !id.is_empty()).collect();
        let mut names = BTreeMap::new();
        for id in ids {
            if let Some(person) = self.store().person(&id).await? {
                names.insert(id, person.name);
            }
        }
        Ok(names)
    }
}

/// The newest scorecard of this program.
fn machine(rows: &[ScorecardRow]) -> Result<Scorecard, MarkError> {
    let row = rows.iter().find(|row| row.scorer == Scorer::Machine.name()).ok_or(MarkError::NotScored)?;
    let damaged = |source| StoreError::Damaged { table: "scorecards", id: row.id.clone(), source };
    Ok(serde_json::from_str(&row.body).map_err(damaged)?)
}

fn moment(at_ms: u64) -> Result<i64, MarkError> {
    let at = i64::try_from(at_ms).ok().filter(|_| at_ms <= AT_MAX_MS);
    at.ok_or(MarkError::NoteForm)
}

fn words(text: &str) -> Result<String, MarkError> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= NOTE_CHARS_MAX;
    if fits { Ok(text.to_owned()) } else { Err(MarkError::NoteForm) }
}

fn note_view(row: NoteRow, reader: &str, names: &BTreeMap<String, String>) -> NoteView {
    let UnixMs(created_ms) = row.created;
    NoteView {
        id: row.id,
        at_ms: u64::try_from(row.at_ms).unwrap_or(0),
        text: row.body,
        author: names.get(&row.author).cloned().unwrap_or_default(),
        mine: row.author == reader,
        published: row.published.is_some(),
        created_ms,
        updated_ms: row.updated.0,
    }
}

fn score_view(row: &ScorecardRow, reader: &str, names: &BTreeMap<String, String>) -> Option<ScoreView> {
    let ScoreWish { bands } = serde_json::from_str(&row.body).ok()?;
    let author = names.get(&row.author).cloned().unwrap_or_default();
    Some(ScoreView { author, mine: row.author == reader, bands, created_ms: row.created.0 })
}
