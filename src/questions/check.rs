//! From a folder's files to a question that can be asked: the rules that hold at loading (Q1…).

use super::finding::*;
use super::format::*;
use super::recipe;
use super::signature::Type;
use super::source::{FILE_BYTES_MAX, FILES_MAX, Folder};
use super::{Entry, SPOKEN_WORDS_MAX, Solution, Verdict, speak};
use crate::interview::agenda::condition::Condition;
use crate::interview::agenda::facts::{CODING_PHASES, can_hold, fact_type};
use crate::language::Language;
use std::collections::{BTreeMap, BTreeSet};

/// The longest thing that is said at once after the opening, in words: about twenty seconds.
pub const LINE_WORDS_MAX: usize = 60;
/// The longest statement, in bytes.
pub const STATEMENT_BYTES_MAX: usize = 16 * 1024;
/// The most follow-ups, hints, clarifications and so on of one question.
pub const ITEMS_MAX: usize = 40;
/// The most tests.
pub const TESTS_MAX: usize = 200;
/// Licences under which a question may be passed on.
pub const LICENSES: [&str; 10] = [
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-3.0",
    "CC-BY-SA-3.0",
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
];

/// Reads a question.
///
/// # Errors
/// All breaches of the rules that hold at loading.
pub fn check(folder: &Folder) -> Result<Entry, Vec<Finding>> {
    let mut findings = Findings::about(&folder.path());
    for path in &folder.left_out {
        let why = format!("left out: a file has at most {FILE_BYTES_MAX} bytes, a question {FILES_MAX} files");
        findings.add(Q101, path, why);
    }
    let texts = texts(folder, &mut findings);
    let facts = texts.get("question.toml").and_then(|text| facts(text, &mut findings));
    let Some(file) = facts else { return Err(findings.into_inner()) };
    let text = |name: &str| texts.get(name).copied().unwrap_or_default();
    identity(folder, &file, &mut findings);
    ranges(&file, text("spoken.md"), text("statement.md"), &mut findings);
    sections(&file, &texts, &mut findings);
    lines(&file, &mut findings);
    conditions(&file, &mut findings);
    hints(&file, &mut findings);
    license(&file, &mut findings);
    let (mut tests, mut solutions) = (Vec::new(), Vec::new());
    if let Some(io) = &file.io {
        signature(io, &mut findings);
        tests = read_tests(io, text("tests.json"), &mut findings);
        solutions = read_solutions(&file, &texts, &mut findings);
    }
    references(&file, &tests, &mut findings);
    if !findings.is_usable() {
        return Err(findings.into_inner());
    }
    let starters = starters(&texts);
    let question = speak::question(&file, text("spoken.md"), text("statement.md"), folder.content_hash());
    Ok(Entry {
        question,
        course: speak::course(&file),
        kind: file.kind,
        difficulty: file.difficulty,
        topics: file.topics.clone(),
        minutes: file.minutes,
        file,
        tests,
        starters,
        solutions,
    })
}

/// All files as text.
fn texts<'a>(folder: &'a Folder, findings: &mut Findings) -> BTreeMap<&'a str, &'a str> {
    let mut texts = BTreeMap::new();
    for (path, bytes) in &folder.files {
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                texts.insert(path.as_str(), text);
            }
            Err(error) => findings.add(Q101, path, format!("byte {} is not UTF-8", error.valid_up_to() + 1)),
        }
        let known = matches!(path.as_str(), "question.toml" | "spoken.md" | "statement.md" | "tests.json");
        let folders = ["solutions/accepted/", "solutions/rejected/", "starter/"];
        findings.need(known || folders.iter().any(|folder| path.starts_with(folder)), Q101, path, || {
            "is no file of a question".to_owned()
        });
    }
    for needed in ["question.toml", "spoken.md", "statement.md"] {
        findings.need(folder.files.contains_key(needed), Q101, needed, || "is missing".to_owned());
    }
    texts
}

