//! The scripted candidate: which line comes next, and whether its time has come. Pure; knows what a person would know:
//! whether they are speaking, whether the interviewer is, and since when.

use super::script::{Line, Start, What};
use crate::units::Ms;
use crate::wire::workspace::RunScope;

/// What the candidate perceives at a moment. Times are of the candidate's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// Now.
    pub now: Ms,
    /// A line is being said, code is being typed, or a run is waited for.
    pub busy: bool,
    /// The interviewer was heard since the candidate's last turn.
    pub answered: bool,
    /// Since when the interviewer is quiet; none while they speak or are about to.
    pub quiet_since: Option<Ms>,
    /// When the interviewer's present reply was first heard.
    pub reply_began: Option<Ms>,
}

/// What the candidate does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Says the line at this place.
    Say {
        /// Which.
        line: usize,
        /// The interviewer was to be spoken over, and had finished already.
        too_late: bool,
    },
    /// Types the line at this place.
    Type {
        /// Which.
        line: usize,
    },
    /// Writes the code of the line at this place.
    Code {
        /// Which.
        line: usize,
    },
    /// Runs the code.
    Run {
        /// On which tests.
        scope: RunScope,
        /// What the interviewer says about it is waited for.
        remark: bool,
    },
    /// Asks for a hint by the button.
    Hint,
    /// Begins to be silent on purpose, for so long.
    BeSilent(Ms),
    /// Ends the interview.
    End,
}

/// Where a candidate stands in their script.
#[derive(Clone, Debug)]
pub struct Candidate {
    next: usize,
    /// The line before is over since then.
    own_ended: Ms,
    silent_until: Option<Ms>,
}

impl Candidate {
    /// A candidate who has said nothing yet.
    pub fn new() -> Candidate {
        Candidate { next: 0, own_ended: Ms(0), silent_until: None }
    }

    /// What to do now, if anything. A move that is answered is made: the next call is about the next line.
    pub fn next(&mut self, lines: &[Line], scene: &Scene) -> Option<Move> {
        if scene.busy || self.silent_until.is_some_and(|until| scene.now < until) {
            self.own_ended = scene.now;
            return None;
        }
        self.silent_until = None;
        let line = lines.get(self.next)?;
        let too_late = self.is_time(line.start, scene)?;
        let place = self.next;
        self.next += 1;
        self.own_ended = scene.now;
        Some(match line.what {
            What::Say(_) => Move::Say { line: place, too_late },
            What::Type(_) => Move::Type { line: place },
            What::Code(_) => Move::Code { line: place },
            What::Run { scope, remark } => Move::Run { scope, remark },
            What::Hint => Move::Hint,
            What::Silence(length) => {
                self.silent_until = Some(scene.now + length);
                Move::BeSilent(length)
            }
            What::End => Move::End,
        })
    }

    /// Whether a line's time has come, and if so, whether it came too late.
    fn is_time(&self, start: Start, scene: &Scene) -> Option<bool> {
        let quiet = scene.quiet_since.filter(|_| scene.answered);
        match start {
            Start::AtOnce(wait) => (scene.now >= self.own_ended + wait).then_some(false),
            Start::AfterInterviewer(wait) => {
                quiet.filter(|since| scene.now >= self.own_ended.max(*since) + wait).map(|_| false)
            }
            Start::CutIn(after) | Start::Backchannel(after) => match scene.reply_began.filter(|_| scene.answered) {
                Some(began) if scene.now >= began + after => Some(quiet.is_some()),
                _ => quiet.map(|_| true),
            },
        }
    }

    /// Lines that were never said, the end not counted.
    pub fn left(&self, lines: &[Line]) -> usize {
        lines.iter().skip(self.next).filter(|line| line.what != What::End).count()
    }
}

impl Default for Candidate {
    fn default() -> Self {
        Candidate::new()
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::Piece;
    use super::*;

    fn say(start: Start) -> Line {
        Line { start, what: What::Say(vec![Piece::Words("x".into())]) }
    }

    fn quiet(now: u64, since: u64) -> Scene {
        Scene { now: Ms(now), answered: true, quiet_since: Some(Ms(since)), ..Scene::default() }
    }

    fn replying(now: u64, began: u64) -> Scene {
        Scene { now: Ms(now), answered: true, reply_began: Some(Ms(began)), ..Scene::default() }
    }

    #[test]
    fn waits_for_an_answer_and_then_a_little_longer() {
        let lines = [say(Start::AfterInterviewer(Ms(500)))];
        let mut candidate = Candidate::new();
        assert_eq!(candidate.next(&lines, &Scene { quiet_since: Some(Ms(0)), ..Scene::default() }), None);
        assert_eq!(candidate.next(&lines, &replying(3_000, 1_000)), None);
        assert_eq!(candidate.next(&lines, &quiet(3_499, 3_000)), None);
        assert_eq!(candidate.left(&lines), 1);
        assert_eq!(candidate.next(&lines, &quiet(3_500, 3_000)), Some(Move::Say { line: 0, too_late: false }));
        assert_eq!(candidate.left(&lines), 0);
        assert_eq!(candidate.next(&lines, &quiet(9_000, 3_000)), None);
    }

    #[test]
    fn cuts_in_so_long_after_the_reply_was_first_heard_or_else_too_late() {
        let lines = [say(Start::CutIn(Ms(1_500))), say(Start::Backchannel(Ms(1_500)))];
        let mut candidate = Candidate::new();
        assert_eq!(candidate.next(&lines, &replying(2_499, 1_000)), None);
        assert_eq!(candidate.next(&lines, &replying(2_500, 1_000)), Some(Move::Say { line: 0, too_late: false }));
        assert_eq!(candidate.next(&lines, &Scene { busy: true, ..replying(4_000, 1_000) }), None);
        assert_eq!(candidate.next(&lines, &quiet(4_100, 4_050)), Some(Move::Say { line: 1, too_late: true }));
    }

    #[test]
    fn silence_on_purpose_takes_its_time_and_the_next_line_may_follow_at_once() {
        let lines = [Line { start: Start::AtOnce(Ms(0)), what: What::Silence(Ms(2_000)) }, say(Start::AtOnce(Ms(100)))];
        let mut candidate = Candidate::new();
        assert_eq!(candidate.next(&lines, &quiet(40, 0)), Some(Move::BeSilent(Ms(2_000))));
        assert_eq!(candidate.next(&lines, &quiet(2_020, 0)), None);
        assert_eq!(candidate.next(&lines, &quiet(2_040, 0)), None);
        assert_eq!(candidate.next(&lines, &quiet(2_120, 0)), Some(Move::Say { line: 1, too_late: false }));
    }

    #[test]
    fn the_end_is_no_line_that_was_missed() {
        let lines = [Line { start: Start::AfterInterviewer(Ms(0)), what: What::End }];
        let mut candidate = Candidate::new();
        assert_eq!(candidate.left(&lines), 0);
        assert_eq!(candidate.next(&lines, &quiet(10, 10)), Some(Move::End));
    }
}
