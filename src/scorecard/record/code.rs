//! The candidate's code: every edit, and the texts as they stood at any step.

use super::Moment;
use crate::interview::editor::{Editor, Taken};
use crate::interview::setup::Workspace;
use crate::language::Language;
use crate::units::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// The texts are kept whole after every so many edits, so that any moment is soon found.
const KEPT_EVERY: usize = 128;

/// The candidate's code from the starters to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What each text began with.
    pub starters: BTreeMap<Language, String>,
    /// Languages in use, in order: from which moment on. The first holds from the beginning.
    pub languages: Vec<(Moment, Language)>,
    /// All edits that changed a text, in order.
    pub edits: Vec<Edit>,
    /// The texts before every [`KEPT_EVERY`]th edit.
    kept: Vec<BTreeMap<Language, String>>,
}

/// One edit: what a client sent at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The step.
    pub seq: u64,
    /// When.
    pub at: At,
    /// The text that was changed.
    pub language: Language,
    /// Where the change begins, in characters from the text's start.
    pub place: u32,
    /// What stood there.
    pub deleted: String,
    /// What stands there now.
    pub inserted: String,
}

impl Edit {
    /// Characters that came.
    pub fn inserted_chars(&self) -> u64 {
        self.inserted.chars().count() as u64
    }

    /// Characters that went.
    pub fn deleted_chars(&self) -> u64 {
        self.deleted.chars().count() as u64
    }
}

/// The code at a moment. Named by the step of the last edit (or choice of language) before it; 0 before any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Its name.
    pub seq: u64,
    /// Since when it has stood so.
    pub at: At,
    /// The language in use.
    pub language: Language,
    /// Its text.
    pub text: String,
}

impl Snapshot {
    /// These lines, counted from 1, both included; none when the text does not have them.
    pub fn lines(&self, from: u32, to: u32) -> Option<String> {
        let count = u32::try_from(self.text.lines().count()).unwrap_or(u32::MAX);
        let is_there = 1 <= from && from <= to && to <= count;
        let (skip, take) = (from.saturating_sub(1) as usize, (to.saturating_sub(from) as usize).saturating_add(1));
        is_there.then(|| self.text.lines().skip(skip).take(take).collect::<Vec<_>>().join("\n"))
    }
}

impl Code {
    /// Code of which only its edits are known.
    #[cfg(test)]
    pub(in crate::scorecard) fn of(starters: BTreeMap<Language, String>, edits: Vec<Edit>) -> Code {
        let language = starters.keys().next().copied().unwrap_or(Language::Python3);
        Code { starters, languages: vec![(Moment::default(), language)], edits, kept: Vec::new() }
    }

    /// The code in use after this step.
    pub fn at_step(&self, seq: u64) -> Snapshot {
        let edits = self.edits.partition_point(|edit| edit.seq <= seq);
        let chosen = self.languages.iter().rev().find(|(since, _)| since.seq <= seq).or(self.languages.first());
        let (since, language) =
            chosen.map_or((Moment::default(), Language::Python3), |(since, language)| (*since, *language));
        let last = self.edits.get(..edits).unwrap_or_default().iter().rev().find(|edit| edit.language == language);
        let last = last.map_or(since, |edit| Moment { seq: edit.seq, at: edit.at }).max(since);
        let text = self.texts_after(edits).remove(&language).unwrap_or_default();
        Snapshot { seq: last.seq, at: last.at, language, text }
    }

    /// The code in use at this time.
    pub fn at_time(&self, at: At) -> Snapshot {
        let edit = self.edits.iter().rev().find(|edit| edit.at <= at).map_or(0, |edit| edit.seq);
        let choice = self.languages.iter().rev().find(|(since, _)| since.at <= at).map_or(0, |(since, _)| since.seq);
        self.at_step(edit.max(choice))
    }

    /// The code at the end.
    pub fn at_the_end(&self) -> Snapshot {
        self.at_step(u64::MAX)
    }