fn facts(text: &str, findings: &mut Findings) -> Option<QuestionFile> {
    match toml::from_str(text) {
        Ok(file) => Some(file),
        Err(error) => {
            let error: toml::de::Error = error;
            let place = match error.span() {
                Some(span) => {
                    let before = text.get(..span.start).unwrap_or_default();
                    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                    format!("question.toml:{}:{column}", before.matches('\n').count() + 1)
                }
                None => "question.toml".to_owned(),
            };
            findings.add(Q102, place, error.message().to_owned());
            None
        }
    }
}

/// Whether a text can be an id of a question or a test.
pub fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !id.starts_with('-')
}

fn identity(folder: &Folder, file: &QuestionFile, findings: &mut Findings) {
    let toml = |field: &str| format!("question.toml {field}");
    findings.need(file.format == 1, Q103, &toml("format"), || format!("is {}, this build reads 1", file.format));
    findings.need(file.id == folder.id, Q103, &toml("id"), || {
        format!("its id is \"{}\" but its folder is \"{}\"", file.id, folder.id)
    });
    findings.need(is_id(&file.id), Q103, &toml("id"), || "is made of a-z, 0-9 and -, 1 to 64 letters".to_owned());
    findings.need(folder.kind.is_none_or(|kind| kind == file.kind), Q103, &toml("kind"), || {
        format!("is {} but the folder lies elsewhere", file.kind)
    });
}

fn ranges(file: &QuestionFile, spoken: &str, statement: &str, findings: &mut Findings) {
    let toml = |field: &str| format!("question.toml {field}");
    let words = spoken.split_whitespace().count();
    findings.need(words > 0, Q104, "spoken.md", || "must not be empty".to_owned());
    findings.need(words <= SPOKEN_WORDS_MAX, Q104, "spoken.md", || {
        format!("has {words} words, at most {SPOKEN_WORDS_MAX} can be followed")
    });
    findings.need(!statement.trim().is_empty(), Q104, "statement.md", || "must not be empty".to_owned());
    findings.need(statement.len() <= STATEMENT_BYTES_MAX, Q104, "statement.md", || {
        format!("has {} bytes, at most {STATEMENT_BYTES_MAX} fit", statement.len())
    });
    let title = file.title.trim().chars().count();
    findings.need((1..=80).contains(&title), Q104, &toml("title"), || "has 1 to 80 letters".to_owned());
    findings.need((1..=5).contains(&file.difficulty), Q104, &toml("difficulty"), || "is 1 to 5".to_owned());
    findings.need((1..=180).contains(&file.minutes), Q104, &toml("minutes"), || "is 1 to 180".to_owned());
    let topics = &file.topics;
    findings.need((1..=8).contains(&topics.len()), Q104, &toml("topics"), || "are 1 to 8".to_owned());
    findings.need(topics.iter().all(|topic| !topic.trim().is_empty()), Q104, &toml("topics"), || {
        "must not be empty".to_owned()
    });
    let Limits { cpu_ms, memory_mb, output_kb } = file.limits;
    let limit = |field: &str| format!("question.toml limits.{field}");
    findings.need((100..=10_000).contains(&cpu_ms), Q104, &limit("cpu_ms"), || "is 100 to 10000".to_owned());
    findings.need((32..=1024).contains(&memory_mb), Q104, &limit("memory_mb"), || "is 32 to 1024".to_owned());
    findings.need((1..=1024).contains(&output_kb), Q104, &limit("output_kb"), || "is 1 to 1024".to_owned());
    let counts = [
        ("follow_ups", file.follow_ups.len()),
        ("clarifications", file.clarifications.len()),
        ("edge_cases", file.edge_cases.len()),
        ("approaches", file.approaches.len()),
        ("hints", file.hints.len()),
        ("probes", file.probes.len()),
        ("facts", file.facts.len()),
        ("phases", file.phases.len()),
        ("components", file.components.len()),
        ("deep_dives", file.deep_dives.len()),
        ("curveballs", file.curveballs.len()),
        ("acknowledgements", file.acknowledgements.len()),
    ];
    for (section, count) in counts {
        findings.need(count <= ITEMS_MAX, Q104, &toml(section), || format!("has {count}, at most {ITEMS_MAX} fit"));
    }
}

