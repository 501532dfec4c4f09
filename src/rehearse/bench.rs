//! The candidate's workbench: the editor they type in, the runs of their code and what came of them, the hints they took,
//! and whether the interviewer's words after a failed run are about that very code. Pure.

use super::typist::{EditorError, Typist};
use crate::language::Language;
use crate::units::Ms;
use crate::wire::workspace::{RunScope, RunView, Verdict};
use serde::Serialize;

/// A name shorter than this is no sign that somebody means it.
const NAME_LETTERS_MIN: usize = 4;

/// What a run came to, as the candidate was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// On which tests.
    pub scope: RunScope,
    /// Visible tests that passed.
    pub passed: u32,
    /// Visible tests.
    pub total: u32,
    /// Hidden tests that passed, and all of them; none when they were not asked for.
    pub hidden: Option<(u32, u32)>,
    /// The whole.
    pub verdict: Verdict,
    /// The first visible test that failed.
    pub failed: Option<String>,
    /// Its error, or what the compiler complained about.
    pub error: Option<String>,
    /// The line of the error.
    pub line: Option<u32>,
    /// How well the box was closed.
    pub tier: String,
    /// From the free box to the report, in ms.
    pub took_ms: u64,
}

impl Ran {
    fn of(scope: RunScope, report: &RunView) -> Ran {
        let failed = report.tests.iter().find(|test| test.verdict != Verdict::Accepted);
        let error = failed.and_then(|test| test.error.as_ref());
        let compile = report.compile.as_ref().filter(|compile| compile.verdict != Verdict::Accepted);
        Ran {
            scope,
            passed: report.passed,
            total: report.total,
            hidden: report.hidden.map(|hidden| (hidden.passed, hidden.total)),
            verdict: report.verdict,
            failed: failed.map(|test| test.id.clone()),
            error: error.map(|error| error.kind.clone()).or(compile.map(|_| "it does not compile".to_owned())),
            line: error.and_then(|error| error.line).or(compile.and_then(|compile| compile.line)),
            tier: report.tier.clone(),
            took_ms: report.took_ms,
        }
    }

    /// A visible test failed, or it does not compile.
    pub fn failed_visible(&self) -> bool {
        self.passed < self.total || self.verdict == Verdict::CompileError
    }

    /// Every visible test and every hidden one passed, and there were hidden ones.
    pub fn passes_hidden(&self) -> bool {
        !self.failed_visible() && self.hidden.is_some_and(|(passed, total)| total > 0 && passed == total)
    }

    /// In words.
    pub fn said(&self) -> String {
        let mut said = format!("{} of {} visible tests pass", self.passed, self.total);
        if let Some((passed, total)) = self.hidden {
            said += &format!(", {passed} of {total} hidden ones");
        }
        if let Some(test) = &self.failed {
            said += &format!("; {test} fails");
        }
        let line = self.line.map(|line| format!(" on line {line}")).unwrap_or_default();
        if let Some(error) = &self.error {
            said += &format!(": {error}{line}");
        }
        format!("{said} ({} ms, tier {})", self.took_ms, self.tier)
    }
}

/// A hint that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hinted {
    /// 1 is the gentlest.
    pub tier: u8,
    /// What it says.
    pub text: String,
}

/// What is on the candidate's desk.
#[derive(Default)]
pub struct Bench {
    typist: Option<Typist>,
    running: Option<RunScope>,
    runs: Vec<Ran>,
    hints: Vec<Hinted>,
    /// What the interviewer has said since the last run, while that has failed.
    since_failed: Option<String>,
    named: Option<String>,
    /// Names of the candidate's own in the code of the last run.
    own: Vec<String>,
    starter: Option<String>,
}

impl Bench {
    /// A desk with an editor; without a language there is none.
    pub fn new(editor: Option<Language>, seed: u64) -> Bench {
        Bench { typist: editor.map(|language| Typist::new(language, seed)), ..Bench::default() }
    }

