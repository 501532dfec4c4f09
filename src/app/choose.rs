//! Which question an interview is held on, when its candidate does not name one: of a kind, on a topic, as difficult as they want,
//! one they never had, or one that fits the job they aim at. Choosing is pure; who had what is read from the store.

use super::{App, Inner};
use crate::questions::{Bank, Entry, Kind};
use crate::store::StoreError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The longest description of a job, in characters.
pub const JOB_CHARS_MAX: usize = 20_000;

/// How a question is chosen.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Choice {
    /// The server's own: `serve.question`, or the first of the bank.
    #[default]
    Standing,
    /// This one.
    Question(String),
    /// One that fits; of those that fit one that this person did not have, if there is any.
    Fitting {
        /// Of this kind.
        kind: Option<Kind>,
        /// About this.
        topic: Option<String>,
        /// As difficult as this, 1 to 5.
        difficulty: Option<u8>,
    },
    /// One that this person never had.
    Surprise,
    /// One whose topics stand in this description of a job. Of the text nothing is kept or logged.
    Job(String),
}

/// What was chosen, and why: kept with the session.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Chosen {
    /// `question`, `fitting`, `surprise`, `job`, or `server`.
    pub by: String,
    /// Topics of the question that stand in the description of the job.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
}

/// Why no question was chosen.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// None fits.
    #[error("no question of this server is like that")]
    NoneFits,
    /// All were had.
    #[error("you had every question of this server")]
    AllHad,
    /// Who had what cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Words of job descriptions, by the topic they stand for.
static WORDS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| toml::from_str(include_str!("job_words.toml")).unwrap_or_default());

impl Inner {
    /// The server's own question: `serve.question`, or the first of the bank.
    pub(super) fn standing_question(&self) -> String {
        let first = || self.bank.entries().first().map(|entry| entry.file.id.clone());
        self.config.serve.question.clone().or_else(first).unwrap_or_default()
    }
}

impl App {
    /// Chooses a question for this person; none: the server's own.
    ///
    /// # Errors
    /// When none fits or is left; when it matters what they had, and that cannot be read.
    pub async fn choose(&self, person: &str, choice: Choice) -> Result<(Option<String>, Chosen), ChooseError> {
        let by = |by: &str| Chosen { by: by.to_owned(), topics: Vec::new() };
        let bank = self.bank();
        let found = match choice {
            Choice::Standing => return Ok((None, by("server"))),
            Choice::Question(id) => return Ok((Some(id), by("question"))),
            Choice::Fitting { kind, topic, difficulty } => {
                let fits = |entry: &&Entry| {
                    kind.is_none_or(|kind| entry.kind == kind)
                        && difficulty.is_none_or(|difficulty| entry.difficulty == difficulty)
                        && topic.as_ref().is_none_or(|topic| is_about(entry, topic))
                };
                let fitting: Vec<&Entry> = bank.entries().iter().filter(fits).collect();
                // Whoever cannot be told what they had gets one all the same.
                let had = self.store().questions_had(person).await.unwrap_or_default();
                let entry =
                    drawn(&fitting, &had, super::ids::seed()).or_else(|| drawn(&fitting, &[], super::ids::seed()));
                (entry.ok_or(ChooseError::NoneFits)?, by("fitting"))
            }
            Choice::Surprise => {
                let had = self.store().questions_had(person).await?;
                let all: Vec<&Entry> = bank.entries().iter().collect();
                (drawn(&all, &had, super::ids::seed()).ok_or(ChooseError::AllHad)?, by("surprise"))
            }
            Choice::Job(text) => {
                let had = self.store().questions_had(person).await.unwrap_or_default();
                let (entry, topics) = for_job(bank, &text, &had).ok_or(ChooseError::NoneFits)?;
                (entry, Chosen { by: "job".to_owned(), topics })
            }
        };
        Ok((Some(found.0.file.id.clone()), found.1))
    }
}

/// Whether a question is about this, however it is written.
pub fn is_about(entry: &Entry, topic: &str) -> bool {
    entry.topics.iter().any(|known| words(known) == words(topic))
}

/// One of these that was not had, by chance.
fn drawn<'a>(entries: &[&'a Entry], had: &[String], chance: u64) -> Option<&'a Entry> {
    let left: Vec<&Entry> = entries.iter().filter(|entry| !had.contains(&entry.file.id)).copied().collect();
    let count = u64::try_from(left.len()).ok().filter(|count| *count > 0)?;
    left.get(usize::try_from(chance % count).ok()?).copied()
}