    /// The language's text at its beginning.
    pub fn starter(&self, language: Language) -> &str {
        self.starters.get(&language).map_or("", String::as_str)
    }

    /// Goes through all edits in order.
    pub fn replay(&self) -> Replay<'_> {
        Replay { code: self, next: 0, texts: self.starters.clone() }
    }

    fn texts_after(&self, edits: usize) -> BTreeMap<Language, String> {
        let kept = edits / KEPT_EVERY;
        let mut texts = self.kept.get(kept).unwrap_or(&self.starters).clone();
        for edit in self.edits.get(kept * KEPT_EVERY..edits).unwrap_or_default() {
            apply(texts.entry(edit.language).or_default(), edit);
        }
        texts
    }
}

/// The texts while edits are made again, one after the other.
pub struct Replay<'a> {
    code: &'a Code,
    next: usize,
    texts: BTreeMap<Language, String>,
}

impl<'a> Replay<'a> {
    /// The edit that [`Self::step`] makes next.
    pub fn upcoming(&self) -> Option<&'a Edit> {
        self.code.edits.get(self.next)
    }

    /// Makes the next edit.
    pub fn step(&mut self) -> Option<&'a Edit> {
        let edit = self.upcoming()?;
        self.next += 1;
        apply(self.texts.entry(edit.language).or_default(), edit);
        Some(edit)
    }

    /// A language's text as it stands.
    pub fn text(&self, language: Language) -> &str {
        self.texts.get(&language).map_or("", String::as_str)
    }
}

fn apply(text: &mut String, edit: &Edit) {
    let from = text.char_indices().nth(edit.place as usize).map_or(text.len(), |(place, _)| place);
    let to = from.saturating_add(edit.deleted.len());
    if text.is_char_boundary(to) && to <= text.len() {
        text.replace_range(from..to, &edit.inserted);
    }
}

/// Follows the editor.
pub(super) struct CodeTrack {
    editor: Editor,
    texts: BTreeMap<Language, String>,
    code: Code,
}

impl CodeTrack {
    pub fn new(workspace: &Workspace) -> Self {
        let editor = Editor::new(workspace);
        let texts: BTreeMap<Language, String> =
            editor.languages().iter().map(|language| (*language, editor.text(*language))).collect();
        let languages = vec![(Moment::default(), editor.language())];
        let code = Code { starters: texts.clone(), languages, edits: Vec::new(), kept: vec![texts.clone()] };
        CodeTrack { editor, texts, code }
    }

    pub fn changed(&mut self, moment: Moment, update: &[u8]) {
        if let Ok(Taken::Changed { .. }) = self.editor.apply(moment.at, update) {
            self.look(moment);
        }
    }

    pub fn replaced(&mut self, moment: Moment, language: Language, text: &str) {
        if let Ok(Some(_)) = self.editor.replace(moment.at, language, text) {
            self.look(moment);
        }
    }

    pub fn chosen(&mut self, moment: Moment, language: Language) {
        if language != self.editor.language() && self.editor.choose(language) {
            self.code.languages.push((moment, language));
        }
    }

    pub fn end(self) -> Code {
        self.code
    }

    /// Which text is another now? Mostly the one in use.
    fn look(&mut self, moment: Moment) {
        let in_use = self.editor.language();
        if self.look_at(moment, in_use) {
            return;
        }
        let others: Vec<Language> = self.texts.keys().copied().filter(|language| *language != in_use).collect();
        others.into_iter().for_each(|language| {
            self.look_at(moment, language);
        });
    }

    fn look_at(&mut self, moment: Moment, language: Language) -> bool {
        let after = self.editor.text(language);
        let before = self.texts.entry(language).or_default();
        if *before == after {
            return false;
        }
        let (place, deleted, inserted) = difference(before, &after);
        let edit = Edit { seq: moment.seq, at: moment.at, language, place, deleted, inserted };
        *before = after;
        self.code.edits.push(edit);
        if self.code.edits.len().is_multiple_of(KEPT_EVERY) {
            self.code.kept.push(self.texts.clone());
        }
        true
    }
}

