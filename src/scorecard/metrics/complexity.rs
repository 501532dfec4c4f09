//! What the candidate says about costs: "O(n log n)", "order n", "quadratic". Normalised, so that it can be held against what the
//! author declared.

use super::figures::{plain_words, since_question};
use super::{Measure, Metric, Place, Unit, Why};
use crate::scorecard::record::Record;
use std::ops::Range;

/// Costs stated.
pub const STATED: Metric = Metric {
    id: "complexity_stated",
    unit: Unit::Count,
    about: "times that the candidate stated a cost, normalised",
    measure: |record| Measure::count(places(record)),
};

/// The first.
pub const FIRST_STATED: Metric = Metric {
    id: "time_to_first_complexity",
    unit: Unit::Ms,
    about: "from the question to the first cost stated",
    measure: |record| {
        let measure = || {
            let since = since_question(record)?;
            let first = places(record).into_iter().find(|place| place.from >= since.from).ok_or(Why::DidNotHappen)?;
            Ok(Measure::of((first.from - since.from).0, vec![first]))
        };
        measure().into()
    },
};

/// The declared optimum was named.
pub const IS_OPTIMUM: Metric = Metric {
    id: "complexity_is_optimum",
    unit: Unit::YesNo,
    about: "a cost stated equals the time of an approach that the author calls optimal",
    measure: |record| is_optimum(record).into(),
};

/// A cost in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// As authors write it.
    pub canonical: String,
    /// Where.
    pub chars: Range<u32>,
}

fn places(record: &Record) -> Vec<Place> {
    let mut places = Vec::new();
    for utterance in record.said() {
        let stated = stated(&utterance.text);
        places.extend(stated.into_iter().map(|stated| Place::said(utterance, stated.chars).named(stated.canonical)));
    }
    places
}

fn is_optimum(record: &Record) -> Result<Measure, Why> {
    let optima = record.setup.course.approaches.iter().filter(|approach| approach.optimal);
    let optima: Vec<String> = optima.map(|approach| bare(&approach.time)).filter(|time| !time.is_empty()).collect();
    if optima.is_empty() {
        return Err(Why::NotInTheQuestion);
    }
    let stated = places(record);
    if stated.is_empty() {
        return Err(Why::DidNotHappen);
    }
    let is_one = |place: &Place| place.name.as_deref().is_some_and(|name| optima.contains(&bare(name)));
    let right: Vec<Place> = stated.into_iter().filter(is_one).collect();
    Ok(Measure::of(u8::from(!right.is_empty()), right))
}

/// Without blanks, braces and signs of multiplication, so that different hands agree.
fn bare(cost: &str) -> String {
    let cost = cost.replace('²', "^2").replace('³', "^3").to_lowercase();
    cost.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '(' | ')' | '*' | '·' | '×')).collect()
}

/// Words that are costs by themselves.
const NAMES: &[(&[&str], &str)] = &[
    (&["n", "log", "n"], "O(n log n)"),
    (&["linearithmic"], "O(n log n)"),
    (&["constant", "time"], "O(1)"),
    (&["constant", "space"], "O(1)"),
    (&["constant", "memory"], "O(1)"),
    (&["constant", "extra"], "O(1)"),
    (&["logarithmic"], "O(log n)"),
    (&["linear"], "O(n)"),
    (&["quadratic"], "O(n^2)"),
    (&["n", "squared"], "O(n^2)"),
    (&["n", "square"], "O(n^2)"),
    (&["cubic"], "O(n^3)"),
    (&["n", "cubed"], "O(n^3)"),
    (&["exponential"], "O(2^n)"),
    (&["factorial"], "O(n!)"),
];

/// Words that lead into a cost.
const LEADS: &[&[&str]] = &[&["big", "o", "of"], &["big", "o"], &["o", "of"], &["order", "of"], &["order"], &["o"]];

/// A cost has at most so many words.
const COST_WORDS_MAX: usize = 8;

