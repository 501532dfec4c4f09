//! Every language of this machine does what every other does: functions, classes, whole programs, all types, errors with
//! their lines.

use crate::setup::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use viva::providers::runner::{
    Expected, Job, Language, Limits, Method, Mode, RunReport, Runner, SourceFile, Test, Type, Verdict,
};

fn installed() -> Vec<Language> {
    capabilities().languages.iter().map(|found| found.language).collect()
}

fn of(kind: &str) -> Type {
    kind.parse().expect(kind)
}

fn typed(language: Language, text: &str, params: &[&str], returns: &str, tests: &[(Value, Value)]) -> Job {
    let mut made = job(language, text, tests);
    made.mode = Mode::Function {
        entry: "solve_it".into(),
        params: params.iter().map(|kind| of(kind)).collect(),
        returns: of(returns),
    };
    for (test, (input, _)) in made.tests.iter_mut().zip(tests) {
        test.input = input.clone();
    }
    made.limits = Limits { cpu_ms: 1_000, memory_mb: 128, ..Limits::default() };
    made
}

/// Runs in the best tier; both tiers in every language would take too long, and Python tries both everywhere else.
fn best(job: &Job) -> RunReport {
    run(runners()[0], job.clone())
}

fn accepted(job: &Job) {
    let report = best(job);
    assert!(!report.tests.is_empty() && report.verdict() == Verdict::Accepted, "{}: {report:#?}", job.language);
}

#[test]
fn the_languages_of_this_machine_are_found_with_their_versions() {
    let found = &capabilities().languages;
    assert!(found.iter().any(|found| found.language == Language::Python3), "{found:?}");
    assert!(found.iter().all(|found| found.version.starts_with(|first: char| first.is_ascii_digit())), "{found:?}");
    // Without a root of its own, what root keeps in its home is not there for the spare user.
    let other = &runners()[1].capabilities().languages;
    assert!(other.iter().all(|one| found.iter().any(|found| found.language == one.language)), "{other:?}");
}

#[test]
fn functions_take_and_return_every_type_in_every_language() {
    let params = [
        "int",
        "float",
        "bool",
        "string",
        "list<list<int>>",
        "map<string,int>",
        "linked_list",
        "tree",
        "list<tuple<int,string>>",
    ];
    let input = json!([-3, 0.5, true, "é\"\\\n😀", [[1, 2], []], {"a": 1}, [1, 2, 3], [1, null, 2, 3], [[1, "x"]]]);
    let output = json!([[1, 2], []]);
    for language in installed() {
        let text = match language {
            Language::Python3 => {
                "def solve_it(i, f, b, s, l, m, n, t, p):\n    assert (i, f, b, s, m, p) == (-3, 0.5, True, 'é\"\\\\\\n😀', {'a': 1}, [(1, 'x')]), (i, f, b, s, m, p)\n    assert n.next.next.val == 3 and t.right.left.val == 3 and t.left is None\n    return l\n"
            }
            Language::JavaScript => {
                "function solveIt(i, f, b, s, l, m, n, t, p) {\n  if (i !== -3 || f !== 0.5 || b !== true || s !== 'é\"\\\\\\n😀' || m.get('a') !== 1 || p[0][1] !== 'x') throw new Error(s);\n  if (n.next.next.val !== 3 || t.right.left.val !== 3 || t.left !== null) throw new Error('nodes');\n  return l;\n}\n"
            }
            Language::Java => {
                "import java.util.*;\nclass Solution {\n  int[][] solveIt(int i, double f, boolean b, String s, int[][] l, Map<String, Integer> m, ListNode n, TreeNode t, List<List<Object>> p) {\n    if (i != -3 || f != 0.5 || !b || !s.equals(\"é\\\"\\\\\\n😀\") || m.get(\"a\") != 1 || !p.get(0).get(1).equals(\"x\")) throw new RuntimeException(s);\n    if (n.next.next.val != 3 || t.right.left.val != 3 || t.left != null) throw new RuntimeException(\"nodes\");\n    return l;\n  }\n}\n"
            }
            Language::Cpp => {
                "#include <map>\n#include <string>\n#include <vector>\n#include <stdexcept>\nusing namespace std;\nvector<vector<int>> solve_it(int i, double f, bool b, const string& s, vector<vector<int>>& l, map<string, int> m, ListNode* n, TreeNode* t, vector<pair<int, string>> p) {\n  if (i != -3 || f != 0.5 || !b || s != \"é\\\"\\\\\\n😀\" || m[\"a\"] != 1 || p[0].second != \"x\") throw runtime_error(s);\n  if (n->next->next->val != 3 || t->right->left->val != 3 || t->left) throw runtime_error(\"nodes\");\n  return l;\n}\n"
            }
            Language::Go => {
                "package main\n\nfunc solveIt(i int, f float64, b bool, s string, l [][]int, m map[string]int, n *ListNode, t *TreeNode, p []struct {\n\tA int\n\tB string\n}) [][]int {\n\tif i != -3 || f != 0.5 || !b || s != \"é\\\"\\\\\\n😀\" || m[\"a\"] != 1 || p[0].B != \"x\" || n.Next.Next.Val != 3 || t.Right.Left.Val != 3 || t.Left != nil {\n\t\tpanic(s)\n\t}\n\treturn l\n}\n"
            }
            Language::Rust => {
                "use std::collections::HashMap;\nfn solve_it(i: i64, f: f64, b: bool, s: String, l: Vec<Vec<i32>>, m: HashMap<String, i32>, n: Option<Box<ListNode>>, t: Tree, p: Vec<(i32, String)>) -> Vec<Vec<i32>> {\n    assert!(i == -3 && f == 0.5 && b && s == \"é\\\"\\\\\\n😀\" && m[\"a\"] == 1 && p[0].1 == \"x\", \"{s}\");\n    assert_eq!(n.unwrap().next.unwrap().next.unwrap().val, 3);\n    let t = t.unwrap();\n    let right = t.borrow().right.clone().unwrap();\n    assert_eq!(right.borrow().left.as_ref().unwrap().borrow().val, 3);\n    l\n}\n"
            }
        };
        accepted(&typed(language, text, &params, "list<list<int>>", &[(input.clone(), output.clone())]));
    }
}

