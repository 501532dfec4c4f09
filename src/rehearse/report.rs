//! What a rehearsal came to: its sessions, whether they were as expected, and the tables at its end.

use super::bench::{Hinted, Ran};
use super::client::{Held, Kept, Made};
use super::measure::{Figures, Interruption, Summary, Turn};
use super::script::Expect;
use crate::wire::extension::EndReason;
use serde::Serialize;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What became of one session.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// Its id; empty when there was none.
    pub session: String,
    /// Length on the candidate's clock, in ms.
    pub length_ms: u64,
    /// The answered turns.
    pub turns: Vec<Turn>,
    /// Replies that the candidate ended by speaking.
    pub interruptions: Vec<Interruption>,
    /// Replies that went on after a sound that was nothing.
    pub resumed: usize,
    /// How often the interviewer began to speak while a line was being said.
    pub cut_offs: usize,
    /// Runs of the code that came to a report.
    pub runs: Vec<Ran>,
    /// Hints that were given.
    pub hints: Vec<Hinted>,
    /// Words after a failed run that name the candidate's own code.
    pub named_code: Option<String>,
    /// Silence within the interviewer's sound that nobody asked for, in ms.
    pub gaps_ms: u64,
    /// How late the rehearsal itself sent sound at most, in ms; much means that its figures are its own fault.
    pub late_ms: u64,
    /// Why it ended.
    pub ended: Option<EndReason>,
    /// Where the recording is.
    pub recording: Option<Kept>,
    /// Where the sound is as it was heard.
    pub sound: Option<PathBuf>,
    /// What was not as it should be.
    pub failures: Vec<String>,
    /// The arguments cannot be used.
    #[serde(skip)]
    pub unusable: bool,
}

/// What the server's process used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Load {
    /// CPU time, in ms.
    pub cpu_ms: u64,
    /// Memory before the first session, in kB.
    pub memory_before_kb: u64,
    /// The most memory seen, in kB.
    pub memory_most_kb: u64,
}

/// What a rehearsal came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Everything was as it should be.
    pub ok: bool,
    /// Figures over all sessions.
    pub summary: Summary,
    /// What the server used.
    pub load: Option<Load>,
    /// The sessions.
    pub sessions: Vec<Outcome>,
}

impl Outcome {
    /// A session that could not be held.
    pub fn failed(message: String, unusable: bool) -> Outcome {
        Outcome { failures: vec![message], unusable, ..Outcome::default() }
    }

    /// A session that was held.
    pub fn of(made: &Made, held: Held, recording: Option<Kept>) -> Outcome {
        let results = held.results;
        let mut failures = results.faults;
        if results.lines_left > 0 {
            failures.push(format!("the interview ended before {} lines of the script", results.lines_left));
        }
        if recording.as_ref().is_some_and(|kept| !kept.complete) {
            failures.push("the recording is not complete".into());
        }
        Outcome {
            session: made.id.clone(),
            length_ms: results.length.0,
            turns: results.turns,
            interruptions: results.interruptions,
            resumed: results.resumed,
            cut_offs: results.cut_offs,
            runs: results.runs,
            hints: results.hints,
            named_code: results.named_code,
            gaps_ms: results.gaps.0,
            late_ms: held.late.0,
            ended: results.ended.map(|(reason, _)| reason),
            recording,
            sound: held.track,
            failures,
            unusable: false,
        }
    }

    /// Adds what was expected and did not happen.
    fn judge(&mut self, expect: &Expect) {
        if self.session.is_empty() {
            return;
        }
        let summary = self.summary();
        let least = |what: &str, is: usize, wanted: Option<usize>| {
            let wanted = wanted.filter(|wanted| is < *wanted)?;
            Some(format!("expected at least {wanted} {what}, there were {is}"))
        };
        let most = |what: &str, is: u64, wanted: Option<u64>| {
            let wanted = wanted.filter(|wanted| is > *wanted)?;
            Some(format!("expected {what} of at most {wanted}, it was {is}"))
        };
        let must = |holds: bool, wanted: Option<bool>, what: &str| {
            (wanted == Some(true) && !holds).then(|| format!("expected that {what}"))
        };
        let failed_runs = self.runs.iter().filter(|run| run.failed_visible()).count();
        let passes_hidden = self.runs.last().is_some_and(Ran::passes_hidden);
        let count = |number: usize| number as u64;
        let cut_offs_max = expect.cut_offs_max.unwrap_or(0);
        let p95 = summary.answered_ms.map_or(0, |figures| figures.p95);
        let found = [
            least("answered turns", self.turns.len(), expect.turns_min),
            least("interruptions", self.interruptions.len(), expect.interruptions_min),
            least("replies that went on", self.resumed, expect.resumed_min),
            most("a number of interruptions", count(self.interruptions.len()), expect.interruptions_max.map(count)),
            most("a number of cut-offs of the candidate", count(self.cut_offs), Some(count(cut_offs_max))),
            most("a p95 from speech to answer (ms)", p95, expect.answer_p95_ms_max),
            most("gaps in the interviewer's sound (ms)", self.gaps_ms, expect.gaps_ms_max),
            least("runs of the code", self.runs.len(), expect.runs_min),
            least("runs that fail a visible test", failed_runs, expect.failed_runs_min),
            least("hints", self.hints.len(), expect.hints_min),
            must(passes_hidden, expect.passes_hidden, "the last run passes every test, hidden ones too"),
            must(
                self.named_code.is_some(),
                expect.names_code,
                "the interviewer names the line of the error, or a name of the candidate's own, after a failed run",
            ),
        ];
        self.failures.extend(found.into_iter().flatten());
    }

