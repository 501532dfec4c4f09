//! What the interview core is set up with, for each kind of question: the authored lines in the order in which an
//! interview that observes nothing but speech asks them.

use super::facts::at_the_start;
use super::format::{Kind, QuestionFile};
use crate::interview::setup::Question;

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

/// Follow-ups that fit when nothing has been observed: those without a condition, and those whose condition holds at
/// the start. A story is asked for its parts, a design goes through its phases with a curveball before the last.
fn follow_ups(file: &QuestionFile) -> Vec<String> {
    let fits = |when: &Option<super::condition::Condition>| when.as_ref().is_none_or(|when| when.holds(&at_the_start));
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
            greeting: "Hello, good to meet you. Today I would like to hear about your work. Take your time to choose \
                       one real example, and tell me about your own part in it.",
            closing: "That is all I wanted to ask. Thank you for telling me about it so openly. Goodbye.",
        },
        Kind::SystemDesign => Defaults {
            greeting: "Hello, and welcome. Today we will design a system together. There is no single right answer. \
                       Ask me for whatever you need, and tell me why you choose what you choose.",
            closing: "Our time is up. Thank you, that was a good conversation. You can listen to all of it afterwards. \
                      Goodbye.",
        },
    }
}

/// Line breaks of the source file are no pauses of speech.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
