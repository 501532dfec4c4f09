//! The figures that turn-taking is judged by, each with its interval of 95 % confidence and its target.

use super::measure::Measure;
use crate::units::*;
use serde::Serialize;

/// A figure. Times are in ms, shares in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Half of the answers are heard within this after the candidate's last sound.
    ResponseP50,
    /// 95 % of them are.
    ResponseP95,
    /// Half of the interruptions are followed by silence within this.
    YieldP50,
    /// 95 % of them are.
    YieldP95,
    /// Of the candidate's turns, those into which the interviewer spoke.
    CutOffs,
    /// Of real interruptions, those that were yielded to.
    Yielded,
    /// Of backchannels, noises and words to somebody else, those over which the interviewer went on.
    Ridden,
    /// Of the turns that were not cut off, those that were answered before the candidate spoke again. Nobody publishes this
    /// one; it keeps a policy honest that waits for ever.
    Answered,
}

/// What was measured of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// The figure itself.
    pub value: u64,
    /// The lower end of its interval.
    pub low: u64,
    /// The upper end.
    pub high: u64,
    /// How many turns, answers or sounds it is of.
    pub of: usize,
}

/// Shares are told in so many parts.
const WHOLE: u64 = 10_000;
/// A manner's failures may be twice those of all, and this share is never too many: twice nearly nothing is noise.
const NEARLY_NOTHING: u64 = 50;
/// A manner may be so many times as bad as all together.
const MANNER_FACTOR: u64 = 2;

impl Figure {
    /// All of them, as they stand in the table.
    pub const ALL: [Figure; 8] = [
        Figure::ResponseP50,
        Figure::ResponseP95,
        Figure::YieldP50,
        Figure::YieldP95,
        Figure::CutOffs,
        Figure::Yielded,
        Figure::Ridden,
        Figure::Answered,
    ];

    /// The name in JSON and in the file of bounds.
    pub fn id(self) -> &'static str {
        match self {
            Figure::ResponseP50 => "response_p50_ms",
            Figure::ResponseP95 => "response_p95_ms",
            Figure::YieldP50 => "yield_p50_ms",
            Figure::YieldP95 => "yield_p95_ms",
            Figure::CutOffs => "cut_offs",
            Figure::Yielded => "yielded",
            Figure::Ridden => "ridden",
            Figure::Answered => "answered",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Figure::ResponseP50 => "end of speech to answer, p50",
            Figure::ResponseP95 => "end of speech to answer, p95",
            Figure::YieldP50 => "interruption to silence, p50",
            Figure::YieldP95 => "interruption to silence, p95",
            Figure::CutOffs => "turns cut off",
            Figure::Yielded => "interruptions yielded to",
            Figure::Ridden => "backchannels ridden over",
            Figure::Answered => "turns answered",
        }
    }

    /// The name as the head of a column.
    pub fn head(self) -> &'static str {
        match self {
            Figure::ResponseP50 => "answer p50",
            Figure::ResponseP95 => "answer p95",
            Figure::YieldP50 => "yield p50",
            Figure::YieldP95 => "yield p95",
            Figure::CutOffs => "cut off",
            Figure::Yielded => "yielded",
            Figure::Ridden => "ridden",
            Figure::Answered => "answered",
        }
    }

    /// What is to be reached: at most of times and cut-offs, at least of the others.
    pub fn target(self) -> u64 {
        match self {
            Figure::ResponseP50 => 800,
            Figure::ResponseP95 => 1_500,
            Figure::YieldP50 => 250,
            Figure::YieldP95 => 400,
            Figure::CutOffs => 300,
            Figure::Yielded => 9_700,
            Figure::Ridden => 9_000,
            Figure::Answered => 9_700,
        }
    }

    /// A time, not a share.
    pub fn is_time(self) -> bool {
        matches!(self, Figure::ResponseP50 | Figure::ResponseP95 | Figure::YieldP50 | Figure::YieldP95)
    }

    /// More is worse.
    pub fn is_cost(self) -> bool {
        self.is_time() || self == Figure::CutOffs
    }

    /// Whether `value` is no worse than `bound`.
    pub fn keeps(self, value: u64, bound: u64) -> bool {
        if self.is_cost() { value <= bound } else { value >= bound }
    }

    /// Whether the whole interval is no worse than the target.
    pub fn holds(self, estimate: &Estimate) -> bool {
        self.keeps(if self.is_cost() { estimate.high } else { estimate.low }, self.target())
    }

    /// Whether one manner's figure is within twice that of all: times and cut-offs as they are, the others by what fails.
    pub fn is_within(self, manner: &Estimate, all: &Estimate) -> bool {
        match self {
            _ if self.is_time() => manner.value <= MANNER_FACTOR * all.value,
            Figure::CutOffs => manner.value <= MANNER_FACTOR * all.value.max(NEARLY_NOTHING),
            _ => WHOLE - manner.value <= MANNER_FACTOR * (WHOLE - all.value).max(NEARLY_NOTHING),
        }
    }

    /// The figure of what was measured; none when there was nothing to measure.
    pub fn of(self, measure: &Measure) -> Option<Estimate> {
        match self {
            Figure::ResponseP50 => percentile(&measure.response, 500),
            Figure::ResponseP95 => percentile(&measure.response, 950),
            Figure::YieldP50 => percentile(&measure.yields, 500),
            Figure::YieldP95 => percentile(&measure.yields, 950),
            Figure::CutOffs => share(measure.cut_offs, measure.turns),
            Figure::Yielded => share(measure.yields.len(), measure.interruptions),
            Figure::Ridden => share(measure.ridden, measure.backchannels),
            Figure::Answered => share(measure.response.len(), measure.answerable()),
        }
    }

    /// A value of this figure as people read it, without a unit: ms, or per cent with one place.
    pub fn text(self, value: u64) -> String {
        match self.is_time() {
            true => value.to_string(),
            false => format!("{}.{}", value / 100, value / 10 % 10),
        }
    }

    /// The unit of [`Self::text`].
    pub fn unit(self) -> &'static str {
        if self.is_time() { "ms" } else { "%" }
    }
}

