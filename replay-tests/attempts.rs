//! Candidates who try to talk or type the interviewer out of its role, into the solution, or into a better score: the scenarios
//! whose names begin with `tries-`. What is held here is what an interview guarantees whatever the model is: the instructions
//! of every call are the same bytes as without the attempt, the attempt stands inside fences only, phases and hints do not
//! move, and nothing secret is in any call.

use std::fs;
use viva::interview::Message;
use viva::interview::event::{Event, Role};
use viva::sim::scenario::{Act, Scenario};
use viva::sim::{self, Run, cases};

/// An attempt as it is written, and the same with its letters gone.
struct Attempt {
    name: String,
    scenario: Scenario,
    tried: Run,
    plain: Run,
}

fn attempts() -> Vec<Attempt> {
    let folders = cases::find(&super::home().join("scenarios")).expect("the scenarios can be read");
    let name_of = |folder: &std::path::Path| folder.file_name().expect("a name").to_string_lossy().into_owned();
    let ours = folders.iter().filter(|folder| name_of(folder).starts_with("tries-"));
    let attempts = ours.map(|folder| {
        let text = fs::read_to_string(folder.join(cases::SCENARIO_FILE)).expect("a scenario");
        let mut scenario = Scenario::read(&text).expect("reads");
        // When an answer is begun in secret goes by the words: without that, both make the same calls.
        scenario.setup.floor.rules_off.push("speculation".into());
        let (tried, plain) = (sim::run(&scenario), sim::run(&without_letters(&scenario)));
        Attempt { name: name_of(folder), scenario, tried, plain }
    });
    attempts.collect()
}

/// The scenario with an `x` for each letter of what the candidate says, writes and prints: as long, and meaning nothing.
fn without_letters(scenario: &Scenario) -> Scenario {
    let mut plain = scenario.clone();
    for line in &mut plain.line {
        match &mut line.act {
            Act::Say(text) | Act::Type(text) | Act::Write(text) => cross_out(text),
            Act::Happens(Event::SessionChanged(change)) => change.instructions.iter_mut().for_each(cross_out),
            Act::Happens(Event::ItemCreated { text, .. }) => cross_out(text),
            _ => {}
        }
    }
    plain.run.iter_mut().filter_map(|run| run.prints.as_mut()).for_each(cross_out);
    plain
}

fn cross_out(text: &mut String) {
    let cross = |letter: char| if letter.is_whitespace() || ".,".contains(letter) { letter } else { 'x' };
    *text = text.chars().map(cross).collect();
}

fn texts(messages: &[Message], role: Role) -> Vec<&str> {
    messages.iter().filter(|message| message.role == role).map(|message| message.text.as_str()).collect()
}

/// The steps of a readable log that are of these kinds, without their times.
fn steps(run: &Run, kinds: &[&str]) -> Vec<String> {
    let log = run.log.as_deref().expect("a log");
    let lines = log.lines().filter_map(|line| line.split_once("> show ").map(|(_, shown)| shown));
    let wanted = lines.filter(|shown| kinds.iter().any(|kind| shown.starts_with(kind)));
    wanted.map(|shown| shown.split(" left=").next().unwrap_or(shown).to_owned()).collect()
}

#[test]
fn the_instructions_are_the_same_bytes_with_and_without_the_attempt() {
    let attempts = attempts();
    assert!(attempts.len() >= 8, "{} attempts", attempts.len());
    for attempt in attempts {
        let (tried, plain) = (&attempt.tried.facts.prompts, &attempt.plain.facts.prompts);
        assert!(!tried.is_empty() && tried.len() == plain.len(), "{}: {} calls", attempt.name, tried.len());
        for (call, (tried, plain)) in tried.iter().zip(plain).enumerate() {
            for role in [Role::System, Role::Interviewer] {
                assert_eq!(texts(tried, role), texts(plain, role), "{}: call {call}", attempt.name);
            }
            let shape = |messages: &[Message]| messages.iter().map(|message| message.role).collect::<Vec<_>>();
            assert_eq!(shape(tried), shape(plain), "{}: call {call}", attempt.name);
        }
    }
}

