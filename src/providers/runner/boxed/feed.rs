//! Talking with a started program: what goes in, what comes out, and the watch over what it uses meanwhile.

use super::plan::{Ended, How, Program, RESULT_BYTES_MAX, STDERR_BYTES_MAX};
use super::processes::{Processes, Usage};
use super::spawn::Started;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::wait::WaitStatus;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the box's processes are looked at, in ms. What grows at 2 GB/s is seen 40 MB too late.
const WATCH_EVERY: Duration = Duration::from_millis(20);
/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;
/// So many files and folders count as a full disk, where a folder of the machine is the box.
const WALK_MAX: usize = 4_096;

/// What may be used until the next answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    pub cpu_ms: u64,
    pub wall_ms: u64,
    pub memory_kb: u64,
    pub processes: u64,
    pub output_bytes: usize,
}

impl Allowance {
    pub(super) fn of(program: &Program, processes: u64) -> Allowance {
        let (cpu_ms, wall_ms) = (program.cpu_ms, program.wall_ms);
        Allowance { cpu_ms, wall_ms, memory_kb: program.memory_kb, processes, output_bytes: program.output_bytes }
    }
}

/// A folder whose size is watched, where no file system of its own limits it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Disk<'a> {
    pub folder: &'a Path,
    pub kb: u64,
}

/// A running program, its pipes, and what it has said since the last answer.
pub(super) struct Conversation {
    started: Started,
    /// What is still to be told.
    telling: Vec<u8>,
    told: usize,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    truncated: bool,
    results: Vec<u8>,
    since: Instant,
    base: Usage,
    peak_kb: u64,
    latest: Usage,
    /// How the program ended, once it has.
    status: Option<WaitStatus>,
}

impl Conversation {
    pub(super) fn new(started: Started) -> Conversation {
        Conversation {
            started,
            telling: Vec::new(),
            told: 0,
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
            results: Vec::new(),
            since: Instant::now(),
            base: Usage::default(),
            peak_kb: 0,
            latest: Usage::default(),
            status: None,
        }
    }

    /// Begins a new account: time, memory and output count from here.
    pub(super) fn account(&mut self, usage: Usage) {
        self.since = Instant::now();
        self.base = usage;
        self.latest = usage;
        self.peak_kb = usage.memory_kb;
        self.stdout.clear();
        self.stderr.clear();
        self.truncated = false;
    }

    /// Puts `text` in line to be told.
    pub(super) fn tell(&mut self, text: impl Into<Vec<u8>>) {
        self.telling = text.into();
        self.told = 0;
    }

    /// Nothing more will be told.
    pub(super) fn hang_up(&mut self) {
        self.started.feed = None;
    }

    /// Waits for a line that begins with `mark` on the pipe for results, for the program's end, or for a limit. With no
    /// mark only the last two count, and the pipe to the program is closed once all is told.
    pub(super) fn wait(
        &mut self,
        processes: &mut Processes,
        allowance: &Allowance,
        mark: Option<&str>,
        disk: Option<Disk>,
    ) -> How {
        let mut watched = Instant::now();
        loop {
            if let Some(how) = self.turn(processes, allowance, mark, watched) {
                self.watch(processes, allowance.memory_kb);
                return how;
            }
            if watched.elapsed() >= WATCH_EVERY {
                watched = Instant::now();
                // Orphans come to us, too; as long as nobody takes them in they count as processes.
                self.status = self.status.or_else(|| processes.reap(Some(self.started.pid)));
                self.watch(processes, allowance.memory_kb);
                if let Some(how) = self.beyond(allowance, disk) {
                    return how;
                }
            }
        }
    }

