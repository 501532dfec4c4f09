//! One driver per language: the text around a submission that feeds it tests and writes results where printing cannot
//! reach. All answer alike: a nonce, the test's number, `value` or `error`, JSON in ASCII.

use super::job::{Job, Mode};
use crate::language::Language;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where a driver reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Channels {
    /// Descriptor of the tests.
    pub input: u8,
    /// Descriptor of the results. On 1, standard output, each answer begins on a line of its own.
    pub output: u8,
}

impl Channels {
    /// Descriptors of their own, in our own box.
    pub(super) const APART: Channels = Channels { input: 4, output: 3 };
    /// Standard input and output, where there is nothing else.
    pub(super) const STANDARD: Channels = Channels { input: 0, output: 1 };
}

/// The files of a job as they go into a box, and which of them starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bundle {
    /// Names and texts; the first is the one that is compiled or started.
    pub files: Vec<(String, String)>,
    /// The candidate's main file.
    pub solution: String,
    /// Java's class to start.
    pub class: String,
}

/// Puts the driver to the submission. A whole program needs none.
pub(super) fn bundle(job: &Job, channels: Channels) -> Bundle {
    let mut files: Vec<(String, String)> =
        job.files.iter().map(|file| (file.name.clone(), file.text.clone())).collect();
    let main = files.first().map(|(_, text)| text.clone()).unwrap_or_default();
    let mut class = "VivaDriver".to_owned();
    if job.language == Language::Java {
        // The language wants a file to be named like its public class.
        let name = java_class(&main, job.mode == Mode::Stdio).unwrap_or_else(|| "Solution".to_owned());
        if let Some(first) = files.first_mut() {
            first.0 = format!("{name}.java");
        }
        if job.mode == Mode::Stdio {
            class = name;
        }
    }
    let solution = files.first().map(|(name, _)| name.clone()).unwrap_or_default();
    if let Some((name, text)) = driver(job, &main, &solution, channels) {
        files.insert(0, (name.to_owned(), text));
    }
    Bundle { files, solution, class }
}

fn driver(job: &Job, main: &str, solution: &str, channels: Channels) -> Option<(&'static str, String)> {
    let (calls, entry) = match &job.mode {
        Mode::Stdio => return None,
        Mode::Function { entry, .. } => (false, entry),
        Mode::Calls { entry, .. } => (true, entry),
    };
    let names = names(entry, job.language, calls);
    let run = match job.language {
        Language::Cpp => cpp_run(job, main, &present(main, &names)),
        Language::Rust => rust_run(job, main, &present(main, &names)),
        _ => String::new(),
    };
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    let (name, text) = match job.language {
        Language::Python3 => ("viva_driver.py", include_str!("driver.py")),
        Language::JavaScript => ("viva_driver.js", include_str!("driver.js")),
        Language::Java => ("VivaDriver.java", include_str!("VivaDriver.java")),
        Language::Cpp => ("viva_driver.cpp", include_str!("driver.cpp")),
        Language::Go => ("viva_driver.go", include_str!("driver.go")),
        Language::Rust => ("viva_driver.rs", include_str!("driver.rs.txt")),
    };
    let text = text
        .replace("@IN@", &channels.input.to_string())
        .replace("@OUT@", &channels.output.to_string())
        .replace("@FILE@", &format!("{solution:?}"))
        .replace("@CONFIG@", &literal(&config(&job.mode, &names)))
        .replace("@NAMES@", &quoted.join(", "))
        .replace("@CALLS@", if calls { "true" } else { "false" })
        .replace("@ENTRY@", &go_entry(main, entry, calls))
        .replace("@RUN@", &run);
    Some((name, text))
}

