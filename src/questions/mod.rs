//! The question bank: one folder per question, read once at start. Questions of our own are part of the binary.
//!
//! A folder holds `question.toml` (facts and spoken lines), `spoken.md` (the question as it is said, at most 90 words)
//! and `statement.md` (the question as it is read).

use crate::interview::setup::Question;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The longest question as it is said, in words: about forty seconds.
pub const SPOKEN_WORDS_MAX: usize = 90;
/// The largest file of a question, in bytes.
pub const FILE_BYTES_MAX: usize = 256 * 1024;
/// The most questions a bank holds.
pub const QUESTIONS_MAX: usize = 5000;
const FILES: [&str; 3] = ["question.toml", "spoken.md", "statement.md"];
const GREETING: &str = "Hello, and welcome. I am your interviewer today.";
const CLOSING: &str = "That is all I wanted to ask. Thank you, and goodbye.";

/// The questions that interviews can be held on, by id.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    entries: Vec<Entry>,
}

/// One question with the facts that the interview itself does not need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the interview is set up with.
    pub question: Question,
    /// What it exercises.
    pub kind: Kind,
    /// 1 (easy) to 5 (hard).
    pub difficulty: u8,
    /// What it is about.
    pub topics: Vec<String>,
    /// Length of an interview on it, in minutes.
    pub minutes: u16,
}

/// What a question exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A programming problem.
    Coding,
    /// The candidate's experience.
    Behavioural,
    /// A system to be designed.
    SystemDesign,
}

/// A question cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// `question.toml` is not as it must be.
    #[error("{path}: {source}")]
    Facts {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
    /// The content breaks a rule of the bank.
    #[error("question {id}: {rule}")]
    Rule {
        /// Its folder's name.
        id: String,
        /// What must hold and does not.
        rule: String,
    },
}

#[derive(RustEmbed)]
#[folder = "questions/"]
struct Embedded;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    format: u32,
    id: String,
    title: String,
    kind: Kind,
    difficulty: u8,
    #[serde(default)]
    topics: Vec<String>,
    minutes: u16,
    #[serde(default, rename = "license")]
    _license: Option<String>,
    #[serde(default)]
    greeting: Option<String>,
    #[serde(default)]
    acknowledgements: Vec<String>,
    #[serde(default)]
    follow_ups: Vec<FollowUp>,
    #[serde(default)]
    closing: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowUp {
    ask: String,
}

impl Bank {
    /// The questions that come with Viva.
    ///
    /// # Errors
    /// When one of them breaks a rule; a test sees to it that none does.
    pub fn embedded() -> Result<Bank, QuestionError> {
        let ids: Vec<String> =
            Embedded::iter().filter_map(|path| Some(path.strip_suffix("/question.toml")?.to_owned())).collect();
        Bank::build(ids, |id, file| {
            let path = format!("{id}/{file}");
            let found = Embedded::get(&path).map(|found| found.data.into_owned());
            found.ok_or_else(|| read_error(path.into(), std::io::ErrorKind::NotFound.into()))
        })
    }

    /// The questions in the folders of `dir`. Folders without `question.toml` are passed over.
    ///
    /// # Errors
    /// When the directory or a file cannot be read, or a question breaks a rule: a bank is whole or not used.
    pub fn load(dir: &Path) -> Result<Bank, QuestionError> {
        let unreadable = |source| read_error(dir.to_owned(), source);
        let mut ids = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            if let (true, Ok(id)) = (entry.path().join("question.toml").is_file(), entry.file_name().into_string()) {
                ids.push(id);
            }
        }
        Bank::build(ids, |id, file| {
            let path = dir.join(id).join(file);
            std::fs::read(&path).map_err(|source| read_error(path, source))
        })
    }

    fn build(
        mut ids: Vec<String>,
        read: impl Fn(&str, &str) -> Result<Vec<u8>, QuestionError>,
    ) -> Result<Bank, QuestionError> {
        ids.sort();
        ids.dedup();
        if ids.len() > QUESTIONS_MAX {
            return Err(rule("*", format!("a bank holds at most {QUESTIONS_MAX} questions, not {}", ids.len())));
        }
        let entries = ids.iter().map(|id| entry(id, &read)).collect::<Result<_, _>>()?;
        Ok(Bank { entries })
    }

    /// All questions, by id.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The question of this id.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.question.id == id)
    }
}

fn read_error(path: PathBuf, source: std::io::Error) -> QuestionError {
    QuestionError::Read { path, source }
}

fn rule(id: &str, rule: impl Into<String>) -> QuestionError {
    QuestionError::Rule { id: id.to_owned(), rule: rule.into() }
}