    /// The first frame for the editor's socket; none where there is no editor.
    pub fn hello(&self) -> Option<Vec<u8>> {
        self.typist.as_ref().map(Typist::hello)
    }

    /// A frame of the editor's socket; gives the answer to it.
    ///
    /// # Errors
    /// It is no change of the document.
    pub fn received(&mut self, frame: &[u8]) -> Result<Option<Vec<u8>>, EditorError> {
        let Some(typist) = self.typist.as_mut() else { return Ok(None) };
        let answer = typist.received(frame)?;
        if self.starter.is_none() && typist.is_ready() {
            self.starter = Some(typist.code());
        }
        Ok(answer)
    }

    /// Code is being typed.
    pub fn is_typing(&self) -> bool {
        self.typist.as_ref().is_some_and(Typist::is_typing)
    }

    /// The candidate waits for the desk: for the editor's text, the end of the typing, or a run.
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || self.typist.as_ref().is_some_and(|typist| !typist.is_ready() || typist.is_typing())
    }

    /// Begins to write; how many lines and characters the text will have.
    pub fn write(&mut self, now: Ms, code: &str, chars_per_s: u32) -> (usize, usize) {
        if let Some(typist) = self.typist.as_mut() {
            typist.write(now, code, chars_per_s);
        }
        (code.lines().count(), code.chars().count())
    }

    /// Types what is due; gives the frames for the editor's socket.
    pub fn tick(&mut self, now: Ms) -> Vec<Vec<u8>> {
        self.typist.as_mut().map(|typist| typist.tick(now)).unwrap_or_default()
    }

    /// A run was asked for.
    pub fn run(&mut self, scope: RunScope) {
        self.running = Some(scope);
        let code = self.typist.as_ref().map(Typist::code).unwrap_or_default();
        self.own = own_names(&code, self.starter.as_deref().unwrap_or_default());
    }

    /// A run came to a report.
    pub fn ran(&mut self, scope: RunScope, report: &RunView) -> Ran {
        self.running = None;
        let ran = Ran::of(scope, report);
        self.since_failed = ran.failed_visible().then(String::new);
        self.runs.push(ran.clone());
        ran
    }

    /// A run came to nothing.
    pub fn not_run(&mut self) {
        self.running = None;
    }

    /// A hint was given.
    pub fn hinted(&mut self, tier: u8, text: String) {
        self.hints.push(Hinted { tier, text });
    }

    /// The interviewer said this.
    pub fn heard(&mut self, text: &str) {
        let Some(said) = self.since_failed.as_mut() else { return };
        said.push(' ');
        said.push_str(text.trim());
        let line = self.runs.last().and_then(|run| run.line);
        if self.named.is_none() && is_about(said, line, &self.own) {
            self.named = Some(text.trim().to_owned());
        }
    }

    /// The runs, the hints, and the words in which the interviewer named the code.
    pub fn results(self) -> (Vec<Ran>, Vec<Hinted>, Option<String>) {
        (self.runs, self.hints, self.named)
    }
}

/// Whether words are about this very code: they name the line of its error, or a name that only the candidate has given.
fn is_about(said: &str, line: Option<u32>, own: &[String]) -> bool {
    let words: Vec<&str> = said.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    let names_line = line.is_some_and(|line| {
        let number = line.to_string();
        words.windows(2).any(|pair| pair[0].eq_ignore_ascii_case("line") && pair[1] == number)
    });
    names_line || own.iter().any(|name| words.contains(&name.as_str()))
}

