//! How variants are spelled where they are written down: in recordings, rows and on the wire. Pure.

use serde::Serialize;

/// The name of a variant without fields, as serde writes it; empty for anything else.
pub fn spelled(variant: &impl Serialize) -> String {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Reason {
        TimeUp,
    }

    #[test]
    fn a_variant_is_spelled_as_it_is_recorded_and_nothing_else_is_a_name() {
        assert_eq!(spelled(&Reason::TimeUp), "time_up");
        assert_eq!(spelled(&None::<Reason>), "");
        assert_eq!(spelled(&7), "");
    }
}