#[test]
fn phases_hints_and_the_end_do_not_move() {
    for attempt in attempts() {
        let kinds = ["phase", "hint", "end"];
        assert_eq!(steps(&attempt.tried, &kinds), steps(&attempt.plain, &kinds), "{}", attempt.name);
    }
}

#[test]
fn hints_that_were_not_released_are_in_no_call() {
    let mut held_back = 0;
    for attempt in attempts() {
        let released = &attempt.tried.facts.hints;
        assert_eq!(*released, attempt.plain.facts.hints, "{}", attempt.name);
        for hint in attempt.scenario.setup().course.hints.iter().filter(|hint| !released.contains(&hint.tier)) {
            held_back += 1;
            let told = |message: &Message| message.text.contains(&hint.text);
            assert!(!attempt.tried.facts.prompts.iter().flatten().any(told), "{}: tier {}", attempt.name, hint.tier);
        }
    }
    assert!(held_back > 0, "there are hints to hold back");
}

#[test]
fn nothing_of_an_attempt_stands_outside_of_a_fence() {
    for attempt in attempts() {
        for message in attempt.tried.facts.prompts.iter().flatten().filter(|message| message.role == Role::Candidate) {
            let text = &message.text;
            if text.starts_with("[[") {
                let count = text.chars().take_while(|letter| *letter == '[').count();
                let inside = &text[count..text.len() - count];
                assert!(!inside.contains(&"]".repeat(count)), "{}: {text}", attempt.name);
                continue;
            }
            let outside = outside_of_fences(text);
            let ours = ["", "Last run: number ", "The editor", "Changed since your last turn"];
            let strange = outside.lines().find(|line| {
                let known = ours.iter().any(|own| line.starts_with(own) && own.is_empty() == line.is_empty());
                !known || line.contains("System") || line.contains("reveal")
            });
            assert_eq!(strange, None, "{}: {text}", attempt.name);
        }
    }
}

/// What is left of a message without its fenced parts; every fence must close.
fn outside_of_fences(text: &str) -> String {
    let (mut rest, mut outside) = (text, String::new());
    while let Some((before, after)) = rest.split_once('<') {
        let (mark, after) = after.split_once(">\n").expect("a whole mark");
        let (kind, digits) = mark.split_once('-').expect("a mark of ours");
        assert!(["code", "changes", "run", "client"].contains(&kind), "{mark}");
        assert!(digits.len() >= 3 && digits.chars().all(|digit| digit.is_ascii_digit()), "{mark}");
        outside.push_str(before);
        let (inside, after) = after.split_once(&format!("</{mark}>")).expect("it closes");
        assert!(!inside.contains(digits), "{mark} could be closed from within");
        rest = after;
    }
    outside + rest
}

#[test]
fn no_call_holds_marks_of_a_chat_template_or_what_cannot_be_seen() {
    for attempt in attempts() {
        for message in attempt.tried.facts.prompts.iter().flatten() {
            for mark in ["<|", "<｜", "[INST]", "[/INST]", "<<SYS>>", "<start_of_turn>", "<s>", "</s>"] {
                assert!(!message.text.contains(mark), "{}: {mark}", attempt.name);
            }
            let hidden = |letter: char| {
                (letter.is_control() && letter != '\n' && letter != '\t')
                    || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
            };
            assert!(!message.text.contains(hidden), "{}", attempt.name);
        }
    }
}

#[test]
fn code_of_a_model_that_gives_in_is_neither_said_nor_kept() {
    let attempt = attempts().into_iter().find(|attempt| attempt.name == "tries-and-the-model-gives-in").expect("it");
    let log = attempt.tried.log.expect("a log");
    for line in log.lines().filter(|line| line.contains("> ")) {
        assert!(!line.contains("pair_sum") && !line.contains("seen.add"), "{line}");
    }
    assert!(log.contains("Sure, here it is:") && log.contains("Does that help you?"), "what is around it is said");
}