    /// One look at all pipes.
    fn turn(
        &mut self,
        processes: &mut Processes,
        allowance: &Allowance,
        mark: Option<&str>,
        watched: Instant,
    ) -> Option<How> {
        let ready = self.poll(WATCH_EVERY.saturating_sub(watched.elapsed()));
        if ready.hung_up {
            return Some(How::HungUp);
        }
        if ready.feed {
            self.feed(mark.is_none());
        }
        self.read_output(allowance.output_bytes);
        if let Some(how) = mark.and_then(|mark| self.read_result(mark)) {
            self.read_output(allowance.output_bytes);
            return Some(how);
        }
        if !ready.ended {
            return None;
        }
        self.status = self.status.or_else(|| processes.reap(Some(self.started.pid)));
        let status = self.status?;
        self.read_output(allowance.output_bytes);
        // It may have answered and ended at once.
        mark.and_then(|mark| self.read_result(mark)).or(match status {
            WaitStatus::Exited(_, code) => Some(How::Exited(code)),
            WaitStatus::Signaled(_, signal, _) => Some(How::Killed(signal as i32)),
            _ => None,
        })
    }

    fn poll(&self, longest: Duration) -> Ready {
        // SAFETY: descriptor 0 is this process's own and is never closed.
        let stdin = unsafe { BorrowedFd::borrow_raw(0) };
        let mut fds = vec![
            PollFd::new(stdin, PollFlags::POLLIN),
            PollFd::new(self.started.ended.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.started.stdout.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.started.stderr.as_fd(), PollFlags::POLLIN),
        ];
        fds.extend(self.started.results.as_ref().map(|end| PollFd::new(end.as_fd(), PollFlags::POLLIN)));
        let feeds = self.told < self.telling.len();
        fds.extend(
            self.started.feed.as_ref().filter(|_| feeds).map(|end| PollFd::new(end.as_fd(), PollFlags::POLLOUT)),
        );
        // An end that its program has closed is ready for ever; nothing but that would be heard then.
        fds.retain(|fd| !self.is_closed(fd.as_fd().as_raw_fd()));
        let timeout = PollTimeout::try_from(longest).unwrap_or(PollTimeout::ZERO);
        let _ = poll(&mut fds, timeout);
        let is_ready = |wanted: i32| {
            fds.iter()
                .any(|fd| fd.as_fd().as_raw_fd() == wanted && fd.revents().is_some_and(|events| !events.is_empty()))
        };
        Ready {
            hung_up: is_ready(0),
            ended: is_ready(self.started.ended.as_raw_fd()),
            feed: self.started.feed.as_ref().is_some_and(|end| is_ready(end.as_raw_fd())),
        }
    }

    /// Whether all writers of a pipe are gone and it is empty.
    fn is_closed(&self, raw: i32) -> bool {
        if raw == 0 || raw == self.started.ended.as_raw_fd() {
            return false;
        }
        // SAFETY: one of our own descriptors, open as long as `self`.
        let end = unsafe { BorrowedFd::borrow_raw(raw) };
        let mut one = [PollFd::new(end, PollFlags::POLLIN)];
        let _ = poll(&mut one, PollTimeout::ZERO);
        one.iter().any(|fd| fd.revents().is_some_and(|events| events == PollFlags::POLLHUP))
    }

    fn feed(&mut self, close_after: bool) {
        let rest = self.telling.get(self.told..).unwrap_or_default();
        match self.started.feed.as_ref().map(|end| nix::unistd::write(end, rest)) {
            Some(Ok(count)) => self.told += count,
            Some(Err(nix::errno::Errno::EAGAIN | nix::errno::Errno::EINTR)) => {}
            // Nobody reads any more; how the program ends will tell.
            _ => self.told = self.telling.len(),
        }
        if close_after && self.told >= self.telling.len() {
            self.hang_up();
        }
    }

    fn read_output(&mut self, output_bytes: usize) {
        if let Some(piece) = read_some(&self.started.stdout) {
            let room = output_bytes.saturating_sub(self.stdout.len());
            self.truncated |= piece.len() > room;
            self.stdout.extend(piece.into_iter().take(room));
        }
        if let Some(piece) = read_some(&self.started.stderr) {
            self.stderr.extend(piece);
            let (length, half) = (self.stderr.len(), STDERR_BYTES_MAX / 2);
            if length > STDERR_BYTES_MAX {
                self.stderr.drain(half..length - half);
            }
        }
    }

