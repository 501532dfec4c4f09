//! Tests of the agenda over whole courses: what is said next, in which phase, and why.

use super::course::*;
use super::work::Code;
use super::*;
use crate::interview::floor::lexicon::Lexicon;
use crate::interview::run::{HiddenCount, RunReport, TestReport, Verdict};
use crate::interview::runs::RunFacts;
use crate::interview::setup::{Lines, Question, VisibleTest};
use crate::language::Language;
use condition::Fact;

const STARTER: &str = "def pair(numbers, wanted):\n    pass\n";
const CODE: &str = "def pair(numbers, wanted):\n    seen = {}\n    return seen[wanted]\n";
const SORTED: &str = "def pair(numbers, wanted):\n    numbers.sort()\n    return numbers[0]\n";

/// An agenda with its ground.
struct Table {
    agenda: Agenda,
    question: Question,
    course: Course,
    settings: AgendaSettings,
    lines: Lines,
    now: At,
    can_code: bool,
}

fn follow_up(ask: &str, phase: Option<&str>, when: Option<&str>) -> FollowUp {
    let when = when.map(|text| condition::Condition::parse(text).expect(text));
    FollowUp { when, ask: ask.into(), phase: phase.map(str::to_owned) }
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn coding() -> Course {
    let approach = |id: &str, optimal, hints: &[&str]| Approach {
        id: id.into(),
        summary: String::new(),
        optimal,
        code_hints: texts(hints),
        time: String::new(),
        space: String::new(),
    };
    let hint = |tier, offer_after| Hint { tier, text: format!("Hint {tier}."), offer_after };
    Course {
        kind: Kind::Coding,
        follow_ups: vec![
            follow_up("What do you assume?", Some("clarify"), None),
            follow_up("Which structure?", Some("approach"), None),
            follow_up("What does it cost?", None, None),
            follow_up("Which tests would you write?", Some("test"), None),
            follow_up("How long for a million?", None, Some("approach == 'sort' || timed_out")),
        ],
        told: vec![
            Told { ask: texts(&["same number twice", "duplicate"]), answer: "A number may stand twice.".into() },
            Told { ask: texts(&["no pair", "none"]), answer: "Then answer with nothing.".into() },
        ],
        hints: vec![hint(1, Ms(120_000)), hint(2, Ms(240_000)), hint(3, Ms(0))],
        approaches: vec![approach("map", true, &["{}"]), approach("sort", false, &["sort"])],
        edge_cases: vec![EdgeCase { id: "empty".into(), say: texts(&["empty list"]) }],
        ..Course::default()
    }
}

impl Table {
    fn new(course: Course) -> Self {
        let question = Question {
            greeting: "Hello.".into(),
            opening: "Find the pair.".into(),
            follow_ups: texts(&["Why?", "How long?"]),
            acknowledgements: texts(&["Okay.", "I see."]),
            closing: "Thank you.".into(),
            ..Question::default()
        };
        let mut table = Table {
            agenda: Agenda::new(1),
            question,
            course,
            settings: AgendaSettings::default(),
            lines: Lines::default(),
            now: At(0),
            can_code: true,
        };
        table.say(Next::line(Line::Greeting, "test"));
        table
    }

    /// With the question put.
    fn opened(course: Course) -> Self {
        let mut table = Table::new(course);
        table.say(Next::line(Line::Opening, "test"));
        table
    }

    fn with<T>(&mut self, change: impl FnOnce(&mut Agenda, &Ground) -> T) -> T {
        let ground = Ground {
            question: &self.question,
            course: &self.course,
            settings: &self.settings,
            lines: &self.lines,
            lexicon: Lexicon::of("en"),
            phrases: phrases::Phrases::of("en"),
            now: self.now,
            used: self.now - At(0),
            left: At(1_800_000) - self.now,
            can_code: self.can_code,
            can_run: self.can_code,
            tests: (2, 4),
        };
        change(&mut self.agenda, &ground)
    }

    fn say(&mut self, next: Next) {
        self.agenda.chosen(next);
        if let Line::Hint(place) = next.line {
            self.with(|agenda, ground| agenda.release_hint(place, ground));
        }
        self.with(|agenda, ground| agenda.said(next, ground));
    }

    /// The candidate says something; gives what comes next, which is then said.
    fn turn(&mut self, text: &str) -> Next {
        self.now = self.now + Ms(5_000);
        self.with(|agenda, ground| agenda.hear(text, false, ground));
        let next = self.with(|agenda, ground| agenda.next(ground));
        self.say(next);
        next
    }

    fn text(&mut self, next: Next) -> String {
        self.with(|agenda, ground| agenda.text(next, ground))
    }

    fn writes(&mut self, text: &str) -> Option<Trigger> {
        self.agenda.edited(self.now);
        let code = Code { language: Language::Python3, text, starter: STARTER };
        self.with(|agenda, ground| agenda.look_at(&code, ground))
    }

    fn runs(&mut self, passes: [bool; 2], hidden: Option<u32>) -> Option<Trigger> {
        let verdict = |passes| if passes { Verdict::Accepted } else { Verdict::WrongAnswer };
        let test = |id: &str, passes| TestReport {
            id: id.into(),
            verdict: verdict(passes),
            value: Some("7".into()),
            stdout: None,
            error: None,
            cpu: Ms(1),
            ran: true,
        };
        let report = RunReport {
            verdict: verdict(passes == [true, true]),
            compile: None,
            tests: vec![test("plain", passes[0]), test("twice", passes[1])],
            hidden: hidden.map(|passed| HiddenCount { passed, total: 4 }),
            truncated: false,
            tier: "full".into(),
            queued: Ms(0),
            took: Ms(9),
        };
        let tests = [VisibleTest { id: "twice".into(), input: "[[2, 2], 4]".into(), expected: "[0, 1]".into() }];
        let code = Code { language: Language::Python3, text: CODE, starter: STARTER };
        let before = self.agenda.work().runs();
        let all = passes == [true, true];
        let facts = RunFacts {
            runs: before.runs + 1,
            visible_passed: passes.iter().filter(|passes| **passes).count() as u32,
            visible_total: 2,
            all_visible_pass: all,
            hidden_passed: hidden.unwrap_or(before.hidden_passed),
            hidden_total: 4,
            all_hidden_pass: hidden.map_or(before.all_hidden_pass, |passed| passed == 4),
            failing_streak: if all { 0 } else { before.failing_streak + 1 },
            timed_out: false,
        };
        self.with(|agenda, ground| agenda.run_finished(facts, &report, &code, &tests, ground))
    }

    fn fact(&mut self, name: &str) -> Fact {
        self.with(|agenda, ground| agenda.fact(name, ground)).expect(name)
    }
}

#[test]
fn a_talk_goes_from_question_over_follow_ups_to_the_close() {
    let mut table = Table::new(Course::default());
    let lines: Vec<Line> = (0..4).map(|_| table.turn("yes").line).collect();
    assert_eq!(lines, [Line::Opening, Line::FollowUp(0), Line::FollowUp(1), Line::Closing]);
    assert_eq!(table.agenda.phase(), Phase::WrapUp);
}

#[test]
fn a_line_nobody_heard_is_said_again() {
    let mut table = Table::opened(coding());
    let first = table.with(|agenda, ground| agenda.next(ground));
    table.agenda.chosen(first);
    assert_eq!(table.with(|agenda, ground| agenda.next(ground)), first);
}

#[test]
fn no_acknowledgement_comes_twice_running() {
    let mut table = Table::opened(Course::default());
    let next = Next::line(Line::FollowUp(0), "test");
    let said: Vec<String> = (0..20).map(|_| table.with(|agenda, ground| agenda.authored(next, ground))).collect();
    assert!(said.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn when_time_is_nearly_up_the_next_line_is_the_last() {
    let mut table = Table::opened(coding());
    table.agenda.time_nearly_up();
    assert_eq!(table.turn("What if there is no pair?").line, Line::Closing);
}

#[test]
fn a_clarification_is_given_when_asked_for_and_counted_once() {
    let mut table = Table::opened(coding());
    let next = table.turn("What if the same number stands in there? Can the same number twice make a pair?");
    assert_eq!((table.text(next).as_str(), next.why), ("A number may stand twice.", "asked_about"));
    table.turn("And what happens when there is no pair?");
    table.turn("So, is a duplicate allowed?");
    assert_eq!(table.fact("clarifications"), Fact::Int(2));
    assert_eq!(table.agenda.phase(), Phase::Clarify);
}

#[test]
fn a_clarification_nobody_asks_for_is_not_given() {
    let mut table = Table::opened(coding());
    let mut said = Vec::new();
    for text in ["I would keep a map of what I have seen, duplicates and all.", "If there is no pair I give nothing."] {
        let next = table.turn(text);
        said.push(table.text(next));
    }
    assert!(said.iter().all(|text| !text.contains("twice") && !text.contains("answer with nothing")), "{said:?}");
    assert_eq!(table.fact("clarifications"), Fact::Int(0));
}

#[test]
fn what_no_author_foresaw_is_left_open() {
    let mut table = Table::opened(coding());
    assert_eq!(table.turn("Is the list stored on disk?").line, Line::LeftOpen);
    assert_eq!(table.turn("Could you repeat the question?").line, Line::Again);
}

#[test]
fn phases_follow_from_what_is_said_typed_and_run() {
    let mut table = Table::opened(coding());
    assert_eq!(table.agenda.phase(), Phase::Clarify);
    assert_eq!(table.turn("Alright then.").line, Line::FollowUp(0));
    assert_eq!(table.turn("I would keep a map of all the numbers I have seen.").line, Line::FollowUp(1));
    assert_eq!((table.agenda.phase(), table.fact("approach")), (Phase::Approach, Fact::Text("map".into())));
    let next = table.turn("A dictionary, since looking up is constant.");
    assert_eq!((next.line, next.why), (Line::To(Phase::Code), "approach_talked_through"));
    assert_eq!(table.turn("Okay.").line, Line::Nothing);
    assert_eq!(table.writes(CODE), None);
    assert_eq!(table.turn("so here I keep the ones that I have seen").why, "thinks_aloud");
    let next = table.with(|agenda, ground| {
        agenda.hear("so here I keep the ones that I have seen", true, ground);
        agenda.next(ground)
    });
    assert_eq!((next.line, next.why), (Line::Free, "interrupted"));
    assert_eq!(table.runs([true, true], None), Some(Trigger::FirstRun));
    assert_eq!(table.agenda.phase(), Phase::Test);
    table.runs([true, true], Some(4));
    assert_eq!(table.agenda.phase(), Phase::Discuss);
}

#[test]
fn code_before_its_phase_begins_the_phase() {
    let mut table = Table::opened(coding());
    table.writes(CODE);
    assert_eq!(table.agenda.phase(), Phase::Code);
}

#[test]
fn with_nowhere_to_write_everything_is_talked_through_in_order() {
    let mut table = Table::opened(coding());
    table.can_code = false;
    let lines: Vec<Line> = (0..5).map(|_| table.turn("It is linear in the length of it.").line).collect();
    let asked = [0, 1, 2, 3].map(Line::FollowUp);
    assert_eq!(lines, [asked.as_slice(), &[Line::Closing]].concat());
}

#[test]
fn who_does_not_write_though_invited_is_talked_with() {
    let mut table = Table::opened(coding());
    table.turn("Alright then.");
    table.turn("I would keep a map of all the numbers I have seen.");
    assert_eq!(table.turn("Because looking up is quick.").line, Line::To(Phase::Code));
    let next = table.turn("Well I would rather explain it first: I look each number up and then put it in.");
    assert_eq!((next.line, next.why), (Line::FollowUp(2), "talked_through"));
    table.writes(CODE);
    assert_eq!(table.agenda.phase(), Phase::Code, "whoever writes after all is writing");
}

#[test]
fn hints_come_by_tier_and_end() {
    let mut table = Table::opened(coding());
    let lines: Vec<Line> = (0..4).map(|_| table.turn("Can I have a hint?").line).collect();
    assert_eq!(lines, [Line::Hint(0), Line::Hint(1), Line::Hint(2), Line::NoHint]);
    assert_eq!(table.fact("hint_tier"), Fact::Int(3));
}

#[test]
fn who_is_stuck_is_offered_a_hint_and_takes_it_or_leaves_it() {
    let mut table = Table::opened(coding());
    assert_eq!(table.turn("Hm, I'm stuck.").line, Line::HintOffer);
    assert_eq!(table.turn("Yes, please.").line, Line::Hint(0));
    assert_eq!(table.turn("I have no idea how to go on.").line, Line::HintOffer);
    assert_ne!(table.turn("No thanks.").line, Line::Hint(1));
    assert_eq!(table.fact("hint_tier"), Fact::Int(1));
}

#[test]
fn a_stall_is_offered_a_hint_only_after_its_time() {
    let mut table = Table::opened(coding());
    table.writes(CODE);
    table.now = At(60_000);
    assert_eq!(table.with(|agenda, ground| agenda.at_stall(ground)).line, Line::CheckIn);
    table.now = At(130_000);
    assert_eq!(table.with(|agenda, ground| agenda.at_stall(ground)).line, Line::HintOffer);
}

#[test]
fn the_first_run_is_remarked_on_with_the_input_and_the_function() {
    let mut table = Table::opened(coding());
    table.writes(CODE);
    assert_eq!(table.runs([true, false], None), Some(Trigger::FirstRun));
    let next = table.with(|agenda, ground| agenda.next_remark(ground)).expect("a remark");
    assert_eq!(
        table.text(next),
        "One test fails. For 2, 2, 4, pair answers 7 where 0, 1 is expected. Walk me through what it does there."
    );
    table.say(next);
    assert_eq!(table.with(|agenda, ground| agenda.next_remark(ground)), None, "it is said once");
}

#[test]
fn later_failing_runs_are_passed_over_until_they_are_a_streak() {
    let mut table = Table::opened(coding());
    table.writes(CODE);
    let triggers: Vec<Option<Trigger>> = (0..6).map(|_| table.runs([false, false], None)).collect();
    let streak = Some(Trigger::FailingStreak);
    assert_eq!(triggers, [Some(Trigger::FirstRun), None, streak, None, None, streak]);
    assert_eq!(table.fact("failing_streak"), Fact::Int(6));
}

#[test]
fn passing_for_the_first_time_is_worth_a_word_and_passing_everything_leads_to_the_discussion() {
    let mut table = Table::opened(coding());
    table.writes(CODE);
    table.runs([true, false], None);
    assert_eq!(table.runs([true, true], Some(3)), Some(Trigger::PhaseOver));
    assert_eq!(table.agenda.phase(), Phase::Test, "hidden tests fail");
    assert_eq!(table.runs([true, true], Some(4)), Some(Trigger::PhaseOver));
    let next = table.with(|agenda, ground| agenda.next_remark(ground)).expect("a remark");
    assert_eq!(table.text(next), "All tests pass, the hidden ones too. What does it cost?");
    assert_eq!(table.fact("all_hidden_pass"), Fact::Bool(true));
}

#[test]
fn a_remark_that_came_too_late_is_not_made() {
    let mut table = Table::opened(coding());
    table.writes(CODE);
    table.runs([true, false], None);
    table.now = table.now + Ms(20_000);
    assert_eq!(table.with(|agenda, ground| agenda.next_remark(ground)), None);
}

#[test]
fn another_approach_in_the_code_is_asked_about_by_its_own_words() {
    let mut table = Table::opened(coding());
    assert_eq!(table.writes(CODE), None);
    assert_eq!(table.writes(SORTED), Some(Trigger::ApproachSwitch));
    let next = table.with(|agenda, ground| agenda.next_remark(ground)).expect("a remark");
    assert_eq!(table.text(next), "I see sort in your code now; before, it went by map. What made you change?");
    assert_eq!(table.fact("approach_optimal"), Fact::Bool(false));
}

#[test]
fn follow_ups_that_something_called_for_come_first() {
    let mut table = Table::opened(coding());
    table.writes(SORTED);
    table.runs([true, true], Some(4));
    table.say(Next::line(Line::Remark, "test"));
    // The runs were of the map; the approach that was recognised last is what counts.
    table.writes(SORTED);
    table.say(Next::line(Line::Remark, "test"));
    assert_eq!(table.turn("That is all from my side, I think.").line, Line::FollowUp(4));
}

#[test]
fn boxes_of_time_lead_on_and_say_so() {
    let mut table = Table::opened(coding());
    table.now = At(1_800_000 * 12 / 100);
    let next = table.with(|agenda, ground| agenda.next_after_box(ground)).expect("a lead");
    assert_eq!(table.text(next), "Let us move on to how you would solve it. Which structure?");
    table.say(next);
    table.now = At(1_800_000 * 30 / 100);
    assert_eq!(table.turn("So as I said, it looks each of them up.").line, Line::To(Phase::Code));
    table.writes(CODE);
    table.now = At(1_800_000 * 75 / 100);
    assert_eq!(
        table.with(|agenda, ground| agenda.next_after_box(ground)).map(|next| next.line),
        Some(Line::To(Phase::Test))
    );
    table.runs([false, false], None);
    table.say(Next::line(Line::Remark, "test"));
    table.now = At(1_800_000 * 85 / 100);
    let next = table.with(|agenda, ground| agenda.next_after_box(ground)).expect("a lead");
    assert_eq!(table.text(next), "Let us leave the code as it is and talk about it. What does it cost?");
    table.say(next);
    assert_eq!(table.agenda.phase(), Phase::Discuss);
    assert_eq!(table.with(|agenda, ground| agenda.next_after_box(ground)), None);
}

#[test]
fn edge_cases_are_counted_once_named() {
    let mut table = Table::opened(coding());
    table.turn("An empty list has no pair.");
    table.turn("As I said, the empty list.");
    assert_eq!(table.fact("edge_cases"), Fact::Int(1));
}

#[test]
fn every_fact_has_a_value_of_its_type_in_every_phase() {
    let mut table = Table::opened(coding());
    for text in [STARTER, CODE] {
        table.writes(text);
        for (name, ty, _) in facts::FACTS {
            let value = table.fact(name);
            let found = match value {
                Fact::Int(_) => condition::FactType::Int,
                Fact::Text(_) => condition::FactType::Text,
                Fact::Bool(_) => condition::FactType::Bool,
            };
            assert_eq!(found, *ty, "{name}");
        }
    }
}

fn story() -> Course {
    let probe = |missing, ask: &str, heard: &[&str]| Probe { missing, ask: ask.into(), heard: texts(heard) };
    Course {
        kind: Kind::Behavioural,
        probes: vec![
            probe(StoryPart::Situation, "When was it?", &["last year"]),
            probe(StoryPart::Task, "What was yours?", &["i had to"]),
            probe(StoryPart::Action, "What did you do?", &["i decided", "i wrote"]),
            probe(StoryPart::Result, "What came of it?", &["in the end"]),
            probe(StoryPart::Reflection, "What did you learn?", &["i learned"]),
        ],
        follow_ups: vec![follow_up("Who disagreed?", None, None)],
        ..Course::default()
    }
}

#[test]
fn a_story_is_asked_for_the_parts_it_lacks_each_once() {
    let mut table = Table::opened(story());
    assert_eq!(table.turn("Sure, let me think of one.").why, "story_not_begun");
    let story = "Last year our queue lost orders, I had to find out why, and so I wrote a small tool that watched it.";
    assert_eq!(table.turn(story).line, Line::Probe(3), "situation, task and action are there");
    assert_eq!(table.turn("It was fine afterwards.").line, Line::Probe(4), "asked once is asked");
    assert_eq!(table.turn("Well.").line, Line::FollowUp(0));
    assert_eq!(table.turn("Nobody really did.").line, Line::Closing);
}

#[test]
fn a_whole_story_is_not_probed() {
    let mut table = Table::opened(story());
    let story =
        "Last year I had to mend our queue. I decided to watch it. In the end it held, and I learned to measure.";
    assert_eq!(table.turn(story).line, Line::FollowUp(0));
}

fn design() -> Course {
    let stretch = |id: &str| Stretch { id: id.into(), length: Ms(600_000), prompt: format!("About {id}?") };
    Course {
        kind: Kind::SystemDesign,
        told: vec![Told { ask: texts(&["how many users"]), answer: "Half a million.".into() }],
        stretches: vec![stretch("requirements"), stretch("data"), stretch("failure")],
        deep_dives: vec![follow_up("Where is it slow?", None, None)],
        curveballs: vec![follow_up("Ten times as many now.", None, Some("clarifications > 0"))],
        ..Course::default()
    }
}

#[test]
fn a_design_goes_through_its_stretches_and_tells_facts_only_when_asked() {
    let mut table = Table::opened(design());
    assert_eq!(table.turn("Okay, let me think about that.").line, Line::Stretch(0));
    assert_eq!(table.agenda.part(&table.course).as_deref(), Some("requirements"));
    let next = table.turn("How many users are there?");
    assert_eq!(table.text(next), "Half a million.");
    assert_eq!(table.turn("Is it open on Sundays?").line, Line::LeftOpen);
    assert_eq!(table.turn("Then freshness matters most to me.").why, "stretch_has_time");
    assert_eq!(table.turn("A wrong time is worse than none.").line, Line::Stretch(1));
    assert_eq!(table.turn("I keep the last position of each.").why, "stretch_has_time");
    assert_eq!(table.turn("And it is in memory.").line, Line::DeepDive(0));
    assert_eq!(table.turn("At the writes, surely.").line, Line::Curveball(0));
    assert_eq!(table.turn("I would split by city then.").line, Line::Stretch(2));
    assert_eq!(table.fact("phase"), Fact::Text("failure".into()));
}

#[test]
fn a_curveball_whose_condition_does_not_hold_is_not_thrown() {
    let mut table = Table::opened(design());
    let mut lines = Vec::new();
    for _ in 0..8 {
        lines.push(table.turn("We keep it in memory and write it out.").line);
    }
    assert!(!lines.contains(&Line::Curveball(0)), "{lines:?}");
    assert_eq!(lines.last(), Some(&Line::Closing));
}

#[test]
fn a_stretch_whose_time_is_up_is_left_with_a_word() {
    let mut table = Table::opened(design());
    table.turn("Let us begin.");
    table.now = table.now + Ms(600_000);
    let next = table.with(|agenda, ground| agenda.next_after_box(ground)).expect("a lead");
    assert_eq!(table.text(next), "Let us move on. About data?");
}
