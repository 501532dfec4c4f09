//! Questions of both, and what the candidate clarifies before writing.

use super::figures::{conversation, first_code, plain_words, rate, sentences, since_question, total};
use super::{Measure, Metric, Place, Unit, Why, lists};
use crate::interview::agenda::course::Kind;
use crate::interview::floor::lexicon::Lexicon;
use crate::scorecard::record::{Record, Span, Speaker, Utterance};
use crate::units::*;
use std::collections::BTreeSet;

/// Below this nothing can be said about how often something comes.
const CONVERSATION_MIN: Ms = Ms(60_000);

/// What the interviewer asks.
pub const INTERVIEWER_RATE: Metric = Metric {
    id: "question_rate",
    unit: Unit::TenthsPer10Minutes,
    about: "the interviewer's questions for each ten minutes of conversation",
    measure: |record| {
        let time = total(conversation(record).into_iter());
        if time < CONVERSATION_MIN {
            return Measure::none(Why::TooLittle);
        }
        let places = questions(record, Speaker::Interviewer);
        Measure::of(rate(places.len() as u64, 6_000_000, time.0), places)
    },
};

/// What the candidate asks.
pub const CANDIDATE: Metric = Metric {
    id: "candidate_questions",
    unit: Unit::Count,
    about: "the candidate's questions",
    measure: |record| Measure::count(questions(record, Speaker::Candidate)),
};

/// What the candidate clarifies before writing: a heuristic, to be shown with the quotes.
pub const CLARIFYING_BEFORE_CODE: Metric = Metric {
    id: "clarifying_questions_before_code",
    unit: Unit::Count,
    about: "questions about the problem before the first code of the candidate's own (a heuristic: see the quotes)",
    measure: |record| clarifying(record).into(),
};

fn of(record: &Record, speaker: Speaker) -> impl Iterator<Item = &Utterance> {
    record.utterances.iter().filter(move |utterance| utterance.speaker == speaker && utterance.item.is_some())
}

fn questions(record: &Record, speaker: Speaker) -> Vec<Place> {
    let lexicon = Lexicon::of(&record.setup.language);
    let mut places = Vec::new();
    for utterance in of(record, speaker) {
        for (chars, sentence) in sentences(&utterance.text) {
            // The interviewer's sentences were written with their marks.
            let asks = match speaker {
                Speaker::Interviewer => sentence.ends_with('?'),
                Speaker::Candidate => lexicon.is_question(sentence),
            };
            if asks {
                places.push(Place::said(utterance, chars));
            }
        }
    }
    places
}

fn clarifying(record: &Record) -> Result<Measure, Why> {
    if record.setup.course.kind != Kind::Coding {
        return Err(Why::NoSuchPhase);
    }
    let asked = since_question(record)?;
    let until = first_code(record).map_or(asked.to, |code| code.at);
    let before = Span { from: asked.from, to: until };
    let lists = lists::of(&record.setup.language).ok_or(Why::NoWordList)?;
    let lexicon = Lexicon::of(&record.setup.language);
    let (mut places, mut known) = (Vec::new(), BTreeSet::new());
    for utterance in record.said().filter(|utterance| before.holds(utterance.span.from)) {
        for (chars, sentence) in sentences(&utterance.text) {
            // Near the sentence's beginning: "so can I assume", not "and that is what happens".
            let begins = lists.clarifying.find(sentence).iter().any(|found| found.word <= 3);
            let (words, _) = plain_words(sentence);
            if (lexicon.is_question(sentence) || begins) && known.insert(words) {
                places.push(Place::said(utterance, chars));
            }
        }
    }
    Ok(Measure::count(places))
}