/// The costs that a text states, in order.
pub fn stated(text: &str) -> Vec<Stated> {
    let (words, places) = plain_words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let rest = words.get(at..).unwrap_or_default();
        let Some((length, canonical)) = led_in(rest).or_else(|| by_name(rest)) else {
            at += 1;
            continue;
        };
        if let (Some(first), Some(last)) = (places.get(at), places.get(at + length - 1)) {
            found.push(Stated { canonical, chars: first.start..last.end });
        }
        at += length;
    }
    found
}

fn by_name(words: &[&str]) -> Option<(usize, String)> {
    let (name, canonical) = NAMES.iter().find(|(name, _)| words.starts_with(name))?;
    Some((name.len(), (*canonical).to_owned()))
}

/// "O of n log n", "order one", "O(n^2)" with its signs gone.
fn led_in(words: &[&str]) -> Option<(usize, String)> {
    let lead = LEADS.iter().find(|lead| words.starts_with(lead))?.len();
    let mut parts: Vec<String> = Vec::new();
    let mut length = lead;
    for word in words.get(lead..)?.iter().take(COST_WORDS_MAX) {
        let part = match *word {
            "1" | "one" => "1".to_owned(),
            "log" | "n" | "m" | "k" | "v" | "e" | "w" | "h" | "d" => (*word).to_owned(),
            "logn" => "log n".to_owned(),
            "n²" => "n^2".to_owned(),
            "n³" => "n^3".to_owned(),
            "squared" | "square" | "2" if raises(&mut parts, "^2") => String::new(),
            "cubed" | "3" if raises(&mut parts, "^3") => String::new(),
            "times" | "plus" if !parts.is_empty() => (*word).to_owned(),
            _ => break,
        };
        if !part.is_empty() {
            parts.push(part);
        }
        length += 1;
    }
    while parts.last().is_some_and(|part| matches!(part.as_str(), "times" | "plus" | "log")) {
        parts.pop();
        length -= 1;
    }
    let cost = parts.join(" ").replace(" times ", " ").replace(" plus ", " + ");
    let is_cost = !cost.is_empty() && cost != "e" && cost != "d";
    is_cost.then(|| (length, format!("O({})", if cost == "n n" { "n^2" } else { &cost })))
}

/// Raises the last part to a power; false when there is nothing to raise.
fn raises(parts: &mut [String], power: &str) -> bool {
    let last = parts.last_mut().filter(|part| part.len() == 1 && part.as_str() != "1");
    last.is_some_and(|part| {
        part.push_str(power);
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(text: &str) -> Vec<String> {
        stated(text).into_iter().map(|stated| stated.canonical).collect()
    }

    #[test]
    fn costs_are_read_from_words_and_from_signs() {
        for (text, wanted) in [
            ("It runs in O(n log n).", vec!["O(n log n)"]),
            ("that is order n log n for the sorting and then linear", vec!["O(n log n)", "O(n)"]),
            ("big O of n squared", vec!["O(n^2)"]),
            ("O(n^2) time, O(1) space", vec!["O(n^2)", "O(1)"]),
            ("o of one", vec!["O(1)"]),
            ("it is quadratic, or n squared", vec!["O(n^2)", "O(n^2)"]),
            ("O(n²)", vec!["O(n^2)"]),
            ("O(v plus e)", vec!["O(v + e)"]),
            ("order n times m", vec!["O(n m)"]),
            ("n log k", vec![]),
            ("O(n log k)", vec!["O(n log k)"]),
            ("constant space", vec!["O(1)"]),
            ("the constant is small and in order to see it", vec![]),
            ("oh well", vec![]),
        ] {
            assert_eq!(costs(text), wanted, "{text}");
        }
    }

    #[test]
    fn different_hands_write_the_same_cost() {
        assert_eq!(bare("O(n * log n)"), bare("O(n log n)"));
        assert_eq!(bare("O(n²)"), bare("O(n^2)"));
        assert_ne!(bare("O(n)"), bare("O(log n)"));
    }

    #[test]
    fn a_cost_is_quoted_where_it_stands() {
        let text = "So: O(n log n), fine";
        let found = stated(text);
        let part = crate::scorecard::record::words::part(text, found[0].chars.clone());
        assert_eq!(part, Some("O(n log n"));
    }
}
