//! What the interview core is set up with, for each kind of question: the authored lines in the order in which an
//! interview that observes nothing but speech asks them.

use super::format::*;
use crate::interview::agenda::condition::Condition;
use crate::interview::agenda::course::{self, Course};
use crate::interview::agenda::facts::at_the_start;
use crate::interview::setup::Question;
use crate::units::Ms;

/// The question as the core gets it.
pub fn question(file: &QuestionFile, spoken: &str, statement: &str, content_hash: String) -> Question {
    let defaults = defaults(file.kind);
    let acknowledgements = match file.acknowledgements.as_slice() {
        [] => ACKNOWLEDGEMENTS.iter().map(|text| (*text).to_owned()).collect(),
        own => own.to_vec(),
    };
    Question {
        id: file.id.clone(),
        title: file.title.clone(),
        content_hash,
        greeting: file.greeting.clone().unwrap_or_else(|| defaults.greeting.to_owned()),
        opening: one_line(spoken),
        statement: statement.trim().to_owned(),
        follow_ups: follow_ups(file),
        acknowledgements,
        closing: file.closing.clone().unwrap_or_else(|| defaults.closing.to_owned()),
    }
}

/// What the agenda goes by.
pub fn course(file: &QuestionFile) -> Course {
    let follow_up = |item: &FollowUp| course::FollowUp {
        when: item.when.clone(),
        ask: one_line(&item.ask),
        phase: item.phase.clone(),
    };
    let told = |item: &Clarification| course::Told { ask: item.ask.clone(), answer: one_line(&item.answer) };
    Course {
        kind: match file.kind {
            Kind::Coding => course::Kind::Coding,
            Kind::Behavioural => course::Kind::Behavioural,
            Kind::SystemDesign => course::Kind::SystemDesign,
        },
        follow_ups: file.follow_ups.iter().map(follow_up).collect(),
        told: file.clarifications.iter().chain(&file.facts).map(told).collect(),
        hints: file.hints.iter().map(hint).collect(),
        approaches: file.approaches.iter().map(approach).collect(),
        edge_cases: file.edge_cases.iter().map(edge_case).collect(),
        probes: file.probes.iter().map(probe).collect(),
        stretches: file.phases.iter().map(stretch).collect(),
        deep_dives: file.deep_dives.iter().map(follow_up).collect(),
        curveballs: file.curveballs.iter().map(curveball).collect(),
    }
}

fn hint(hint: &Hint) -> course::Hint {
    let offer_after = Ms(u64::from(hint.offer_after_s) * 1000);
    course::Hint { tier: hint.tier, text: one_line(&hint.text), offer_after }
}

fn approach(approach: &Approach) -> course::Approach {
    course::Approach {
        id: approach.id.clone(),
        summary: approach.summary.clone(),
        optimal: approach.optimal,
        code_hints: approach.code_hints.clone(),
        time: approach.time.clone(),
        space: approach.space.clone(),
    }
}

fn edge_case(case: &EdgeCase) -> course::EdgeCase {
    course::EdgeCase { id: case.id.clone(), say: case.say.clone() }
}

fn probe(probe: &Probe) -> course::Probe {
    course::Probe { missing: probe.missing, ask: one_line(&probe.ask), heard: probe.heard.clone() }
}

fn stretch(phase: &DesignPhase) -> course::Stretch {
    let length = Ms(u64::from(phase.minutes) * 60_000);
    course::Stretch { id: phase.id.clone(), length, prompt: one_line(&phase.prompt) }
}

fn curveball(ball: &Curveball) -> course::FollowUp {
    course::FollowUp { when: ball.when.clone(), ask: one_line(&ball.say), phase: None }
}

/// Follow-ups that fit when nothing has been observed: those without a condition, and those whose condition holds at
/// the start. A story is asked for its parts, a design goes through its phases with a curveball before the last.
fn follow_ups(file: &QuestionFile) -> Vec<String> {
    let fits = |when: &Option<Condition>| when.as_ref().is_none_or(|when| when.holds(&at_the_start));
    let own = file.follow_ups.iter().filter(|item| fits(&item.when)).map(|item| item.ask.clone());
    match file.kind {
        Kind::Coding => own.collect(),
        Kind::Behavioural => file.probes.iter().map(|probe| probe.ask.clone()).chain(own).collect(),
        Kind::SystemDesign => {
            let mut lines: Vec<String> = file.phases.iter().map(|phase| phase.prompt.clone()).collect();
            let last = lines.pop();
            let dives = file.deep_dives.iter().filter(|dive| fits(&dive.when)).map(|dive| dive.ask.clone());
            let curves = file.curveballs.iter().filter(|curve| fits(&curve.when)).map(|curve| curve.say.clone());
            lines.extend(dives.take(2));
            lines.extend(curves);
            lines.extend(last);
            lines.extend(own);
            lines
        }
    }
}

const ACKNOWLEDGEMENTS: [&str; 6] =
    ["Okay.", "I see.", "Right.", "Understood.", "Good, thank you.", "That makes sense."];

struct Defaults {
    greeting: &'static str,
    closing: &'static str,
}

fn defaults(kind: Kind) -> Defaults {
    match kind {
        Kind::Coding => Defaults {
            greeting: "Hello, and welcome. I am your interviewer today. I have one problem for us. Please think out \
                       loud, and ask me whatever you would like to know.",
            closing: "Let us stop here. Thank you for thinking out loud with me. The recording is there for you to \
                      listen to afterwards. Goodbye.",
        },
        Kind::Behavioural => Defaults {
            greeting: "Hello, good to meet you. Today I would like to hear about your work: one real example, and your \
                       own part in it. Shall we begin?",
            closing: "That is all I wanted to ask. Thank you for telling me about it so openly. Goodbye.",
        },
        Kind::SystemDesign => Defaults {
            greeting: "Hello, and welcome. Today we will design a system together. There is no single right answer: \
                       what counts is why you choose what you choose. Shall we begin?",
            closing: "Our time is up. Thank you, that was a good conversation. You can listen to all of it afterwards. \
                      Goodbye.",
        },
    }
}

/// Line breaks of the source file are no pauses of speech.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use crate::interview::agenda::course::{Course, Kind, StoryPart};
    use crate::questions::Bank;
    use crate::units::Ms;

    fn course(id: &str) -> Course {
        Bank::embedded().expect("our questions").find(id).expect(id).course.clone()
    }

    #[test]
    fn the_course_of_each_kind_has_what_its_file_says() {
        let coding = course("parcel-lockers");
        assert_eq!((coding.kind, coding.hints[0].offer_after), (Kind::Coding, Ms(120_000)));
        assert_eq!(coding.follow_ups[0].phase.as_deref(), Some("clarify"));
        assert!(coding.told[0].ask.contains(&"tie".to_owned()) && coding.approaches[0].optimal);
        let story = course("hard-bug");
        assert_eq!((story.kind, story.probes[0].missing), (Kind::Behavioural, StoryPart::Situation));
        let design = course("bus-arrivals");
        assert_eq!((design.stretches[0].id.as_str(), design.stretches[0].length), ("requirements", Ms(360_000)));
        assert!(!design.told.is_empty() && !design.curveballs.is_empty() && !design.deep_dives.is_empty());
    }

    #[test]
    fn a_course_comes_back_from_a_header_as_it_was() {
        for entry in Bank::embedded().expect("our questions").entries() {
            let text = serde_json::to_string(&entry.course).expect("JSON");
            assert_eq!(serde_json::from_str::<Course>(&text).expect("a course"), entry.course);
        }
    }
}
