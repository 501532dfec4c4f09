//! The courses of simulated interviews: small questions of each kind, long enough for every decision of the agenda.

use crate::interview::agenda::condition::Condition;
use crate::interview::agenda::course::*;
use crate::units::Ms;

/// The course of this kind.
pub fn course(kind: Kind) -> Course {
    match kind {
        Kind::Talk => Course::default(),
        Kind::Coding => coding(),
        Kind::Behavioural => story(),
        Kind::SystemDesign => design(),
    }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn follow_up(ask: &str, phase: Option<&str>, when: Option<&str>) -> FollowUp {
    let when = when.and_then(|text| Condition::parse(text).ok());
    FollowUp { when, ask: ask.to_owned(), phase: phase.map(str::to_owned) }
}

fn coding() -> Course {
    let told = |ask: &[&str], answer: &str| Told { ask: texts(ask), answer: answer.to_owned() };
    let hint = |tier, text: &str, seconds: u64| Hint { tier, text: text.to_owned(), offer_after: Ms(seconds * 1000) };
    let approach = |id: &str, optimal, hints: &[&str]| Approach {
        id: id.to_owned(),
        summary: String::new(),
        optimal,
        code_hints: texts(hints),
        time: if optimal { "O(n)".to_owned() } else { "O(n^2)".to_owned() },
        space: String::new(),
    };
    Course {
        kind: Kind::Coding,
        follow_ups: vec![
            follow_up("What are you assuming so far?", Some("clarify"), None),
            follow_up("What would you keep of the numbers you have seen, and why?", Some("approach"), None),
            follow_up("Which test would you add?", Some("test"), None),
            follow_up("What does it cost in time and in memory?", None, None),
            follow_up("What happens with a million numbers?", None, Some("approach == 'nested-loops' || timed_out")),
            follow_up("What changes when the list is sorted already?", None, Some("all_hidden_pass")),
        ],
        told: vec![
            told(&["same number twice", "duplicates"], "A number may stand there twice, and then both may be used."),
            told(&["no pair", "no such"], "Then the answer is false."),
        ],
        hints: vec![
            hint(1, "For one number of the list, which other number do you look for?", 90),
            hint(2, "What would let you look that number up without walking the list?", 180),
            hint(3, "Keep what you have seen in a set, and look before you put a number in.", 0),
        ],
        approaches: vec![
            approach("set-of-seen", true, &["set("]),
            approach("nested-loops", false, &["for j in", "for b in"]),
        ],
        edge_cases: vec![EdgeCase { id: "empty".to_owned(), say: texts(&["empty list"]) }],
        ..Course::default()
    }
}

fn story() -> Course {
    let probe = |missing, ask: &str, heard: &[&str]| Probe { missing, ask: ask.to_owned(), heard: texts(heard) };
    Course {
        kind: Kind::Behavioural,
        probes: vec![
            probe(StoryPart::Situation, "When was that, and where?", &["last year", "we were", "at the time"]),
            probe(StoryPart::Task, "What was yours to do?", &["i had to", "my task"]),
            probe(StoryPart::Action, "What did you do, step by step?", &["i decided", "i wrote", "so i"]),
            probe(StoryPart::Result, "And what came of it, in numbers if you can?", &["in the end", "as a result"]),
            probe(StoryPart::Reflection, "What would you do differently today?", &["i learned", "looking back"]),
        ],
        follow_ups: vec![follow_up("Who disagreed with you, and what did you say?", None, None)],
        ..Course::default()
    }
}

fn design() -> Course {
    let stretch = |id: &str, minutes: u64, prompt: &str| Stretch {
        id: id.to_owned(),
        length: Ms(minutes * 60_000),
        prompt: prompt.to_owned(),
    };
    let told = |ask: &[&str], answer: &str| Told { ask: texts(ask), answer: answer.to_owned() };
    Course {
        kind: Kind::SystemDesign,
        told: vec![
            told(
                &["how many buses", "how many users"],
                "Two thousand buses, and half a million people in the rush hour.",
            ),
            told(&["how often", "report"], "Each bus reports every five seconds."),
        ],
        stretches: vec![
            stretch("requirements", 6, "What would you settle before you design anything?"),
            stretch("data", 8, "Which state do you keep, and where?"),
            stretch("failure", 6, "A bus falls silent. What do people see?"),
        ],
        deep_dives: vec![follow_up("Reports come late and out of order. Where does that hurt?", None, None)],
        curveballs: vec![follow_up(
            "The next city joins, ten times as large. What changes?",
            None,
            Some("clarifications >= 1"),
        )],
        ..Course::default()
    }
}