    fn summary(&self) -> Summary {
        Summary::of(self.turns.iter(), self.interruptions.iter())
    }
}

impl Report {
    /// Judges and sums up.
    pub fn new(mut sessions: Vec<Outcome>, expect: Expect, load: Option<Load>) -> Report {
        sessions.iter_mut().for_each(|session| session.judge(&expect));
        let turns = sessions.iter().flat_map(|session| &session.turns);
        let summary = Summary::of(turns, sessions.iter().flat_map(|session| &session.interruptions));
        let ok = sessions.iter().all(|session| session.failures.is_empty());
        Report { ok, summary, load, sessions }
    }

    /// 0 good, 1 something was not as it should be, 2 the arguments cannot be used.
    pub fn exit_code(&self) -> u8 {
        match self.sessions.iter().any(|session| session.unusable) {
            true => 2,
            false => u8::from(!self.ok),
        }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match self.sessions.as_slice() {
            [one] => one_session(&mut text, one),
            many => many_sessions(&mut text, many),
        }
        figures(&mut text, &self.summary);
        if let Some(load) = &self.load {
            self.load_text(&mut text, load);
        }
        for session in self.sessions.iter().take(FAILURES_SHOWN) {
            for failure in &session.failures {
                let _ = writeln!(text, "not as it should be: {failure}");
            }
        }
        text
    }

    fn load_text(&self, text: &mut String, load: &Load) {
        let minutes = self.sessions.iter().map(|session| session.length_ms).sum::<u64>() as f64 / 60_000.0;
        let grown = load.memory_most_kb.saturating_sub(load.memory_before_kb);
        let _ = writeln!(
            text,
            "server            {:.3} s CPU per interview-minute, {:.2} MB more memory per interview (most {:.0} MB)",
            load.cpu_ms as f64 / 1000.0 / minutes.max(0.001),
            grown as f64 / 1024.0 / self.sessions.len().max(1) as f64,
            load.memory_most_kb as f64 / 1024.0,
        );
    }
}

/// Sessions whose failures are listed; the rest are counted.
const FAILURES_SHOWN: usize = 20;

fn one_session(text: &mut String, session: &Outcome) {
    if session.turns.is_empty() && session.session.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nline  turn ended by      after   +sent   heard  words");
    for turn in &session.turns {
        let ms = |value: Option<u64>| value.map_or("–".to_owned(), |value| value.to_string());
        let _ = writeln!(
            text,
            "{:>4}  {:<17}  {:>5}  {:>6}  {:>6}  {}",
            turn.line,
            if turn.typed { "(typed)" } else { turn.rule() },
            ms(turn.committed_after()),
            ms(turn.sent_after_commit()),
            ms(turn.answered_after()),
            shortened(&turn.text),
        );
    }
    let _ = writeln!(
        text,
        "ms; after: from the last speech sample to the turn's end; +sent: from there to the first sound sent; heard: \
         from the last speech sample to the first sound heard\n"
    );
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let _ = writeln!(
        text,
        "{} in {}:{:02} min, {}, {} after nothing, {}, {} ms of gaps",
        count(session.turns.len(), "turn", "turns"),
        session.length_ms / 60_000,
        session.length_ms / 1000 % 60,
        count(session.interruptions.len(), "interruption", "interruptions"),
        count(session.resumed, "reply resumed", "replies resumed"),
        count(session.cut_offs, "cut-off of the candidate", "cut-offs of the candidate"),
        session.gaps_ms,
    );
    for run in &session.runs {
        let _ = writeln!(text, "run               {}", run.said());
    }
    for Hinted { tier, text: said } in &session.hints {
        let _ = writeln!(text, "hint {tier}            {said}");
    }
    if let Some(words) = &session.named_code {
        let _ = writeln!(text, "asked of the code \"{words}\"");
    }
    if let Some(kept) = &session.recording {
        let _ = writeln!(text, "recording         {}", kept.place);
    }
    if let Some(sound) = &session.sound {
        let _ = writeln!(text, "sound as heard    {}", sound.display());
    }
}

