//! Python solutions: one process calls the solution with every input.

use super::process::{Scratch, answers, programs};
use super::{Answer, Job, SolveError};
use crate::questions::format::{Io, Mode, Param};
use crate::questions::signature::Type;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::process::Command;

const DRIVER: &str = include_str!("driver.py");

pub(super) fn run(job: &Job) -> Result<Vec<Answer>, SolveError> {
    if Command::new("python3").arg("--version").output().is_err() {
        return Err(SolveError::NoTool("python3"));
    }
    let scratch = Scratch::new()?;
    let code = scratch.write("solution.py", job.code)?;
    let python = || {
        let mut command = Command::new("python3");
        command.args(["-I", "-S", "-B"]).current_dir(scratch.path());
        command
    };
    if job.io.mode == Mode::Stdio {
        return programs(
            &|| {
                let mut command = python();
                command.arg(&code);
                command
            },
            job,
        );
    }
    let driver = scratch.write("driver.py", DRIVER)?;
    let mut lines = String::new();
    for input in job.inputs {
        let _ = writeln!(lines, "{input}");
    }
    let input = scratch.write("input", &lines)?;
    answers(python().arg(driver).arg(code).arg(plan(job.io).to_string()), &input, job)
}

/// What the driver must know of the signature.
fn plan(io: &Io) -> Value {
    let kinds = |params: &[Param]| params.iter().map(|param| kind(&param.ty)).collect::<Vec<_>>();
    let methods: serde_json::Map<String, Value> = io
        .methods
        .iter()
        .map(|method| (method.name.clone(), json!([kinds(&method.params), kind(&method.returns)])))
        .collect();
    let mode = if io.mode == Mode::Calls { "calls" } else { "function" };
    let returns = kind(io.returns.as_ref().unwrap_or(&Type::Null));
    json!({"mode": mode, "entry": io.entry, "params": kinds(&io.params), "returns": returns, "methods": methods})
}

fn kind(ty: &Type) -> Value {
    match ty {
        Type::List(inner) => json!(["list", kind(inner)]),
        Type::Tuple(inner, _) => json!(["tuple", kind(inner)]),
        Type::Map(inner) => json!(["map", kind(inner)]),
        Type::Optional(inner) => json!(["optional", kind(inner)]),
        Type::LinkedList(inner) => json!(["linked_list", kind(inner)]),
        Type::Tree(inner) => json!(["tree", kind(inner)]),
        plain => json!([plain.to_string()]),
    }
}
