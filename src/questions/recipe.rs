//! Values of tests, written out or as a recipe: large inputs are made from a few words and a seed when they are needed,
//! so that test files stay small, the same on every machine.
//!
//! | recipe | makes |
//! | --- | --- |
//! | `{"$range": [from, to, step]}` | numbers from `from` up (or down) to before `to` |
//! | `{"$repeat": [value, count]}` | a list of the value, over and over |
//! | `{"$ints": {"seed", "count", "min", "max"}}` | random numbers |
//! | `{"$rows": {"seed", "count", "columns": [[min, max], …]}}` | random tuples |
//! | `{"$spans": {"seed", "count", "min", "max", "length": [min, max]}}` | random `[start, start + length]` |
//! | `{"$shuffle": {"seed", "of": list}}`, `{"$sort": list}`, `{"$reverse": list}`, `{"$concat": [list, …]}` | lists |
//! | `{"$flat": list of lists}` | their values in one list |
//! | `{"$text": [text, count]}`, `{"$letters": {"seed", "count", "from"}}`, `{"$join": [text, …]}` | texts |
//! | `{"$words": {"seed", "count", "length": [min, max], "from"}}` | random texts |
//! | `{"$calls": {"method", "each": list}}` | calls of a method, one for each value |

use serde_json::{Map, Value};

/// The most values one recipe makes, lists within lists counted one by one.
pub const VALUES_MAX: usize = 400_000;
/// The longest text one recipe makes, in bytes.
pub const TEXT_BYTES_MAX: usize = 1 << 20;
const DEPTH_MAX: usize = 24;

/// Makes the value that `recipe` describes.
///
/// # Errors
/// When a recipe is unknown, lacks a part, or makes too much.
pub fn make(recipe: &Value) -> Result<Value, String> {
    let mut budget = VALUES_MAX;
    cook(recipe, DEPTH_MAX, &mut budget)
}

/// Whether a value has a recipe anywhere in it.
pub fn is_recipe(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().any(is_recipe),
        Value::Object(entries) => entries.keys().any(|key| key.starts_with('$')) || entries.values().any(is_recipe),
        _ => false,
    }
}

fn cook(recipe: &Value, depth: usize, budget: &mut usize) -> Result<Value, String> {
    let Some(depth) = depth.checked_sub(1) else { return Err(format!("values are nested at most {DEPTH_MAX} deep")) };
    spend(budget, 1)?;
    match recipe {
        Value::Array(values) => {
            values.iter().map(|value| cook(value, depth, budget)).collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        Value::Object(entries) => match entries.iter().next() {
            Some((name, parts)) if name.starts_with('$') && entries.len() == 1 => {
                dish(name, parts, depth, budget).map_err(|why| format!("{name}: {why}"))
            }
            _ if entries.keys().any(|key| key.starts_with('$')) => {
                Err("a recipe is an object with one key; keys of maps do not begin with $".to_owned())
            }
            _ => {
                let mut made = Map::new();
                for (key, value) in entries {
                    made.insert(key.clone(), cook(value, depth, budget)?);
                }
                Ok(Value::Object(made))
            }
        },
        other => Ok(other.clone()),
    }
}

fn spend(budget: &mut usize, values: usize) -> Result<(), String> {
    match budget.checked_sub(values) {
        Some(left) => {
            *budget = left;
            Ok(())
        }
        None => Err(format!("a test has at most {VALUES_MAX} values")),
    }
}

fn dish(name: &str, parts: &Value, depth: usize, budget: &mut usize) -> Result<Value, String> {
    match name {
        "$range" => range(parts, budget),
        "$repeat" => repeat(parts, depth, budget),
        "$ints" => {
            let (min, max) = (int(parts, "min")?, int(parts, "max")?);
            rows(parts, &[(min, max)], budget, |row| row.into_iter().next().unwrap_or_default())
        }
        "$rows" => {
            let columns: Vec<(i64, i64)> = parts["columns"]
                .as_array()
                .ok_or("columns is a list of [min, max]")?
                .iter()
                .map(pair)
                .collect::<Result<_, _>>()?;
            rows(parts, &columns, budget, Value::Array)
        }
        "$spans" => spans(parts, budget),
        "$shuffle" => shuffle(parts, depth, budget),
        "$sort" => list(parts, depth, budget).map(|mut values| {
            values.sort_by(order);
            Value::Array(values)
        }),
        "$reverse" => list(parts, depth, budget).map(|values| values.into_iter().rev().collect()),
        "$concat" => {
            let mut all = Vec::new();
            for part in parts.as_array().ok_or("it is a list of lists")? {
                all.append(&mut list(part, depth, budget)?);
            }
            Ok(Value::Array(all))
        }
        "$flat" => {
            let mut all = Vec::new();
            for part in list(parts, depth, budget)? {
                match part {
                    Value::Array(mut values) => all.append(&mut values),
                    _ => return Err("it is a list of lists".to_owned()),
                }
            }
            Ok(Value::Array(all))
        }
        "$text" => {
            let (text, count) = (parts[0].as_str().ok_or("first comes a text")?, whole(&parts[1])?);
            long_enough(text.len().saturating_mul(count))?;
            Ok(Value::String(text.repeat(count)))
        }
        "$letters" => {
            let mut random = seeded(parts)?;
            letters(&mut random, parts, count(parts)?).map(Value::String)
        }
        "$words" => words(parts, budget),
        "$join" => join(parts, depth, budget),
        "$calls" => {
            let method = parts["method"].as_str().ok_or("method is a name")?;
            let each = list(&parts["each"], depth, budget)?;
            Ok(each.into_iter().map(|argument| Value::Array(vec![Value::from(method), argument])).collect())
        }
        _ => Err("there is no such recipe".to_owned()),
    }
}

fn list(recipe: &Value, depth: usize, budget: &mut usize) -> Result<Vec<Value>, String> {
    match cook(recipe, depth, budget)? {
        Value::Array(values) => Ok(values),
        _ => Err("a list is needed".to_owned()),
    }
}

fn whole(value: &Value) -> Result<usize, String> {
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number <= VALUES_MAX).ok_or_else(|| format!("a count is 0 to {VALUES_MAX}"))
}