/// What a driver of a language without types needs to know, as JSON.
fn config(mode: &Mode, names: &[String]) -> String {
    match mode {
        Mode::Function { params, returns, .. } => {
            let params: Vec<Value> = params.iter().map(|kind| kind.for_driver()).collect();
            json!({"mode": "function", "names": names, "params": params, "returns": returns.for_driver()}).to_string()
        }
        Mode::Calls { methods, .. } => {
            let methods: BTreeMap<&String, Value> = methods
                .iter()
                .map(|(name, method)| {
                    let params: Vec<Value> = method.params.iter().map(|kind| kind.for_driver()).collect();
                    (name, json!({"params": params, "returns": method.returns.for_driver()}))
                })
                .collect();
            json!({"mode": "calls", "names": names, "methods": methods}).to_string()
        }
        Mode::Stdio => String::new(),
    }
}

/// A string literal that Python and JavaScript read alike. What goes in is ASCII.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// The forms of a name that are looked for, the language's own first.
fn names(entry: &str, language: Language, class: bool) -> Vec<String> {
    let own = if class {
        entry.to_owned()
    } else {
        match language {
            Language::Python3 | Language::Cpp | Language::Rust => entry.to_owned(),
            Language::JavaScript | Language::Java | Language::Go => camel(entry),
        }
    };
    let mut names = vec![own];
    for other in [entry.to_owned(), camel(entry)] {
        if !names.contains(&other) {
            names.push(other);
        }
    }
    names
}

/// `min_rooms` as `minRooms`.
fn camel(name: &str) -> String {
    let mut made = String::new();
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' && !made.is_empty() {
            upper = true;
        } else if upper {
            made.push(letter.to_ascii_uppercase());
            upper = false;
        } else {
            made.push(letter);
        }
    }
    made
}

/// The first of `names` that stands in the text as a word, or the first.
fn present(text: &str, names: &[String]) -> String {
    names.iter().find(|name| has_word(text, name)).or(names.first()).cloned().unwrap_or_default()
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        !part(before.chars().next_back()) && !part(after.chars().next())
    })
}

/// How often each method is called with how many arguments, over all tests.
fn shapes(job: &Job) -> BTreeMap<&str, usize> {
    let mut found = BTreeMap::new();
    for call in job.tests.iter().filter_map(|test| test.input.as_array()).flatten() {
        if let Some((Value::String(name), arguments)) = call.as_array().and_then(|call| call.split_first()) {
            found.entry(name.as_str()).or_insert(arguments.len());
        }
    }
    found
}

