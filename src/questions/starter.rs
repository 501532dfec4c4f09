//! What candidates begin with, made from the signature, so that six languages never disagree. A file below `starter/`
//! takes the place of what is made here.

use super::Entry;
use super::format::{Io, Mode, Param};
use super::signature::Type;
use crate::language::{Language, pascal};
use std::fmt::Write as _;

impl Entry {
    /// The code a candidate begins with; none for questions without code or languages it is not offered in.
    pub fn starter(&self, language: Language) -> Option<String> {
        let io = self.io().filter(|_| self.languages().contains(&language))?;
        Some(self.starters.get(&language).cloned().unwrap_or_else(|| starter(io, language)))
    }
}

/// The starter of a signature.
pub fn starter(io: &Io, language: Language) -> String {
    let mut text = nodes(io, language);
    match (io.mode, language) {
        (Mode::Stdio, _) => text.push_str(program(language)),
        (_, Language::Python3) => python(io, &mut text),
        (_, Language::JavaScript) => javascript(io, &mut text),
        (_, Language::Java) => java(io, &mut text),
        (_, Language::Cpp) => cpp(io, &mut text),
        (_, Language::Go) => go(io, &mut text),
        (_, Language::Rust) => rust(io, &mut text),
    }
    text
}

fn program(language: Language) -> &'static str {
    match language {
        Language::Python3 => "import sys\n\n\ndef main():\n    data = sys.stdin.read().split()\n\n\nmain()\n",
        Language::JavaScript => {
            "const data = require(\"fs\").readFileSync(0, \"utf8\").split(/\\s+/).filter(Boolean);\n\n"
        }
        Language::Java => {
            "import java.util.*;\n\npublic class Main {\n    public static void main(String[] args) {\n        Scanner in = \
             new Scanner(System.in);\n    }\n}\n"
        }
        Language::Cpp => "#include <bits/stdc++.h>\nusing namespace std;\n\nint main() {\n}\n",
        Language::Go => {
            "package main\n\nimport (\n\t\"bufio\"\n\t\"os\"\n)\n\nfunc main() {\n\tin := \
                         bufio.NewReader(os.Stdin)\n\t_ = in\n}\n"
        }
        Language::Rust => {
            "use std::io::Read;\n\nfn main() {\n    let mut input = String::new();\n    \
                           std::io::stdin().read_to_string(&mut input).unwrap();\n}\n"
        }
    }
}

/// The nodes of chains and trees as a comment: the runner brings them along.
fn nodes(io: &Io, language: Language) -> String {
    let (mut list, mut tree) = (None, None);
    let params = io.params.iter().chain(io.methods.iter().flat_map(|method| &method.params)).map(|param| &param.ty);
    for ty in params.chain(io.methods.iter().map(|method| &method.returns)).chain(&io.returns) {
        ty.walk(&mut |ty| match ty {
            Type::LinkedList(inner) => list = Some(type_name(inner, language)),
            Type::Tree(inner) => tree = Some(type_name(inner, language)),
            _ => {}
        });
    }
    let comment = language.comment();
    let mut text = String::new();
    if let Some(item) = list {
        let _ = writeln!(text, "{comment} Given: {}", list_node(language, &item));
    }
    if let Some(item) = tree {
        let _ = writeln!(text, "{comment} Given: {}", tree_node(language, &item));
    }
    text
}

fn list_node(language: Language, item: &str) -> String {
    match language {
        Language::Python3 => "class ListNode with val and next; ListNode(val, next=None)".to_owned(),
        Language::JavaScript => "class ListNode with val and next; new ListNode(val, next = null)".to_owned(),
        Language::Java => format!("class ListNode {{ {item} val; ListNode next; ListNode({item} val) }}"),
        Language::Cpp => format!("struct ListNode {{ {item} val; ListNode* next; }}; ListNode(val, next = nullptr)"),
        Language::Go => format!("type ListNode struct {{ Val {item}; Next *ListNode }}"),
        Language::Rust => format!("struct ListNode {{ val: {item}, next: Option<Box<ListNode>> }}"),
    }
}

