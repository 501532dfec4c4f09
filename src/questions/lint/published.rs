//! What was published: a digest of each test, kept beside the questions in `published.json`, so that no test changes
//! under the recordings that refer to it.

use crate::digest::sha256_hex;
use crate::questions::Entry;
use crate::questions::finding::{Findings, Q208};
use crate::questions::format::Test;
use std::collections::BTreeMap;

/// The file's name, in the bank's directory.
pub const PUBLISHED_FILE: &str = "published.json";

/// Digests of tests by question and test id.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Published(BTreeMap<String, BTreeMap<String, String>>);

impl Published {
    /// Reads the file's text.
    ///
    /// # Errors
    /// When it is not as it was written.
    pub fn parse(text: &str) -> Result<Published, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The file's text: a line for each question, so that differences show.
    pub fn text(&self) -> String {
        let line = |(path, tests): (&String, &BTreeMap<String, String>)| {
            let tests = serde_json::to_string(tests).unwrap_or_default();
            format!("\"{path}\": {tests}")
        };
        format!("{{\n{}\n}}\n", self.0.iter().map(line).collect::<Vec<_>>().join(",\n"))
    }

    /// The questions' paths.
    pub fn questions(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// Takes a question's tests up as they are now.
    pub fn publish(&mut self, path: &str, entry: &Entry) {
        let tests = entry.tests.iter().map(|test| (test.id.clone(), digest(test))).collect();
        self.0.insert(path.to_owned(), tests);
    }

    /// Notes tests that changed or vanished.
    pub(super) fn compare(&self, path: &str, entry: &Entry, findings: &mut Findings) {
        for (id, before) in self.0.get(path).into_iter().flatten() {
            match entry.tests.iter().find(|test| test.id == *id) {
                Some(test) if digest(test) == *before => {}
                Some(_) => findings.add(Q208, format!("tests.json {id}"), "changed since it was published"),
                None => {
                    let replaced = entry.tests.iter().any(|test| test.reimplements.as_ref() == Some(id));
                    findings.need(replaced, Q208, &format!("tests.json {id}"), || {
                        "was published and is no longer there, and none reimplements it".to_owned()
                    });
                }
            }
        }
    }
}

/// The first 48 bits of sha-256 over input and answer: enough to notice a change.
fn digest(test: &Test) -> String {
    let mut hash = sha256_hex(format!("{}\n{}", test.input, test.expected));
    hash.truncate(12);
    hash
}
