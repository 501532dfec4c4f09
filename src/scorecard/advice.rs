//! What went best, what to work on next, and what to practise: chosen from a card's findings by weight and band, in the rubric's
//! words. Nothing is found that was not assessed.

use super::card::{Dimension, Finding, Practice, Remark, Signal};
use crate::questions::rubric::Rubric;

/// Strengths and next steps at most, each.
const REMARKS_MAX: usize = 3;
/// Bands from here on are strengths.
const STRONG: u8 = 3;
/// The best there is.
const BEST: u8 = 4;

/// A question of the bank, as far as it matters for what to practise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Its topics.
    pub topics: Vec<String>,
    /// 1 to 5.
    pub difficulty: u8,
}

/// What was assessed, with its band.
fn assessed(dimensions: &[Dimension]) -> impl Iterator<Item = (&Dimension, &Signal, u8)> {
    let signals =
        dimensions.iter().flat_map(|dimension| dimension.signals.iter().map(move |signal| (dimension, signal)));
    signals.filter_map(|(dimension, signal)| Some((dimension, signal, signal.finding.band()?)))
}

/// How much a signal matters in the whole.
fn weight(dimension: &Dimension, signal: &Signal) -> u32 {
    let all: u32 = dimension.signals.iter().map(|signal| u32::from(signal.weight)).sum();
    u32::from(dimension.weight) * u32::from(signal.weight) * 100 / all.max(1)
}

/// What went best: the highest bands, the weightiest first.
pub fn strengths(dimensions: &[Dimension]) -> Vec<Remark> {
    let mut found: Vec<_> = assessed(dimensions).filter(|(.., band)| *band > 1).collect();
    found.sort_by_key(|(dimension, signal, band)| (BEST - band, u32::MAX - weight(dimension, signal)));
    let strong = found.iter().filter(|(.., band)| *band >= STRONG).count();
    // Where nothing is strong, the best there was is told.
    found.truncate(if strong == 0 { 1 } else { strong.min(REMARKS_MAX) });
    found.into_iter().map(|(dimension, signal, _)| remark(dimension, signal, None)).collect()
}

/// What to work on: the lowest bands, the weightiest first, with what the next band looks like.
pub fn next_steps(dimensions: &[Dimension], rubric: &Rubric) -> Vec<Remark> {
    let mut found: Vec<_> = assessed(dimensions).filter(|(.., band)| *band < BEST).collect();
    found.sort_by_key(|(dimension, signal, band)| (*band, u32::MAX - weight(dimension, signal)));
    found.truncate(REMARKS_MAX);
    let aim = |signal: &Signal, band: u8| {
        let known = rubric.signals().find(|(_, known)| known.id == signal.id);
        known.and_then(|(_, known)| known.anchors.band(band + 1)).map(str::to_owned)
    };
    found.into_iter().map(|(dimension, signal, band)| remark(dimension, signal, aim(signal, band))).collect()
}

fn remark(dimension: &Dimension, signal: &Signal, aim: Option<String>) -> Remark {
    let seen = match &signal.finding {
        Finding::Assessed { says, .. } => says.clone(),
        Finding::NotAssessed { why } => why.clone(),
    };
    let evidence = signal.finding.evidence().to_vec();
    Remark { dimension: dimension.id.clone(), signal: signal.id.clone(), seen, aim, evidence }
}

