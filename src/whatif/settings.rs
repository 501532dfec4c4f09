//! The settings to try: `floor.<name>=<ms>` sets one, `floor.<name>=<from>..<to>[:<step>]` sweeps one.

use crate::interview::floor::FloorSettings;
use serde_json::{Map, Value};

/// The most settings tried at once: sweeps multiply.
pub const CANDIDATES_MAX: usize = 2_000;
/// Steps of a sweep that names none.
const STEPS: u64 = 10;
/// The settings that decide when turns end; others change nothing here.
const ENDS_OF_TURNS: [&str; 10] = [
    "soft_end_ms",
    "complete_sentence_ms",
    "question_back_ms",
    "plain_silence_ms",
    "trailing_word_ms",
    "asked_for_time_ms",
    "words_pending_ms",
    "own_pauses_most_ms",
    "after_key_ms",
    "typing_most_ms",
];

/// Settings to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is changed, e.g. `plain_silence_ms=800`; empty for the settings as recorded.
    pub name: String,
    changes: Vec<(String, u64)>,
}

/// A setting that cannot be tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// It is not `floor.<name>=<value>`.
    #[error("\"{0}\": write floor.<setting>=<ms> to set, floor.<setting>=<from>..<to>[:<step>] to sweep")]
    Form(String),
    /// There is no such setting that decides when turns end.
    #[error("floor.{0} does not decide when turns end; these do: {names}", names = ENDS_OF_TURNS.join(", "))]
    Unknown(String),
    /// There is no such setting, or it is no number.
    #[error("there is no number floor.{0}")]
    Name(String),
    /// Too many.
    #[error("these sweeps make more than {CANDIDATES_MAX} settings; widen their steps")]
    TooMany,
}

/// All combinations of the sweeps, with what is set in each. Without sweeps there is one.
///
/// # Errors
/// When a text cannot be read, names no fitting setting, or the combinations are too many.
pub fn candidates(set: &[String], sweeps: &[String]) -> Result<Vec<Candidate>, SettingError> {
    let mut fixed = Vec::new();
    for text in set {
        let (name, value) = parts(text)?;
        fixed.push((name, value.parse().map_err(|_| SettingError::Form(text.clone()))?));
    }
    let mut all = vec![Candidate::of(fixed)];
    for text in sweeps {
        let (name, value) = parts(text)?;
        let values = range(value).ok_or_else(|| SettingError::Form(text.clone()))?;
        if all.len() * values.len() > CANDIDATES_MAX {
            return Err(SettingError::TooMany);
        }
        let with = |base: &Candidate, value: &u64| {
            let mut changes = base.changes.clone();
            changes.retain(|(known, _)| *known != name);
            changes.push((name.clone(), *value));
            Candidate::of(changes)
        };
        all = all.iter().flat_map(|base| values.iter().map(move |value| with(base, value))).collect();
    }
    Ok(all)
}

/// The settings with any one of them changed, `floor.<name>=<number>`: for those who hold the interview anew.
///
/// # Errors
/// When the text cannot be read or names no such setting.
pub fn changed(settings: &FloorSettings, text: &str) -> Result<FloorSettings, SettingError> {
    let form = || SettingError::Form(text.to_owned());
    let (name, value) = text.strip_prefix("floor.").and_then(|text| text.split_once('=')).ok_or_else(form)?;
    let number: u64 = value.parse().map_err(|_| form())?;
    let Ok(Value::Object(mut values)) = serde_json::to_value(settings) else { return Err(form()) };
    values.insert(name.to_owned(), Value::from(number));
    serde_json::from_value(Value::Object(values)).map_err(|_| SettingError::Name(name.to_owned()))
}

fn parts(text: &str) -> Result<(String, &str), SettingError> {
    let form = || SettingError::Form(text.to_owned());
    let (name, value) = text.split_once('=').ok_or_else(form)?;
    let name = name.strip_prefix("floor.").ok_or_else(form)?;
    if !ENDS_OF_TURNS.contains(&name) {
        return Err(SettingError::Unknown(name.to_owned()));
    }
    Ok((name.to_owned(), value))
}

/// `from..to[:step]`, both ends included.
fn range(text: &str) -> Option<Vec<u64>> {
    let (from, rest) = text.split_once("..")?;
    let (to, step) = rest.split_once(':').map_or((rest, None), |(to, step)| (to, Some(step)));
    let (from, to): (u64, u64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    let step = match step {
        Some(step) => step.trim().parse().ok()?,
        None => to.checked_sub(from)?.div_ceil(STEPS).max(1),
    };
    if step == 0 || from > to || (to - from) / step >= CANDIDATES_MAX as u64 {
        return None;
    }
    Some((from..=to).step_by(usize::try_from(step).ok()?).collect())
}

impl Candidate {
    /// The settings as they were recorded.
    pub fn recorded() -> Candidate {
        Candidate::of(Vec::new())
    }

    fn of(changes: Vec<(String, u64)>) -> Candidate {
        let parts: Vec<String> = changes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Candidate { name: parts.join(" "), changes }
    }

    /// The recorded settings with the changes made.
    pub fn over(&self, recorded: &FloorSettings) -> FloorSettings {
        if self.changes.is_empty() {
            return recorded.clone();
        }
        let mut values = match serde_json::to_value(recorded) {
            Ok(Value::Object(values)) => values,
            _ => Map::new(),
        };
        for (name, value) in &self.changes {
            values.insert(name.clone(), Value::from(*value));
        }
        serde_json::from_value(Value::Object(values)).unwrap_or_else(|_| recorded.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Ms;

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn sweeps_multiply_and_what_is_set_stands_in_each() {
        let set = texts(&["floor.soft_end_ms=150"]);
        let sweeps = texts(&["floor.plain_silence_ms=400..600:100", "floor.trailing_word_ms=1000..2000:1000"]);
        let all = candidates(&set, &sweeps).expect("settings");
        assert_eq!(all.len(), 6);
        assert_eq!(all[5].name, "soft_end_ms=150 plain_silence_ms=600 trailing_word_ms=2000");
        let settings = all[5].over(&FloorSettings::default());
        assert_eq!((settings.soft_end_ms, settings.plain_silence_ms), (Ms(150), Ms(600)));
        assert_eq!(settings.complete_sentence_ms, FloorSettings::default().complete_sentence_ms);
    }

    #[test]
    fn what_cannot_be_tried_is_refused_with_the_reason() {
        for (set, sweep, part) in [
            ("plain_silence_ms=4", "", "write floor."),
            ("floor.interruption_ms=4", "", "does not decide when turns end"),
            ("floor.plain_silence_ms=x", "", "write floor."),
            ("", "floor.plain_silence_ms=9..4", "write floor."),
            ("", "floor.plain_silence_ms=1..9:0", "write floor."),
            ("", "floor.plain_silence_ms=0..100000:1", "write floor."),
        ] {
            let of = |text: &str| if text.is_empty() { Vec::new() } else { texts(&[text]) };
            let error = candidates(&of(set), &of(sweep)).expect_err(part).to_string();
            assert!(error.contains(part), "{error}");
        }
        let wide = texts(&["floor.plain_silence_ms=1..1000:1", "floor.trailing_word_ms=1..1000:1"]);
        assert_eq!(candidates(&[], &wide), Err(SettingError::TooMany));
    }
}
