//! The tables of `viva simulate`, as text and as JSON.

use crate::sim::cost;
use crate::sim::figures::{Estimate, Figure};
use crate::sim::measure::Measure;
use crate::sim::people::Person;
use crate::sim::spent;
use crate::sim::study::Held;
use crate::sim::worth::{Aspect, Change, Worth};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Whether every figure holds, over all and by manner.
pub fn all_hold(all: &Measure, rows: &[(Person, Measure)]) -> bool {
    let holds = |figure: &Figure| figure.of(all).is_some_and(|found| figure.holds(&found));
    Figure::ALL.iter().all(|figure| holds(figure) && beyond(*figure, all, rows).is_empty())
}

/// The manners whose figure is not within twice that of all.
fn beyond(figure: Figure, all: &Measure, rows: &[(Person, Measure)]) -> Vec<Person> {
    let Some(of_all) = figure.of(all) else { return Vec::new() };
    let outside = |measure: &Measure| figure.of(measure).is_some_and(|own| !figure.is_within(&own, &of_all));
    rows.iter().filter(|(_, measure)| outside(measure)).map(|(person, _)| *person).collect()
}

fn text(figure: Figure, found: Estimate) -> String {
    let [value, low, high] = [found.value, found.low, found.high].map(|value| figure.text(value));
    format!("{value} ({low}..{high})")
}

/// The table of targets: each figure with its interval, its target, and whether both hold, for all and for every manner.
pub fn targets(all: &Measure, rows: &[(Person, Measure)]) -> String {
    let mut out = format!(
        "| {:<29} | {:<26} | {:>10} | {:<6} | {:<30} |\n|{:-<31}|{:-<28}|{:-<11}:|{:-<8}|{:-<32}|\n",
        "figure", "measured (95 % interval)", "target", "holds", "manners beyond twice it", "", "", "", "", ""
    );
    for figure in Figure::ALL {
        let found = figure.of(all);
        let measured = found.map_or("-".to_owned(), |found| format!("{} {}", text(figure, found), figure.unit()));
        let sign = if figure.is_cost() { "≤" } else { "≥" };
        let target = format!("{sign} {} {}", figure.text(figure.target()), figure.unit());
        let holds = if found.is_some_and(|found| figure.holds(&found)) { "yes" } else { "NO" };
        let beyond: Vec<&str> = beyond(figure, all, rows).into_iter().map(Person::id).collect();
        let beyond = if beyond.is_empty() { "none".to_owned() } else { beyond.join(", ") };
        let _ = writeln!(out, "| {:<29} | {measured:<26} | {target:>10} | {holds:<6} | {beyond:<30} |", figure.title());
    }
    out
}

/// One row a manner; what is beyond twice the figure of all is marked.
pub fn manners(all: &Measure, rows: &[(Person, Measure)]) -> String {
    let heads = Figure::ALL.iter().map(|figure| format!("{} {}", figure.head(), figure.unit()));
    let mut table = Table::new("", &["turns".to_owned()].into_iter().chain(heads).collect::<Vec<_>>());
    let named = rows.iter().map(|(person, measure)| (person.id(), Some(*person), measure));
    for (name, person, measure) in [("all", None, all)].into_iter().chain(named) {
        let cells = Figure::ALL.into_iter().map(|figure| {
            let is_beyond = person.is_some_and(|person| beyond(figure, all, rows).contains(&person));
            let mark = if is_beyond { "!" } else { "" };
            figure.of(measure).map_or("-".to_owned(), |found| format!("{mark}{}", text(figure, found)))
        });
        table.row(name, [measure.turns.to_string()].into_iter().chain(cells).collect());
    }
    table.text()
}

/// What the answers' speed costs: see [`cost`].
pub fn costs(all: &Measure, rows: &[(Person, Measure)]) -> String {
    let mut table = Table::new("", &cost::HEADS.map(str::to_owned));
    let named = rows.iter().map(|(person, measure)| (person.id(), measure));
    for (name, measure) in [("all", all)].into_iter().chain(named) {
        table.row(name, cost::cells(measure).map(|cell| cell.to_string()).to_vec());
    }
    table.text()
}

/// Where the time of answers goes: see [`spent`].
pub fn times(all: &Measure) -> String {
    let mut table = Table::new("ended by", &spent::HEADS.map(str::to_owned));
    for (name, cells) in spent::rows(&all.spent) {
        table.row(&name, cells.map(|cell| cell.to_string()).to_vec());
    }
    table.text()
}

/// Turns that count against a figure: the first so many of each figure and manner.
pub fn failing(held: &[Held], most: usize) -> String {
    let mut out = String::new();
    for figure in Figure::ALL.iter().filter(|_| most > 0) {
        for person in Person::ALL {
            let of = held.iter().filter(|held| held.person == person);
            let all = of.flat_map(|held| held.measure.failures.iter().map(move |failure| (held.seed, failure)));
            for (seed, failure) in all.filter(|(_, failure)| failure.figure == *figure).take(most) {
                let (name, at) = (person.id(), failure.at);
                let _ = writeln!(out, "{}: --person {name} --seed {seed} at {at}: {}", figure.id(), failure.story);
            }
        }
    }
    out
}

