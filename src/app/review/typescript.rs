//! The TypeScript types of the review, made from the types here. `VIVA_REFRESH=1 cargo test review::typescript` writes
//! `web/src/wire/review.ts` anew; without the variable the test fails when that file is stale.

use crate::app::marks::{DimensionAgreement, NoteView, ScoresView};
use crate::app::progress::ProgressView;
use crate::http::review::{PeaksView, ReviewView};
use crate::scorecard::metrics::Metrics;
use crate::typescript::{declarations, hold};
use ts_rs::TypeVisitor;

const HEAD: &str = "\
// What the review is made of. Made from src/scorecard and src/app/review by `VIVA_REFRESH=1 cargo test review::typescript`; do not
// edit.
";

#[test]
fn the_page_s_types_are_fresh() {
    hold("web/src/wire/review.ts", &format!("{HEAD}{}", types()), "review::typescript");
}

/// The declarations of all that a review is made of.
pub fn types() -> String {
    declarations(|seen| {
        seen.visit::<ReviewView>();
        seen.visit::<PeaksView>();
        seen.visit::<Metrics>();
        seen.visit::<NoteView>();
        seen.visit::<ScoresView>();
        seen.visit::<DimensionAgreement>();
        seen.visit::<ProgressView>();
    })
}