#[test]
fn results_of_every_shape_come_back_from_every_language() {
    for language in installed() {
        let (text, returns, expected) = match language {
            Language::Python3 => (
                "def solve_it(t, n): return (t, n, 'é😀', 1e300, None, {1: True})",
                "tuple<tree,linked_list,string,float,null,map<int,bool>>",
                json!([[1, null, 2], [3, 4], "é😀", 1e300, null, {"1": true}]),
            ),
            Language::JavaScript => (
                "const solveIt = async (t, n) => [t, n, 'é😀', 1e300, undefined, new Map([[1, true]])];",
                "tuple<tree,linked_list,string,float,null,map<int,bool>>",
                json!([[1, null, 2], [3, 4], "é😀", 1e300, null, {"1": true}]),
            ),
            Language::Java => (
                "import java.util.*;\npublic class Solution { public static List<Object> solveIt(TreeNode t, ListNode n) { return Arrays.asList(t, n, \"é😀\", 1e300, null, Map.of(1, true)); } }",
                "any",
                json!([[1, null, 2], [3, 4], "é😀", 1e300, null, {"1": true}]),
            ),
            Language::Cpp => (
                "#include <tuple>\n#include <map>\n#include <optional>\n#include <string>\nstruct Solution { std::tuple<TreeNode*, ListNode*, std::string, double, std::optional<int>, std::map<int, bool>> solveIt(TreeNode* t, ListNode* n) { return {t, n, \"é😀\", 1e300, std::nullopt, {{1, true}}}; } };",
                "any",
                json!([[1, null, 2], [3, 4], "é😀", 1e300, null, {"1": true}]),
            ),
            Language::Go => (
                "package main\n\ntype all struct {\n\tA *TreeNode\n\tB *ListNode\n\tC string\n\tD float64\n\tE *int\n\tF map[int]bool\n}\n\nfunc solveIt(t *TreeNode, n *ListNode) all { return all{t, n, \"é😀\", 1e300, nil, map[int]bool{1: true}} }",
                "any",
                json!([[1, null, 2], [3, 4], "é😀", 1e300, null, {"1": true}]),
            ),
            Language::Rust => (
                "struct Solution;\nimpl Solution { pub fn solve_it(t: Tree, n: Option<Box<ListNode>>) -> ((Tree, Option<Box<ListNode>>), (String, f64, Option<i32>), std::collections::BTreeMap<i32, bool>) { ((t, n), (\"é😀\".into(), 1e300, None), [(1, true)].into()) } }",
                "any",
                json!([[[1, null, 2], [3, 4]], ["é😀", 1e300, null], {"1": true}]),
            ),
        };
        accepted(&typed(
            language,
            text,
            &["tree", "linked_list"],
            returns,
            &[(json!([[1, null, 2], [3, 4]]), expected)],
        ));
    }
}

