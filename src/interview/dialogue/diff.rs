//! What changed between two texts of the editor, line by line.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Beyond so many lines between the first and the last change, on either side, the whole stretch counts as rewritten: the
/// search for what stayed takes up to the square of it.
const SEARCHED_LINES_MAX: usize = 600;

/// Lines that were replaced by others; either side may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Places of the lines that went, from 0, in the old text.
    pub old: Range<usize>,
    /// Places of the lines that came, from 0, in the new text.
    pub new: Range<usize>,
}

/// The hunks in order.
pub fn hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let from = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let tail = old[from..].iter().rev().zip(new[from..].iter().rev()).take_while(|(one, other)| one == other).count();
    let (old_middle, new_middle) = (&old[from..old.len() - tail], &new[from..new.len() - tail]);
    if old_middle.is_empty() && new_middle.is_empty() {
        return Vec::new();
    }
    let whole = Hunk { old: from..old.len() - tail, new: from..new.len() - tail };
    if old_middle.len().max(new_middle.len()) > SEARCHED_LINES_MAX {
        return vec![whole];
    }
    let changed = |op: &DiffOp| !matches!(op, DiffOp::Equal { .. });
    let shifted = |range: Range<usize>| range.start + from..range.end + from;
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old_middle, new_middle).iter().filter(|op| changed(op)) {
        let (old, new) = (shifted(op.old_range()), shifted(op.new_range()));
        match hunks.last_mut().filter(|last| last.old.end == old.start && last.new.end == new.start) {
            Some(last) => (last.old.end, last.new.end) = (old.end, new.end),
            None => hunks.push(Hunk { old, new }),
        }
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    #[test]
    fn what_came_and_went_stands_in_one_hunk() {
        let made = hunks(&lines("a b c d e f"), &lines("a x y c d f g"));
        let expected = [(1..2, 1..3), (4..5, 5..5), (6..6, 6..7)].map(|(old, new)| Hunk { old, new });
        assert_eq!(made, expected);
        assert_eq!(hunks(&lines("a b"), &lines("a b")), []);
        assert_eq!(hunks(&[], &lines("a")), [Hunk { old: 0..0, new: 0..1 }]);
    }

    #[test]
    fn a_file_rewritten_is_one_hunk_and_takes_no_search() {
        let old: Vec<String> = (0..20_000).map(|number| format!("old {number}")).collect();
        let new: Vec<String> = (0..20_000).map(|number| format!("new {number}")).collect();
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        assert_eq!(hunks(&old, &new), [Hunk { old: 0..20_000, new: 0..20_000 }]);
    }

    proptest! {
        #[test]
        fn the_hunks_make_the_new_text_from_the_old(
            old in prop::collection::vec("[a-d]", 0..30),
            new in prop::collection::vec("[a-d]", 0..30),
        ) {
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            let (mut made, mut at) = (Vec::new(), 0);
            for hunk in hunks(&old, &new) {
                made.extend_from_slice(&old[at..hunk.old.start]);
                made.extend_from_slice(&new[hunk.new.clone()]);
                at = hunk.old.end;
            }
            made.extend_from_slice(&old[at..]);
            prop_assert_eq!(made, new);
        }
    }
}
