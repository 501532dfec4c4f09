//! What a scenario expects to come of it, held against what came.

use super::scenario::{Expect, Scenario};
use super::world::Run;
use crate::interview::command::{FloorState, Outcome, Phase};
use crate::interview::event::{EndReason, Role};
use crate::spelling::spelled;
use crate::units::*;
use std::fmt::Debug;

/// What is not as the scenario expects, one sentence each.
pub fn unmet(scenario: &Scenario, run: &Run) -> Vec<String> {
    let expect: &Expect = &scenario.expect;
    let mut unmet = Vec::new();
    let texts = |role: Role| -> Vec<String> {
        run.items.iter().filter(|item| item.role == role).map(|item| item.text.clone()).collect()
    };
    let ended: Option<EndReason> = run.facts.ended.map(|(_, reason)| reason);
    let outcomes: Vec<Outcome> =
        run.facts.replies.iter().filter_map(|reply| reply.done).map(|(_, outcome)| outcome).collect();
    let rules: Vec<String> = run.facts.turns.values().map(|turn| turn.rule.clone()).collect();
    same("ends", &expect.ends, &ended.or(expect.ends.map(|_| EndReason::Shutdown)), &mut unmet);
    if expect.ends.is_some() && ended.is_none() {
        unmet.push("the interview did not end".into());
    }
    same("spoke_up", &expect.spoke_up, &Some(run.facts.spoke_up.clone()), &mut unmet);
    same("hints", &expect.hints, &Some(run.facts.hints.clone()), &mut unmet);
    same("phases", &expect.phases, &Some(run.facts.phases.clone()), &mut unmet);
    same("said", &expect.said, &Some(texts(Role::Candidate)), &mut unmet);
    if let Some(wanted) = &expect.replies {
        replies(wanted, &texts(Role::Interviewer), &mut unmet);
    }
    same("outcomes", &expect.outcomes, &Some(outcomes), &mut unmet);
    same("notices", &expect.notices, &Some(run.facts.notices.clone()), &mut unmet);
    same("refusals", &expect.refusals, &Some(run.facts.refusals.clone()), &mut unmet);
    same("runs", &expect.runs, &Some(run.facts.runs.clone()), &mut unmet);
    same("model_calls", &expect.model_calls, &Some(run.facts.model_calls), &mut unmet);
    same("rules", &expect.rules, &Some(rules), &mut unmet);
    same("cut_offs", &expect.cut_offs, &Some(run.measure.cut_offs), &mut unmet);
    same("yielded", &expect.yielded, &Some(run.measure.yields.len()), &mut unmet);
    same("ridden", &expect.ridden, &Some(run.measure.ridden), &mut unmet);
    at_most("response_ms_max", expect.response_ms_max, &run.measure.response, &mut unmet);
    at_most("yield_ms_max", expect.yield_ms_max, &run.measure.yields, &mut unmet);
    for wanted in &expect.floor {
        let states = run.facts.floor.iter().take_while(|(at, _, _)| *at <= wanted.at_ms);
        let state = states.last().map_or(FloorState::Listening, |(_, state, _)| *state);
        if state != wanted.is {
            unmet.push(format!("floor at {} ms is {state:?}, expected {:?}", wanted.at_ms, wanted.is));
        }
    }
    unmet
}

/// A phase as scenarios write it.
pub fn phase(phase: Phase, part: Option<String>) -> String {
    let name = spelled(&phase);
    part.map_or(name.clone(), |part| format!("{name}:{part}"))
}

fn same<T: PartialEq + Debug>(name: &str, wanted: &Option<T>, found: &Option<T>, unmet: &mut Vec<String>) {
    if wanted.is_some() && wanted != found {
        unmet.push(format!("{name}: expected {wanted:?}, found {found:?}"));
    }
}

fn at_most(name: &str, wanted: Option<Ms>, found: &[Ms], unmet: &mut Vec<String>) {
    let Some(wanted) = wanted else { return };
    match found.iter().max() {
        None => unmet.push(format!("{name}: there was none to measure")),
        Some(longest) if *longest > wanted => unmet.push(format!("{name}: expected {wanted}, found {longest}")),
        Some(_) => {}
    }
}

/// Texts must be equal; one that ends in `…` must begin so.
fn replies(wanted: &[String], found: &[String], unmet: &mut Vec<String>) {
    let alike = |(wanted, found): (&String, &String)| match wanted.strip_suffix('…') {
        Some(begin) => found.starts_with(begin),
        None => found == wanted,
    };
    if wanted.len() != found.len() || !wanted.iter().zip(found).all(alike) {
        unmet.push(format!("replies: expected {wanted:?}, found {found:?}"));
    }
}