fn cpp_run(job: &Job, main: &str, name: &str) -> String {
    if let Mode::Function { .. } = job.mode {
        let class = ["class Solution", "struct Solution"].iter().any(|words| main.contains(words));
        let invoke = if class {
            format!("::Solution made; invoke(in, out, made, &::Solution::{name});")
        } else {
            format!("invoke(in, out, ::{name});")
        };
        return format!("    in.need('['); {invoke} in.need(']');");
    }
    let shapes = shapes(job);
    let arguments = vec!["argument"; shapes.get("new").copied().unwrap_or(0)].join(", ");
    let methods = shapes.iter().filter(|(method, _)| **method != "new").map(|(method, count)| {
        let own = present(main, &[(*method).to_owned(), camel(method)]);
        let comma = if *count > 0 { "in.need(','); " } else { "" };
        format!("if (name == \"{method}\") {{ {comma}invoke(in, out, made, &::{entry}::{own}); }} else ", entry = name)
    });
    format!(
        "    in.need('['); in.need('['); read<std::string>(in);
    bool first = false;
    [[maybe_unused]] Argument<::{name}> argument{{in, &first}};
    ::{name} made{{{arguments}}};
    in.need(']');
    out += \"[null\";
    while (in.next(',')) {{
        in.need('[');
        std::string name = read<std::string>(in);
        out += ',';
        {methods}throw BadInput(\"there is no method \" + name);
        in.need(']');
    }}
    in.need(']');
    out += ']';",
        methods = methods.collect::<String>()
    )
}

fn rust_run(job: &Job, main: &str, name: &str) -> String {
    let take = |count: usize, comma_first: bool| -> String {
        let comma = |at: usize| if at > 0 || comma_first { "viva_in.need(b','); " } else { "" };
        (0..count).map(|at| format!("{}let a{at} = viva_in.take(); ", comma(at))).collect()
    };
    let list = |count: usize| (0..count).map(|at| format!("a{at}")).collect::<Vec<_>>().join(", ");
    if let Mode::Function { params, .. } = &job.mode {
        let path = if has_word(main, "Solution") { format!("Solution::{name}") } else { name.to_owned() };
        let count = params.len();
        let (take, list) = (take(count, false), list(count));
        return format!("viva_in.need(b'['); {take}viva_in.need(b']'); {path}({list}).encode(viva_out);");
    }
    let shapes = shapes(job);
    let new = shapes.get("new").copied().unwrap_or(0);
    let arms = shapes.iter().filter(|(method, _)| **method != "new").map(|(method, count)| {
        format!("\"{method}\" => {{ {}made.{method}({}).encode(viva_out); }}\n", take(*count, true), list(*count))
    });
    format!(
        "viva_in.need(b'['); viva_in.need(b'['); let _: String = viva_in.take(); {}viva_in.need(b']');
let mut made = {name}::new({});
viva_out.push_str(\"[null\");
while viva_in.next(b',') {{
    viva_in.need(b'[');
    let name: String = viva_in.take();
    viva_out.push(',');
    match name.as_str() {{ {}other => panic!(\"there is no method {{other}}\") }}
    viva_in.need(b']');
}}
viva_in.need(b']');
viva_out.push(']');",
        take(new, true),
        list(new),
        arms.collect::<String>()
    )
}

fn go_entry(main: &str, entry: &str, class: bool) -> String {
    if class {
        let own = format!("New{entry}");
        return if has_word(main, &own) || !has_word(main, "Constructor") { own } else { "Constructor".to_owned() };
    }
    let camel = camel(entry);
    let mut pascal = camel.clone();
    if let Some(first) = pascal.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    present(main, &[camel, pascal, entry.to_owned()])
}

/// The name of the public class, or with `any` of the first one.
fn java_class(text: &str, any: bool) -> Option<String> {
    let after = |mark: &str| {
        let (_, rest) = text.split_once(mark)?;
        let name: String = rest.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        (!name.is_empty() && name.len() <= super::job::NAME_BYTES_MAX).then_some(name)
    };
    after("public class ").or_else(|| after("public final class ")).or_else(|| any.then(|| after("class ")).flatten())
}

#[cfg(test)]
mod tests {
    use super::super::samples::job;
    use super::*;

    #[test]
    fn names_take_each_languages_form() {
        assert_eq!(names("min_rooms", Language::Java, false), ["minRooms", "min_rooms"]);
        assert_eq!(names("min_rooms", Language::Cpp, false), ["min_rooms", "minRooms"]);
        assert_eq!(names("f", Language::Go, false), ["f"]);
        assert_eq!(go_entry("func MinRooms(a []int) int {", "min_rooms", false), "MinRooms");
        assert_eq!(go_entry("func Constructor(n int) Cache {", "Cache", true), "Constructor");
        assert_eq!(java_class("import x;\npublic class Cache {", false).as_deref(), Some("Cache"));
        assert_eq!(java_class("class Main {", true).as_deref(), Some("Main"));
    }

    #[test]
    fn no_driver_keeps_a_placeholder_or_learns_what_is_expected() {
        for language in Language::ALL {
            let mut job = job(language, "text", 2);
            job.tests[0].expected = super::super::Expected::Value("the expected value".into());
            let bundle = bundle(&job, Channels::APART);
            let (name, text) = &bundle.files[0];
            for mark in ["@IN@", "@OUT@", "@FILE@", "@CONFIG@", "@NAMES@", "@CALLS@", "@ENTRY@", "@RUN@"] {
                assert!(!text.contains(mark), "{name} keeps {mark}");
            }
            assert!(!text.contains("expected value"), "{name}");
        }
    }

    #[test]
    fn a_word_is_not_part_of_a_longer_one() {
        assert!(has_word("int min_rooms(", "min_rooms"));
        assert!(!has_word("int min_rooms2(", "min_rooms") && !has_word("xmin_rooms", "min_rooms"));
    }
}