fn tree_node(language: Language, item: &str) -> String {
    match language {
        Language::Python3 => "class TreeNode with val, left and right; TreeNode(val, left=None, right=None)".to_owned(),
        Language::JavaScript => {
            "class TreeNode with val, left and right; new TreeNode(val, left = null, right = null)".to_owned()
        }
        Language::Java => format!("class TreeNode {{ {item} val; TreeNode left, right; TreeNode({item} val) }}"),
        Language::Cpp => format!("struct TreeNode {{ {item} val; TreeNode *left, *right; }}; TreeNode(val)"),
        Language::Go => format!("type TreeNode struct {{ Val {item}; Left, Right *TreeNode }}"),
        Language::Rust => {
            format!(
                "struct TreeNode {{ val: {item}, left: Tree, right: Tree }}; type Tree = Option<Rc<RefCell<TreeNode>>>"
            )
        }
    }
}

/// A type as a language writes it.
pub fn type_name(ty: &Type, language: Language) -> String {
    match language {
        Language::Python3 => python_type(ty),
        Language::JavaScript => javascript_type(ty),
        Language::Java => java_type(ty, false),
        Language::Cpp => cpp_type(ty),
        Language::Go => go_type(ty),
        Language::Rust => rust_type(ty),
    }
}

fn python_type(ty: &Type) -> String {
    match ty {
        Type::Int => "int".to_owned(),
        Type::Float => "float".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Text => "str".to_owned(),
        Type::Null => "None".to_owned(),
        Type::List(inner) => format!("list[{}]", python_type(inner)),
        Type::Tuple(inner, length) => format!("tuple[{}]", vec![python_type(inner); *length].join(", ")),
        Type::Map(inner) => format!("dict[str, {}]", python_type(inner)),
        Type::Optional(inner) => format!("{} | None", python_type(inner)),
        Type::LinkedList(_) => "\"ListNode | None\"".to_owned(),
        Type::Tree(_) => "\"TreeNode | None\"".to_owned(),
    }
}

fn javascript_type(ty: &Type) -> String {
    match ty {
        Type::Int | Type::Float => "number".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::Text => "string".to_owned(),
        Type::Null => "void".to_owned(),
        Type::List(inner) => match inner.as_ref() {
            Type::Optional(_) => format!("({})[]", javascript_type(inner)),
            _ => format!("{}[]", javascript_type(inner)),
        },
        Type::Tuple(inner, length) => format!("[{}]", vec![javascript_type(inner); *length].join(", ")),
        Type::Map(inner) => format!("Object<string, {}>", javascript_type(inner)),
        Type::Optional(inner) => format!("{} | null", javascript_type(inner)),
        Type::LinkedList(_) => "ListNode | null".to_owned(),
        Type::Tree(_) => "TreeNode | null".to_owned(),
    }
}

fn java_type(ty: &Type, boxed: bool) -> String {
    match ty {
        Type::Int => if boxed { "Long" } else { "long" }.to_owned(),
        Type::Float => if boxed { "Double" } else { "double" }.to_owned(),
        Type::Bool => if boxed { "Boolean" } else { "boolean" }.to_owned(),
        Type::Text => "String".to_owned(),
        Type::Null => "void".to_owned(),
        Type::List(inner) | Type::Tuple(inner, _) => match inner.as_ref() {
            // Arrays of generic types cannot be made in Java.
            Type::Map(_) => format!("List<{}>", java_type(inner, true)),
            _ => format!("{}[]", java_type(inner, false)),
        },
        Type::Map(inner) => format!("Map<String, {}>", java_type(inner, true)),
        Type::Optional(inner) => java_type(inner, true),
        Type::LinkedList(_) => "ListNode".to_owned(),
        Type::Tree(_) => "TreeNode".to_owned(),
    }
}

/// A type in C++, with the names of `std` in scope.
pub fn cpp_type(ty: &Type) -> String {
    match ty {
        Type::Int => "long long".to_owned(),
        Type::Float => "double".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Text => "string".to_owned(),
        Type::Null => "void".to_owned(),
        Type::List(inner) => format!("vector<{}>", cpp_type(inner)),
        Type::Tuple(inner, length) => format!("array<{}, {length}>", cpp_type(inner)),
        Type::Map(inner) => format!("map<string, {}>", cpp_type(inner)),
        Type::Optional(inner) => format!("optional<{}>", cpp_type(inner)),
        Type::LinkedList(_) => "ListNode*".to_owned(),
        Type::Tree(_) => "TreeNode*".to_owned(),
    }
}