#[test]
fn graphs_go_in_and_out() {
    let tests = [(json!([[[1, 2], [0], [1]]]), json!([[1, 2], [0], [1]])), (json!([[]]), json!([]))];
    for (language, text) in [
        (Language::Python3, "def solve_it(g):\n    assert g is None or g.neighbors[1].val == 2\n    return g\n"),
        (Language::JavaScript, "var solveIt = function(g) { return g; };"),
    ] {
        if installed().contains(&language) {
            accepted(&typed(language, text, &["graph"], "graph", &tests));
        }
    }
}

#[test]
fn classes_are_made_and_called_in_every_language() {
    let any = |params: &[&str], returns: &str| Method {
        params: params.iter().map(|kind| of(kind)).collect(),
        returns: of(returns),
    };
    let methods = BTreeMap::from([
        ("new".to_owned(), any(&["int", "list<string>"], "null")),
        ("add_up".to_owned(), any(&["int"], "null")),
        ("total".to_owned(), any(&[], "int")),
    ]);
    for language in installed() {
        let text = match language {
            Language::Python3 => {
                "class Counter:\n    def __init__(self, start, names): self.n = start + len(names)\n    def add_up(self, by): self.n += by\n    def total(self): return self.n\n"
            }
            Language::JavaScript => {
                "class Counter { constructor(start, names) { this.n = start + names.length; } addUp(by) { this.n += by; } total() { return this.n; } }"
            }
            Language::Java => {
                "import java.util.*;\npublic class Counter { private int n; public Counter(int start, List<String> names) { n = start + names.size(); } public void addUp(int by) { n += by; } public int total() { return n; } }"
            }
            Language::Cpp => {
                "#include <string>\n#include <vector>\nclass Counter { int n; public: Counter(int start, std::vector<std::string> names) : n(start + int(names.size())) {} void addUp(int by) { n += by; } int total() const { return n; } };"
            }
            Language::Go => {
                "package main\n\ntype Counter struct{ n int }\n\nfunc NewCounter(start int, names []string) *Counter { return &Counter{start + len(names)} }\nfunc (c *Counter) AddUp(by int) { c.n += by }\nfunc (c *Counter) Total() int { return c.n }\n"
            }
            Language::Rust => {
                "struct Counter { n: i64 }\nimpl Counter {\n    fn new(start: i64, names: Vec<String>) -> Self { Counter { n: start + names.len() as i64 } }\n    fn add_up(&mut self, by: i64) { self.n += by; }\n    fn total(&self) -> i64 { self.n }\n}\n"
            }
        };
        let input = json!([["new", 2, ["a", "b"]], ["add_up", 5], ["total"], ["add_up", -1], ["total"]]);
        let mut job = typed(language, text, &[], "any", &[(input, json!([null, null, 9, null, 8]))]);
        job.mode = Mode::Calls { entry: "Counter".into(), methods: methods.clone() };
        accepted(&job);
    }
}

#[test]
fn whole_programs_read_and_print_in_every_language() {
    for language in installed() {
        let text = match language {
            Language::Python3 => "import sys\nprint(sum(map(int, sys.stdin.read().split())))\nexit(0)\n",
            Language::JavaScript => {
                "console.log(require('fs').readFileSync(0, 'utf8').trim().split(/\\s+/).map(Number).reduce((a, b) => a + b));"
            }
            Language::Java => {
                "import java.util.*;\npublic class Main { public static void main(String[] a) { Scanner s = new Scanner(System.in); long n = 0; while (s.hasNext()) n += s.nextLong(); System.out.println(n); } }"
            }
            Language::Cpp => {
                "#include <iostream>\nint main() { long n = 0, x; while (std::cin >> x) n += x; std::cout << n << std::endl; }"
            }
            Language::Go => {
                "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tn, x := 0, 0\n\tfor {\n\t\tif _, err := fmt.Scan(&x); err != nil {\n\t\t\tbreak\n\t\t}\n\t\tn += x\n\t}\n\tfmt.Println(n)\n}\n"
            }
            Language::Rust => {
                "use std::io::Read;\nfn main() { let mut s = String::new(); std::io::stdin().read_to_string(&mut s).unwrap(); println!(\"{}\", s.split_whitespace().map(|w| w.parse::<i64>().unwrap()).sum::<i64>()); }"
            }
        };
        let mut job = typed(language, text, &[], "any", &[(json!("1 2\n3\n"), json!("6\n")), (json!("4"), json!("5"))]);
        job.mode = Mode::Stdio;
        let report = best(&job);
        assert_eq!(verdicts(&report), [Verdict::Accepted, Verdict::WrongAnswer], "{language}: {report:#?}");
        assert_eq!(report.tests[0].stdout.as_deref().map(str::trim), Some("6"));
    }
}

