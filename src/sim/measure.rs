//! The figures of turn-taking, from what truly happened: when the candidate spoke and when the interviewer was heard.

use super::failures::Failure;
use super::figures::Figure;
use super::scenario::Meaning;
use super::spent::Spent;
use super::typist::Typist;
use super::world::World;
use crate::interview::command::{Outcome, TurnReport};
use crate::units::*;

/// After a backchannel's end the interviewer is given this long to be stopped by it.
const BACKCHANNEL_AFTERMATH: Ms = Ms(1_500);
/// What begins so soon after speech to somebody else is an answer to it.
const ASIDE_AFTERMATH: Ms = Ms(4_000);
/// Who pressed a key so shortly before the end of their words, or goes to the keys instead of waiting for an answer, is at work: the
/// words are for oneself.
const AT_WORK: Ms = Ms(10_000);
/// What is said later than this after words at the keys is a remark on the work, not an answer to them.
const ANSWER_AT_WORK_MAX: Ms = Ms(3_000);
/// Who cuts in when less than this is left of a reply is answered as usual; it is no interruption.
const REST_MIN: Ms = Ms(700);

/// The figures of one interview, or of many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// End of the candidate's speech to the first sound of the answer, of each turn that was answered.
    pub response: Vec<Ms>,
    /// Likewise to the first sound of the answer itself: openers do not count.
    pub answer: Vec<Ms>,
    /// Answers that began with an opener.
    pub opened: usize,
    /// Where the time of each answer went.
    pub spent: Vec<Spent>,
    /// Calls of the model made in secret.
    pub secret_calls: usize,
    /// Second calls of a model that was late, and how many of them answered first.
    pub hedges: (usize, usize),
    /// Tokens of all calls of the model, of those whose answers were dropped unheard, and of the dearest of these.
    pub tokens: (u64, u64, u64),
    /// Spoken turns (and interruptions) of the candidate.
    pub turns: usize,
    /// Turns into which the interviewer began to speak.
    pub cut_offs: usize,
    /// Turns said at the keys that were left alone: who types and thinks aloud wants no answer.
    pub aloud: usize,
    /// Begin of a real interruption to silence.
    pub yields: Vec<Ms>,
    /// Real interruptions.
    pub interruptions: usize,
    /// Backchannels and noises while the interviewer spoke, and what was said to somebody else.
    pub backchannels: usize,
    /// Those over which the interviewer went on, or that it did not answer.
    pub ridden: usize,
    /// Calls of the model, those in vain included.
    pub model_calls: usize,
    /// What counts against a figure, in one interview: sums do not gather it.
    pub failures: Vec<Failure>,
}

impl Measure {
    /// Takes in the figures of another interview.
    pub fn add(&mut self, other: &Measure) {
        self.response.extend(&other.response);
        self.answer.extend(&other.answer);
        self.opened += other.opened;
        self.spent.extend(other.spent.iter().cloned());
        self.secret_calls += other.secret_calls;
        self.hedges = (self.hedges.0 + other.hedges.0, self.hedges.1 + other.hedges.1);
        let (own, others) = (self.tokens, other.tokens);
        self.tokens = (own.0 + others.0, own.1 + others.1, own.2.max(others.2));
        self.yields.extend(&other.yields);
        self.turns += other.turns;
        self.aloud += other.aloud;
        self.cut_offs += other.cut_offs;
        self.interruptions += other.interruptions;
        self.backchannels += other.backchannels;
        self.ridden += other.ridden;
        self.model_calls += other.model_calls;
    }

