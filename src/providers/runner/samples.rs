//! Jobs for tests.

use super::{Comparator, Expected, Job, Language, Limits, Mode, SourceFile, Test, Type};
use serde_json::json;

/// A job of `count` visible tests `t1`, `t2` … of a function `f` from int to int that doubles.
pub(super) fn job(language: Language, text: &str, count: i64) -> Job {
    let test = |number: i64| Test {
        id: format!("t{number}"),
        input: json!([number]),
        expected: Expected::Value(json!(2 * number)),
        hidden: false,
    };
    Job {
        session: "s".into(),
        language,
        files: vec![SourceFile { name: language.file().into(), text: text.into() }],
        mode: Mode::Function { entry: "f".into(), params: vec![Type::Int], returns: Type::Int },
        tests: (1..=count).map(test).collect(),
        comparator: Comparator::Exact,
        limits: Limits::default(),
    }
}
