//! Starting a program inside the box, with its pipes.

use super::confine::Confinement;
use super::plan::{BOX, Program};
use super::{BoxError, Trying, checked};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{ForkResult, Pid, chdir, fork, pipe2};
use std::ffi::CString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::path::Path;

/// How a started program is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// Not at all; it gets an empty standard input.
    Silent,
    /// On its standard input.
    Stdin,
    /// A driver: results come on descriptor 3, tests go in on 4, standard input is empty.
    Driver,
}

/// A started program.
pub(super) struct Started {
    /// Its process.
    pub pid: Pid,
    /// Readable once the process has ended.
    pub ended: OwnedFd,
    /// What we tell it.
    pub feed: Option<OwnedFd>,
    /// What it prints.
    pub stdout: OwnedFd,
    /// Its errors.
    pub stderr: OwnedFd,
    /// A driver's results.
    pub results: Option<OwnedFd>,
}

/// What the child does once it is closed in.
pub(super) enum Become<'a> {
    /// It becomes this program.
    Program(&'a Program),
    /// It runs this, writing what comes of it to descriptor 3.
    Probe(&'a dyn Fn(&mut dyn Write)),
}

/// Where the child reports that it could not become the program.
const FAULT_FD: RawFd = 5;

struct Ends {
    child: Vec<(OwnedFd, RawFd)>,
    started: Started,
    fault: File,
}

/// Starts `what` in `folder`, closed in. Returns when it has become the program.
pub(super) fn spawn(what: &Become, confinement: &Confinement, folder: &Path, talk: Talk) -> Result<Started, BoxError> {
    let prepared = match what {
        Become::Program(program) => Some(prepare(program, folder)?),
        Become::Probe(_) => None,
    };
    let mut ends = pipes(talk)?;
    // SAFETY: this process has one thread, so the child may allocate.
    match unsafe { fork() }.trying("fork")? {
        ForkResult::Child => {
            let error = match child(&ends, confinement, folder, prepared.as_ref()) {
                Err(error) => error.to_string(),
                Ok(()) => match what {
                    Become::Program(_) => String::new(),
                    Become::Probe(probe) => {
                        // SAFETY: descriptor 5 is ours and nobody uses it afterwards; closing it says that all went well.
                        drop(unsafe { File::from_raw_fd(FAULT_FD) });
                        // SAFETY: descriptor 3 is the pipe for results.
                        probe(&mut unsafe { File::from_raw_fd(3) });
                        exit_now(0)
                    }
                },
            };
            // SAFETY: descriptor 5 is ours.
            let _ = unsafe { File::from_raw_fd(FAULT_FD) }.write_all(error.as_bytes());
            exit_now(127)
        }
        ForkResult::Parent { child } => {
            ends.started.pid = child;
            ends.child.clear();
            let mut fault = String::new();
            ends.fault.read_to_string(&mut fault).trying("hear from the child")?;
            if !fault.is_empty() {
                return Err(BoxError { tried: "start a program in the box".into(), problem: fault });
            }
            ends.started.ended = pidfd(child)?;
            Ok(ends.started)
        }
    }
}

fn exit_now(code: i32) -> ! {
    // SAFETY: leaves at once, without what the parent has buffered being written twice.
    unsafe { libc::_exit(code) }
}

fn pidfd(pid: Pid) -> Result<OwnedFd, BoxError> {
    // SAFETY: takes numbers only; what it returns is a descriptor of our own.
    let raw = checked(unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) }).trying("watch the child")?;
    // SAFETY: as above.
    Ok(unsafe { OwnedFd::from_raw_fd(raw as RawFd) })
}

