//! Each scenario names the rule or mechanism that it would fail without, and each fault in docs/faults.md the scenario that
//! guards against it.

use crate::home;
use std::fs;
use std::path::Path;
use viva::interview::floor::rules;
use viva::sim::{self, Scenario, guards};

/// Every scenario with its name.
fn scenarios() -> Vec<(String, Scenario)> {
    guards::scenarios(&home().join("scenarios")).expect("the scenarios can be read")
}

#[test]
fn every_scenario_names_what_it_guards_and_nothing_is_left_unguarded() {
    let all = scenarios();
    let mut wrong = Vec::new();
    for (name, scenario) in &all {
        if scenario.guards.is_empty() {
            wrong.push(format!("{name}: add guards = [\"rule or mechanism\"] to its scenario.toml"));
        }
        let unknown = scenario.guards.iter().filter(|guard| !guards::is_known(guard));
        wrong.extend(unknown.map(|guard| format!("{name}: there is no rule or mechanism {guard} (src/sim/guards.rs)")));
    }
    let plain: Vec<Scenario> = all.into_iter().map(|(_, scenario)| scenario).collect();
    wrong.extend(guards::unguarded(&plain).into_iter().map(|name| format!("no scenario guards {name}")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_scenario_goes_otherwise_without_the_rule_it_guards() {
    let switches: Vec<&str> = rules::switches().collect();
    let mut wrong = Vec::new();
    for (name, scenario) in scenarios() {
        let with = sim::run_quietly(&scenario);
        for guard in scenario.guards.iter().filter(|guard| switches.contains(&guard.as_str())) {
            let mut without = scenario.clone();
            without.setup.floor.rules_off.push(guard.clone());
            let run = sim::run_quietly(&without);
            if run.steps == with.steps {
                wrong.push(format!("{name} goes the same way without {guard}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A rule that nothing fails without is to be deleted.
#[test]
fn without_each_rule_what_some_scenario_expects_does_not_come() {
    let all = scenarios();
    let idle = rules::switches().filter(|rule| guards::failing_without(rule, &all).is_empty());
    assert_eq!(idle.collect::<Vec<_>>(), Vec::<&str>::new(), "no scenario's expectations fail without these");
}

/// Rows of the tables in docs/faults.md: fault, where it was seen, scenarios, guards.
#[test]
fn every_fault_that_was_seen_elsewhere_has_its_scenario_and_its_guard() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let text = fs::read_to_string(path).expect("docs/faults.md");
    let all = scenarios();
    let quoted = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for row in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fault ")) {
        rows += 1;
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [fault, seen, named, guarded] = cells.as_slice() else {
            wrong.push(format!("four cells are wanted: {row}"));
            continue;
        };
        let (named, guarded) = (quoted(named), quoted(guarded));
        if seen.is_empty() || named.is_empty() || guarded.is_empty() {
            wrong.push(format!("{fault}: where was it seen, which scenario, which guard?"));
        }
        for name in &named {
            match all.iter().find(|(known, _)| known == name) {
                None => wrong.push(format!("{fault}: there is no scenario {name}")),
                Some((_, scenario)) if !guarded.iter().any(|guard| scenario.guards.contains(guard)) => {
                    wrong.push(format!("{fault}: {name} guards {:?}, not {guarded:?}", scenario.guards));
                }
                Some(_) => {}
            }
        }
        let unmet = guarded.iter().filter(|guard| {
            named.iter().all(|name| all.iter().all(|(known, one)| known != name || !one.guards.contains(guard)))
        });
        wrong.extend(unmet.map(|guard| format!("{fault}: none of its scenarios guards {guard}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(rows >= FAULTS, "a fault is missing from docs/faults.md: {rows} rows");
}

/// Faults that were found in other systems' issues when this was built; the list only grows.
const FAULTS: usize = 40;
