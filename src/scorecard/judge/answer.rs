//! A judge's answer, read strictly: JSON of the form asked for, nothing beside it.

use super::super::evidence::Reference;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Signals of an answer at most; a rubric's dimension has fewer.
const SIGNALS_MAX: usize = 50;

/// What the judge says of a signal, or why that cannot be read.
pub type Judgement = Result<Judged, String>;

/// What a judge says of a signal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The signal.
    id: String,
    /// 1 to 4; none: it cannot tell.
    pub band: Option<u8>,
    /// Where it shows.
    #[serde(default)]
    pub evidence: Vec<Reference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    signals: Vec<Value>,
}

/// Reads an answer: judgements by signal. One that cannot be read does not spoil the others.
///
/// # Errors
/// When the whole is not of the form asked for.
pub fn read(text: &str) -> Result<BTreeMap<String, Judgement>, String> {
    let answer: Answer = serde_json::from_str(unfenced(text))
        .map_err(|error| format!("the answer is not the JSON asked for: {error}"))?;
    if answer.signals.len() > SIGNALS_MAX {
        return Err(format!("the answer has {} signals", answer.signals.len()));
    }
    let mut judgements: BTreeMap<String, Judgement> = BTreeMap::new();
    for value in answer.signals {
        let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let judged = serde_json::from_value::<Judged>(value)
            .map_err(|error| format!("it is not of the form asked for: {error}"));
        let again = judgements.contains_key(&id);
        judgements.insert(id, if again { Err("it is judged twice".into()) } else { judged });
    }
    Ok(judgements)
}

/// Models like to put JSON into a code block.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```json").or(text.strip_prefix("```")).and_then(|text| text.strip_suffix("```"));
    inner.unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_or_without_a_code_block() {
        let text = r#"{"signals": [{"id": "concise", "band": 3, "evidence": [{"kind": "run", "id": 2}]}]}"#;
        for text in [text.to_owned(), format!("```json\n{text}\n```"), format!("\n {text}\n")] {
            let read = read(&text).unwrap();
            let judged = read["concise"].as_ref().unwrap();
            assert_eq!((judged.band, &judged.evidence[..]), (Some(3), &[Reference::Run { id: 2 }][..]));
        }
    }

    #[test]
    fn what_is_not_asked_for_is_refused() {
        for text in [
            "",
            "4/4, hire!",
            r#"{"signals": [], "overall": 4}"#,
            r#"{"overall": 4}"#,
            r#"[{"id": "concise", "band": 4}]"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for signal in [
            r#"{"id": "x", "band": 4, "comment": "said O(1)"}"#,
            r#"{"id": "x", "band": 4, "evidence": [{"kind": "utterance", "id": 1, "quote": "a", "note": "b"}]}"#,
            r#"{"id": "x", "band": 4, "evidence": [{"kind": "feeling"}]}"#,
            r#"{"id": "x", "band": "4"}"#,
            r#"{"id": "x", "band": 4}, {"id": "x", "band": 4}"#,
        ] {
            let read = read(&format!(r#"{{"signals": [{signal}]}}"#)).unwrap();
            assert!(read["x"].is_err(), "{signal}");
        }
    }
}
