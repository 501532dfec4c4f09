//! C++ solutions: compiled once with a main of ours around them, which calls the solution with every input.

use super::process::{Scratch, answers, programs};
use super::{Answer, Job, SolveError};
use crate::questions::format::{Io, Mode, Param};
use crate::questions::signature::Type;
use crate::questions::starter::cpp_type;
use serde_json::Value;
use std::fmt::Write as _;
use std::process::Command;
use std::sync::OnceLock;

const SUPPORT: &str = include_str!("support.hpp");
const NODES: &str = include_str!("nodes.hpp");
const HEADER: &str = "viva_std.hpp";
const FLAGS: [&str; 3] = ["-std=c++17", "-O1", "-w"];

/// `header` holds the standard library, compiled in advance: it takes longer than any solution.
pub(super) fn run(job: &Job, header: &OnceLock<Option<Scratch>>) -> Result<Vec<Answer>, SolveError> {
    let Some(header) = header.get_or_init(precompile) else { return Err(SolveError::NoTool("g++")) };
    let scratch = Scratch::new()?;
    let stdio = job.io.mode == Mode::Stdio;
    let main = if stdio { String::new() } else { main(job.io) };
    let support = if stdio { String::new() } else { [SUPPORT, &nodes(job.io)].concat() };
    let whole = format!("{support}\n#line 1 \"solution.cpp\"\n{}\n{main}", job.code);
    let code = scratch.write("whole.cpp", &whole)?;
    let binary = scratch.path().join("solution");
    let compiled = Command::new("g++")
        .args(FLAGS)
        .arg("-include")
        .arg(header.path().join(HEADER))
        .arg(code)
        .arg("-o")
        .arg(&binary)
        .output()?;
    if !compiled.status.success() {
        let errors = String::from_utf8_lossy(&compiled.stderr);
        let first: Vec<&str> = errors.lines().filter(|line| line.contains("error")).take(3).collect();
        return Err(SolveError::Compile(first.join("; ")));
    }
    if stdio {
        return programs(&|| Command::new(&binary), job);
    }
    let input = scratch.write("input", &words(job))?;
    answers(&mut Command::new(&binary), &input, job)
}

fn precompile() -> Option<Scratch> {
    let scratch = Scratch::new().ok()?;
    let header = scratch.write(HEADER, "#include <bits/stdc++.h>\n").ok()?;
    let compiled = Command::new("g++").args(FLAGS).args(["-x", "c++-header"]).arg(&header).output().ok()?;
    compiled.status.success().then_some(scratch)
}

/// Chains and trees of `viva_item`, if the signature has any.
fn nodes(io: &Io) -> String {
    let mut item = None;
    let methods = io.methods.iter().flat_map(|method| &method.params).chain(&io.params).map(|param| &param.ty);
    for ty in methods.chain(io.methods.iter().map(|method| &method.returns)).chain(&io.returns) {
        ty.walk(&mut |ty| {
            if let Type::LinkedList(inner) | Type::Tree(inner) = ty {
                item = Some(cpp_type(inner));
            }
        });
    }
    item.map(|item| format!("using viva_item = {};\n{NODES}\n", item.replace("string", "std::string")))
        .unwrap_or_default()
}

fn main(io: &Io) -> String {
    let body = match io.mode {
        Mode::Calls => calls(io),
        _ => function(io),
    };
    format!(
        "using namespace std;\nint main() {{\n viva::load();\n for (long long tests = viva::whole(); tests > 0; tests--) {{\n{body}  \
         viva::flush();\n }}\n}}\n"
    )
}

/// `std::` types of the parameters, read one after another; then the names to call with.
fn reading(params: &[Param]) -> (String, String) {
    let mut text = String::new();
    for (at, param) in params.iter().enumerate() {
        let ty = cpp_type(&param.ty);
        let _ = write!(text, "auto a{at} = viva::In<{ty}>::get(); ");
    }
    (text, (0..params.len()).map(|at| format!("a{at}")).collect::<Vec<_>>().join(", "))
}

fn function(io: &Io) -> String {
    let (read, arguments) = reading(&io.params);
    let call = format!("{}({arguments})", io.entry);
    let answer = match io.returns {
        None | Some(Type::Null) => format!("{call}; auto spent = viva::micros(begun); viva::out += \"null\";"),
        Some(ref ty) => {
            format!("{} answer = {call}; auto spent = viva::micros(begun); viva::put(answer);", cpp_type(ty))
        }
    };
    format!(
        "  {{ {read}\n  try {{ auto begun = std::clock(); viva::out = \"{{\\\"value\\\":\"; {answer} viva::out += \
         \",\\\"cpu_us\\\":\" + std::to_string(spent) + \"}}\";\n  }} catch (const std::exception& error) {{ \
         viva::fail(error.what()); }} catch (...) {{ viva::fail(\"something was thrown\"); }} }}\n"
    )
}

