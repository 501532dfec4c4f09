//! What one call of the model costs to build, from a two-hour interview: 600 items, 400 lines of code with a change since
//! the last turn, the last of 50 runs.
//!
//! `cargo bench --bench prompt`. Prints; asserts nothing about time.

use std::time::{Duration, Instant};
use viva::interview::Item;
use viva::interview::agenda::Line;
use viva::interview::command::Phase;
use viva::interview::dialogue::{Context, Counts, Editor, LastRun, RunOutcome, hash, prompt, warm};
use viva::interview::event::Role;
use viva::interview::run::*;
use viva::interview::setup::{Prompts, VisibleTest};
use viva::language::Language;
use viva::prompts::render;
use viva::questions::Bank;
use viva::units::*;

const ITEMS: u32 = 600;
const LINES: usize = 400;
const CALLS: usize = 200;

fn main() {
    let begun = Instant::now();
    warm();
    println!("vocabulary: {:>6.0} ms to load, once in a process", millis(begun.elapsed()));
    let given = Given::new();
    let mut counts = Counts::default();
    let (first, made) = timed(|| prompt(&given.context(&given.code, Line::Free), &mut counts).messages);
    println!("first call: {:>6.2} ms, {made} messages (nothing counted yet, as after a restart)", millis(first));
    for (what, change) in [("one line changed", given.edited(1)), ("the whole file replaced", given.edited(LINES))] {
        let mut times = Vec::new();
        for call in 0..CALLS {
            let code = change(call);
            let (time, _) = timed(|| prompt(&given.context(&code, Line::Free), &mut counts).messages);
            times.push(time);
        }
        times.sort();
        let (p50, p95, max) = (times[CALLS / 2], times[CALLS * 95 / 100], times[CALLS - 1]);
        println!("a call, {what}: p50 {:.2} ms, p95 {:.2} ms, longest {:.2} ms", millis(p50), millis(p95), millis(max));
    }
    let whole = prompt(&given.context(&given.code, Line::Free), &mut counts);
    let (time, _) = timed(|| vec![hash(&whole.messages)]);
    let bytes: usize = whole.messages.iter().map(|message| message.text.len()).sum();
    println!("its hash:   {:>6.2} ms for {} kB", millis(time), bytes / 1000);
}

struct Given {
    prompts: Prompts,
    visible: Vec<VisibleTest>,
    items: Vec<Item>,
    code: String,
    report: RunReport,
}

impl Given {
    fn new() -> Self {
        let bank = Bank::embedded().expect("our questions");
        let question = bank.entries()[0].question.clone();
        let words =
            "so I would keep a map from each value to its place, and look up the rest of the sum before I put it in ";
        let items = (0..ITEMS).map(|id| {
            let role = if id % 2 == 0 { Role::Interviewer } else { Role::Candidate };
            let mut item = Item::new(ItemId(id), role, true);
            item.text = format!("{id} {}", words.repeat(1 + id as usize % 3));
            item
        });
        Given {
            prompts: render(&question, "en", None).expect("renders"),
            visible: vec![VisibleTest { id: "t1".into(), input: "[3, 1, 2]".into(), expected: "6".into() }],
            items: items.collect(),
            code: (0..LINES).map(|line| source(line, 0)).collect(),
            report: report(),
        }
    }

    /// The code with some lines changed, otherwise in each call.
    fn edited(&self, lines: usize) -> impl Fn(usize) -> String + use<> {
        move |call| {
            let is_new = |line: usize| line >= 100 && line < 100 + lines || lines == LINES;
            (0..LINES).map(|line| source(line, if is_new(line) { call + 1 } else { 0 })).collect()
        }
    }

    fn context<'a>(&'a self, code: &'a str, line: Line) -> Context<'a> {
        Context {
            seed: 1,
            tokens_max: 12_000,
            prompts: &self.prompts,
            openers: "",
            visible_tests: &self.visible,
            items: &self.items,
            unfinished_turn: Some("And now I would check the empty list."),
            phase: Phase::Discuss,
            left: Ms(600_000),
            line,
            words: "What does it cost?",
            hints: &["What would you have to remember of the numbers so far?"],
            editor: Some(Editor {
                language: Language::Python3,
                text: code,
                before: Some(&self.code),
                cursor: Some((4_000, 4_000)),
            }),
            last_run: Some(LastRun {
                run: RunId(50),
                scope: RunScope::All,
                language: Language::Python3,
                outcome: RunOutcome::Finished(&self.report),
                changed_since: true,
            }),
            session_instructions: "",
            reply_instructions: None,
        }
    }
}

fn source(line: usize, version: usize) -> String {
    match line % 25 {
        0 => format!("def step_{line}(numbers, target):  # {version}\n"),
        24 => "\n".to_owned(),
        _ => format!("    total = total + numbers[{line}] * target - {version}\n"),
    }
}

fn report() -> RunReport {
    let error = TestError { kind: "IndexError".into(), message: "list index out of range".into(), line: Some(12) };
    let test = TestReport {
        id: "t1".into(),
        verdict: Verdict::RuntimeError,
        value: None,
        stdout: Some("seen 3\n".repeat(200)),
        error: Some(error),
        cpu: Ms(12),
        ran: true,
    };
    RunReport {
        verdict: Verdict::RuntimeError,
        compile: None,
        tests: vec![test],
        hidden: Some(HiddenCount { passed: 7, total: 12 }),
        truncated: false,
        tier: "bench".into(),
        queued: Ms(0),
        took: Ms(40),
    }
}

fn timed<T>(work: impl FnOnce() -> Vec<T>) -> (Duration, usize) {
    let begun = Instant::now();
    let made = work().len();
    (begun.elapsed(), made)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
