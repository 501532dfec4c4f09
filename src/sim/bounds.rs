//! The figures that no change may make worse, as a file: `replay-tests/bounds.toml`. Held against the same few interviews
//! each time, so that a run says the same wherever it runs.

use super::figures::Figure;
use super::measure::Measure;
use super::people::Person;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The bounds of some figures, by [`Figure::id`].
pub type Bounds = BTreeMap<String, u64>;

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundsFile {
    /// Interviews with each manner.
    pub each: u64,
    /// The first seed.
    pub first_seed: u64,
    /// Bounds of all interviews together: every figure has one.
    pub all: Bounds,
    /// Bounds of single manners, by [`Person::id`].
    #[serde(default)]
    pub manner: BTreeMap<String, Bounds>,
}

/// New bounds leave so much room for a harmless change: in hundredths of the figure (times, cut-offs) or of what fails.
const ROOM_PERCENT: u64 = 5;
/// And at least so much: ms, or ten-thousandths.
const ROOM_MIN: u64 = 20;

impl BoundsFile {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not TOML, lacks a figure, or names something that does not exist.
    pub fn read(text: &str) -> Result<BoundsFile, String> {
        let file: BoundsFile = toml::from_str(text).map_err(|error| error.to_string())?;
        if let Some(missing) = Figure::ALL.iter().find(|figure| !file.all.contains_key(figure.id())) {
            return Err(format!("[all] has no bound of {}", missing.id()));
        }
        let named = file.manner.values().chain([&file.all]).flat_map(BTreeMap::keys);
        if let Some(unknown) = named.into_iter().find(|name| Figure::ALL.iter().all(|figure| figure.id() != *name)) {
            return Err(format!("there is no figure {unknown}"));
        }
        match file.manner.keys().find(|name| Person::from_id(name).is_none()) {
            Some(unknown) => Err(format!("there is no manner {unknown}")),
            None => Ok(file),
        }
    }

    /// What is worse than its bound, one sentence each.
    pub fn breaches(&self, all: &Measure, rows: &[(Person, Measure)]) -> Vec<String> {
        let mut wrong = breaches_of("all", &self.all, all);
        for (name, bounds) in &self.manner {
            match rows.iter().find(|(person, _)| person.id() == name) {
                Some((_, measure)) => wrong.extend(breaches_of(name, bounds, measure)),
                None => wrong.push(format!("{name}: no interview was held")),
            }
        }
        wrong
    }

    /// The text of a file whose bounds are these figures and a little room.
    pub fn suggest(&self, all: &Measure, rows: &[(Person, Measure)]) -> String {
        let mut text = format!("each = {}\nfirst_seed = {}\n\n[all]\n", self.each, self.first_seed);
        text.push_str(&suggestions(&Figure::ALL, all));
        for (name, bounds) in &self.manner {
            let figures: Vec<Figure> =
                Figure::ALL.into_iter().filter(|figure| bounds.contains_key(figure.id())).collect();
            if let Some((_, measure)) = rows.iter().find(|(person, _)| person.id() == name) {
                let _ = write!(text, "\n[manner.{name}]\n{}", suggestions(&figures, measure));
            }
        }
        text
    }
}

fn breaches_of(name: &str, bounds: &Bounds, measure: &Measure) -> Vec<String> {
    let mut wrong = Vec::new();
    for figure in Figure::ALL {
        let Some(bound) = bounds.get(figure.id()) else { continue };
        match figure.of(measure) {
            None => wrong.push(format!("{name}: {} was not measured", figure.id())),
            Some(found) if !figure.keeps(found.value, *bound) => {
                wrong.push(format!("{name}: {} is {}, its bound is {bound}", figure.id(), found.value));
            }
            Some(_) => {}
        }
    }
    wrong
}

fn suggestions(figures: &[Figure], measure: &Measure) -> String {
    let mut text = String::new();
    for figure in figures {
        let Some(found) = figure.of(measure) else { continue };
        let room = |value: u64| (value * ROOM_PERCENT / 100).max(ROOM_MIN);
        let bound = match figure.is_cost() {
            true => found.value + room(found.value),
            false => found.value.saturating_sub(room(10_000 - found.value)),
        };
        let _ = writeln!(text, "{} = {bound}", figure.id());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Ms;

    const FILE: &str = "each = 1\nfirst_seed = 0\n[all]\nresponse_p50_ms = 800\nresponse_p95_ms = 1500\n\
                        yield_p50_ms = 250\nyield_p95_ms = 400\ncut_offs = 300\nyielded = 9700\nridden = 9000\n\
                        answered = 9700\n[manner.um-er]\ncut_offs = 600\n";

    fn measure(cut_offs: usize) -> Measure {
        Measure {
            response: vec![Ms(700); 98],
            yields: vec![Ms(100); 10],
            turns: 98 + cut_offs,
            cut_offs,
            interruptions: 10,
            backchannels: 10,
            ridden: 10,
            ..Measure::default()
        }
    }

    #[test]
    fn a_figure_worse_than_its_bound_is_named_with_both() {
        let file = BoundsFile::read(FILE).expect("reads");
        let rows = |cut_offs| vec![(Person::UmEr, measure(cut_offs))];
        assert_eq!(file.breaches(&measure(2), &rows(2)), Vec::<String>::new());
        assert_eq!(
            file.breaches(&measure(9), &rows(9)),
            ["all: cut_offs is 841, its bound is 300", "um-er: cut_offs is 841, its bound is 600"]
        );
        assert_eq!(file.breaches(&measure(2), &[]), ["um-er: no interview was held"]);
        let none = file.breaches(&Measure::default(), &rows(2));
        assert_eq!(none.len(), Figure::ALL.len(), "{none:?}");
    }

    #[test]
    fn what_is_suggested_holds() {
        let file = BoundsFile::read(FILE).expect("reads");
        let (all, rows) = (measure(9), vec![(Person::UmEr, measure(9))]);
        let tighter = BoundsFile::read(&file.suggest(&all, &rows)).expect("reads");
        assert_eq!(tighter.breaches(&all, &rows), Vec::<String>::new());
        assert_eq!(tighter.manner["um-er"]["cut_offs"], 883);
    }

    #[test]
    fn a_file_with_a_missing_or_unknown_name_is_refused() {
        let wrong = |text: &str| BoundsFile::read(text).expect_err("refused");
        assert!(wrong(&FILE.replace("ridden = 9000\n", "")).contains("no bound of ridden"));
        assert!(wrong(&FILE.replace("um-er", "um")).contains("no manner um"));
        assert!(wrong(&format!("{FILE}mood = 1\n")).contains("no figure mood"));
    }
}
