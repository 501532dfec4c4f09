//! The helper's way: read the plan, close the box, run, clean up. Two forms: with namespaces the box's first process
//! supervises from inside; without, the helper itself does.

use super::plan::{PLAN_BYTES_MAX, Plan, Told};
use super::supervise::Supervisor;
use super::{BoxError, Trying, namespaces};
use crate::providers::runner::report::Tier;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Gid, Uid, chown, fork};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Where a box's folder is under its own root.
const INSIDE: &str = "/box";

/// Runs the helper: plan from standard input, answers to standard output, until done or standard input closes. The
/// process must have no other thread.
pub fn run() -> ExitCode {
    let began = Instant::now();
    match read_plan().and_then(|plan| run_plan(&plan, began)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&Told::Broken { problem: error.to_string() });
            ExitCode::FAILURE
        }
    }
}

/// Tells the server. A server that does not listen any more has hung up, which is seen elsewhere.
pub(super) fn tell(told: &Told) {
    let Ok(mut line) = serde_json::to_vec(told) else { return };
    line.push(b'\n');
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(&line).and_then(|()| out.flush());
}

fn read_plan() -> Result<Plan, BoxError> {
    let mut line = Vec::new();
    let mut stdin = std::io::stdin().lock();
    let mut piece = vec![0; 64 * 1024];
    while line.last() != Some(&b'\n') {
        let count = stdin.read(&mut piece).trying("read the plan")?;
        line.extend_from_slice(piece.get(..count).unwrap_or_default());
        if count == 0 || line.len() > PLAN_BYTES_MAX {
            return Err(BoxError { tried: "read the plan".into(), problem: "it breaks off or is too long".into() });
        }
    }
    serde_json::from_slice(&line).trying("read the plan")
}

fn run_plan(plan: &Plan, began: Instant) -> Result<(), BoxError> {
    match plan.tier {
        Tier::Namespaces => {
            namespaces::leave(plan)?;
            // SAFETY: this process has one thread, so the child may do whatever it likes.
            match unsafe { fork() }.trying("fork the box's first process")? {
                ForkResult::Child => {
                    let code = match inside(plan, began) {
                        Ok(()) => 0,
                        Err(error) => {
                            tell(&Told::Broken { problem: error.to_string() });
                            1
                        }
                    };
                    std::process::exit(code);
                }
                ForkResult::Parent { child } => loop {
                    match waitpid(child, None) {
                        Ok(WaitStatus::Exited(_, 0)) => return Ok(()),
                        // It has told why itself.
                        Ok(WaitStatus::Exited(..)) => std::process::exit(1),
                        Ok(WaitStatus::Signaled(_, signal, _)) => {
                            let problem = format!("ended by {signal}");
                            return Err(BoxError { tried: "keep the box's first process".into(), problem });
                        }
                        Ok(_) | Err(nix::errno::Errno::EINTR) => {}
                        Err(error) => return Err(error).trying("wait for the box"),
                    }
                },
            }
        }
        _ => beside(plan, began),
    }
}

/// The box's first process: everything it sees is the box.
fn inside(plan: &Plan, began: Instant) -> Result<(), BoxError> {
    namespaces::die_with_parent()?;
    namespaces::build_root(plan, Path::new(INSIDE))?;
    make_tmp(plan, Path::new(INSIDE))?;
    write_files(plan, Path::new(INSIDE))?;
    Supervisor::new(plan, PathBuf::from(INSIDE), began)?.run()
}

/// Without namespaces: the box is a folder, its processes are this one's descendants.
fn beside(plan: &Plan, began: Instant) -> Result<(), BoxError> {
    namespaces::adopt_orphans()?;
    let folder = plan.folder.join("box");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).trying(format!("make {}", folder.display()))?;
    give(plan, &folder)?;
    let result = make_tmp(plan, &folder)
        .and_then(|()| write_files(plan, &folder))
        .and_then(|()| Supervisor::new(plan, folder.clone(), began))
        .and_then(|mut supervisor| supervisor.run());
    let _ = fs::remove_dir_all(&folder);
    result
}

/// Puts the plan's files into the box. Whatever stands in their place, a link above all, goes first: the supervisor may be
/// root, and must write nowhere but here.
pub(super) fn write_files(plan: &Plan, folder: &Path) -> Result<(), BoxError> {
    for file in &plan.files {
        let path = folder.join(&file.name);
        let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        let opened = fs::OpenOptions::new().write(true).create_new(true).open(&path);
        opened.and_then(|mut opened| opened.write_all(file.text.as_bytes())).trying(format!("write {}", file.name))?;
        give(plan, &path)?;
    }
    Ok(())
}

/// Makes the box's `tmp` anew. What stands in its place may be a link to anywhere: it is removed, never followed.
pub(super) fn make_tmp(plan: &Plan, folder: &Path) -> Result<(), BoxError> {
    let tmp = folder.join("tmp");
    let _ = fs::remove_dir_all(&tmp).or_else(|_| fs::remove_file(&tmp));
    fs::create_dir(&tmp).trying("make the box's tmp")?;
    give(plan, &tmp)
}

fn give(plan: &Plan, path: &Path) -> Result<(), BoxError> {
    let Some(uid) = plan.uid else { return Ok(()) };
    chown(path, Some(Uid::from_raw(uid)), Some(Gid::from_raw(uid))).trying("give a file to the box's user")
}