/// The sections of the kind and of no other.
fn sections(file: &QuestionFile, texts: &BTreeMap<&str, &str>, findings: &mut Findings) {
    let coding = file.kind == Kind::Coding;
    let behavioural = file.kind == Kind::Behavioural;
    let design = file.kind == Kind::SystemDesign;
    let sections = [
        ("io", file.io.is_some(), coding, coding),
        ("languages", !file.languages.is_empty(), coding, false),
        ("limits", file.limits != Limits::default(), coding, false),
        ("clarifications", !file.clarifications.is_empty(), coding, false),
        ("edge_cases", !file.edge_cases.is_empty(), coding, false),
        ("approaches", !file.approaches.is_empty(), coding, coding),
        ("hints", !file.hints.is_empty(), coding, coding),
        ("follow_ups", !file.follow_ups.is_empty(), true, coding),
        ("competency", file.competency.is_some(), behavioural, behavioural),
        ("probes", !file.probes.is_empty(), behavioural, behavioural),
        ("avoid", !file.avoid.is_empty(), behavioural, false),
        ("anchors", file.anchors.is_some(), behavioural || design, behavioural || design),
        ("facts", !file.facts.is_empty(), design, design),
        ("phases", !file.phases.is_empty(), design, design),
        ("components", !file.components.is_empty(), design, design),
        ("deep_dives", !file.deep_dives.is_empty(), design, false),
        ("curveballs", !file.curveballs.is_empty(), design, false),
    ];
    for (section, there, allowed, needed) in sections {
        let place = format!("question.toml {section}");
        findings.need(there || !needed, Q105, &place, || format!("is missing; a {} question needs it", file.kind));
        findings.need(!there || allowed, Q105, &place, || format!("belongs to no {} question", file.kind));
    }
    let tests = texts.contains_key("tests.json");
    findings.need(tests || !coding, Q101, "tests.json", || "is missing; a coding question needs it".to_owned());
    findings.need(!tests || coding, Q105, "tests.json", || format!("belongs to no {} question", file.kind));
}

/// Everything that is said, with its place.
pub(super) fn spoken_lines(file: &QuestionFile) -> Vec<(String, &str)> {
    let mut all: Vec<(String, &str)> = Vec::new();
    all.extend(file.greeting.iter().map(|text| ("question.toml greeting".to_owned(), text.as_str())));
    all.extend(file.closing.iter().map(|text| ("question.toml closing".to_owned(), text.as_str())));
    for (name, texts) in [
        ("acknowledgements", file.acknowledgements.iter().map(String::as_str).collect::<Vec<_>>()),
        ("clarifications", file.clarifications.iter().map(|item| item.answer.as_str()).collect()),
        ("facts", file.facts.iter().map(|item| item.answer.as_str()).collect()),
        ("hints", file.hints.iter().map(|item| item.text.as_str()).collect()),
        ("follow_ups", file.follow_ups.iter().map(|item| item.ask.as_str()).collect()),
        ("deep_dives", file.deep_dives.iter().map(|item| item.ask.as_str()).collect()),
        ("probes", file.probes.iter().map(|item| item.ask.as_str()).collect()),
        ("phases", file.phases.iter().map(|item| item.prompt.as_str()).collect()),
        ("curveballs", file.curveballs.iter().map(|item| item.say.as_str()).collect()),
    ] {
        all.extend(texts.into_iter().enumerate().map(|(at, text)| (format!("question.toml {name}[{at}]"), text)));
    }
    all
}

