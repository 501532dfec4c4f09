//! The edits of the code, few enough for one answer.

use super::form::{CodeSeen, EditSeen, LanguageChosen};
use crate::language::Language;
use crate::scorecard::record::Code;
use crate::scorecard::record::code::difference;
use crate::units::*;

/// At most about so many edits are told; of more, those that lie close together are told as one. Somebody who types for two
/// hours without a break makes about 30,000.
const EDITS_MAX: usize = 20_000;
/// Nearer edits are told as one, should there be too many: tried in this order.
const WITHIN: [Ms; 5] = [Ms(0), Ms(500), Ms(2_000), Ms(10_000), Ms(60_000)];

/// The code as it is told.
pub fn seen(code: &Code) -> CodeSeen {
    seen_within(code, EDITS_MAX)
}

fn seen_within(code: &Code, most: usize) -> CodeSeen {
    let chosen = |(moment, language): &(crate::scorecard::record::Moment, Language)| LanguageChosen {
        at_ms: moment.at.0,
        language: *language,
    };
    let (mut within, mut edits) = (Ms(0), Vec::new());
    for width in WITHIN {
        (within, edits) = (width, merged(code, width));
        if edits.len() <= most {
            break;
        }
    }
    edits.truncate(most);
    CodeSeen {
        starters: code.starters.clone(),
        languages: code.languages.iter().map(chosen).collect(),
        edits,
        merged_within_ms: within.0,
    }
}

/// All edits, those of one language within this width as one.
fn merged(code: &Code, width: Ms) -> Vec<EditSeen> {
    let mut replay = code.replay();
    let (mut edits, mut told) = (Vec::new(), None);
    while let Some(first) = replay.upcoming() {
        let before = (width > Ms(0)).then(|| replay.text(first.language).to_owned());
        let mut last = first;
        replay.step();
        while let Some(next) = replay.upcoming()
            && next.language == first.language
            && width > Ms(0)
            && next.at - first.at < width
        {
            last = next;
            replay.step();
        }
        let (place, deleted, inserted) = match before {
            Some(before) => difference(&before, replay.text(first.language)),
            None => (first.place, first.deleted.clone(), first.inserted.clone()),
        };
        let language = (told != Some(first.language)).then_some(first.language);
        told = Some(first.language);
        edits.push(EditSeen { at_ms: last.at.0, seq: last.seq, language, place, deleted, inserted });
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::record::Edit;

    fn edit(number: u32) -> Edit {
        let (seq, at) = (u64::from(number), At(u64::from(number) * 100));
        Edit { seq, at, language: Language::Go, place: number, deleted: String::new(), inserted: "ä".into() }
    }

    /// The code after all that is told.
    fn end(seen: &CodeSeen) -> String {
        let mut text: Vec<char> = seen.starters[&Language::Go].chars().collect();
        for edit in &seen.edits {
            let place = edit.place as usize;
            text.splice(place..place + edit.deleted.chars().count(), edit.inserted.chars());
        }
        text.into_iter().collect()
    }

    #[test]
    fn too_many_edits_are_told_in_larger_ones_that_lead_to_the_same_text() {
        let code = Code::of([(Language::Go, String::new())].into(), (0..200).map(edit).collect());
        let each = seen_within(&code, 200);
        assert_eq!((each.merged_within_ms, each.edits.len()), (0, 200));
        assert_eq!(each.edits.iter().filter(|edit| edit.language.is_some()).count(), 1);
        let fewer = seen_within(&code, 50);
        assert_eq!((fewer.merged_within_ms, fewer.edits.len()), (500, 40));
        assert_eq!(end(&fewer), "ä".repeat(200));
        assert_eq!(end(&each), end(&fewer));
    }
}
