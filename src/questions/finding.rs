//! What is wrong with a question: a rule's code, the place, what was found, and how to mend it.

use serde::Serialize;
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Should be mended.
    Warning,
    /// The question cannot be used.
    Error,
}

/// A rule of the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable code: Q1… hold at loading, Q2… are about the content, Q3… need the solutions to run.
    pub code: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// What must hold.
    pub holds: &'static str,
    /// How to mend a breach.
    pub mend: &'static str,
}

macro_rules! rules {
    ($($code:ident $severity:ident $holds:literal $mend:literal)*) => {
        $(#[doc = $holds] pub const $code: Rule =
            Rule { code: stringify!($code), severity: Severity::$severity, holds: $holds, mend: $mend };)*
        /// All rules, by code.
        pub const RULES: &[Rule] = &[$($code),*];
    };
}

rules! {
    Q101 Error "the folder has the files its kind needs, as UTF-8 text and not too large"
        "Add the file named, or shorten it; `viva questions new` writes a folder that has them all."
    Q102 Error "question.toml is TOML with the fields of the format and no others"
        "Correct the line named; docs/adding-a-question.md lists every field."
    Q103 Error "a question's id is its folder's name, made of a-z, 0-9 and -, and its folder stands below its kind"
        "Rename the folder or change id or kind, so that the path is <kind>/<id>/."
    Q104 Error "texts are not empty and not too long to be followed by ear, numbers are within their ranges"
        "Shorten or complete the text named, or move the number into its range."
    Q105 Error "a question has the sections of its kind, and none of another's"
        "Add the section named, or remove it."
    Q106 Error "[io] describes a callable that every language can express"
        "Use the types of docs/adding-a-question.md, snake_case names, and the comparator that fits."
    Q107 Error "tests.json is a list of tests with unique ids, each with a group, an input and an expected answer"
        "Correct the test named; write ids in lower case with hyphens."
    Q108 Error "every `when` can be read, uses known facts, and can come true"
        "Use the facts that `viva questions lint --facts` lists, and values they can have."
    Q109 Error "hints are a ladder: tiers 1, 2, 3 and so on, at least three, in order"
        "Number the tiers without gaps from 1."
    Q110 Error "ids within a question are unique, and what refers to one finds it"
        "Correct the id named; tests, approaches and edge cases are referred to by their ids."
    Q111 Error "the licence is one that may be passed on, and imports say where they come from"
        "Use one of the licences named; give origin kind = \"import\" a source."
    Q112 Error "every solution begins with a comment that says what it is"
        "Begin accepted solutions with `# approach = \"id\"` and rejected ones with `# verdict = \"WA\"`, TLE or RE (// in C++)."
    Q201 Error "the spoken question gives nothing away: no approach, no hint"
        "Take the words named out of spoken.md; let the candidate find them."
    Q202 Error "no hint is a solution: no code, no long run of words that stand in a solution"
        "Say the idea, not the code."
    Q203 Error "each clarification and each edge case is held by a test"
        "Name the tests in `tests`, or say in `untested` why none can."
    Q204 Error "there is enough to hold an interview on: tests, follow-ups, edge cases, approaches"
        "Write what is missing; the numbers are what an interview of the given length uses up."
    Q205 Error "inputs and expected answers are of the declared types"
        "Correct the value at the place named, or the type in [io]."
    Q206 Error "tests.json stays small enough to be read"
        "Make large inputs with recipes ($range, $ints, $repeat and others)."
    Q207 Error "what is spoken can be spoken: no code, no Markdown, no signs that a voice stumbles over"
        "Write it as one would say it: 'n log n', 'greater than', the names without underscores."
    Q208 Error "tests that were published keep their input and answer: old recordings refer to them"
        "Give the changed test a new id and set `reimplements` to the old one, or accept with `viva questions lint --publish`."
    Q209 Error "statement.md shows what the candidate reads: a title and, for coding, an example"
        "Begin with `# Title` and show at least one example."
    Q210 Error "the sections of behavioural and design questions are complete: probes, phases, anchors"
        "Write what is missing; every part of the story and every phase needs its own."
    Q211 Error "what the agenda goes by is there: phrases that people say, texts that show an approach, a follow-up on each"
        "Add phrases; choose code_hints that tell the approaches apart in the accepted solutions; write listen_for and a follow-up."
    Q301 Error "each accepted solution passes every test"
        "Correct the solution or the expected answer."
    Q302 Error "each rejected solution fails as it declares"
        "Correct its verdict, or add the test that it must fail."
    Q303 Warning "hidden tests find what visible tests do not"
        "Move the test that gives it away to the hidden group, or add a rejected solution that only hidden tests find."
    Q304 Error "time limits tell good from bad: accepted at most half the limit, too slow at least one and a half times it"
        "Enlarge the slow test or change limits.cpu_ms."
    Q305 Note "solutions of every language were run"
        "Install the language named, or accept that its solutions were not run."
    Q306 Error "there are accepted solutions in Python and a compiled language, and rejected ones"
        "Add what is missing below solutions/."
}

/// A breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// The question's folder, e.g. `coding/parcel-lockers`.
    pub question: String,
    /// The file and the place in it, e.g. `question.toml hints[2].text`.
    pub place: String,
    /// What was found.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}: {}", self.rule.code, self.question, self.place, self.message)
    }
}

/// Findings of one question while they are gathered.
#[derive(Debug, Default)]
pub struct Findings {
    question: String,
    found: Vec<Finding>,
}

impl Findings {
    /// None yet about this question.
    pub fn about(question: &str) -> Self {
        Findings { question: question.to_owned(), found: Vec::new() }
    }

    /// Notes a breach.
    pub fn add(&mut self, rule: Rule, place: impl Into<String>, message: impl Into<String>) {
        let question = self.question.clone();
        self.found.push(Finding { rule, question, place: place.into(), message: message.into() });
    }

    /// Notes a breach unless `holds`.
    pub fn need(&mut self, holds: bool, rule: Rule, place: &str, message: impl FnOnce() -> String) {
        if !holds {
            self.add(rule, place, message());
        }
    }

    /// Whether the question can be used.
    pub fn is_usable(&self) -> bool {
        self.found.iter().all(|finding| finding.rule.severity < Severity::Error)
    }

    /// All of them.
    pub fn into_inner(self) -> Vec<Finding> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_code_and_says_how_to_mend() {
        assert!(RULES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(RULES.iter().all(|rule| rule.mend.ends_with('.') && rule.holds.len() > 20));
    }
}