fn lines(file: &QuestionFile, findings: &mut Findings) {
    for (place, text) in spoken_lines(file) {
        let words = text.split_whitespace().count();
        findings.need(words > 0, Q104, &place, || "must not be empty".to_owned());
        findings.need(words <= LINE_WORDS_MAX, Q104, &place, || {
            format!("has {words} words, at most {LINE_WORDS_MAX} can be followed by ear")
        });
    }
    let asks = file.clarifications.iter().chain(&file.facts).map(|item| ("ask", &item.ask));
    let says = file.edge_cases.iter().map(|item| ("say", &item.say));
    let components = file.components.iter().map(|item| ("say", &item.say));
    for (name, words) in asks.chain(says).chain(components) {
        let whole = !words.is_empty() && words.iter().all(|text| !text.trim().is_empty());
        findings
            .need(whole, Q104, &format!("question.toml {name}"), || "needs words by which it is recognised".to_owned());
    }
    for (at, item) in file.components.iter().enumerate() {
        let place = format!("question.toml components[{at}].weight");
        findings.need((1..=5).contains(&item.weight), Q104, &place, || "is 1 to 5".to_owned());
    }
    for (at, item) in file.follow_ups.iter().chain(&file.deep_dives).enumerate() {
        let place = format!("question.toml follow_ups[{at}].tier");
        findings.need((1..=3).contains(&item.tier), Q104, &place, || "is 1 to 3".to_owned());
    }
}

fn conditions(file: &QuestionFile, findings: &mut Findings) {
    let follow_ups = file.follow_ups.iter().enumerate().map(|(at, item)| ("follow_ups", at, item.when.as_ref()));
    let dives = file.deep_dives.iter().enumerate().map(|(at, item)| ("deep_dives", at, item.when.as_ref()));
    let curves = file.curveballs.iter().enumerate().map(|(at, item)| ("curveballs", at, item.when.as_ref()));
    for (section, at, when) in follow_ups.chain(dives).chain(curves) {
        let place = format!("question.toml {section}[{at}].when");
        if let Some(when) = when {
            condition(file, when, &place, findings);
        }
    }
    let phases: Vec<&str> = match file.kind {
        Kind::SystemDesign => file.phases.iter().map(|phase| phase.id.as_str()).collect(),
        _ => CODING_PHASES.to_vec(),
    };
    for (at, item) in file.follow_ups.iter().chain(&file.deep_dives).enumerate() {
        if let Some(phase) = &item.phase {
            let place = format!("question.toml follow_ups[{at}].phase");
            findings.need(phases.contains(&phase.as_str()), Q108, &place, || {
                format!("there is no phase \"{phase}\"; there are {}", phases.join(", "))
            });
        }
    }
}

fn condition(file: &QuestionFile, when: &Condition, place: &str, findings: &mut Findings) {
    if let Err(why) = when.check(&fact_type) {
        findings.add(Q108, place, why);
        return;
    }
    for (name, literal) in when.literals() {
        let crate::interview::agenda::condition::Fact::Text(text) = literal else { continue };
        let known = match name {
            Some("approach") => text.is_empty() || file.approaches.iter().any(|approach| approach.id == *text),
            Some("language") => Language::from_id(text).is_some(),
            Some("phase") => {
                CODING_PHASES.contains(&text.as_str()) || file.phases.iter().any(|phase| phase.id == *text)
            }
            _ => true,
        };
        findings.need(known, Q108, place, || format!("there is no {} \"{text}\"", name.unwrap_or_default()));
    }
    findings.need(can_hold(when), Q108, place, || format!("`{}` can never come true", when.text()));
}

fn hints(file: &QuestionFile, findings: &mut Findings) {
    if file.kind != Kind::Coding {
        return;
    }
    findings.need(file.hints.len() >= 3, Q109, "question.toml hints", || {
        format!("there are {}, at least three are needed", file.hints.len())
    });
    for (at, hint) in file.hints.iter().enumerate() {
        findings.need(usize::from(hint.tier) == at + 1, Q109, &format!("question.toml hints[{at}].tier"), || {
            format!("is {}, not {}", hint.tier, at + 1)
        });
    }
}

fn license(file: &QuestionFile, findings: &mut Findings) {
    findings.need(LICENSES.contains(&file.license.as_str()), Q111, "question.toml license", || {
        format!("\"{}\" is none of {}", file.license, LICENSES.join(", "))
    });
    let named = file.origin.source.as_ref().is_some_and(|source| !source.trim().is_empty());
    findings.need(file.origin.kind == OriginKind::Original || named, Q111, "question.toml origin.source", || {
        "an import says where it comes from".to_owned()
    });
}