/// Names in the code that are not in the starter and are no words of any language: long enough, and with a `_`, a digit or
/// a capital inside.
fn own_names(code: &str, starter: &str) -> Vec<String> {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect()
    };
    let given = words(starter);
    let coined = |word: &String| {
        let inside = word.trim_matches('_');
        inside.len() >= NAME_LETTERS_MIN
            && inside.starts_with(|c: char| c.is_alphabetic())
            && inside.chars().skip(1).any(|c| c == '_' || c.is_numeric() || c.is_uppercase())
            && inside.chars().any(char::is_lowercase)
    };
    words(code).into_iter().filter(|word| coined(word) && !given.contains(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::workspace::{HiddenView, TestFailure, TestView};

    fn report(verdict: Verdict, line: Option<u32>, hidden: Option<(u32, u32)>) -> RunView {
        let error = line.map(|line| TestFailure { kind: "IndexError".into(), message: "m".into(), line: Some(line) });
        let test = TestView {
            id: "too-large".into(),
            verdict,
            input: "1".into(),
            expected: None,
            value: None,
            stdout: None,
            error,
            cpu_ms: 0,
            ran: true,
        };
        RunView {
            verdict,
            compile: None,
            passed: u32::from(verdict == Verdict::Accepted),
            total: 1,
            tests: vec![test],
            hidden: hidden.map(|(passed, total)| HiddenView { passed, total }),
            truncated: false,
            tier: "namespaces".into(),
            queued_ms: 0,
            took_ms: 60,
        }
    }

    #[test]
    fn a_question_after_a_failed_run_is_about_the_code_when_it_names_its_line_or_a_name_of_it() {
        let mut bench = Bench::default();
        bench.heard("What happens on line 12?");
        bench.run(RunScope::Visible);
        bench.ran(RunScope::Visible, &report(Verdict::RuntimeError, Some(12), None));
        for words in
            ["One test fails.", "What do you think about line 13, or line 1, 2?", "It is about the free lockers."]
        {
            bench.heard(words);
            assert_eq!(bench.named, None, "{words}");
        }
        bench.heard("It breaks off on line 12, in store.");
        assert_eq!(bench.named.as_deref(), Some("It breaks off on line 12, in store."));
        assert!(is_about(
            "So what is free_lockers there?",
            None,
            &own_names("free_lockers = 1\nreturn pick_up", "pick_up")
        ));
    }

    #[test]
    fn names_of_the_starter_and_plain_words_are_nobodys_own() {
        let code =
            "from bisect import bisect_left\nclass ParcelLockers:\n  def store(self, parcel_size): by_size = size1";
        assert_eq!(
            own_names(code, "class ParcelLockers:\n  def store(self, parcel_size): pass"),
            ["bisect_left", "by_size", "size1"]
        );
    }

    #[test]
    fn a_run_is_good_when_hidden_tests_pass_too() {
        let ran = |verdict, hidden| Ran::of(RunScope::All, &report(verdict, None, hidden));
        assert!(ran(Verdict::Accepted, Some((3, 3))).passes_hidden());
        assert!(!ran(Verdict::Accepted, Some((2, 3))).passes_hidden() && !ran(Verdict::Accepted, None).passes_hidden());
        assert!(!ran(Verdict::Accepted, Some((0, 0))).passes_hidden());
        let failed = Ran::of(RunScope::Visible, &report(Verdict::RuntimeError, Some(12), None));
        assert!(failed.failed_visible());
        assert_eq!(
            failed.said(),
            "0 of 1 visible tests pass; too-large fails: IndexError on line 12 (60 ms, tier namespaces)"
        );
    }

    #[test]
    fn a_desk_is_busy_until_the_text_is_there_and_while_a_run_is_waited_for() {
        let mut bench = Bench::new(Some(Language::Python3), 1);
        assert!(bench.is_busy() && bench.hello().is_some() && !bench.is_typing());
        let mut bare = Bench::new(None, 1);
        assert!(!bare.is_busy() && bare.hello().is_none());
        bare.run(RunScope::All);
        assert!(bare.is_busy());
        bare.not_run();
        assert!(!bare.is_busy());
        assert!(bench.received(b"\xff").is_err());
    }
}
