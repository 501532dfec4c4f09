//! How the two share the time: who talks how much, for how long at a stretch, how often the word passes over.

use super::figures::{conversation, rate, spoken, total, voice};
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::{Record, Span, Speaker};
use crate::units::*;

/// What the other side says for less than this does not break a monologue.
const BACKCHANNEL_BELOW: Ms = Ms(1_000);
/// A silence of this length does.
const MONOLOGUE_GAP: Ms = Ms(3_000);
/// Below this nothing can be said about how a conversation goes.
const CONVERSATION_MIN: Ms = Ms(60_000);

/// The candidate's share of all talk.
pub const TALK_RATIO: Metric = Metric {
    id: "talk_ratio",
    unit: Unit::Permille,
    about: "the candidate's share of the time in which either was heard",
    measure: |record| talk_ratio(record).into(),
};

/// The candidate's longest stretch of talk.
pub const LONGEST_MONOLOGUE: Metric = Metric {
    id: "longest_monologue",
    unit: Unit::Ms,
    about: "the candidate's longest stretch of talk, signs of listening not counted",
    measure: |record| longest_monologue(record).into(),
};

/// How often the word passes over.
pub const INTERACTIVITY: Metric = Metric {
    id: "interactivity",
    unit: Unit::TenthsPer10Minutes,
    about: "changes of speaker for each ten minutes of conversation, silences over 30 s left out",
    measure: |record| interactivity(record).into(),
};

fn talk_ratio(record: &Record) -> Result<Measure, Why> {
    spoken(record)?;
    let own = total(voice(record).map(|segment| segment.span));
    let other = total(record.playback.iter().map(|playback| playback.span));
    if other == Ms(0) {
        return Err(Why::NoPlayback);
    }
    Ok(Measure::of(rate(own.0, 1000, (own + other).0), Vec::new()))
}

fn longest_monologue(record: &Record) -> Result<Measure, Why> {
    let mut stretches: Vec<Span> = Vec::new();
    for turn in spoken(record)? {
        let goes_on = stretches.last().is_some_and(|last| {
            let between = Span { from: last.to, to: turn.span.from };
            let others = record.playback.iter().map(|playback| Ms(playback.span.overlap(between).0));
            between.length() < MONOLOGUE_GAP && others.sum::<Ms>() < BACKCHANNEL_BELOW
        });
        match stretches.last_mut().filter(|_| goes_on) {
            Some(last) => last.to = last.to.max(turn.span.to),
            None => stretches.push(turn.span),
        }
    }
    let longest = stretches.into_iter().max_by_key(|span| (span.length(), std::cmp::Reverse(span.from)));
    let longest = longest.ok_or(Why::NoSpeech)?;
    Ok(Measure::of(longest.length().0, vec![Place::span(longest)]))
}

fn interactivity(record: &Record) -> Result<Measure, Why> {
    let own = record.turns.iter().filter(|turn| !turn.text.is_empty()).map(|turn| (turn.span, Speaker::Candidate));
    let other = record.replies.iter().filter_map(|reply| Some((reply.span?, Speaker::Interviewer)));
    let mut talk: Vec<(Span, Speaker)> = own.chain(other).collect();
    talk.sort_unstable();
    let time = total(conversation(record).into_iter());
    if time < CONVERSATION_MIN {
        return Err(Why::TooLittle);
    }
    let changes = talk.windows(2).filter_map(|pair| match pair {
        [before, after] if before.1 != after.1 => Some(Place::span(after.0)),
        _ => None,
    });
    let places: Vec<Place> = changes.collect();
    Ok(Measure::of(rate(places.len() as u64, 6_000_000, time.0), places))
}
