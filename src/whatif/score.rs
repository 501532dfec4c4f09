//! Sums up what settings would have done, and finds those that no other beats in both latency and cut-offs.

use super::decide::{Decision, decide};
use super::settings::Candidate;
use super::trace::Trace;
use crate::interview::floor::FloorSettings;
use crate::units::*;
use serde::Serialize;
use std::rc::Rc;

/// What settings would have done over many turns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// What was changed; empty for the settings as recorded.
    pub settings: String,
    /// Turns that were scored.
    pub turns: usize,
    /// Turns whose fate the recordings do not tell.
    pub unscored: usize,
    /// Turns that would have been ended in the middle.
    pub cut_offs: usize,
    /// Silence before the ends of the others: half of them at most this.
    pub silence_p50_ms: Ms,
    /// And 95 of a hundred.
    pub silence_p95_ms: Ms,
    /// No other of these settings is better in cut-offs and in the 95th percentile.
    pub pareto: bool,
}

impl Score {
    /// Cut-offs in a thousand turns; zero without turns.
    pub fn cut_off_permille(&self) -> usize {
        (self.cut_offs * 1000).checked_div(self.turns).unwrap_or(0)
    }
}

/// What a setting would have done over these turns.
pub fn score(traces: &[&Trace], candidate: &Candidate) -> Score {
    let mut score = Score { settings: candidate.name.clone(), ..Score::default() };
    let mut silences = Vec::with_capacity(traces.len());
    for (trace, settings) in under(traces, candidate) {
        match decide(trace, &settings) {
            Decision::Ended { silence, .. } => silences.push(silence),
            Decision::CutOff { .. } => score.cut_offs += 1,
            Decision::Unscored(_) => score.unscored += 1,
        }
    }
    score.turns = silences.len() + score.cut_offs;
    silences.sort_unstable();
    score.silence_p50_ms = percentile(&silences, 500);
    score.silence_p95_ms = percentile(&silences, 950);
    score
}

/// Each turn with the settings it is to be judged under, which are made once for all turns that were recorded under the same.
pub fn under<'a>(
    traces: &'a [&'a Trace],
    candidate: &'a Candidate,
) -> impl Iterator<Item = (&'a Trace, Rc<FloorSettings>)> {
    let mut last: Option<(&FloorSettings, Rc<FloorSettings>)> = None;
    traces.iter().map(move |trace| {
        let known = last.as_ref().filter(|(recorded, _)| **recorded == trace.settings).map(|(_, made)| made.clone());
        let made = known.unwrap_or_else(|| Rc::new(candidate.over(&trace.settings)));
        last = Some((&trace.settings, made.clone()));
        (*trace, made)
    })
}

/// Marks the scores that no other beats.
pub fn pareto(scores: &mut [Score]) {
    let figures: Vec<(usize, Ms)> =
        scores.iter().map(|score| (score.cut_off_permille(), score.silence_p95_ms)).collect();
    for (score, own) in scores.iter_mut().zip(&figures) {
        let beaten = figures.iter().any(|other| other.0 <= own.0 && other.1 <= own.1 && other != own);
        score.pareto = score.turns > 0 && !beaten;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(cut_offs: usize, p95: u64) -> Score {
        Score { turns: 100, cut_offs, silence_p95_ms: Ms(p95), ..Score::default() }
    }

    #[test]
    fn what_another_beats_in_both_is_not_on_the_front() {
        let mut scores = [scored(5, 600), scored(5, 700), scored(1, 1200), scored(8, 600), scored(0, 0)];
        scores[4].turns = 0;
        pareto(&mut scores[..4]);
        let front: Vec<bool> = scores.iter().map(|score| score.pareto).collect();
        assert_eq!(front, [true, false, true, false, false]);
    }
}
