//! Remarks on runs and on changes of approach, made of the facts alone: they name the input, the line, the function, the
//! variable, so that a question refers to the code as it stands even where no model phrases it.

use super::approach::text_of;
use super::course::Course;
use super::naming::{function_at, quoted, variable_at, whole};
use super::work::Code;
use crate::interview::run::{RunReport, TestReport, Verdict};
use crate::interview::setup::VisibleTest;

/// Longer values are not read out.
const VALUE_CHARS_MAX: usize = 40;

/// What to say of a run of the tests.
pub fn on_run(report: &RunReport, code: &Code, tests: &[VisibleTest], hidden_tests: u32) -> String {
    if let Some(compile) = report.compile.as_ref().filter(|compile| compile.verdict != Verdict::Accepted) {
        return on_compile(compile.line, &compile.output, code);
    }
    if report.verdict == Verdict::RunnerFailed {
        return "The run did not work, and that is not your fault. Please try it once more.".to_owned();
    }
    let failed: Vec<&TestReport> = report.tests.iter().filter(|test| test.verdict != Verdict::Accepted).collect();
    let Some(first) = failed.iter().find(|test| test.ran).or(failed.first()) else {
        return on_pass(report, code, hidden_tests);
    };
    let count = match (failed.len(), report.tests.len()) {
        (1, _) => "One test fails.".to_owned(),
        (failed, all) if failed == all => "No test passes yet.".to_owned(),
        (failed, all) => format!("{failed} of {all} tests fail."),
    };
    let test = tests.iter().find(|test| test.id == first.id);
    format!("{count} {}", on_failure(first, test, code))
}

fn on_compile(line: Option<u32>, output: &str, code: &Code) -> String {
    let Some(line) = line else { return "It does not compile yet. What does the message tell you?".to_owned() };
    let function = function_at(code.text, code.language, line).map(|name| format!(", in {name}")).unwrap_or_default();
    match quoted(output, code.text).or_else(|| variable_at(code.text, line)) {
        Some(name) => format!("It does not compile yet: line {line}{function}. What is {name} there?"),
        None => format!("It does not compile yet: line {line}{function}. What is wrong there?"),
    }
}

fn on_pass(report: &RunReport, code: &Code, hidden_tests: u32) -> String {
    let name = whole(code.text, code.starter, code.language).unwrap_or("your code");
    match report.hidden {
        Some(hidden) if hidden.passed < hidden.total => format!(
            "All visible tests pass, but {} of the {} hidden ones fail. Which input have you not tried on {name} yet?",
            hidden.total - hidden.passed,
            hidden.total
        ),
        Some(_) => "All tests pass, the hidden ones too.".to_owned(),
        None if hidden_tests > 0 => format!("All visible tests pass. Which inputs could still break {name}?"),
        None => "All tests pass.".to_owned(),
    }
}

fn on_failure(report: &TestReport, test: Option<&VisibleTest>, code: &Code) -> String {
    let name = whole(code.text, code.starter, code.language).unwrap_or("your code");
    let about = about(report, test);
    match report.verdict {
        Verdict::TimeLimit => format!("{about}, {name} takes too long. Which part of it grows with the input?"),
        Verdict::MemoryLimit => format!("{about}, {name} uses too much memory. What does it keep that it need not?"),
        Verdict::OutputLimit => format!("{about}, {name} prints far too much. Where does that come from?"),
        Verdict::WrongAnswer => on_wrong_answer(&about, name, report, test),
        Verdict::RuntimeError | Verdict::CompileError | Verdict::RunnerFailed | Verdict::Accepted => {
            on_error(&about, name, report, code)
        }
    }
}

fn on_wrong_answer(about: &str, name: &str, report: &TestReport, test: Option<&VisibleTest>) -> String {
    let value = report.value.as_deref().or(report.stdout.as_deref()).and_then(said);
    let expected = test.and_then(|test| said(&test.expected));
    match (value, expected) {
        (Some(value), Some(expected)) => {
            format!("{about}, {name} answers {value} where {expected} is expected. Walk me through what it does there.")
        }
        _ => format!("{about}, {name} does not answer as expected. Walk me through what it does there."),
    }
}

fn on_error(about: &str, name: &str, report: &TestReport, code: &Code) -> String {
    let error = report.error.as_ref();
    let Some(line) = error.and_then(|error| error.line) else {
        let kind = error.map(|error| format!(" with {}", spoken(&error.kind))).unwrap_or_default();
        return format!("{about}, {name} breaks off{kind}. Where could that happen?");
    };
    let kind = error.map(|error| spoken(&error.kind)).unwrap_or_default();
    let function = function_at(code.text, code.language, line).map(|name| format!(", in {name}")).unwrap_or_default();
    let message = error.map(|error| error.message.as_str()).unwrap_or_default();
    match quoted(message, code.text).or_else(|| variable_at(code.text, line)) {
        Some(variable) => {
            format!("{about}, it breaks off with {kind} on line {line}{function}. What is {variable} at that moment?")
        }
        None => format!("{about}, it breaks off with {kind} on line {line}{function}. What happens there?"),
    }
}

/// The test, by its input where that can be said, else by its name.
fn about(report: &TestReport, test: Option<&VisibleTest>) -> String {
    match test.and_then(|test| said(&test.input)) {
        Some(input) => format!("For {input}"),
        None => format!("In the test called {}", report.id.replace(['-', '_'], " ")),
    }
}

