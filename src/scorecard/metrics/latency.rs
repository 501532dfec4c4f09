//! How long each waits for the other: the candidate's answers by voice and playback, the interviewer's by the ledgers of the
//! turns, stage by stage.

use super::figures::{percentile, spoken, voice};
use super::{Measure, Metric, Place, Unit, Why};
use crate::interview::command::Ledger;
use crate::scorecard::record::{Record, Span};
use crate::units::*;

/// Who is silent for longer works or thinks: that is no answer's latency any more.
const RESPONSE_MAX: Ms = Ms(30_000);

/// End of the interviewer's sound to the candidate's voice.
pub const RESPONSE_MEDIAN: Metric = Metric {
    id: "response_latency_median",
    unit: Unit::Ms,
    about: "from the interviewer's last sound to the candidate's first: half of the answers come within",
    measure: |record| response(record, 500).into(),
};

/// As [`RESPONSE_MEDIAN`].
pub const RESPONSE_P90: Metric = Metric {
    id: "response_latency_p90",
    unit: Unit::Ms,
    about: "nine of ten of the candidate's answers come within",
    measure: |record| response(record, 900).into(),
};

const fn stage(id: &'static str, about: &'static str, measure: fn(&Record) -> Measure) -> Metric {
    Metric { id, unit: Unit::Ms, about, measure }
}

/// End of the candidate's speech to the first sound sent.
pub const INTERVIEWER_SENT_MEDIAN: Metric = stage(
    "interviewer_latency_sent_median",
    "from the candidate's last sound to the first sound sent: half of the answers come within",
    |record| ledger(record, 500, |l| between(l.speech_end, l.first_sent)),
);

/// As [`INTERVIEWER_SENT_MEDIAN`].
pub const INTERVIEWER_SENT_P90: Metric =
    stage("interviewer_latency_sent_p90", "nine of ten of the interviewer's answers are sent within", |record| {
        ledger(record, 900, |l| between(l.speech_end, l.first_sent))
    });

/// End of the candidate's speech to the first sound heard.
pub const INTERVIEWER_HEARD_MEDIAN: Metric = stage(
    "interviewer_latency_heard_median",
    "from the candidate's last sound to the first sound heard, as the client says: half within",
    |record| ledger(record, 500, |l| between(l.speech_end, l.first_played)),
);

/// As [`INTERVIEWER_HEARD_MEDIAN`].
pub const INTERVIEWER_HEARD_P90: Metric =
    stage("interviewer_latency_heard_p90", "nine of ten of the interviewer's answers are heard within", |record| {
        ledger(record, 900, |l| between(l.speech_end, l.first_played))
    });

/// The decision that the turn is over.
pub const STAGE_ENDPOINT: Metric =
    stage("stage_endpoint_median", "from the candidate's last sound to the decision that the turn is over", |record| {
        ledger(record, 500, |l| between(l.speech_end, l.committed))
    });

/// The last words.
pub const STAGE_STT_FINAL: Metric =
    stage("stage_stt_final_median", "from the candidate's last sound to the recogniser's last word", |record| {
        ledger(record, 500, |l| between(l.speech_end, l.stt_final))
    });

/// The model. What was made in secret before the decision took no time of the candidate's.
pub const STAGE_LLM_FIRST_TOKEN: Metric = stage(
    "stage_llm_first_token_median",
    "from that decision to the model's first word; 0 when it was there",
    |record| ledger(record, 500, |l| between(l.committed, l.llm_first_token)),
);

/// The voice.
pub const STAGE_TTS_FIRST_BYTE: Metric = stage(
    "stage_tts_first_byte_median",
    "from the first sentence (or that decision, if later) to the voice's first sound; 0 when it was there",
    |record| ledger(record, 500, |l| between(l.committed.max(l.first_sentence), l.tts_first_byte)),
);

/// The client.
pub const STAGE_PLAYBACK: Metric =
    stage("stage_playback_median", "from the first sound sent to the first sound heard", |record| {
        ledger(record, 500, |l| between(l.first_sent, l.first_played))
    });

fn between(from: Option<At>, to: Option<At>) -> Option<Ms> {
    Some(to? - from?)
}

fn ledger(record: &Record, permille: usize, stage: fn(&Ledger) -> Option<Ms>) -> Measure {
    let mut places = Vec::new();
    for turn in &record.turns {
        let Some(report) = turn.report.as_ref().filter(|report| report.ledger.first_sent.is_some()) else { continue };
        let Some(length) = stage(&report.ledger) else { continue };
        let from = report.ledger.speech_end.unwrap_or(turn.span.to);
        let to = report.ledger.first_played.or(report.ledger.first_sent).unwrap_or(from).max(from);
        places.push(Place::span(Span { from, to }).with(length.0));
    }
    at_rank(places, permille)
}

fn at_rank(places: Vec<Place>, permille: usize) -> Measure {
    let values: Vec<u64> = places.iter().filter_map(|place| place.value?.try_into().ok()).collect();
    match percentile(&values, permille) {
        Some(value) => Measure::of(value, places),
        None => Measure::none(Why::DidNotHappen),
    }
}

fn response(record: &Record, permille: usize) -> Result<Measure, Why> {
    spoken(record)?;
    if record.playback.is_empty() {
        return Err(Why::NoPlayback);
    }
    let mut places = Vec::new();
    for (place, playback) in record.playback.iter().enumerate() {
        let end = playback.span.to;
        let next = record.playback.get(place + 1).map_or(At(u64::MAX), |next| next.span.from);
        if voice(record).any(|segment| segment.span.holds(end)) {
            // The candidate had begun before the end.
            continue;
        }
        let answer = voice(record).map(|segment| segment.span.from).find(|from| *from >= end);
        let answer = answer.filter(|from| *from < next && *from - end <= RESPONSE_MAX);
        places.extend(answer.map(|from| Place::span(Span { from: end, to: from }).with((from - end).0)));
    }
    Ok(at_rank(places, permille))
}