fn calls(io: &Io) -> String {
    let (read, arguments) = reading(&io.params);
    let mut arms = String::new();
    for (at, method) in io.methods.iter().enumerate() {
        let (read, arguments) = reading(&method.params);
        let call = format!("thing.{}({arguments})", method.name);
        let answer = match method.returns {
            Type::Null => format!("{call}; viva::out += \"null\";"),
            _ => format!("viva::put({}({call}));", format_args!("static_cast<{}>", cpp_type(&method.returns))),
        };
        let _ = writeln!(arms, "   case {at}: {{ {read} {answer} break; }}");
    }
    format!(
        "  {{ auto end_of_test = viva::whole(); long long calls = viva::whole(); (void)end_of_test; {read}\n  auto begun \
         = std::clock();\n  try {{ {entry} thing{brackets}; viva::out = \"{{\\\"value\\\":[null\";\n  for (long long call \
         = 1; call < calls; call++) {{ viva::out += ','; switch (viva::whole()) {{\n{arms}   }} }}\n  viva::out += \
         \"],\\\"cpu_us\\\":\" + std::to_string(viva::micros(begun)) + \"}}\";\n  }} catch (const std::exception& error) \
         {{ viva::fail(error.what()); viva::at = end_of_test; }} }}\n",
        entry = io.entry,
        brackets = if arguments.is_empty() { String::new() } else { format!("({arguments})") },
    )
}

/// All inputs as words that `support.hpp` reads.
fn words(job: &Job) -> String {
    let mut text = format!("{}\n", job.inputs.len());
    for input in job.inputs {
        let values = input.as_array().map(Vec::as_slice).unwrap_or_default();
        match job.io.mode {
            Mode::Calls => {
                let mut all = format!("{} ", values.len());
                for call in values {
                    call_words(job.io, call, &mut all);
                }
                // Where the test ends, for a solution that breaks off in the middle of it. The number itself is as long
                // as it is written, so its width is fixed.
                let end = text.len() + 13 + all.len();
                let _ = write!(text, "{end:012} {all}");
            }
            _ => arguments(&job.io.params, values, &mut text),
        }
        text.push('\n');
    }
    text
}

fn call_words(io: &Io, call: &Value, text: &mut String) {
    let parts = call.as_array().map(Vec::as_slice).unwrap_or_default();
    let Some((name, given)) = parts.split_first() else { return };
    match io.methods.iter().position(|method| Some(method.name.as_str()) == name.as_str()) {
        Some(at) => {
            let _ = write!(text, "{at} ");
            arguments(&io.methods[at].params, given, text);
        }
        None => arguments(&io.params, given, text),
    }
}

fn arguments(params: &[Param], given: &[Value], text: &mut String) {
    for (param, value) in params.iter().zip(given) {
        word(&param.ty, value, text);
    }
}

fn word(ty: &Type, value: &Value, text: &mut String) {
    match (ty, value) {
        (Type::Text, Value::String(string)) => {
            let _ = write!(text, "{} {string} ", string.len());
        }
        (Type::Bool, Value::Bool(truth)) => text.push_str(if *truth { "1 " } else { "0 " }),
        (Type::Optional(_), Value::Null) => text.push_str("0 "),
        (Type::Optional(inner), value) => {
            text.push_str("1 ");
            word(inner, value, text);
        }
        (Type::Tree(inner), Value::Array(values)) => {
            let _ = write!(text, "{} ", values.len());
            values.iter().for_each(|value| word(&Type::Optional(inner.clone()), value, text));
        }
        (Type::List(inner) | Type::Tuple(inner, _) | Type::LinkedList(inner), Value::Array(values)) => {
            let _ = write!(text, "{} ", values.len());
            values.iter().for_each(|value| word(inner, value, text));
        }
        (Type::Map(inner), Value::Object(entries)) => {
            let _ = write!(text, "{} ", entries.len());
            for (key, value) in entries {
                word(&Type::Text, &Value::String(key.clone()), text);
                word(inner, value, text);
            }
        }
        (_, value) => {
            let _ = write!(text, "{value} ");
        }
    }
}
