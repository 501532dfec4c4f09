//! The figures of turn-taking, from what truly happened: when the candidate spoke and when the interviewer was heard.

use super::scenario::Meaning;
use super::world::World;
use crate::interview::command::Outcome;
use crate::units::*;

/// After a backchannel's end the interviewer is given this long to be stopped by it.
const BACKCHANNEL_AFTERMATH: Ms = Ms(1_500);
/// Who cuts in when less than this is left of a reply is answered as usual; it is no interruption.
const REST_MIN: Ms = Ms(700);

/// The figures of one interview, or of many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// End of the candidate's speech to the first sound of the answer, of each turn that was answered.
    pub response: Vec<Ms>,
    /// Spoken turns (and interruptions) of the candidate.
    pub turns: usize,
    /// Turns into which the interviewer began to speak.
    pub cut_offs: usize,
    /// Begin of a real interruption to silence.
    pub yields: Vec<Ms>,
    /// Real interruptions.
    pub interruptions: usize,
    /// Backchannels and noises while the interviewer spoke.
    pub backchannels: usize,
    /// Those over which the interviewer went on.
    pub ridden: usize,
}

impl Measure {
    /// Takes in the figures of another interview.
    pub fn add(&mut self, other: &Measure) {
        self.response.extend(&other.response);
        self.yields.extend(&other.yields);
        self.turns += other.turns;
        self.cut_offs += other.cut_offs;
        self.interruptions += other.interruptions;
        self.backchannels += other.backchannels;
        self.ridden += other.ridden;
    }

    /// The rows of the table of targets, as text.
    pub fn table(&self) -> String {
        let share = |part: usize, whole: usize| match whole {
            0 => "-".to_owned(),
            _ => format!("{:>4} permille ({part} of {whole})", part * 1000 / whole),
        };
        let times = |times: &[Ms]| format!("p50 {} ms, p95 {} ms", part(times, 500), part(times, 950));
        format!(
            "response latency      {} ({} answers)\nyield latency         {}\ncut off by interviewer {}\n\
             interruptions yielded {}\nbackchannels ridden   {}\n",
            times(&self.response),
            self.response.len(),
            times(&self.yields),
            share(self.cut_offs, self.turns),
            share(self.yields.len(), self.interruptions),
            share(self.ridden, self.backchannels),
        )
    }
}

/// The heading over [`Measure::row`]s.
pub fn heading() -> String {
    format!(
        "{:<19} {:>7}  {:>17} {:>17}  {:>17} {:>17}  {:>19}  {:>19}  {:>19}\n",
        "",
        "answers",
        "response p50 ms",
        "response p95 ms",
        "yield p50 ms",
        "yield p95 ms",
        "cut off, of 1000",
        "yielded, of 1000",
        "ridden, of 1000"
    )
}

impl Measure {
    /// One row of the table: each figure with its interval of 95 % confidence.
    pub fn row(&self, name: &str) -> String {
        format!(
            "{name:<19} {:>7}  {:>17} {:>17}  {:>17} {:>17}  {:>19}  {:>19}  {:>19}\n",
            self.response.len(),
            percentile(&self.response, 500),
            percentile(&self.response, 950),
            percentile(&self.yields, 500),
            percentile(&self.yields, 950),
            share(self.cut_offs, self.turns),
            share(self.yields.len(), self.interruptions),
            share(self.ridden, self.backchannels),
        )
    }
}

/// A percentile with the interval that its order statistics give: ranks 1.96 standard deviations to both sides.
fn percentile(values: &[Ms], permille: usize) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let (count, Some(last)) = (sorted.len(), sorted.len().checked_sub(1)) else { return "-".to_owned() };
    let spread = (count * permille * (1000 - permille)).isqrt() * 196 / 100_000;
    let rank = percentile_rank(count, permille);
    let at = |rank: usize| sorted.get(rank.min(last)).copied().unwrap_or_default();
    format!("{} ({}..{})", at(rank), at(rank.saturating_sub(spread)), at(rank + spread))
}