/// A percentile with the interval that its order statistics give: ranks 1.96 standard deviations to both sides.
fn percentile(values: &[Ms], permille: usize) -> Option<Estimate> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (count, last) = (sorted.len(), sorted.len().checked_sub(1)?);
    let spread = (count * permille * (1000 - permille)).isqrt() * 196 / 100_000;
    let rank = percentile_rank(count, permille);
    let at = |rank: usize| sorted.get(rank.min(last)).copied().unwrap_or_default().0;
    Some(Estimate { value: at(rank), low: at(rank.saturating_sub(spread)), high: at(rank + spread), of: count })
}

/// A share with its Wilson interval (Wilson 1927), z = 1.96, all in whole numbers.
fn share(part: usize, whole: usize) -> Option<Estimate> {
    if whole == 0 {
        return None;
    }
    // z² = 3.8416; everything times 10,000 to stay whole.
    let (n, k, parts) = (whole as u128, part as u128, u128::from(WHOLE));
    let centre = (k * 10_000 + 19_208) * parts;
    let root = (196 * 196 * parts * parts * (k * (n - k) * 10_000 / n + 9_604)).isqrt();
    let below = n * 10_000 + 38_416;
    let low = centre.saturating_sub(root) / below;
    let high = (centre + root).div_ceil(below).min(parts);
    Some(Estimate { value: (k * parts / n) as u64, low: low as u64, high: high as u64, of: whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(estimate: Option<Estimate>) -> Option<(u64, u64, u64)> {
        estimate.map(|estimate| (estimate.value, estimate.low, estimate.high))
    }

    #[test]
    fn shares_have_wilsons_interval() {
        // Against published values: 5 of 100 is 0.0215..0.1118; 0 of 50 is 0..0.0714.
        assert_eq!(ends(share(5, 100)), Some((500, 215, 1118)));
        assert_eq!(ends(share(0, 50)), Some((0, 0, 714)));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn percentiles_have_the_interval_of_their_ranks() {
        let values: Vec<Ms> = (1..=100).map(Ms).collect();
        assert_eq!(ends(percentile(&values, 500)), Some((50, 41, 59)));
        assert_eq!(ends(percentile(&values[..1], 950)), Some((1, 1, 1)));
        assert_eq!(percentile(&[], 500), None);
    }

    #[test]
    fn a_target_holds_when_the_whole_interval_does() {
        let cut = |value, low, high| Estimate { value, low, high, of: 1000 };
        assert!(Figure::CutOffs.holds(&cut(280, 260, 300)));
        assert!(!Figure::CutOffs.holds(&cut(290, 275, 305)));
        assert!(Figure::Yielded.holds(&cut(9_800, 9_700, 9_900)));
        assert!(!Figure::Yielded.holds(&cut(9_800, 9_690, 9_900)));
    }

    #[test]
    fn a_manner_is_held_against_twice_what_all_reach() {
        let plain = |value| Estimate { value, low: value, high: value, of: 1000 };
        assert!(Figure::ResponseP50.is_within(&plain(1_400), &plain(700)));
        assert!(!Figure::ResponseP50.is_within(&plain(1_401), &plain(700)));
        assert!(Figure::CutOffs.is_within(&plain(400), &plain(200)));
        assert!(!Figure::CutOffs.is_within(&plain(401), &plain(200)));
        assert!(Figure::Ridden.is_within(&plain(8_600), &plain(9_300)));
        assert!(!Figure::Ridden.is_within(&plain(8_599), &plain(9_300)));
        assert!(Figure::Yielded.is_within(&plain(9_900), &plain(9_990)), "twice nearly nothing is noise");
    }
}