    /// The next line with the mark, without it. Lines without are nobody's business: anything can write there.
    fn read_result(&mut self, mark: &str) -> Option<How> {
        while let Some(piece) = self.started.results.as_ref().and_then(read_some) {
            self.results.extend(piece);
            while let Some(end) = self.results.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.results.drain(..=end).collect();
                if line.starts_with(mark.as_bytes()) {
                    let answer = line.get(mark.len()..line.len() - 1).unwrap_or_default();
                    return Some(answer_of(&String::from_utf8_lossy(answer)));
                }
            }
            if self.results.len() > RESULT_BYTES_MAX {
                self.results.clear();
                return Some(How::Output);
            }
        }
        None
    }

    fn watch(&mut self, processes: &Processes, memory_kb: u64) {
        self.latest = processes.usage();
        if self.latest.memory_kb > memory_kb && self.latest.count > 1 {
            self.latest.memory_kb = processes.shared_once_kb();
        }
        self.peak_kb = self.peak_kb.max(self.latest.memory_kb);
    }

    /// Which limit has been passed.
    fn beyond(&self, allowance: &Allowance, disk: Option<Disk>) -> Option<How> {
        if self.peak_kb > allowance.memory_kb {
            Some(How::Memory)
        } else if self.cpu_us() / 1_000 > allowance.cpu_ms {
            Some(How::CpuTime)
        } else if self.since.elapsed().as_millis() > u128::from(allowance.wall_ms) {
            Some(How::WallTime)
        } else if self.latest.count > allowance.processes * 2 {
            Some(How::Memory)
        } else if disk.is_some_and(|disk| is_full(disk.folder, disk.kb)) {
            Some(How::Disk)
        } else {
            None
        }
    }

    fn cpu_us(&self) -> u64 {
        self.latest.cpu_us.saturating_sub(self.base.cpu_us)
    }

    /// The account since it was begun.
    pub(super) fn ended(&mut self, how: How) -> Ended {
        Ended {
            how,
            cpu_ms: self.cpu_us() / 1_000,
            wall_ms: u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX),
            memory_kb: self.peak_kb,
            stdout: String::from_utf8_lossy(&self.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&self.stderr).into_owned(),
            truncated: self.truncated,
        }
    }

    /// What the processes use, as last seen.
    pub(super) fn usage(&self) -> Usage {
        self.latest
    }
}

struct Ready {
    hung_up: bool,
    ended: bool,
    feed: bool,
}

/// What a driver says: `value` or `error`, a space, JSON.
fn answer_of(answer: &str) -> How {
    match answer.split_once(' ') {
        Some(("value", _)) if answer.len() > RESULT_BYTES_MAX => How::Output,
        Some(("value", json)) => How::Value(json.to_owned()),
        Some((_, json)) => How::Raised(json.to_owned()),
        None => How::Raised(String::new()),
    }
}

/// What can be read without waiting, if anything.
fn read_some(end: &OwnedFd) -> Option<Vec<u8>> {
    let mut piece = vec![0; PIECE];
    loop {
        match nix::unistd::read(end, &mut piece) {
            Ok(0) => return None,
            Ok(count) => {
                piece.truncate(count);
                return Some(piece);
            }
            Err(nix::errno::Errno::EINTR) => {}
            Err(_) => return None,
        }
    }
}

/// Whether the files below `folder` take more than `kb`, or are too many to look at.
fn is_full(folder: &Path, kb: u64) -> bool {
    use std::os::unix::fs::MetadataExt;
    let mut open = vec![folder.to_owned()];
    let (mut seen, mut blocks) = (0, 0);
    while let Some(folder) = open.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            // Gone meanwhile, or closed to us: what is in there is found by whoever counts the files.
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            seen += 1;
            let Ok(facts) = entry.metadata() else { continue };
            blocks += facts.blocks();
            if facts.is_dir() {
                open.push(entry.path());
            }
            if seen > WALK_MAX || blocks / 2 > kb {
                return true;
            }
        }
    }
    false
}