/// What changes when each rule is switched off; `*` where it is no chance.
pub fn worths(worths: &[Worth]) -> String {
    let heads = Aspect::ALL.iter().map(|aspect| aspect.head().to_owned());
    let last = ["worth".to_owned(), "scenarios that fail".to_owned()];
    let mut table = Table::new("without", &heads.chain(last).collect::<Vec<_>>());
    let cells = |worth: &Worth, cell: &dyn Fn(Change) -> String, last: &str, scenarios: String| {
        let cells = worth.changes.iter().map(|change| change.map_or("-".to_owned(), cell));
        cells.chain([last.to_owned(), scenarios]).collect()
    };
    let mut base: Option<Vec<Option<f64>>> = None;
    for worth in worths {
        // Rules that go by an end-of-turn model are compared with interviews in which one listens.
        let with: Vec<Option<f64>> = worth.changes.iter().map(|change| change.map(|change| change.with)).collect();
        if base.as_ref() != Some(&with) {
            let name = if worth.listens { "(a model listens)" } else { "(words alone)" };
            table.row(name, cells(worth, &|change| format!("{:.2}", change.with), "", String::new()));
            base = Some(with);
        }
        let difference =
            |change: Change| format!("{:+.2}{}", change.without - change.with, if change.sure { "*" } else { " " });
        let last = if worth.is_worth_something() { "yes" } else { "NOTHING" };
        table.row(worth.rule, cells(worth, &difference, last, worth.scenarios.join(", ")));
    }
    table.text()
}

/// A table of a name and cells a row, as Markdown that also reads well as it is.
struct Table(Vec<Vec<String>>);

impl Table {
    fn new(name: &str, heads: &[String]) -> Self {
        Table(vec![[name.to_owned()].into_iter().chain(heads.iter().cloned()).collect()])
    }

    fn row(&mut self, name: &str, cells: Vec<String>) {
        self.0.push([name.to_owned()].into_iter().chain(cells).collect());
    }

    fn text(&self) -> String {
        let width =
            |column: usize| self.0.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..).map_while(width).collect();
        let mut out = String::new();
        for (place, row) in self.0.iter().enumerate() {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let _ = if column == 0 { write!(out, "| {cell:<width$} ") } else { write!(out, "| {cell:>width$} ") };
            }
            out.push_str("|\n");
            if place == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let _ = write!(out, "|{:-<1$}{2}", "", width + 1, if column == 0 { "-" } else { ":" });
                }
                out.push_str("|\n");
            }
        }
        out
    }
}

/// All of it as one object.
pub fn json(interviews: u64, first: u64, all: &Measure, rows: &[(Person, Measure)], worths: &[Worth]) -> Value {
    let figures = |measure: &Measure| -> Value {
        let of = |figure: &Figure| (figure.id().to_owned(), json!(figure.of(measure)));
        Value::Object(Figure::ALL.iter().map(of).collect())
    };
    let costs = |measure: &Measure| -> Value {
        let named = cost::IDS.into_iter().zip(cost::cells(measure));
        Value::Object(named.map(|(id, cell)| (id.to_owned(), json!(cell))).collect())
    };
    let target = |figure: &Figure| {
        let found = figure.of(all);
        let beyond: Vec<&str> = beyond(*figure, all, rows).into_iter().map(Person::id).collect();
        let holds = found.is_some_and(|found| figure.holds(&found));
        let unit = if figure.is_time() { "ms" } else { "1/10000" };
        let target = json!({ "target": figure.target(), "is_cost": figure.is_cost(), "unit": unit,
                             "measured": found, "holds": holds, "manners_beyond_twice": beyond });
        (figure.id().to_owned(), target)
    };
    let worth = |worth: &Worth| {
        let named = Aspect::ALL.iter().zip(&worth.changes);
        let changes: serde_json::Map<String, Value> =
            named.map(|(aspect, change)| (aspect.id().to_owned(), json!(change))).collect();
        json!({ "rule": worth.rule, "worth_something": worth.is_worth_something(), "model_listens": worth.listens,
                "scenarios_that_fail": worth.scenarios, "without": changes })
    };
    json!({
        "viva_version": env!("CARGO_PKG_VERSION"),
        "interviews": interviews,
        "first_seed": first,
        "all_hold": all_hold(all, rows),
        "targets": Value::Object(Figure::ALL.iter().map(target).collect()),
        "all": figures(all),
        "costs": costs(all),
        "manners": Value::Object(rows.iter().map(|(person, row)| (person.id().to_owned(), figures(row))).collect()),
        "rules": worths.iter().map(worth).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Ms;

    fn measure(response: u64, cut_offs: usize) -> Measure {
        Measure {
            response: vec![Ms(response); 10_000],
            yields: vec![Ms(100); 1_000],
            turns: 10_000 + cut_offs,
            cut_offs,
            interruptions: 1_000,
            backchannels: 1_000,
            ridden: 1_000,
            ..Measure::default()
        }
    }

    #[test]
    fn a_target_that_is_missed_and_a_manner_beyond_twice_are_told() {
        let good = (Person::OneWord, measure(700, 100));
        assert!(all_hold(&measure(700, 100), std::slice::from_ref(&good)));
        assert!(!all_hold(&measure(801, 100), std::slice::from_ref(&good)));
        let table = targets(&measure(801, 100), std::slice::from_ref(&good));
        assert!(table.contains("801 (801..801) ms") && table.contains("NO"), "{table}");
        let rows = [good, (Person::LongThinker, measure(700, 300))];
        assert!(!all_hold(&measure(700, 100), &rows));
        assert!(targets(&measure(700, 100), &rows).contains("long-thinker"));
        assert!(manners(&measure(700, 100), &rows).contains("!2.9"));
    }

    #[test]
    fn nothing_measured_holds_nothing() {
        assert!(!all_hold(&Measure::default(), &[]));
    }
}