#[test]
fn errors_name_the_line_where_the_language_tells_it() {
    for language in installed() {
        let (text, line) = match language {
            Language::Python3 => ("def solve_it(a):\n    print('before')\n    return [][a]\n", Some(3)),
            Language::JavaScript => {
                ("function solveIt(a) {\n  console.log('before');\n  return null[a];\n}\n", Some(3))
            }
            Language::Java => (
                "class Solution {\n  int solveIt(int a) { System.out.println(\"before\");\n    return (new int[0])[a]; }\n}\n",
                Some(3),
            ),
            Language::Cpp => (
                "#include <iostream>\n#include <vector>\nint solve_it(int a) { std::cout << \"before\"; return std::vector<int>().at(a); }\n",
                None,
            ),
            Language::Go => ("package main\n\nfunc solveIt(a int) int { print(\"\"); return []int{}[a] }\n", Some(3)),
            Language::Rust => {
                ("fn solve_it(a: usize) -> i32 {\n    println!(\"before\");\n    Vec::<i32>::new()[a]\n}\n", Some(3))
            }
        };
        let report = best(&typed(language, text, &["int"], "int", &[(json!([4]), json!(0)), (json!([5]), json!(0))]));
        assert_eq!(verdicts(&report), [Verdict::RuntimeError; 2], "{language}: {report:#?}");
        let error = report.tests[1].error.as_ref().expect("an error");
        assert_eq!(error.line, line, "{language}: {error:?}");
        if language != Language::Go {
            assert_eq!(report.tests[1].stdout.as_deref().map(str::trim), Some("before"), "{language}");
        }
    }
}

#[test]
fn what_does_not_compile_says_where() {
    for language in installed() {
        let (text, line) = match language {
            Language::Python3 => ("x = 1\ndef solve_it(a:\n    return a\n", 2),
            Language::JavaScript => ("const x = 1;\nfunction solveIt(a { return a; }\n", 2),
            Language::Java => ("class Solution {\n  int solveIt(int a) { return a }\n}\n", 2),
            Language::Cpp => ("\nint solve_it(int a) { return a + nothing; }\n", 2),
            Language::Go => ("package main\n\nfunc solveIt(a int) int { return nothing }\n", 3),
            Language::Rust => ("\nfn solve_it(a: i32) -> i32 { nothing }\n", 2),
        };
        let report = best(&typed(language, text, &["int"], "int", &[(json!([4]), json!(0))]));
        let stage = report.compile.as_ref().unwrap_or_else(|| panic!("{language}: {report:#?}"));
        assert_eq!((stage.verdict, stage.line), (Verdict::CompileError, Some(line)), "{language}: {stage:#?}");
        assert!(report.tests.is_empty() && !stage.output.is_empty());
    }
}

#[test]
fn a_crash_or_a_stop_costs_only_its_own_test_in_every_language() {
    for language in installed() {
        let text = match language {
            Language::Python3 => {
                "import os\ndef solve_it(a):\n    if a == 1: os._exit(3)\n    while a == 2: pass\n    return a\n"
            }
            Language::JavaScript => "function solveIt(a) { if (a === 1) process.exit(3); while (a === 2); return a; }",
            Language::Java => {
                "class Solution { int solveIt(int a) { if (a == 1) Runtime.getRuntime().halt(3); while (a == 2); return a; } }"
            }
            Language::Cpp => {
                "#include <cstdlib>\nint solve_it(int a) { if (a == 1) abort(); while (a == 2) asm(\"\"); return a; }"
            }
            Language::Go => {
                "package main\n\nimport \"os\"\n\nfunc solveIt(a int) int {\n\tif a == 1 {\n\t\tos.Exit(3)\n\t}\n\tfor a == 2 {\n\t}\n\treturn a\n}\n"
            }
            Language::Rust => {
                "fn solve_it(a: i32) -> i32 { if a == 1 { std::process::abort() } while a == 2 { std::hint::black_box(a); } a }"
            }
        };
        let tests: Vec<(Value, Value)> = [0, 1, 2, 3].map(|number| (json!([number]), json!(number))).into();
        let mut job = typed(language, text, &["int"], "int", &tests);
        job.limits.cpu_ms = 100;
        let report = best(&job);
        let expected = [Verdict::Accepted, Verdict::RuntimeError, Verdict::TimeLimit, Verdict::Accepted];
        assert_eq!(verdicts(&report), expected, "{language}: {report:#?}");
    }
}