fn entry(id: &str, read: &impl Fn(&str, &str) -> Result<Vec<u8>, QuestionError>) -> Result<Entry, QuestionError> {
    let mut hash = Sha256::new();
    let mut texts = Vec::new();
    for file in FILES {
        let bytes = read(id, file)?;
        if bytes.len() > FILE_BYTES_MAX {
            return Err(rule(id, format!("{file} is larger than {FILE_BYTES_MAX} bytes")));
        }
        hash.update(file.as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(&bytes);
        texts.push(String::from_utf8(bytes).map_err(|_| rule(id, format!("{file} is not UTF-8")))?);
    }
    let content_hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let [facts, spoken, statement] = texts.as_slice() else {
        return Err(rule(id, "its files cannot be read"));
    };
    let facts: Facts = toml::from_str(facts)
        .map_err(|source| QuestionError::Facts { path: Path::new(id).join("question.toml"), source })?;
    check(id, &facts, spoken)?;
    let question = Question {
        id: facts.id,
        title: facts.title,
        content_hash,
        greeting: facts.greeting.unwrap_or_else(|| GREETING.to_owned()),
        opening: one_line(spoken),
        statement: statement.trim().to_owned(),
        follow_ups: facts.follow_ups.into_iter().map(|follow_up| follow_up.ask).collect(),
        acknowledgements: facts.acknowledgements,
        closing: facts.closing.unwrap_or_else(|| CLOSING.to_owned()),
    };
    Ok(Entry { question, kind: facts.kind, difficulty: facts.difficulty, topics: facts.topics, minutes: facts.minutes })
}

fn check(id: &str, facts: &Facts, spoken: &str) -> Result<(), QuestionError> {
    let words = spoken.split_whitespace().count();
    let holds = [
        (facts.format == 1, "format must be 1".to_owned()),
        (facts.id == id, format!("its id is \"{}\" but its folder is \"{id}\"", facts.id)),
        (is_id(id), "an id is made of a-z, 0-9 and -, at most 64 letters".to_owned()),
        (!facts.title.trim().is_empty(), "title must not be empty".to_owned()),
        ((1..=5).contains(&facts.difficulty), "difficulty is 1 to 5".to_owned()),
        ((1..=180).contains(&facts.minutes), "minutes is 1 to 180".to_owned()),
        (words > 0, "spoken.md must not be empty".to_owned()),
        (words <= SPOKEN_WORDS_MAX, format!("spoken.md has {words} words, at most {SPOKEN_WORDS_MAX} can be followed")),
        (!facts.follow_ups.is_empty(), "at least one follow-up is needed".to_owned()),
        (facts.follow_ups.iter().all(|follow_up| !follow_up.ask.trim().is_empty()), "a follow-up is empty".to_owned()),
    ];
    match holds.into_iter().find(|(holds, _)| !holds) {
        Some((_, broken)) => Err(rule(id, broken)),
        None => Ok(()),
    }
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Line breaks of the source file are no pauses of speech.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = "format = 1\nid = \"a\"\ntitle = \"A\"\nkind = \"coding\"\ndifficulty = 1\nminutes = 10\n\
                         [[follow_ups]]\nask = \"Why?\"\n";

    fn bank_of(facts: &str, spoken: &str) -> Result<Bank, QuestionError> {
        let dir = tempfile::tempdir().expect("a directory");
        let folder = dir.path().join("a");
        std::fs::create_dir(&folder).expect("a folder");
        for (file, text) in FILES.iter().zip([facts, spoken, "# A\n"]) {
            std::fs::write(folder.join(file), text).expect("a file");
        }
        Bank::load(dir.path())
    }

    #[test]
    fn every_question_of_ours_is_whole_and_long_enough_for_eight_turns() {
        let bank = Bank::embedded().expect("our own questions");
        assert!(bank.entries().len() >= 2);
        for entry in bank.entries() {
            assert!(entry.question.follow_ups.len() >= 7, "{}", entry.question.id);
            assert!(!entry.question.acknowledgements.is_empty(), "{}", entry.question.id);
            assert_eq!(entry.question.content_hash.len(), 64);
            assert!(!entry.question.opening.contains('\n'));
        }
    }

    #[test]
    fn the_hash_changes_with_any_of_the_files() {
        let hash = |facts: &str, spoken: &str| {
            bank_of(facts, spoken).expect("whole").entries()[0].question.content_hash.clone()
        };
        assert_eq!(hash(FACTS, "Say it."), hash(FACTS, "Say it."));
        assert_ne!(hash(FACTS, "Say it."), hash(FACTS, "Say it!"));
    }

    #[test]
    fn every_broken_rule_is_named() {
        let long = "word ".repeat(SPOKEN_WORDS_MAX + 1);
        for (facts, spoken, expected) in [
            (FACTS.replace("id = \"a\"", "id = \"b\""), "Say.", "its folder is \"a\""),
            (FACTS.replace("difficulty = 1", "difficulty = 9"), "Say.", "difficulty is 1 to 5"),
            (FACTS.replace("minutes = 10", "minutes = 0"), "Say.", "minutes is 1 to 180"),
            (FACTS.replace("minutes = 10", "minuets = 10"), "Say.", "minuets"),
            (FACTS.to_owned(), &long, "91 words"),
            (FACTS.to_owned(), " \n", "spoken.md must not be empty"),
        ] {
            let error = bank_of(&facts, spoken).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("a")).expect("a folder");
        std::fs::write(dir.path().join("a/question.toml"), FACTS).expect("a file");
        let error = Bank::load(dir.path()).expect_err("no spoken.md").to_string();
        assert!(error.contains("spoken.md"), "{error}");
    }
}