/// Whether a text can name a function or a parameter in every language.
pub(super) fn is_snake(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        && !RESERVED.contains(&name)
}

/// Names that mean something in one of the languages.
const RESERVED: [&str; 44] = [
    "and", "as", "break", "case", "char", "class", "const", "def", "default", "delete", "do", "double", "else", "enum",
    "export", "float", "fn", "for", "from", "func", "go", "if", "import", "in", "int", "is", "len", "let", "long",
    "map", "match", "move", "new", "not", "or", "range", "return", "self", "string", "switch", "this", "type", "var",
    "while",
];

fn signature(io: &Io, findings: &mut Findings) {
    let place = |field: &str| format!("question.toml io.{field}");
    let entry = &io.entry;
    match io.mode {
        Mode::Function => {
            findings.need(is_snake(entry), Q106, &place("entry"), || "is a snake_case name of its own".to_owned());
            findings.need(io.returns.is_some(), Q106, &place("returns"), || "is missing".to_owned());
            findings.need(io.methods.is_empty(), Q106, &place("methods"), || "belong to mode calls".to_owned());
        }
        Mode::Calls => {
            let pascal = entry.starts_with(|c: char| c.is_ascii_uppercase())
                && entry.len() <= 40
                && entry.bytes().all(|byte| byte.is_ascii_alphanumeric());
            findings.need(pascal, Q106, &place("entry"), || "is a PascalCase name".to_owned());
            findings.need(io.returns.is_none(), Q106, &place("returns"), || "stands with each method".to_owned());
            findings.need(!io.methods.is_empty(), Q106, &place("methods"), || "are missing".to_owned());
        }
        Mode::Stdio => {
            let bare = entry.is_empty() && io.params.is_empty() && io.methods.is_empty() && io.returns.is_none();
            findings.need(bare, Q106, &place("mode"), || "stdio has no entry, params, returns or methods".to_owned());
        }
    }
    let functions = io.methods.iter().map(|method| (&method.params, method.name.as_str()));
    for (params, name) in functions.chain([(&io.params, entry.as_str())]) {
        let names: BTreeSet<&str> = params.iter().map(|param| param.name.as_str()).collect();
        findings.need(names.len() == params.len() && params.len() <= 8, Q106, &place("params"), || {
            format!("of {name} are at most 8 with names of their own")
        });
        for param in params {
            let usable = is_snake(&param.name) && param.ty != Type::Null;
            findings.need(usable, Q106, &place("params"), || {
                format!("{} of {name} is a snake_case name with a type other than null", param.name)
            });
        }
    }
    let names: BTreeSet<&str> = io.methods.iter().map(|method| method.name.as_str()).collect();
    findings.need(
        names.len() == io.methods.len() && names.iter().all(|name| is_snake(name)),
        Q106,
        &place("methods"),
        || "have snake_case names of their own".to_owned(),
    );
    let words = matches!(io.comparator, crate::comparator::Comparator::Words { .. });
    findings.need(words == (io.mode == Mode::Stdio), Q106, &place("comparator"), || {
        "words is for stdio and stdio needs words".to_owned()
    });
}

fn read_tests(io: &Io, text: &str, findings: &mut Findings) -> Vec<Test> {
    let tests: Vec<Test> = match serde_json::from_str(text) {
        Ok(tests) => tests,
        Err(error) => {
            let place = format!("tests.json:{}:{}", error.line(), error.column());
            findings.add(Q107, place, error.to_string());
            return Vec::new();
        }
    };
    findings.need((1..=TESTS_MAX).contains(&tests.len()), Q107, "tests.json", || {
        format!("has {} tests, 1 to {TESTS_MAX} fit", tests.len())
    });
    let mut ids = BTreeSet::new();
    for (at, test) in tests.iter().enumerate() {
        let place = format!("tests.json[{at}] {}", test.id);
        findings.need(is_id(&test.id), Q107, &place, || "its id is made of a-z, 0-9 and -".to_owned());
        findings.need(ids.insert(test.id.as_str()), Q107, &place, || "its id stands for another, too".to_owned());
        // Large inputs are made by the lint only: at loading there would be too much of them.
        let written_out = !recipe::is_recipe(&test.input) && !recipe::is_recipe(&test.expected);
        if written_out && let Err(why) = super::tests_file::shape(io, &test.input, &test.expected) {
            findings.add(Q205, place, why);
        }
    }
    tests
}