fn go_type(ty: &Type) -> String {
    match ty {
        Type::Int => "int".to_owned(),
        Type::Float => "float64".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Text => "string".to_owned(),
        Type::Null => String::new(),
        Type::List(inner) => format!("[]{}", go_type(inner)),
        Type::Tuple(inner, length) => format!("[{length}]{}", go_type(inner)),
        Type::Map(inner) => format!("map[string]{}", go_type(inner)),
        Type::Optional(inner) => format!("*{}", go_type(inner)),
        Type::LinkedList(_) => "*ListNode".to_owned(),
        Type::Tree(_) => "*TreeNode".to_owned(),
    }
}

fn rust_type(ty: &Type) -> String {
    match ty {
        Type::Int => "i64".to_owned(),
        Type::Float => "f64".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Text => "String".to_owned(),
        Type::Null => "()".to_owned(),
        Type::List(inner) => format!("Vec<{}>", rust_type(inner)),
        Type::Tuple(inner, length) => format!("[{}; {length}]", rust_type(inner)),
        Type::Map(inner) => format!("std::collections::BTreeMap<String, {}>", rust_type(inner)),
        Type::Optional(inner) => format!("Option<{}>", rust_type(inner)),
        Type::LinkedList(_) => "Option<Box<ListNode>>".to_owned(),
        Type::Tree(_) => "Tree".to_owned(),
    }
}

/// `name: type` or `type name`, as the language has it, joined by commas.
fn params(params: &[Param], language: Language) -> String {
    let one = |param: &Param| {
        let (name, ty) = (language.name(&param.name), type_name(&param.ty, language));
        match language {
            Language::Python3 | Language::Rust => format!("{name}: {ty}"),
            Language::Go => format!("{name} {ty}"),
            Language::JavaScript => name,
            Language::Java => format!("{ty} {name}"),
            Language::Cpp => match by_reference(&param.ty) {
                true => format!("const {ty}& {name}"),
                false => format!("{ty} {name}"),
            },
        }
    };
    params.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn by_reference(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::List(_) | Type::Tuple(..) | Type::Map(_))
}

fn python(io: &Io, text: &mut String) {
    let language = Language::Python3;
    if io.mode == Mode::Function {
        let returns = python_type(io.returns.as_ref().unwrap_or(&Type::Null));
        let _ = writeln!(text, "def {}({}) -> {returns}:\n    pass", io.entry, params(&io.params, language));
        return;
    }
    let with_self = |own: &[Param]| match own {
        [] => "self".to_owned(),
        own => format!("self, {}", params(own, language)),
    };
    let _ = writeln!(text, "class {}:\n    def __init__({}):\n        pass", io.entry, with_self(&io.params));
    for method in &io.methods {
        let returns = python_type(&method.returns);
        let _ = writeln!(text, "\n    def {}({}) -> {returns}:\n        pass", method.name, with_self(&method.params));
    }
}

fn javascript(io: &Io, text: &mut String) {
    let language = Language::JavaScript;
    let doc = |own: &[Param], returns: &Type, indent: &str| {
        let mut lines = format!("{indent}/**\n");
        for param in own {
            let _ =
                writeln!(lines, "{indent} * @param {{{}}} {}", javascript_type(&param.ty), language.name(&param.name));
        }
        let _ = write!(lines, "{indent} * @returns {{{}}}\n{indent} */\n", javascript_type(returns));
        lines
    };
    if io.mode == Mode::Function {
        text.push_str(&doc(&io.params, io.returns.as_ref().unwrap_or(&Type::Null), ""));
        let _ = writeln!(text, "function {}({}) {{\n}}", language.name(&io.entry), params(&io.params, language));
        return;
    }
    let _ = writeln!(text, "class {} {{\n  constructor({}) {{\n  }}", io.entry, params(&io.params, language));
    for method in &io.methods {
        let own = params(&method.params, language);
        text.push('\n');
        text.push_str(&doc(&method.params, &method.returns, "  "));
        let _ = writeln!(text, "  {}({own}) {{\n  }}", language.name(&method.name));
    }
    text.push_str("}\n");
}