/// The question that fits a job best, with its topics that stand in the text: one that was not had, if any that fits is left; rare
/// topics count for more; then the bank's order. The same text gives the same question as long as the same ones were had.
fn for_job<'a>(bank: &'a Bank, text: &str, had: &[String]) -> Option<(&'a Entry, Vec<String>)> {
    let text = words(text);
    let mut common: BTreeMap<&str, u32> = BTreeMap::new();
    for topic in bank.entries().iter().flat_map(|entry| &entry.topics) {
        *common.entry(topic).or_default() += 1;
    }
    let named: BTreeSet<&str> = common.keys().copied().filter(|topic| stands_in(topic, &text)).collect();
    let weight = |topic: &str| 1_000 / common.get(topic).copied().unwrap_or(1).max(1);
    let scored = bank.entries().iter().enumerate().map(|(place, entry)| {
        let topics: Vec<&String> = entry.topics.iter().filter(|topic| named.contains(topic.as_str())).collect();
        let score: u32 = topics.iter().map(|topic| weight(topic)).sum();
        let is_new = !had.contains(&entry.file.id);
        ((is_new && score > 0, score, is_new, std::cmp::Reverse(place)), entry, topics)
    });
    let (_, entry, topics) = scored.max_by_key(|(rank, ..)| *rank)?;
    Some((entry, topics.into_iter().cloned().collect()))
}

/// Whether a topic, or a word that stands for it, is in the text.
fn stands_in(topic: &str, text: &[String]) -> bool {
    let others = WORDS.get(topic).into_iter().flatten().map(|word| words(word));
    std::iter::once(words(topic))
        .chain(others)
        .any(|wanted| !wanted.is_empty() && text.windows(wanted.len()).any(|here| here == wanted.as_slice()))
}

/// The words of a text, without case, marks and the `s` of plurals.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '+' | '#'));
    let word = |word: &str| {
        let word = word.to_lowercase();
        match word.strip_suffix('s') {
            Some(one) if one.chars().count() > 2 && !one.ends_with('s') => one.to_owned(),
            _ => word,
        }
    };
    parts.filter(|part| !part.is_empty()).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank() -> Bank {
        Bank::embedded().expect("our questions")
    }

    #[test]
    fn a_job_gets_a_question_on_what_it_names_and_the_same_one_again() {
        let bank = bank();
        for (text, topic, others) in [
            ("We build a cache in front of Postgres; you know Redis inside out.", "caching", true),
            ("Comfortable with GRAPHS, and shortest-path problems on road networks", "shortest paths", true),
            // The one question on it is better once more than another on something else.
            ("You will be leading a team of five.", "leadership", false),
            ("Kafka, event streaming, stream processing", "streams", true),
        ] {
            let (entry, topics) = for_job(&bank, text, &[]).expect("a question");
            assert!(topics.iter().any(|named| named == topic), "{text}: {} {topics:?}", entry.file.id);
            assert_eq!(for_job(&bank, text, &[]).expect("a question").0.file.id, entry.file.id);
            let had = [entry.file.id.clone()];
            let next = for_job(&bank, text, &had).expect("a question").0;
            assert_eq!(next.file.id != entry.file.id, others, "{text}: {}", next.file.id);
        }
        let (entry, topics) = for_job(&bank, "xyzzy", &[]).expect("the first");
        assert_eq!((&entry.file.id, topics.len()), (&bank.entries()[0].file.id, 0));
    }

    #[test]
    fn words_for_topics_are_for_topics_that_there_are() {
        let bank = bank();
        let topics: BTreeSet<&String> = bank.entries().iter().flat_map(|entry| &entry.topics).collect();
        assert!(WORDS.len() > 10);
        for topic in WORDS.keys() {
            assert!(topics.contains(topic), "{topic}");
        }
    }

    #[test]
    fn what_was_had_is_not_drawn_and_everything_else_can_be() {
        let bank = bank();
        let all: Vec<&Entry> = bank.entries().iter().take(3).collect();
        let had = [all[1].file.id.clone()];
        let drawn: BTreeSet<&str> =
            (0..10).filter_map(|chance| drawn(&all, &had, chance)).map(|entry| entry.file.id.as_str()).collect();
        assert_eq!(drawn, BTreeSet::from([all[0].file.id.as_str(), all[2].file.id.as_str()]));
        let had: Vec<String> = all.iter().map(|entry| entry.file.id.clone()).collect();
        assert!(super::drawn(&all, &had, 7).is_none());
    }

    #[test]
    fn topics_are_found_however_they_are_written() {
        let bank = bank();
        let entry = bank.entries().iter().find(|entry| entry.topics.iter().any(|topic| topic == "dynamic programming"));
        let entry = entry.expect("there is one");
        assert!(is_about(entry, "Dynamic-Programming") && !is_about(entry, "programming"));
    }
}