fn read_solutions(file: &QuestionFile, texts: &BTreeMap<&str, &str>, findings: &mut Findings) -> Vec<Solution> {
    let mut solutions = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| path.starts_with("solutions/")) {
        let Some(language) = Language::of_file(path) else {
            findings.add(Q112, *path, "its ending is of no language that is known");
            continue;
        };
        let header = |name: &str| -> Option<String> {
            let lines = text.lines().take(5).filter_map(|line| line.strip_prefix(language.comment()));
            let mut values = lines.filter_map(|line| line.split_once('=').filter(|(key, _)| key.trim() == name));
            values.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
        };
        let verdict = match path.starts_with("solutions/accepted/") {
            true => Some(Verdict::Accepted),
            false => header("verdict").as_deref().and_then(Verdict::rejected_by_name),
        };
        let approach = header("approach");
        let approach_known =
            approach.as_ref().is_some_and(|id| file.approaches.iter().any(|approach| approach.id == *id));
        match verdict {
            Some(Verdict::Accepted) if !approach_known => {
                findings.add(Q112, *path, "says no approach of question.toml");
            }
            Some(verdict) => solutions.push(Solution {
                path: (*path).to_owned(),
                language,
                approach: approach.unwrap_or_default(),
                verdict,
                code: (*text).to_owned(),
            }),
            None => findings.add(Q112, *path, "says no verdict it is rejected with: WA, TLE or RE"),
        }
    }
    solutions
}

fn starters(texts: &BTreeMap<&str, &str>) -> BTreeMap<Language, String> {
    let own = texts.iter().filter(|(path, _)| path.starts_with("starter/"));
    own.filter_map(|(path, text)| Some((Language::of_file(path)?, (*text).to_owned()))).collect()
}

fn references(file: &QuestionFile, tests: &[Test], findings: &mut Findings) {
    let approaches: Vec<&str> = file.approaches.iter().map(|item| item.id.as_str()).collect();
    let edge_cases: Vec<&str> = file.edge_cases.iter().map(|item| item.id.as_str()).collect();
    let phases: Vec<&str> = file.phases.iter().map(|item| item.id.as_str()).collect();
    let components: Vec<&str> = file.components.iter().map(|item| item.id.as_str()).collect();
    for (section, ids) in
        [("approaches", &approaches), ("edge_cases", &edge_cases), ("phases", &phases), ("components", &components)]
    {
        let unique: BTreeSet<&&str> = ids.iter().collect();
        let plain = |id: &&str| id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let whole = unique.len() == ids.len() && ids.iter().all(|id| !id.is_empty() && plain(id));
        findings.need(whole, Q110, &format!("question.toml {section}"), || {
            "ids are unique, made of letters, digits and hyphens".to_owned()
        });
    }
    let mut needed: Vec<(String, &String)> = Vec::new();
    for (at, item) in file.clarifications.iter().enumerate() {
        needed.extend(item.tests.iter().map(|test| (format!("question.toml clarifications[{at}].tests"), test)));
    }
    for item in &file.edge_cases {
        needed.extend(item.tests.iter().map(|test| (format!("question.toml edge_cases {}", item.id), test)));
    }
    for (place, id) in needed {
        findings.need(tests.iter().any(|test| test.id == *id), Q110, &place, || format!("there is no test \"{id}\""));
    }
    for (at, hint) in file.hints.iter().enumerate() {
        if let Some(id) = &hint.approach {
            let place = format!("question.toml hints[{at}].approach");
            findings.need(approaches.contains(&id.as_str()), Q110, &place, || format!("there is no approach \"{id}\""));
        }
    }
    for id in &file.rubric.must_mention {
        findings.need(edge_cases.contains(&id.as_str()), Q110, "question.toml rubric.must_mention", || {
            format!("there is no edge case \"{id}\"")
        });
    }
}
