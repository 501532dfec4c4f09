//! The question bank: one folder per question, read once at start. Questions of our own are part of the binary.
//!
//! `docs/adding-a-question.md` describes the folder. `format` is what stands in the files, `check` what must hold for a
//! question to be asked, `lint` what must hold for it to be good, `solve` runs our own solutions, `starter` writes what
//! candidates begin with, `speak` what an interview is set up with.

pub mod answers;
pub mod check;
pub mod finding;
pub mod format;
pub mod import;
pub mod lint;
pub mod recipe;
pub mod rubric;
pub mod scaffold;
pub mod signature;
pub mod solve;
pub mod source;
mod speak;
pub mod starter;
pub mod tests_file;

pub use format::{Kind, QuestionFile};

use crate::interview::agenda::condition::Fact;
use crate::interview::agenda::course::Course;
use crate::interview::setup::Question;
use crate::language::Language;
use finding::{Finding, Severity};
use format::{FollowUp, Group, Io, Test};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tests_file::Made;

/// The longest question as it is said, in words: about forty seconds.
pub const SPOKEN_WORDS_MAX: usize = 90;
/// Findings an error names; lint names all.
const FINDINGS_SHOWN_MAX: usize = 8;

/// The questions that interviews can be held on, by kind, difficulty and id: the first is an easy one to begin with.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    entries: Vec<Entry>,
}

/// One question with all that its files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the interview is set up with.
    pub question: Question,
    /// What its agenda goes by.
    pub course: Course,
    /// What it exercises.
    pub kind: Kind,
    /// 1 (easy) to 5 (hard).
    pub difficulty: u8,
    /// What it is about.
    pub topics: Vec<String>,
    /// Length of an interview on it, in minutes.
    pub minutes: u16,
    /// `question.toml`.
    pub file: QuestionFile,
    /// `tests.json`, visible tests first as the file has them; large values not made yet.
    pub tests: Vec<Test>,
    /// Starters written by hand; [`Entry::starter`] makes the others.
    pub starters: BTreeMap<Language, String>,
    /// Reference solutions.
    pub solutions: Vec<Solution>,
}

/// A reference solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// Its path within the question's folder.
    pub path: String,
    /// Its language.
    pub language: Language,
    /// The approach it takes; may be empty for rejected ones.
    pub approach: String,
    /// What must become of it.
    pub verdict: Verdict,
    /// The code.
    pub code: String,
}

/// What becomes of a solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every test passes.
    Accepted,
    /// An answer is wrong.
    WrongAnswer,
    /// A test takes too long.
    TimeLimit,
    /// It breaks off with an error.
    RuntimeError,
}

impl Verdict {
    fn rejected_by_name(name: &str) -> Option<Verdict> {
        match name {
            "WA" => Some(Verdict::WrongAnswer),
            "TLE" => Some(Verdict::TimeLimit),
            "RE" => Some(Verdict::RuntimeError),
            _ => None,
        }
    }
}

/// A bank cannot be used.
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
    /// Too many questions or folders.
    #[error("{path} holds too many folders; a bank has at most {} questions", source::QUESTIONS_MAX)]
    TooMany {
        /// Where.
        path: PathBuf,
    },
    /// Questions break rules.
    #[error("{}", summary(.0))]
    Broken(Vec<Finding>),
}

fn summary(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = findings.iter().take(FINDINGS_SHOWN_MAX).map(ToString::to_string).collect();
    if findings.len() > FINDINGS_SHOWN_MAX {
        lines.push(format!("and {} more; `viva questions lint` lists all", findings.len() - FINDINGS_SHOWN_MAX));
    }
    lines.join("\n")
}

impl Bank {
    /// The questions that come with Viva.
    ///
    /// # Errors
    /// When one of them breaks a rule; a test sees to it that none does.
    pub fn embedded() -> Result<Bank, QuestionError> {
        Bank::build(&source::embedded())
    }

    /// The questions in `dir`, as [`source::read`] finds them.
    ///
    /// # Errors
    /// When the directory or a file cannot be read, or a question breaks a rule: a bank is whole or not used.
    pub fn load(dir: &Path) -> Result<Bank, QuestionError> {
        Bank::build(&source::read(dir)?)
    }

    fn build(folders: &[source::Folder]) -> Result<Bank, QuestionError> {
        let (mut entries, mut broken) = (Vec::new(), Vec::new());
        for folder in folders {
            match check::check(folder) {
                Ok(entry) => entries.push(entry),
                Err(findings) => broken.extend(findings),
            }
        }
        broken.extend(twice(&entries));
        broken.retain(|finding| finding.rule.severity == Severity::Error);
        if !broken.is_empty() {
            return Err(QuestionError::Broken(broken));
        }
        entries.sort_by(|left: &Entry, right: &Entry| left.place().cmp(&right.place()));
        Ok(Bank { entries })
    }

    /// All questions.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The question of this id.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.question.id == id)
    }
}

/// Ids that stand for two questions: interviews are asked for by id alone.
fn twice(entries: &[Entry]) -> Vec<Finding> {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for entry in entries {
        if let Some(other) = seen.insert(entry.file.id.as_str(), entry.kind) {
            let message = format!("the id \"{}\" stands for a {other} question, too", entry.file.id);
            let question = format!("{}/{}", entry.kind, entry.file.id);
            found.push(Finding { rule: finding::Q103, question, place: "question.toml id".to_owned(), message });
        }
    }
    found
}

impl Entry {
    fn place(&self) -> (Kind, u8, &str) {
        (self.kind, self.difficulty, &self.file.id)
    }

    /// How the candidate's code is called; none for what is only talked about.
    pub fn io(&self) -> Option<&Io> {
        self.file.io.as_ref()
    }

    /// The languages it can be solved in.
    pub fn languages(&self) -> Vec<Language> {
        match (self.kind, self.file.languages.as_slice()) {
            (Kind::Coding, []) => Language::ALL.to_vec(),
            (_, own) => own.to_vec(),
        }
    }

    /// Tests of a group, with their large values made.
    ///
    /// # Errors
    /// When a value cannot be made or is not of its type; lint sees to it that ours can.
    pub fn tests_of(&self, group: Group) -> Result<Vec<(&Test, Made)>, String> {
        let Some(io) = self.io() else { return Ok(Vec::new()) };
        let of_group = self.tests.iter().filter(|test| test.group == group);
        of_group.map(|test| Ok((test, tests_file::made(io, test)?))).collect()
    }

    /// Follow-ups whose conditions hold, in the file's order.
    pub fn follow_ups<'a>(
        &'a self,
        facts: &'a dyn Fn(&str) -> Option<Fact>,
    ) -> impl Iterator<Item = (usize, &'a FollowUp)> {
        let fits = move |item: &FollowUp| item.when.as_ref().is_none_or(|when| when.holds(facts));
        self.file.follow_ups.iter().enumerate().filter(move |(_, item)| fits(item))
    }
}

#[cfg(test)]
mod tests;
