//! The folder of a new question: it loads at once, and every text says what to write in its place.

use super::format::Kind;

/// A file to write: path within the folder, text.
pub type NewFile = (&'static str, String);

/// The files of a new question.
pub fn files(id: &str, kind: Kind) -> Vec<NewFile> {
    let title = title(id);
    let spoken =
        "TODO: the question as you would say it, at most 90 words, leaving out what a candidate should ask for.\n";
    let common = vec![("spoken.md", spoken.to_owned()), ("question.toml", toml(id, &title, kind))];
    let own = match kind {
        Kind::Coding => vec![
            (
                "statement.md",
                format!("# {title}\n\nTODO: what the candidate reads: the task, the limits.\n\n**Example.** TODO\n"),
            ),
            ("tests.json", TESTS.to_owned()),
            ("solutions/accepted/direct.py", ACCEPTED_PYTHON.to_owned()),
            ("solutions/accepted/direct.cpp", ACCEPTED_CPP.to_owned()),
            ("solutions/rejected/todo.py", REJECTED.to_owned()),
        ],
        Kind::Behavioural | Kind::SystemDesign => {
            vec![("statement.md", format!("# {title}\n\nTODO: what the candidate reads.\n"))]
        }
    };
    common.into_iter().chain(own).collect()
}

fn title(id: &str) -> String {
    crate::language::capital(&id.replace('-', " "))
}

fn toml(id: &str, title: &str, kind: Kind) -> String {
    let minutes = if kind == Kind::SystemDesign { 45 } else { 30 };
    let head = format!(
        "format = 1\nid = \"{id}\"\ntitle = \"{title}\"\nkind = \"{kind}\"\ndifficulty = 2   # 1 to 5\ntopics = \
         [\"TODO\"]\nlevel = [\"junior\", \"mid\", \"senior\"]\nminutes = {minutes}\nlicense = \"CC0-1.0\"\norigin = {{ kind \
         = \"original\" }}\n"
    );
    let body = match kind {
        Kind::Coding => CODING,
        Kind::Behavioural => BEHAVIOURAL,
        Kind::SystemDesign => DESIGN,
    };
    format!("{head}{body}")
}

const TESTS: &str = r#"[
{"id": "first", "group": "visible", "input": [[1, 2]], "expected": 3}
]
"#;

const ACCEPTED_PYTHON: &str = "# approach = \"direct\"\ndef total(numbers):\n    return sum(numbers)\n";

const ACCEPTED_CPP: &str = "// approach = \"direct\"
#include <bits/stdc++.h>
using namespace std;

long long total(const vector<long long>& numbers) {
    return accumulate(numbers.begin(), numbers.end(), 0LL);
}
";

const REJECTED: &str = "# verdict = \"WA\"\n# TODO: a mistake that people make, found by hidden tests only.\ndef \
                        total(numbers):\n    return sum(numbers[:10])\n";

const CODING: &str = r#"
[io]
mode = "function"   # or calls (a class), stdio (a program)
entry = "total"     # TODO: the function's name
params = [{ name = "numbers", type = "list<int>" }]
returns = "int"
comparator = "exact"   # or unordered, any-of, float(1e-6)

[limits]
cpu_ms = 1000

# At least three: told only when asked. `viva questions answers` fills in what tests expect.
[[clarifications]]
ask = ["TODO: words by which the question is recognised"]
answer = "TODO: what is told."
tests = ["first"]

# At least three.
[[edge_cases]]
id = "todo"
say = ["TODO: words that show that the candidate thinks of it"]
tests = ["first"]

# At least two, one of them optimal.
[[approaches]]
id = "direct"
summary = "TODO: what it does, in a sentence"
optimal = true
time = "O(n)"
space = "O(1)"
code_hints = []

[[hints]]
tier = 1
text = "TODO: a question that points in the right direction."
offer_after_s = 120

[[hints]]
tier = 2
text = "TODO: the idea, not how it is done."
offer_after_s = 240

[[hints]]
tier = 3
text = "TODO: how it is done, in words and without code."
cost = "major"

# At least six, five of them without a `when`. `viva questions lint --facts` lists what a `when` may ask for.
[[follow_ups]]
ask = "TODO: what would you like to know before you start?"
phase = "clarify"
probe = "clarify"

[[follow_ups]]
when = "approach == 'direct' && all_visible_pass"
ask = "TODO: a question about this approach."
probe = "trade-off"
tier = 2
"#;

const BEHAVIOURAL: &str = r#"competency = "TODO"
avoid = ["TODO: topics that must not come up"]

[[probes]]
missing = "situation"
ask = "TODO: where and when was that?"

[[probes]]
missing = "task"
ask = "TODO: what was your own part?"

[[probes]]
missing = "action"
ask = "TODO: what did you do?"

[[probes]]
missing = "result"
ask = "TODO: what came of it?"

[[probes]]
missing = "reflection"
ask = "TODO: what would you do differently?"

[anchors]
1 = "TODO: strong no"
2 = "TODO: leaning no"
3 = "TODO: leaning yes"
4 = "TODO: strong yes"

[rubric]
strong = []
red_flags = []
"#;

const DESIGN: &str = r#"
# At least five: told only when asked.
[[facts]]
ask = ["TODO: words by which the question is recognised"]
answer = "TODO: what is told."

# At least five; their minutes add up to nearly all of the interview.
[[phases]]
id = "requirements"
minutes = 8
prompt = "TODO: what must it do, and what not?"
[phases.anchors]
1 = "TODO: strong no"
2 = "TODO: leaning no"
3 = "TODO: leaning yes"
4 = "TODO: strong yes"

# At least five.
[[components]]
id = "todo"
why = "TODO: what it is for"
say = ["TODO"]
weight = 3

[[deep_dives]]
ask = "TODO: a part to look at closely."

[[curveballs]]
say = "TODO: what changes."
expect = ["TODO: what a good candidate changes"]

[anchors]
1 = "TODO: strong no"
2 = "TODO: leaning no"
3 = "TODO: leaning yes"
4 = "TODO: strong yes"
"#;