fn java(io: &Io, text: &mut String) {
    let language = Language::Java;
    let body = |ty: &Type| match ty {
        Type::Null => "",
        Type::Int | Type::Float => "        return 0;\n",
        Type::Bool => "        return false;\n",
        _ => "        return null;\n",
    };
    text.push_str("import java.util.*;\n\n");
    if io.mode == Mode::Function {
        let returns = io.returns.as_ref().unwrap_or(&Type::Null);
        let (ty, name) = (java_type(returns, false), language.name(&io.entry));
        let own = params(&io.params, language);
        let _ = writeln!(text, "class Solution {{\n    static {ty} {name}({own}) {{\n{}    }}\n}}", body(returns));
        return;
    }
    let own = params(&io.params, language);
    let _ = writeln!(text, "class {0} {{\n    {0}({own}) {{\n    }}", io.entry);
    for method in &io.methods {
        let (ty, name) = (java_type(&method.returns, false), language.name(&method.name));
        let own = params(&method.params, language);
        let _ = writeln!(text, "\n    {ty} {name}({own}) {{\n{}    }}", body(&method.returns));
    }
    text.push_str("}\n");
}

fn cpp(io: &Io, text: &mut String) {
    let language = Language::Cpp;
    let body = |ty: &Type, indent: &str| match ty {
        Type::Null => String::new(),
        _ => format!("{indent}return {{}};\n"),
    };
    text.push_str("#include <bits/stdc++.h>\nusing namespace std;\n\n");
    if io.mode == Mode::Function {
        let returns = io.returns.as_ref().unwrap_or(&Type::Null);
        let own = params(&io.params, language);
        let _ = writeln!(text, "{} {}({own}) {{\n{}}}", cpp_type(returns), io.entry, body(returns, "    "));
        return;
    }
    let own = params(&io.params, language);
    let _ = writeln!(text, "class {0} {{\npublic:\n    {0}({own}) {{\n    }}", io.entry);
    for method in &io.methods {
        let own = params(&method.params, language);
        let (ty, body) = (cpp_type(&method.returns), body(&method.returns, "        "));
        let _ = writeln!(text, "\n    {ty} {}({own}) {{\n{body}    }}", method.name);
    }
    text.push_str("};\n");
}

fn go(io: &Io, text: &mut String) {
    let language = Language::Go;
    let body = |ty: &Type| match ty {
        Type::Null => String::new(),
        Type::Int | Type::Float => "\treturn 0\n".to_owned(),
        Type::Bool => "\treturn false\n".to_owned(),
        Type::Text => "\treturn \"\"\n".to_owned(),
        Type::Tuple(..) => format!("\treturn {}{{}}\n", go_type(ty)),
        _ => "\treturn nil\n".to_owned(),
    };
    let answer = |ty: &Type| match ty {
        Type::Null => String::new(),
        ty => format!(" {}", go_type(ty)),
    };
    text.push_str("package main\n\n");
    if io.mode == Mode::Function {
        let returns = io.returns.as_ref().unwrap_or(&Type::Null);
        let own = params(&io.params, language);
        let name = language.name(&io.entry);
        let _ = writeln!(text, "func {name}({own}){} {{\n{}}}", answer(returns), body(returns));
        return;
    }
    let (entry, own) = (&io.entry, params(&io.params, language));
    let _ =
        writeln!(text, "type {entry} struct {{\n}}\n\nfunc New{entry}({own}) *{entry} {{\n\treturn &{entry}{{}}\n}}");
    let this = entry.chars().next().unwrap_or('t').to_ascii_lowercase();
    for method in &io.methods {
        let (name, own) = (pascal(&method.name), params(&method.params, language));
        let (answer, body) = (answer(&method.returns), body(&method.returns));
        let _ = writeln!(text, "\nfunc ({this} *{entry}) {name}({own}){answer} {{\n{body}}}");
    }
}