/// A value as it can be read out; none when it is long or deep.
fn said(value: &str) -> Option<String> {
    let value = value.trim();
    match value {
        "[]" => return Some("an empty list".to_owned()),
        "\"\"" => return Some("an empty text".to_owned()),
        "null" | "None" => return Some("nothing".to_owned()),
        _ => {}
    }
    let is_flat = value.matches(['[', '{']).count() <= 2 && !value.contains('\n');
    let plain: String = value.chars().filter(|c| !matches!(c, '[' | ']' | '{' | '}' | '"')).collect();
    let plain = plain.split(',').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    (is_flat && !plain.is_empty() && plain.chars().count() <= VALUE_CHARS_MAX).then_some(plain)
}

/// `IndexError` as it is said.
fn spoken(kind: &str) -> String {
    let mut words = String::new();
    for c in kind.chars().take(60) {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(if c == '_' { ' '.to_lowercase() } else { c.to_lowercase() });
    }
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

/// What to ask when the code goes another way than before.
pub fn on_switch(before: usize, now: usize, code: &Code, course: &Course) -> Option<String> {
    let before = course.approaches.get(before)?.id.replace('-', " ");
    let sayable = |text: &&str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Some(match text_of(code, course, now).filter(sayable) {
        Some(text) => format!("I see {text} in your code now; before, it went by {before}. What made you change?"),
        None => format!("Your code no longer goes by {before}. What made you change?"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::run::{CompileReport, HiddenCount, TestError};
    use crate::language::Language;
    use crate::units::Ms;

    const CODE: Code = Code {
        language: Language::Python3,
        text: "def pair(numbers, wanted):\n    seen = {}\n    return seen[wanted]\n",
        starter: "def pair(numbers, wanted):\n    pass\n",
    };

    fn test(id: &str, verdict: Verdict) -> TestReport {
        TestReport { id: id.into(), verdict, value: None, stdout: None, error: None, cpu: Ms(1), ran: true }
    }

    fn report(tests: Vec<TestReport>) -> RunReport {
        let failed = tests.iter().map(|test| test.verdict).find(|verdict| *verdict != Verdict::Accepted);
        RunReport {
            verdict: failed.unwrap_or(Verdict::Accepted),
            compile: None,
            tests,
            hidden: None,
            truncated: false,
            tier: "full".into(),
            queued: Ms(0),
            took: Ms(9),
        }
    }

    fn visible(id: &str, input: &str, expected: &str) -> VisibleTest {
        VisibleTest { id: id.into(), input: input.into(), expected: expected.into() }
    }

    #[test]
    fn a_wrong_answer_names_input_function_answer_and_expectation() {
        let wrong = TestReport { value: Some("7".into()), ..test("plain", Verdict::WrongAnswer) };
        let report = report(vec![test("first", Verdict::Accepted), wrong]);
        let tests = [visible("plain", "[[3, 4], 8]", "5")];
        let text = on_run(&report, &CODE, &tests, 0);
        assert_eq!(
            text,
            "One test fails. For 3, 4, 8, pair answers 7 where 5 is expected. Walk me through what it does there."
        );
    }

    #[test]
    fn an_error_names_its_kind_line_function_and_variable() {
        let error = TestError { kind: "KeyError".into(), message: "8".into(), line: Some(3) };
        let broken = TestReport { error: Some(error), ..test("long-input", Verdict::RuntimeError) };
        let report = report(vec![broken, test("b", Verdict::RuntimeError)]);
        let tests = [visible("long-input", &"[1,2,3,4]".repeat(9), "5")];
        assert_eq!(
            on_run(&report, &CODE, &tests, 0),
            "No test passes yet. In the test called long input, it breaks off with a key error on line 3, in pair. What is \
             seen at that moment?"
        );
    }

    #[test]
    fn what_does_not_compile_is_asked_about_by_its_line() {
        let mut report = report(Vec::new());
        let output = "error: cannot find value `sen` in this scope".to_owned();
        report.compile = Some(CompileReport { verdict: Verdict::CompileError, output, line: Some(3) });
        assert_eq!(on_run(&report, &CODE, &[], 0), "It does not compile yet: line 3, in pair. What is seen there?");
    }

    #[test]
    fn passing_tests_are_said_with_what_hidden_ones_tell_and_nothing_more() {
        let mut report = report(vec![test("a", Verdict::Accepted)]);
        assert_eq!(on_run(&report, &CODE, &[], 0), "All tests pass.");
        assert_eq!(on_run(&report, &CODE, &[], 9), "All visible tests pass. Which inputs could still break pair?");
        report.hidden = Some(HiddenCount { passed: 7, total: 9 });
        assert_eq!(
            on_run(&report, &CODE, &[], 9),
            "All visible tests pass, but 2 of the 9 hidden ones fail. Which input have you not tried on pair yet?"
        );
    }

    #[test]
    fn slow_code_is_asked_what_grows() {
        let text = on_run(&report(vec![test("long-wall", Verdict::TimeLimit)]), &CODE, &[], 0);
        assert!(text.contains("In the test called long wall, pair takes too long."), "{text}");
    }

    #[test]
    fn values_are_read_out_only_when_they_can_be() {
        assert_eq!(said("[]").as_deref(), Some("an empty list"));
        assert_eq!(said("[1,2]").as_deref(), Some("1, 2"));
        assert_eq!(said(&"[1,2,3,4]".repeat(9)), None);
        assert_eq!(said("[[[1]]]"), None);
    }
}
