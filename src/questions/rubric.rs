//! Rubrics: dimensions, their signals, and what each band of a signal looks like. `rubrics/<kind>.toml`, part of the
//! binary; a question's `[rubric]` adds to the one of its kind.

use super::format::{Anchors, Kind};
use crate::digest::sha256_hex;
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

/// The largest rubric file, in bytes.
pub const RUBRIC_BYTES_MAX: usize = 64 * 1024;
/// The functions from signals to a band there are, by name and version.
pub const BAND_FUNCTIONS: [&str; 1] = ["weighted-mean-1"];

#[derive(RustEmbed)]
#[folder = "rubrics/"]
struct Embedded;

/// A rubric.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Version of the format: 1.
    pub format: u32,
    /// The kind of question it is for.
    pub kind: Kind,
    /// Its name and version, kept with each score.
    pub version: String,
    /// The function from signals to a band.
    pub band: String,
    /// What is scored.
    pub dimensions: Vec<Dimension>,
    /// sha-256 of the file in hex, kept with each score.
    #[serde(skip)]
    pub hash: String,
}

/// Something that gets a band.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Stable id.
    pub id: String,
    /// As it is shown.
    pub title: String,
    /// Percent of the whole; all add up to 100.
    pub weight: u8,
    /// What is observed.
    pub signals: Vec<Signal>,
}

/// Something that can be observed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Stable id.
    pub id: String,
    /// Computed or judged.
    pub kind: SignalKind,
    /// What may be referred to as evidence.
    pub evidence: Vec<Evidence>,
    /// Weight within the dimension, 1 to 5.
    pub weight: u8,
    /// What is looked for.
    pub looks_for: String,
    /// What each band looks like.
    pub anchors: Anchors,
}

/// Who decides on a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalKind {
    /// The log does.
    Deterministic,
    /// A model does, with evidence that is verified.
    Judged,
}

/// What can be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Characters of something said.
    Utterance,
    /// Lines of a snapshot of the code.
    Code,
    /// A run of tests.
    Run,
    /// A metric.
    Metric,
}

/// A rubric cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RubricError {
    /// There is none.
    #[error("there is no rubrics/{0}.toml")]
    Missing(Kind),
    /// The file is not as it must be.
    #[error("rubrics/{kind}.toml: {source}")]
    Read {
        /// Whose.
        kind: Kind,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
    /// A rule is broken.
    #[error("rubrics/{kind}.toml: {rule}")]
    Rule {
        /// Whose.
        kind: Kind,
        /// What must hold and does not.
        rule: String,
    },
}

impl Rubric {
    /// The rubric for a kind of question.
    ///
    /// # Errors
    /// When it breaks a rule; a test sees to it that ours do not.
    pub fn embedded(kind: Kind) -> Result<Rubric, RubricError> {
        let file = Embedded::get(&format!("{kind}.toml")).ok_or(RubricError::Missing(kind))?;
        Rubric::parse(kind, &String::from_utf8_lossy(&file.data))
    }

    /// Reads a rubric's text.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(kind: Kind, text: &str) -> Result<Rubric, RubricError> {
        let rule = |rule: String| Err(RubricError::Rule { kind, rule });
        if text.len() > RUBRIC_BYTES_MAX {
            return rule(format!("has more than {RUBRIC_BYTES_MAX} bytes"));
        }
        let mut rubric: Rubric = toml::from_str(text).map_err(|source| RubricError::Read { kind, source })?;
        if let Some(broken) = broken(kind, &rubric) {
            return rule(broken);
        }
        rubric.hash = sha256_hex(text);
        Ok(rubric)
    }

    /// All signals with their dimensions.
    pub fn signals(&self) -> impl Iterator<Item = (&Dimension, &Signal)> {
        self.dimensions.iter().flat_map(|dimension| dimension.signals.iter().map(move |signal| (dimension, signal)))
    }
}

fn broken(kind: Kind, rubric: &Rubric) -> Option<String> {
    let weights: u32 = rubric.dimensions.iter().map(|dimension| u32::from(dimension.weight)).sum();
    let mut ids: Vec<&str> = rubric.dimensions.iter().map(|dimension| dimension.id.as_str()).collect();
    ids.extend(rubric.signals().map(|(_, signal)| signal.id.as_str()));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    let signal_rules = rubric.signals().find_map(|(dimension, signal)| {
        let spoken = signal.evidence.contains(&Evidence::Utterance);
        let judged = signal.kind == SignalKind::Judged;
        match () {
            () if !(1..=5).contains(&signal.weight) => Some("weight is 1 to 5"),
            () if signal.evidence.is_empty() => Some("no evidence is named"),
            () if !judged && spoken => Some("what is computed comes from runs and metrics, not from words"),
            // An accent or a poor transcript must not lower it.
            () if dimension.id == "technical" && spoken => Some("technical skill is not judged by words"),
            () => None,
        }
        .map(|why| format!("signal {}: {why}", signal.id))
    });
    let rules = [
        (rubric.format == 1, format!("format is {}, this build reads 1", rubric.format)),
        (rubric.kind == kind, format!("kind is {}", rubric.kind)),
        (weights == 100, format!("weights of dimensions add up to {weights}, not 100")),
        (ids.len() == count, "ids of dimensions and signals are unique".to_owned()),
        (rubric.dimensions.iter().all(|d| !d.signals.is_empty()), "each dimension has signals".to_owned()),
        (BAND_FUNCTIONS.contains(&rubric.band.as_str()), format!("there is no band function \"{}\"", rubric.band)),
        (!rubric.version.is_empty(), "version is missing".to_owned()),
    ];
    rules.into_iter().find(|(holds, _)| !holds).map(|(_, rule)| rule).or(signal_rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: Kind) -> String {
        String::from_utf8_lossy(&Embedded::get(&format!("{kind}.toml")).expect("a rubric").data).into_owned()
    }

    #[test]
    fn our_rubrics_hold_and_coding_has_the_four_dimensions() {
        for kind in Kind::ALL {
            let rubric = Rubric::embedded(kind).expect("a rubric");
            assert_eq!(rubric.hash.len(), 64);
            assert!(rubric.signals().count() >= 8, "{kind}");
        }
        let coding = Rubric::embedded(Kind::Coding).expect("a rubric");
        let ids: Vec<&str> = coding.dimensions.iter().map(|dimension| dimension.id.as_str()).collect();
        assert_eq!(ids, ["communication", "problem-solving", "technical", "testing"]);
    }

    #[test]
    fn broken_rubrics_are_refused_with_the_reason() {
        let whole = text(Kind::Coding);
        for (from, to, why) in [
            ("weight = 20", "weight = 21", "add up to 101"),
            ("kind = \"coding\"", "kind = \"behavioural\"", "kind is behavioural"),
            ("band = \"weighted-mean-1\"", "band = \"gut-feeling\"", "no band function"),
            ("id = \"concise\"", "id = \"testing\"", "unique"),
            ("evidence = [\"code\"]", "evidence = [\"utterance\"]", "not judged by words"),
            ("evidence = [\"run\"]", "evidence = []", "no evidence"),
            ("kind = \"judged\"", "kind = \"guessed\"", "guessed"),
            ("format = 1", "", "format"),
        ] {
            let changed = whole.replacen(from, to, 1);
            assert_ne!(changed, whole, "{from}");
            let error = Rubric::parse(Kind::Coding, &changed).expect_err(why).to_string();
            assert!(error.contains(why), "{why}: {error}");
        }
    }
}
