//! What must be edited to make one text of another: as little as is cheap to find, so that whatever else points into the
//! text (cursors, selections, edits under way) stays where it was.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Lines of the one times lines of the other that are compared; beyond, all between the first and last difference is one
/// hunk.
const COMPARED_MAX: usize = 4_000_000;

/// One edit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Where, in UTF-16 units of the text before.
    pub at: u32,
    /// How much goes, in UTF-16 units.
    pub removed: u32,
    /// What comes in its place.
    pub inserted: String,
}

/// The edits from `before` to `after`, first to last; none overlap.
pub(super) fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let (head, before_middle, after_middle) = differing(before, after);
    let mut at = units(head);
    let old: Vec<&str> = before_middle.split_inclusive('\n').collect();
    let new: Vec<&str> = after_middle.split_inclusive('\n').collect();
    if old.len().saturating_mul(new.len()) > COMPARED_MAX {
        return hunk(at, before_middle, after_middle).into_iter().collect();
    }
    let mut found = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (gone, come) = (operation.old_range(), operation.new_range());
        let gone = old.get(gone).unwrap_or_default().concat();
        if !matches!(operation, DiffOp::Equal { .. }) {
            let come = new.get(come).unwrap_or_default().concat();
            found.extend(hunk(at, &gone, &come));
        }
        at = at.saturating_add(units(&gone));
    }
    found
}

/// One hunk at `at`, cut to what differs.
fn hunk(at: u32, before: &str, after: &str) -> Option<Hunk> {
    let (head, gone, come) = differing(before, after);
    let is_some = !gone.is_empty() || !come.is_empty();
    is_some.then(|| Hunk { at: at.saturating_add(units(head)), removed: units(gone), inserted: come.to_owned() })
}

/// What both begin with, and what lies between that and what both end with.
fn differing<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str, &'a str) {
    let alike = before.chars().zip(after.chars()).take_while(|(a, b)| a == b);
    let head: usize = alike.map(|(a, _)| a.len_utf8()).sum();
    let (head, before) = before.split_at(head);
    let (_, after) = after.split_at(head.len());
    let alike = before.chars().rev().zip(after.chars().rev()).take_while(|(a, b)| a == b);
    let tail: usize = alike.map(|(a, _)| a.len_utf8()).sum();
    let (before, _) = before.split_at(before.len() - tail);
    let (after, _) = after.split_at(after.len() - tail);
    (head, before, after)
}

fn units(text: &str) -> u32 {
    super::document::units(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(before: &str, hunks: &[Hunk]) -> String {
        let mut text: Vec<u16> = before.encode_utf16().collect();
        for hunk in hunks.iter().rev() {
            let at = hunk.at as usize;
            text.splice(at..at + hunk.removed as usize, hunk.inserted.encode_utf16());
        }
        String::from_utf16(&text).expect("no half characters")
    }

    fn check(before: &str, after: &str) -> Vec<Hunk> {
        let hunks = hunks(before, after);
        assert_eq!(applied(before, &hunks), after);
        hunks
    }

    #[test]
    fn one_letter_is_one_letter() {
        assert_eq!(check("def f():\n  retrn 1\n", "def f():\n  return 1\n").len(), 1);
        let hunks = check("a", "ab");
        assert_eq!(hunks, [Hunk { at: 1, removed: 0, inserted: "b".into() }]);
        assert!(check("same", "same").is_empty());
    }

    #[test]
    fn far_edits_are_edits_of_their_own() {
        let before = "first\nsecond\nthird\nfourth\nfifth\n";
        let hunks = check(before, "first!\nsecond\nthird\nfourth\nfifty\n");
        assert_eq!(hunks.len(), 2, "{hunks:?}");
    }

    #[test]
    fn characters_outside_the_first_plane_stay_whole() {
        check("x😀y", "x😁y");
        check("😀😀\n🎉\n", "😀\n🎉🎉\nend");
        check("", "😀");
        check("é", "");
    }

    #[test]
    fn texts_of_many_differing_lines_are_one_hunk() {
        let before: String = (0..2_100).map(|number| format!("{number}\n")).collect();
        let after: String = (0..2_100).map(|number| format!("x{number}\n")).collect();
        assert_eq!(check(&before, &after).len(), 1);
    }

    #[test]
    fn whatever_changes_the_hunks_lead_there() {
        let mut seed = 7u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % below
        };
        let words = ["a\n", "b", "\n", "😀", "ab\n", "é", "x = 1\n"];
        for _ in 0..2_000 {
            let mut text = || (0..random(12)).map(|_| words[random(7) as usize]).collect::<String>();
            let (before, after) = (text(), text());
            check(&before, &after);
        }
    }
}