#[test]
fn too_much_memory_is_named_so_in_every_language() {
    for language in installed() {
        let text = match language {
            Language::Python3 => "def solve_it(a): return len([0] * (1 << 30))",
            Language::JavaScript => {
                "function solveIt(a) { const held = []; for (;;) held.push(new Array(100000).fill(1.5)); }"
            }
            Language::Java => {
                "import java.util.*;\nclass Solution { int solveIt(int a) { List<int[]> held = new ArrayList<>(); for (;;) held.add(new int[1 << 20]); } }"
            }
            Language::Cpp => {
                "#include <vector>\nint solve_it(int a) { std::vector<std::vector<int>> held; for (;;) held.emplace_back(1 << 20, 7); }"
            }
            Language::Go => {
                "package main\n\nfunc solveIt(a int) int {\n\theld := [][]byte{}\n\tfor {\n\t\tone := make([]byte, 1<<20)\n\t\tfor i := range one {\n\t\t\tone[i] = 7\n\t\t}\n\t\theld = append(held, one)\n\t}\n}\n"
            }
            Language::Rust => {
                "fn solve_it(a: i32) -> i32 { let mut held = Vec::new(); loop { held.push(vec![7_u8; 1 << 20]); } }"
            }
        };
        let mut job = typed(language, text, &["int"], "int", &[(json!([0]), json!(0))]);
        job.limits.memory_mb = 32;
        let report = best(&job);
        assert_eq!(verdicts(&report), [Verdict::MemoryLimit], "{language}: {report:#?}");
    }
}

#[test]
fn an_expected_error_and_a_free_run_are_judged_as_such() {
    let mut job = python("def solve(a):\n    if a < 0: raise ValueError('negative')\n    return a", &[]);
    for (id, input, expected) in
        [("raises", -1, Expected::Raises), ("does not", 1, Expected::Raises), ("free", 5, Expected::Anything)]
    {
        job.tests.push(Test { id: id.into(), input: json!([input]), expected, hidden: false });
    }
    for report in both(&job) {
        assert_eq!(verdicts(&report), [Verdict::Accepted, Verdict::WrongAnswer, Verdict::Accepted]);
        assert_eq!(report.tests[2].value.as_deref(), Some("5"));
    }
}

#[test]
fn further_files_of_a_submission_are_there() {
    let mut job = python("import helper\ndef solve(a): return helper.twice(a)", &[(json!(2), json!(4))]);
    job.files.push(SourceFile { name: "helper.py".into(), text: "def twice(a): return 2 * a".into() });
    for report in both(&job) {
        assert_eq!(verdicts(&report), [Verdict::Accepted], "{report:?}");
    }
}

#[test]
fn every_language_that_a_tier_has_found_runs_in_it() {
    for runner in runners() {
        for found in &runner.capabilities().languages {
            let text = match found.language {
                Language::Python3 => "def solve_it(a): return 2 * a",
                Language::JavaScript => "function solveIt(a) { return 2 * a; }",
                Language::Java => "class Solution { int solveIt(int a) { return 2 * a; } }",
                Language::Cpp => "int solve_it(int a) { return 2 * a; }",
                Language::Go => "package main\n\nfunc solveIt(a int) int { return 2 * a }\n",
                Language::Rust => "fn solve_it(a: i32) -> i32 { 2 * a }",
            };
            let report = run(runner, typed(found.language, text, &["int"], "int", &[(json!([2]), json!(4))]));
            assert_eq!(verdicts(&report), [Verdict::Accepted], "{}: {report:#?}", runner.capabilities().tier.name());
        }
    }
}