fn count(parts: &Value) -> Result<usize, String> {
    whole(&parts["count"])
}

fn int(parts: &Value, name: &str) -> Result<i64, String> {
    parts[name].as_i64().ok_or_else(|| format!("{name} is a whole number"))
}

fn pair(value: &Value) -> Result<(i64, i64), String> {
    match (value[0].as_i64(), value[1].as_i64()) {
        (Some(min), Some(max)) => Ok((min, max)),
        _ => Err("[min, max] are two whole numbers".to_owned()),
    }
}

fn range(parts: &Value, budget: &mut usize) -> Result<Value, String> {
    let (from, to) = pair(parts)?;
    let step = match &parts[2] {
        Value::Null => 1,
        step => step.as_i64().filter(|step| *step != 0).ok_or("the step is a whole number other than 0")?,
    };
    let length = (i128::from(to) - i128::from(from)).div_euclid(i128::from(step)).clamp(0, 1 << 40);
    spend(budget, usize::try_from(length).unwrap_or(usize::MAX))?;
    let mut made = Vec::new();
    let mut next = i128::from(from);
    while (step > 0 && next < i128::from(to)) || (step < 0 && next > i128::from(to)) {
        made.push(Value::from(next as i64));
        next += i128::from(step);
    }
    Ok(Value::Array(made))
}

fn repeat(parts: &Value, depth: usize, budget: &mut usize) -> Result<Value, String> {
    let count = whole(&parts[1])?;
    let before = *budget;
    let value = cook(&parts[0], depth, budget)?;
    spend(budget, (before - *budget).saturating_mul(count))?;
    Ok(Value::Array(vec![value; count]))
}

fn rows(
    parts: &Value,
    columns: &[(i64, i64)],
    budget: &mut usize,
    row: impl Fn(Vec<Value>) -> Value,
) -> Result<Value, String> {
    let count = count(parts)?;
    spend(budget, count.saturating_mul(columns.len() + 1))?;
    let mut random = seeded(parts)?;
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        let values: Result<Vec<Value>, String> =
            columns.iter().map(|(min, max)| random.between(*min, *max).map(Value::from)).collect();
        made.push(row(values?));
    }
    Ok(Value::Array(made))
}