    /// Turns that were neither spoken into nor said to oneself: each should be answered.
    pub fn answerable(&self) -> usize {
        self.turns - self.cut_offs - self.aloud
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

/// The value below which so many thousandths of the values lie; zero of none.
pub fn part(values: &[Ms], permille: usize) -> Ms {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    crate::units::percentile(&sorted, permille)
}

/// The figures of the world's interview.
pub(super) fn measure(world: &World) -> Measure {
    let mut measure = Measure { model_calls: world.facts.model_calls, ..Measure::default() };
    let said = world.candidate.said();
    let mut failures = Vec::new();
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
        let mut fails = |figure: Figure| failures.push(Failure::of(world, figure, line, next));
        let is_cut = over.is_some_and(|item| outcome(world, item) == Some(Outcome::Interrupted));
        let ended = |item: ItemId| {
            let spans = world.player.audible().iter().rev();
            spans.clone().find(|span| span.item == item).map_or(line.from, |span| span.to)
        };
        match (line.means, over) {
            (Meaning::Backchannel | Meaning::Aside, Some(item)) => {
                measure.backchannels += 1;
                // What is stopped after the next line began is that line's doing.
                let stopped = is_cut && ended(item) < next.min(line.to + BACKCHANNEL_AFTERMATH);
                measure.ridden += usize::from(!stopped);
                if stopped {
                    fails(Figure::Ridden);
                }
                continue;
            }
            (Meaning::Aside, None) => {
                measure.backchannels += 1;
                let answered =
                    begins.iter().any(|(_, at)| line.from < *at && *at < next.min(line.to + ASIDE_AFTERMATH));
                measure.ridden += usize::from(!answered);
                if answered {
                    fails(Figure::Ridden);
                }
                continue;
            }
            (Meaning::Backchannel, None) => continue,
            (Meaning::Interruption, Some(item)) => {
                measure.interruptions += 1;
                if is_cut && ended(item) < next {
                    measure.yields.push(ended(item) - line.from);
                } else {
                    fails(Figure::Yielded);
                }
            }
            _ => {}
        }
        measure.turns += 1;
        let cut = begins.iter().any(|(_, at)| line.from < *at && *at < line.to);
        measure.cut_offs += usize::from(cut);
        if cut {
            fails(Figure::CutOffs);
        }
        let answer = begins.iter().find(|(_, at)| *at >= line.to).filter(|(_, at)| *at < next && !cut);
        let types =
            |hands: &Typist| hands.typed_between(At(line.to.0.saturating_sub(AT_WORK.0)), line.to + ANSWER_AT_WORK_MAX);
        // What was to interrupt and found nothing to interrupt is a turn like any other.
        let at_work = (line.means == Meaning::Turn || over.is_none()) && world.hands.as_ref().is_some_and(types);
        let answer = answer.filter(|(_, at)| !at_work || *at - line.to <= ANSWER_AT_WORK_MAX);
        measure.response.extend(answer.map(|(_, at)| *at - line.to));
        measure.aloud += usize::from(at_work && answer.is_none() && !cut);
        let Some((item, first)) = answer else {
            if !cut && !at_work {
                fails(Figure::Answered);
            }
            continue;
        };
        // The reports tell which turn was answered, by its own anchors.
        let answered = |report: &&TurnReport| {
            let sent = report.ledger.opener_sent.or(report.ledger.first_sent);
            sent.is_some_and(|at| at <= *first) && report.ledger.committed.is_some_and(|at| at >= line.from)
        };
        let report = world.facts.turns.values().rev().find(answered);
        let opened = report.is_some_and(|report| report.ledger.opener_sent.is_some());
        let itself = if opened { world.facts.after_opener.get(item).copied() } else { Some(*first) };
        measure.answer.extend(itself.filter(|at| *at < next).map(|at| at - line.to));
        measure.opened += usize::from(opened);
        measure.spent.extend(report.map(|report| Spent::of(report, line.to, *first)));
    }
    measure.failures = failures;
    let spending = world.core.spending();
    measure.secret_calls = spending.secret_calls as usize;
    measure.hedges = (spending.hedges as usize, spending.hedges_won as usize);
    measure.tokens = (spending.tokens, spending.dropped, spending.dearest);
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