/// A share in permille with its Wilson interval (Wilson 1927), z = 1.96, all in whole numbers.
fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    // z² = 3.8416; everything times 10,000 to stay whole.
    let (n, k) = (whole as u128, part as u128);
    let centre = (k * 10_000 + 19_208) * 1000;
    let root = (196 * 196 * 1_000_000 * (k * (n - k) * 10_000 / n + 9_604)).isqrt();
    let below = n * 10_000 + 38_416;
    let low = centre.saturating_sub(root) / below;
    let high = (centre + root).div_ceil(below).min(1000);
    format!("{} ({low}..{high})", part * 1000 / whole)
}

/// The value below which so many thousandths of the values lie; zero of none.
pub fn part(values: &[Ms], permille: usize) -> Ms {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    crate::units::percentile(&sorted, permille)
}

/// The figures of the world's interview.
pub(super) fn measure(world: &World) -> Measure {
    let mut measure = Measure::default();
    let said = world.candidate.said();
    // The first sound of each item, in order.
    let mut begins: Vec<(ItemId, At)> = Vec::new();
    for span in world.player.audible() {
        if begins.iter().all(|(item, _)| *item != span.item) {
            begins.push((span.item, span.from));
        }
    }
    for (place, line) in said.iter().enumerate() {
        let next = said.get(place + 1).map_or(At(u64::MAX), |next| next.from);
        let over = line.over.filter(|item| rest_of(world, *item, line.from) >= REST_MIN);
        let is_cut = over.is_some_and(|item| outcome(world, item) == Some(Outcome::Interrupted));
        let ended = |item: ItemId| {
            let spans = world.player.audible().iter().rev();
            spans.clone().find(|span| span.item == item).map_or(line.from, |span| span.to)
        };
        match (line.means, over) {
            (Meaning::Backchannel, Some(item)) => {
                measure.backchannels += 1;
                let stopped = is_cut && ended(item) < line.to + BACKCHANNEL_AFTERMATH;
                measure.ridden += usize::from(!stopped);
                continue;
            }
            (Meaning::Backchannel, None) => continue,
            (Meaning::Interruption, Some(item)) => {
                measure.interruptions += 1;
                if is_cut && ended(item) < next {
                    measure.yields.push(ended(item) - line.from);
                }
            }
            _ => {}
        }
        measure.turns += 1;
        let cut = begins.iter().any(|(_, at)| line.from < *at && *at < line.to);
        measure.cut_offs += usize::from(cut);
        let answer = begins.iter().find(|(_, at)| *at >= line.to).filter(|(_, at)| *at < next && !cut);
        measure.response.extend(answer.map(|(_, at)| *at - line.to));
    }
    measure
}

fn outcome(world: &World, item: ItemId) -> Option<Outcome> {
    world.facts.replies.iter().find(|reply| reply.item == Some(item))?.done.map(|(_, outcome)| outcome)
}

/// How much of an item was still to be heard at `at`; of one that was cut off, plenty.
fn rest_of(world: &World, item: ItemId, at: At) -> Ms {
    match outcome(world, item) {
        Some(Outcome::Interrupted | Outcome::Cancelled) => Ms(u64::MAX),
        _ => {
            let spans = world.player.audible().iter().filter(|span| span.item == item && span.to > at);
            Ms(spans.map(|span| (span.to - span.from.max(at)).0).sum())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_wilsons_interval() {
        // Against published values: 5 of 100 is 0.0215..0.1118; 0 of 50 is 0..0.0714.
        assert_eq!(share(5, 100), "50 (21..112)");
        assert_eq!(share(0, 50), "0 (0..72)");
        assert_eq!(share(0, 0), "-");
    }

    #[test]
    fn percentiles_have_the_interval_of_their_ranks() {
        let values: Vec<Ms> = (1..=100).map(Ms).collect();
        assert_eq!(percentile(&values, 500), "50 (41..59)");
        assert_eq!(percentile(&values[..1], 950), "1 (1..1)");
        assert_eq!(percentile(&[], 500), "-");
    }
}