fn spans(parts: &Value, budget: &mut usize) -> Result<Value, String> {
    let (count, min, max) = (count(parts)?, int(parts, "min")?, int(parts, "max")?);
    let (shortest, longest) = pair(&parts["length"])?;
    spend(budget, count.saturating_mul(3))?;
    let mut random = seeded(parts)?;
    let mut made = Vec::with_capacity(count);
    for _ in 0..count {
        let start = random.between(min, max)?;
        let end = start.saturating_add(random.between(shortest, longest)?);
        made.push(Value::from(vec![start, end]));
    }
    Ok(Value::Array(made))
}

fn shuffle(parts: &Value, depth: usize, budget: &mut usize) -> Result<Value, String> {
    let mut values = list(&parts["of"], depth, budget)?;
    let mut random = seeded(parts)?;
    for last in (1..values.len()).rev() {
        let other = random.between(0, last as i64)?;
        values.swap(last, usize::try_from(other).unwrap_or_default());
    }
    Ok(Value::Array(values))
}

fn words(parts: &Value, budget: &mut usize) -> Result<Value, String> {
    let count = count(parts)?;
    let (shortest, longest) = pair(&parts["length"])?;
    spend(budget, count)?;
    let mut random = seeded(parts)?;
    let (mut made, mut bytes) = (Vec::with_capacity(count), 0);
    for _ in 0..count {
        let length = usize::try_from(random.between(shortest, longest)?).map_err(|_| "a length is 0 or more")?;
        let word = letters(&mut random, parts, length)?;
        bytes += word.len();
        long_enough(bytes)?;
        made.push(Value::String(word));
    }
    Ok(Value::Array(made))
}

fn letters(random: &mut Random, parts: &Value, count: usize) -> Result<String, String> {
    let from: Vec<char> = parts["from"].as_str().unwrap_or_default().chars().collect();
    if from.is_empty() {
        return Err("from is a text of letters to choose from".to_owned());
    }
    long_enough(count.saturating_mul(4))?;
    Ok((0..count).filter_map(|_| from.get((random.next() % from.len() as u64) as usize)).collect())
}

fn join(parts: &Value, depth: usize, budget: &mut usize) -> Result<Value, String> {
    let mut joined = String::new();
    for part in list(parts, depth, budget)? {
        joined.push_str(part.as_str().ok_or("it is a list of texts")?);
        long_enough(joined.len())?;
    }
    Ok(Value::String(joined))
}

fn long_enough(bytes: usize) -> Result<(), String> {
    match bytes <= TEXT_BYTES_MAX {
        true => Ok(()),
        false => Err(format!("a text has at most {TEXT_BYTES_MAX} bytes")),
    }
}

/// Numbers before texts before lists; lists by their first difference.
fn order(left: &Value, right: &Value) -> std::cmp::Ordering {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            let different = left.iter().zip(right).map(|(l, r)| order(l, r)).find(|order| order.is_ne());
            different.unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Value::String(left), Value::String(right)) => left.cmp(right),
        _ => {
            let number = |value: &Value| value.as_f64().unwrap_or(f64::MAX);
            number(left).total_cmp(&number(right))
        }
    }
}

/// SplitMix64 (Steele et al. 2014).
struct Random(u64);

