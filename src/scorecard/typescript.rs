//! The TypeScript types of scorecards, made from the types here. `VIVA_REFRESH=1 cargo test scorecard::typescript` writes
//! `web/src/wire/scorecard.ts` anew; without the variable the test fails when that file is stale.

use super::card::Scorecard;
use crate::typescript::{declarations, hold};
use ts_rs::TypeVisitor;

const HEAD: &str = "\
// A scorecard as the server gives it. Made from src/scorecard by `VIVA_REFRESH=1 cargo test scorecard::typescript`; do not edit.
";

#[test]
fn the_page_s_types_are_fresh() {
    hold("web/src/wire/scorecard.ts", &format!("{HEAD}{}", types()), "scorecard::typescript");
}

/// The declarations of all that a scorecard is made of.
pub fn types() -> String {
    declarations(|seen| seen.visit::<Scorecard>())
}