fn pipes(talk: Talk) -> Result<Ends, BoxError> {
    // Beyond the numbers that the child puts its own descriptors on.
    let high = |end: OwnedFd| -> Result<OwnedFd, BoxError> {
        let raw = fcntl(&end, FcntlArg::F_DUPFD_CLOEXEC(20)).trying("move a descriptor")?;
        // SAFETY: a descriptor that was just made for us.
        Ok(unsafe { OwnedFd::from_raw_fd(raw) })
    };
    let pipe = || pipe2(OFlag::O_CLOEXEC).trying("make a pipe").and_then(|(from, to)| Ok((high(from)?, high(to)?)));
    let ours = |end: OwnedFd| -> Result<OwnedFd, BoxError> {
        fcntl(&end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).trying("unblock a pipe")?;
        Ok(end)
    };
    let (stdout, child_stdout) = pipe()?;
    let (stderr, child_stderr) = pipe()?;
    let (fault, child_fault) = pipe()?;
    let mut child = vec![(child_stdout, 1), (child_stderr, 2), (child_fault, FAULT_FD)];
    let (mut feed, mut results) = (None, None);
    if talk != Talk::Silent {
        let (child_feed, end) = pipe()?;
        child.push((child_feed, if talk == Talk::Driver { 4 } else { 0 }));
        feed = Some(ours(end)?);
    }
    if talk != Talk::Stdin {
        let null = File::open("/dev/null").trying("open /dev/null")?;
        child.push((high(null.into())?, 0));
    }
    if talk == Talk::Driver {
        let (end, child_results) = pipe()?;
        child.push((child_results, 3));
        results = Some(ours(end)?);
    }
    let ended = high(File::open("/dev/null").trying("open /dev/null")?.into())?;
    let started = Started { pid: Pid::from_raw(0), ended, feed, stdout: ours(stdout)?, stderr: ours(stderr)?, results };
    Ok(Ends { child, started, fault: fault.into() })
}

/// Path, arguments, environment as the system call wants them.
struct Prepared {
    argv: Vec<CString>,
    env: Vec<CString>,
}

fn prepare(program: &Program, folder: &Path) -> Result<Prepared, BoxError> {
    let folder = folder.to_string_lossy();
    let made = |text: String| CString::new(text.replace(BOX, &folder)).trying("name a program");
    let argv = program.argv.iter().cloned().map(made).collect::<Result<Vec<_>, _>>()?;
    let env = program.env.iter().map(|(key, value)| made(format!("{key}={value}"))).collect::<Result<_, _>>()?;
    if argv.is_empty() {
        return Err(BoxError { tried: "name a program".into(), problem: "there is none".into() });
    }
    Ok(Prepared { argv, env })
}

fn child(ends: &Ends, confinement: &Confinement, folder: &Path, prepared: Option<&Prepared>) -> Result<(), BoxError> {
    for (end, number) in &ends.child {
        // SAFETY: both are descriptors of this process, which is a fresh fork.
        checked(unsafe { libc::dup2(end.as_raw_fd(), *number) }.into()).trying("place a descriptor")?;
    }
    // SAFETY: as above; nothing above the pipes is used any more, the supervisor's own end least of all.
    checked(unsafe { libc::syscall(libc::SYS_close_range, FAULT_FD + 1, u32::MAX, 0) }).trying("close the rest")?;
    let talks = |number| ends.child.iter().any(|(_, placed)| *placed == number);
    for number in [3, 4].into_iter().filter(|number| !talks(*number)) {
        // SAFETY: as above. It may not be open.
        unsafe { libc::close(number) };
    }
    // SAFETY: as above.
    checked(unsafe { libc::fcntl(FAULT_FD, libc::F_SETFD, libc::FD_CLOEXEC) }.into()).trying("mark a descriptor")?;
    // SAFETY: sets the usual handlers back, which the Rust runtime had changed.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }.trying("set signals back")?;
    confinement.enter()?;
    chdir(folder).trying("go to the box's folder")?;
    let Some(prepared) = prepared else { return Ok(()) };
    let Some(path) = prepared.argv.first() else { return Ok(()) };
    let Err(error) = nix::unistd::execve(path, &prepared.argv, &prepared.env);
    Err(error).trying(format!("execute {}", path.to_string_lossy()))
}