fn seeded(parts: &Value) -> Result<Random, String> {
    parts["seed"].as_u64().map(Random).ok_or_else(|| "seed is a whole number from 0".to_owned())
}

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, min: i64, max: i64) -> Result<i64, String> {
        match max.checked_sub(min).and_then(|span| u64::try_from(span).ok()) {
            Some(span) => Ok(min + (self.next() % (span + 1)) as i64),
            None => Err(format!("min {min} is greater than max {max}, or they are too far apart")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn made(recipe: Value) -> Value {
        make(&recipe).expect("a value")
    }

    #[test]
    fn plain_values_stay_as_they_are() {
        let value = json!({"a": [1, 2.5, null, "x", {"b": true}]});
        assert_eq!(made(value.clone()), value);
        assert!(!is_recipe(&value) && is_recipe(&json!([[{"$range": [0, 2]}]])));
    }

    #[test]
    fn each_recipe_makes_what_it_says() {
        assert_eq!(made(json!({"$range": [0, 5, 2]})), json!([0, 2, 4]));
        assert_eq!(made(json!({"$range": [3, 0, -1]})), json!([3, 2, 1]));
        assert_eq!(made(json!({"$range": [3, 0]})), json!([]));
        assert_eq!(made(json!({"$repeat": [[1], 2]})), json!([[1], [1]]));
        assert_eq!(made(json!({"$concat": [{"$range": [0, 2]}, [9]]})), json!([0, 1, 9]));
        assert_eq!(made(json!({"$flat": {"$repeat": [[1, null], 2]}})), json!([1, null, 1, null]));
        assert_eq!(made(json!({"$reverse": [1, 2]})), json!([2, 1]));
        assert_eq!(made(json!({"$sort": [[3, 1], [1, 2], [1]]})), json!([[1], [1, 2], [3, 1]]));
        assert_eq!(made(json!({"$join": ["a", {"$text": ["bc", 2]}]})), json!("abcbc"));
        assert_eq!(made(json!({"$calls": {"method": "put", "each": [1, 2]}})), json!([["put", 1], ["put", 2]]));
    }

    #[test]
    fn random_recipes_are_the_same_each_time_and_within_their_bounds() {
        let ints = json!({"$ints": {"seed": 7, "count": 1000, "min": -3, "max": 3}});
        assert_eq!(made(ints.clone()), made(ints.clone()));
        assert_eq!(made(json!({"$ints": {"seed": 7, "count": 4, "min": 0, "max": 99}})), json!([87, 4, 46, 3]));
        let values = made(ints);
        let values = values.as_array().expect("a list");
        assert!(values.len() == 1000 && values.iter().all(|v| (-3..=3).contains(&v.as_i64().expect("an int"))));
        let shuffled = made(json!({"$shuffle": {"seed": 1, "of": {"$range": [0, 50]}}}));
        assert_ne!(shuffled, made(json!({"$range": [0, 50]})));
        assert_eq!(make(&json!({"$sort": shuffled})), make(&json!({"$range": [0, 50]})));
        let spans = made(json!({"$spans": {"seed": 1, "count": 50, "min": 0, "max": 9, "length": [1, 3]}}));
        for span in spans.as_array().expect("a list") {
            let length = span[1].as_i64().expect("an end") - span[0].as_i64().expect("a start");
            assert!((1..=3).contains(&length), "{span}");
        }
        let words = made(json!({"$words": {"seed": 1, "count": 9, "length": [2, 4], "from": "ab"}}));
        assert!(words.as_array().expect("a list").iter().all(|w| (2..=4).contains(&w.as_str().expect("text").len())));
    }

    #[test]
    fn what_makes_nothing_or_too_much_is_refused() {
        for (recipe, why) in [
            (json!({"$rang": [0, 1]}), "no such recipe"),
            (json!({"$range": [0, 1], "b": 1}), "one key"),
            (json!({"$range": [0, 9_000_000]}), "at most 400000 values"),
            (json!({"$repeat": [{"$repeat": [1, 400_000]}, 400_000]}), "at most"),
            (json!({"$text": ["abc", 400_000]}), "at most 1048576 bytes"),
            (json!({"$ints": {"seed": 1, "count": 1, "min": 2, "max": 1}}), "greater than max"),
            (json!({"$ints": {"count": 1, "min": 2, "max": 1}}), "seed"),
            (json!({"$letters": {"seed": 1, "count": 1, "from": ""}}), "letters to choose"),
            (json!({"$range": [0, 1, 0]}), "other than 0"),
        ] {
            let error = make(&recipe).expect_err("no value");
            assert!(error.contains(why), "{recipe}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_recipe_panics(
            name in "\\$(range|repeat|ints|rows|spans|shuffle|sort|text|letters|words|join|calls|concat)",
            numbers in proptest::collection::vec(any::<i64>(), 0..4),
            seed in any::<i64>(), count in -5_i64..5000, min in any::<i64>(), max in any::<i64>(),
        ) {
            let _ = make(&json!({ name.clone(): numbers }));
            let parts = json!({"seed": seed, "count": count, "min": min, "max": max, "columns": [[min, max]],
                "length": [min, max], "of": [1, 2, 3], "from": "abc", "each": [1], "method": "m"});
            let _ = make(&json!({ name: parts }));
        }
    }
}