fn many_sessions(text: &mut String, sessions: &[Outcome]) {
    let good = sessions.iter().filter(|session| session.failures.is_empty()).count();
    let sum = |of: fn(&Outcome) -> usize| sessions.iter().map(of).sum::<usize>();
    let _ = writeln!(
        text,
        "{good} of {} sessions as they should be; {} turns, {} interruptions, {} resumed, {} cut-offs, {} ms of gaps",
        sessions.len(),
        sum(|session| session.turns.len()),
        sum(|session| session.interruptions.len()),
        sum(|session| session.resumed),
        sum(|session| session.cut_offs),
        sessions.iter().map(|session| session.gaps_ms).sum::<u64>(),
    );
    let late = Figures::of(sessions.iter().map(|session| session.late_ms)).unwrap_or_default();
    let _ = writeln!(text, "the rehearsal's own frames were at most {} ms late (p50 {} ms)", late.max, late.p50);
}

fn figures(text: &mut String, summary: &Summary) {
    let rows = [
        ("speech → answer", summary.answered_ms, "end of speech to the first sound heard"),
        ("speech → turn end", summary.committed_ms, "by the server"),
        ("turn end → sent", summary.sent_after_commit_ms, "to the first sound sent, by the server"),
        ("barge-in → last", summary.last_received_ms, "first speech sample to the last sound received"),
        ("barge-in → silent", summary.silent_ms, "first speech sample to silence"),
    ];
    for (name, figures, meaning) in rows {
        if let Some(figures) = figures {
            let Figures { count, p50, p95, max } = figures;
            let _ =
                writeln!(text, "{name:<17} p50 {p50:>5} ms   p95 {p95:>5} ms   max {max:>5} ms   n {count}  {meaning}");
        }
    }
}

fn shortened(text: &str) -> String {
    const CHARS: usize = 60;
    match text.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// An error with all its causes, in one sentence.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let _ = write!(text, ": {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(resumed: usize, cut_offs: usize) -> Outcome {
        Outcome { session: "s".into(), resumed, cut_offs, ..Outcome::default() }
    }

    #[test]
    fn what_was_expected_and_did_not_happen_is_a_failure() {
        let expect = Expect { turns_min: Some(2), resumed_min: Some(1), ..Expect::default() };
        let report = Report::new(vec![held(1, 1)], expect, None);
        assert_eq!(
            report.sessions[0].failures,
            [
                "expected at least 2 answered turns, there were 0",
                "expected a number of cut-offs of the candidate of at most 0, it was 1",
            ]
        );
        assert_eq!((report.ok, report.exit_code()), (false, 1));
        assert!(report.text().contains("not as it should be: expected at least 2"));
        assert_eq!(Report::new(vec![held(1, 0)], Expect::default(), None).exit_code(), 0);
    }

    #[test]
    fn a_demonstration_without_its_code_is_none() {
        let expect: Expect = toml::from_str(
            "runs_min = 2\nfailed_runs_min = 1\nhints_min = 1\npasses_hidden = true\nnames_code = true\n",
        )
        .expect("expectations");
        let report = Report::new(vec![held(0, 0)], expect, None);
        let failures = &report.sessions[0].failures;
        assert_eq!(failures.len(), 5, "{failures:?}");
        assert!(report.exit_code() == 1 && failures[4].contains("line of the error"), "{failures:?}");
    }

    #[test]
    fn arguments_that_cannot_be_used_are_told_apart_from_a_bad_interview() {
        let report = Report::new(vec![Outcome::failed("no such question".into(), true)], Expect::default(), None);
        assert_eq!(report.exit_code(), 2);
        assert!(report.text().contains("no such question"));
    }

    #[test]
    fn the_servers_use_is_told_per_interview() {
        let load = Load { cpu_ms: 1_000, memory_before_kb: 10_240, memory_most_kb: 14_336 };
        let session = Outcome { length_ms: 120_000, ..held(0, 0) };
        let text = Report::new(vec![session.clone(), session], Expect::default(), Some(load)).text();
        assert!(text.contains("0.250 s CPU per interview-minute, 2.00 MB more memory per interview"), "{text}");
    }
}
