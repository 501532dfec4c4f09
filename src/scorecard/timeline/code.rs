//! The edits of the code, few enough for one answer.

use super::form::{CodeAt, CodeSeen, EditSeen, LanguageChosen};
use crate::language::Language;
use crate::scorecard::record::Code;
use crate::scorecard::record::code::difference;
use crate::units::*;
use std::collections::BTreeMap;

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

impl CodeSeen {
    /// The code as it stood at a moment.
    pub fn at(&self, at_ms: u64) -> CodeAt {
        let mut texts: BTreeMap<Language, Vec<char>> =
            self.starters.iter().map(|(language, text)| (*language, text.chars().collect())).collect();
        let (mut told, mut last) = (None, None);
        for edit in self.edits.iter().take_while(|edit| edit.at_ms <= at_ms) {
            told = edit.language.or(told);
            let Some(language) = told else { continue };
            let text = texts.entry(language).or_default();
            let from = (edit.place as usize).min(text.len());
            let to = from.saturating_add(edit.deleted.chars().count()).min(text.len());
            text.splice(from..to, edit.inserted.chars());
            last = Some(edit);
        }
        let chosen = self.languages.iter().rev().find(|chosen| chosen.at_ms <= at_ms).or(self.languages.first());
        CodeAt {
            at_ms: last.map_or(0, |edit| edit.at_ms),
            seq: last.map(|edit| edit.seq),
            language: chosen.map(|chosen| chosen.language),
            texts: texts.into_iter().map(|(language, text)| (language, text.into_iter().collect())).collect(),
            merged_within_ms: self.merged_within_ms,
        }
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
    fn the_code_at_a_moment_is_what_was_written_until_then() {
        let code = Code::of([(Language::Go, "x".to_owned())].into(), (0..5).map(edit).collect());
        let seen = seen_within(&code, 200);
        for (at_ms, text, last) in [(0, "äx", 0), (150, "ääx", 100), (u64::MAX, "äääääx", 400)] {
            let at = seen.at(at_ms);
            assert_eq!((at.texts[&Language::Go].as_str(), at.at_ms), (text, last));
        }
        assert_eq!(seen.at(u64::MAX).texts[&Language::Go], end(&seen));
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