/// Where two texts begin to differ, in characters, and what stands there in each.
pub(in crate::scorecard) fn difference(before: &str, after: &str) -> (u32, String, String) {
    let alike = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8());
    let (place, head) = alike.fold((0_u32, 0), |(count, bytes), len| (count.saturating_add(1), bytes + len));
    let (before, after) = (before.get(head..).unwrap_or_default(), after.get(head..).unwrap_or_default());
    let alike = before.chars().rev().zip(after.chars().rev()).take_while(|(a, b)| a == b);
    let tail: usize = alike.map(|(a, _)| a.len_utf8()).sum();
    let middle = |text: &str| text.get(..text.len() - tail).unwrap_or_default().to_owned();
    (place, middle(before), middle(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::setup::Runs;

    fn workspace() -> Workspace {
        let starters =
            [(Language::Python3, "def f():\n    pass\n".to_owned()), (Language::Go, "package x\n".to_owned())];
        Workspace {
            languages: vec![Language::Python3, Language::Go],
            language: Language::Python3,
            starters: starters.into(),
            visible_tests: Vec::new(),
            hidden_tests: 0,
            runs: Runs::Unavailable { why: "no".into() },
        }
    }

    fn moment(seq: u64) -> Moment {
        Moment { seq, at: At(seq * 100) }
    }

    #[test]
    fn the_code_is_found_as_it_stood_at_any_step() {
        let mut track = CodeTrack::new(&workspace());
        let mut texts = Vec::new();
        for seq in 1..=400 {
            let text = format!("def f():\n{}    return '{}ö'\n", "    # ä\n".repeat((seq % 7) as usize), seq);
            track.replaced(moment(seq * 2), Language::Python3, &text);
            texts.push((seq * 2, text));
        }
        let code = track.end();
        assert_eq!(code.at_step(0).text, "def f():\n    pass\n");
        assert_eq!(code.at_step(1).seq, 0);
        for (seq, text) in texts {
            let snapshot = code.at_step(seq + 1);
            assert_eq!((snapshot.seq, snapshot.at, &snapshot.text), (seq, At(seq * 100), &text));
            assert_eq!(code.at_time(At(seq * 100 + 50)), snapshot);
        }
    }

    #[test]
    fn an_edit_is_what_differs_and_all_of_them_lead_to_the_end() {
        let mut track = CodeTrack::new(&workspace());
        track.replaced(moment(1), Language::Python3, "def f():\n    return 1\n");
        track.chosen(moment(2), Language::Go);
        track.replaced(moment(3), Language::Go, "package y\n");
        track.replaced(moment(4), Language::Python3, "def f():\n    return 12\n");
        let code = track.end();
        let gist: Vec<_> = code.edits.iter().map(|e| (e.place, e.deleted.as_str(), e.inserted.as_str())).collect();
        assert_eq!(gist, [(13, "pass", "return 1"), (8, "x", "y"), (21, "", "2")]);
        let mut replay = code.replay();
        while replay.step().is_some() {}
        assert_eq!(replay.text(Language::Python3), "def f():\n    return 12\n");
        let end = code.at_the_end();
        assert_eq!((end.language, end.text.as_str(), end.seq), (Language::Go, "package y\n", 3));
    }

    #[test]
    fn lines_are_counted_from_one_and_none_are_made_up() {
        let snapshot = Snapshot { seq: 1, at: At(0), language: Language::Go, text: "a\nb\nc\n".into() };
        assert_eq!(snapshot.lines(2, 3).as_deref(), Some("b\nc"));
        assert_eq!((snapshot.lines(0, 1), snapshot.lines(3, 4), snapshot.lines(3, 2)), (None, None, None));
    }
}