/// What to practise next: of the same kind, near in topics, a step easier after a weak interview and a step harder after a
/// strong one.
pub fn practice(question: &str, kind: &str, dimensions: &[Dimension], bank: &[Offer]) -> Option<Practice> {
    let bands: Vec<(u32, u32)> = dimensions
        .iter()
        .filter_map(|dimension| Some((u32::from(dimension.weight), u32::from(dimension.band?))))
        .collect();
    let weights: u32 = bands.iter().map(|(weight, _)| weight).sum();
    let mean = bands.iter().map(|(weight, band)| weight * band * 100).sum::<u32>().checked_div(weights)?;
    let this = bank.iter().find(|offer| offer.id == question);
    let difficulty = this.map_or(2, |offer| offer.difficulty);
    let (wanted, why) = match mean {
        ..200 => (difficulty.saturating_sub(1).max(1), "a step easier, on what this one asked for"),
        200..325 => (difficulty, "as hard as this one, on what it asked for"),
        _ => ((difficulty + 1).min(5), "a step harder"),
    };
    let shared =
        |offer: &Offer| this.map_or(0, |this| offer.topics.iter().filter(|topic| this.topics.contains(topic)).count());
    let fitting = bank.iter().filter(|offer| offer.kind == kind && offer.id != question);
    let best = fitting
        .min_by_key(|offer| (offer.difficulty.abs_diff(wanted), usize::MAX - shared(offer), offer.id.clone()))?;
    Some(Practice { question: best.id.clone(), title: best.title.clone(), why: why.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questions::format::Kind;
    use crate::scorecard::evidence::Evidence;
    use crate::scorecard::metrics::Unit;

    fn signal(id: &str, weight: u8, band: Option<u8>) -> Signal {
        let place = Evidence::Metric { id: "runs".into(), value: 1, unit: Unit::Count };
        let finding = match band {
            Some(band) => Finding::Assessed { band, says: format!("band {band}"), evidence: vec![place] },
            None => Finding::NotAssessed { why: "unknown".into() },
        };
        Signal { id: id.into(), looks_for: String::new(), weight, judged: false, finding }
    }

    fn dimension(id: &str, weight: u8, band: Option<u8>, signals: Vec<Signal>) -> Dimension {
        Dimension { id: id.into(), title: id.into(), weight, band, assessed_permille: 1000, signals }
    }

    fn ids(remarks: &[Remark]) -> Vec<&str> {
        remarks.iter().map(|remark| remark.signal.as_str()).collect()
    }

    #[test]
    fn the_weightiest_of_the_best_and_of_the_worst_come_first() {
        let rubric = Rubric::embedded(Kind::Coding).unwrap();
        let dimensions = [
            dimension(
                "technical",
                60,
                Some(3),
                vec![signal("tests-passed", 4, Some(4)), signal("errors-before-pass", 1, Some(1))],
            ),
            dimension(
                "testing",
                40,
                Some(3),
                vec![signal("ran-before-done", 2, Some(4)), signal("found-own-bug", 2, Some(3))],
            ),
        ];
        assert_eq!(ids(&strengths(&dimensions)), ["tests-passed", "ran-before-done", "found-own-bug"]);
        let steps = next_steps(&dimensions, &rubric);
        assert_eq!(ids(&steps), ["errors-before-pass", "found-own-bug"]);
        assert_eq!((steps[0].aim.as_deref(), steps[1].aim.as_deref()), (Some("4 to 6"), Some("each bug")));
        assert!(steps.iter().all(|step| !step.evidence.is_empty()));
    }

    #[test]
    fn no_strength_is_invented() {
        assert!(strengths(&[dimension("testing", 40, None, vec![signal("own-cases", 2, None)])]).is_empty());
        assert!(strengths(&[dimension("testing", 40, Some(1), vec![signal("own-cases", 2, Some(1))])]).is_empty());
        let weak = [dimension(
            "testing",
            40,
            Some(2),
            vec![signal("own-cases", 2, Some(2)), signal("found-own-bug", 2, Some(1))],
        )];
        assert_eq!(ids(&strengths(&weak)), ["own-cases"]);
    }

    #[test]
    fn practice_goes_by_the_bands_and_never_to_the_same_question() {
        let offer = |id: &str, topic: &str, difficulty| Offer {
            id: id.into(),
            title: id.into(),
            kind: "coding".into(),
            topics: vec![topic.into()],
            difficulty,
        };
        let bank =
            [offer("this", "heap", 2), offer("easy", "graph", 1), offer("same", "heap", 2), offer("hard", "graph", 3)];
        let after = |band| {
            practice("this", "coding", &[dimension("technical", 30, band, vec![])], &bank).map(|found| found.question)
        };
        assert_eq!(after(Some(1)).as_deref(), Some("easy"));
        assert_eq!(after(Some(3)).as_deref(), Some("same"));
        assert_eq!(after(Some(4)).as_deref(), Some("hard"));
        assert_eq!(after(None), None);
    }
}