fn rust(io: &Io, text: &mut String) {
    let language = Language::Rust;
    let answer = |ty: &Type| match ty {
        Type::Null => String::new(),
        ty => format!(" -> {}", rust_type(ty)),
    };
    if io.mode == Mode::Function {
        let returns = io.returns.as_ref().unwrap_or(&Type::Null);
        let own = params(&io.params, language);
        let _ = writeln!(text, "fn {}({own}){} {{\n    todo!()\n}}", io.entry, answer(returns));
        return;
    }
    let (entry, own) = (&io.entry, params(&io.params, language));
    let _ = writeln!(
        text,
        "struct {entry} {{\n}}\n\nimpl {entry} {{\n    fn new({own}) -> Self {{\n        todo!()\n    }}"
    );
    for method in &io.methods {
        let own = params(&method.params, language);
        let own = if own.is_empty() { own } else { format!(", {own}") };
        let answer = answer(&method.returns);
        let _ = writeln!(text, "\n    fn {}(&mut self{own}){answer} {{\n        todo!()\n    }}", method.name);
    }
    text.push_str("}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::process::Command;

    const FUNCTION: &str = r#"
mode = "function"
entry = "sort_out"
params = [
  { name = "numbers", type = "list<int>" }, { name = "pairs", type = "list<tuple<int,int>>" },
  { name = "by_name", type = "map<string,list<float>>" }, { name = "first_node", type = "linked_list<int>" },
  { name = "root", type = "tree<int>" }, { name = "maybe", type = "optional<string>" },
]
returns = "tuple<bool,bool>"
"#;
    const CALLS: &str = r#"
mode = "calls"
entry = "ShelfPlan"
params = [{ name = "rows", type = "list<list<bool>>" }]
[[methods]]
name = "put_down"
params = [{ name = "what", type = "string" }, { name = "weight", type = "float" }]
returns = "null"
[[methods]]
name = "find_all"
returns = "list<optional<int>>"
[[methods]]
name = "is_full"
returns = "bool"
[[methods]]
name = "longest"
returns = "string"
[[methods]]
name = "chain"
returns = "linked_list<int>"
"#;
    const STDIO: &str = "mode = \"stdio\"\ncomparator = \"words\"\n";

    fn checked(language: Language, folder: &Path, text: &str) -> Option<String> {
        let nodes = match language {
            Language::Cpp => "struct ListNode; struct TreeNode;\n",
            Language::Java => "class ListNode {} class TreeNode {}\n",
            Language::Rust => {
                "struct ListNode; struct TreeNode; type Tree = Option<Box<TreeNode>>;\n#[allow(dead_code)] fn unused() {}\n"
            }
            _ => "",
        };
        let main = if language == Language::Rust && !text.contains("fn main") { "fn main() {}\n" } else { "" };
        let whole =
            if language == Language::Java { format!("{text}\n{nodes}") } else { format!("{nodes}{text}\n{main}") };
        let name = if text.contains("class Main") { "Main" } else { "starter" };
        let file = folder.join(format!("{name}.{}", language.ending()));
        std::fs::write(&file, whole).expect("written");
        let (tool, arguments): (&str, &[&str]) = match language {
            Language::Python3 => ("python3", &["-m", "py_compile"]),
            Language::JavaScript => ("node", &["--check"]),
            Language::Java => ("javac", &["-d", "out"]),
            Language::Cpp => ("g++", &["-std=c++17", "-fsyntax-only"]),
            Language::Go => ("gofmt", &["-e", "-l"]),
            Language::Rust => ("rustc", &["--edition=2021", "--emit=metadata", "-o", "out.rmeta"]),
        };
        let output = Command::new(tool).args(arguments).arg(&file).current_dir(folder).output().ok()?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        Some(if output.status.success() { String::new() } else { errors })
    }

    #[test]
    fn starters_of_every_shape_compile_in_every_language_that_is_here() {
        let folder = tempfile::tempdir().expect("a folder");
        for text in [FUNCTION, CALLS, STDIO] {
            let io: Io = toml::from_str(text).expect("an [io] section");
            for language in Language::ALL {
                let starter = starter(&io, language);
                assert!(starter.len() > 20, "{language}");
                if let Some(errors) = checked(language, folder.path(), &starter) {
                    assert_eq!(errors, "", "{language}\n{starter}");
                }
            }
        }
    }
}
