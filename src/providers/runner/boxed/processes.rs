//! All processes of a box: what they use together, and their end.

use super::{BoxError, Trying};
use crate::providers::runner::report::Tier;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::time::clock_getcpuclockid;
use nix::unistd::{ForkResult, Gid, Pid, Uid, fork};
use std::fs;
use std::time::{Duration, Instant};

/// How long the end of all processes is waited for. They are killed again and again until then.
const END_MAX: Duration = Duration::from_secs(5);

/// What the processes of a box use at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Resident memory in KiB; what two processes share counts twice.
    pub memory_kb: u64,
    /// Processor time in µs, of ended children that were waited for as well.
    pub cpu_us: u64,
    /// Processes and threads.
    pub count: u64,
}

/// The processes of a box, seen from the one that supervises it.
pub(super) struct Processes {
    tier: Tier,
    uid: Option<u32>,
    page_kb: u64,
    tick_us: u64,
    /// Processor time of orphans that ended, in µs; their parents cannot say any more.
    orphans_us: u64,
}

impl Processes {
    pub(super) fn new(tier: Tier, uid: Option<u32>) -> Processes {
        use nix::unistd::{SysconfVar, sysconf};
        let of =
            |name, usual| sysconf(name).ok().flatten().and_then(|value| u64::try_from(value).ok()).unwrap_or(usual);
        let page_kb = of(SysconfVar::PAGE_SIZE, 4096) / 1024;
        let tick_us = 1_000_000 / of(SysconfVar::CLK_TCK, 100).max(1);
        Processes { tier, uid, page_kb, tick_us, orphans_us: 0 }
    }

    /// What they all use now.
    pub(super) fn usage(&self) -> Usage {
        let mut usage = Usage { cpu_us: self.orphans_us, ..Usage::default() };
        for pid in self.all() {
            let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { continue };
            // The name, in parentheses, may hold anything; the numbers follow its last parenthesis.
            let numbers: Vec<u64> = stat
                .rsplit_once(')')
                .map(|(_, rest)| rest.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect())
                .unwrap_or_default();
            let at = |index: usize| numbers.get(index).copied().unwrap_or(0);
            usage.count += at(17);
            usage.memory_kb += at(21) * self.page_kb;
            usage.cpu_us += cpu_us(pid).unwrap_or((at(11) + at(12)) * self.tick_us) + (at(13) + at(14)) * self.tick_us;
        }
        usage
    }

    /// Their memory in KiB, what is shared counted once. Slow: asked only when the quick sum is over the limit.
    pub(super) fn shared_once_kb(&self) -> u64 {
        let of = |pid: Pid| -> Option<u64> {
            let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let quick = |pid: Pid| -> Option<u64> {
            let text = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
            Some(text.split_whitespace().nth(1)?.parse::<u64>().ok()? * self.page_kb)
        };
        self.all().into_iter().filter_map(|pid| of(pid).or_else(|| quick(pid))).sum()
    }

    /// All but the supervisor. With a process namespace of our own these are all there are; without, all descendants:
    /// orphans come to us, so none is missed.
    fn all(&self) -> Vec<Pid> {
        let own = std::process::id() as i32;
        if self.tier == Tier::Namespaces {
            let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
            let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
            return pids.filter(|pid| *pid != own).map(Pid::from_raw).collect();
        }
        let mut found = Vec::new();
        let mut open = vec![own];
        while let Some(parent) = open.pop() {
            let Ok(threads) = fs::read_dir(format!("/proc/{parent}/task")) else { continue };
            for thread in threads.flatten() {
                let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
                for child in children.split_whitespace().filter_map(|word| word.parse::<i32>().ok()) {
                    found.push(Pid::from_raw(child));
                    open.push(child);
                }
            }
        }
        found
    }

    /// Takes in ended children. Returns how `main` ended, if it is among them.
    pub(super) fn reap(&mut self, main: Option<Pid>) -> Option<WaitStatus> {
        let mut ended = None;
        loop {
            let before = children_cpu_us();
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(status @ (WaitStatus::Exited(..) | WaitStatus::Signaled(..))) => {
                    self.orphans_us += children_cpu_us().saturating_sub(before);
                    if status.pid() == main && main.is_some() {
                        ended = Some(status);
                    }
                }
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return ended,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return ended,
            }
        }
    }

    /// Kills all of them and waits until none is left.
    ///
    /// # Errors
    /// Some are still there after five seconds.
    pub(super) fn end_all(&mut self) -> Result<(), BoxError> {
        let began = Instant::now();
        loop {
            self.kill_all()?;
            let _ = self.reap(None);
            if self.all().is_empty() {
                return Ok(());
            }
            if began.elapsed() > END_MAX {
                let problem = format!("{} are left", self.all().len());
                return Err(BoxError { tried: "end all processes".into(), problem });
            }
            std::thread::sleep(Duration::from_micros(300));
        }
    }

    fn kill_all(&self) -> Result<(), BoxError> {
        match (self.tier, self.uid) {
            // The first process of a namespace hits all the others, and no fork gets in between.
            (Tier::Namespaces, _) => _ = kill(Pid::from_raw(-1), Signal::SIGKILL),
            (_, Some(uid)) => self.kill_as(uid)?,
            // Stopped first, lest one forks while the others are killed.
            (_, None) => {
                for signal in [Signal::SIGSTOP, Signal::SIGKILL] {
                    self.all().into_iter().for_each(|pid| _ = kill(pid, signal));
                }
            }
        }
        Ok(())
    }

    /// Kills every process of the spare user, in one call that no fork gets in between.
    fn kill_as(&self, uid: u32) -> Result<(), BoxError> {
        // SAFETY: this process has one thread.
        match unsafe { fork() }.trying("fork to kill the box's user")? {
            ForkResult::Child => {
                let (user, group) = (Uid::from_raw(uid), Gid::from_raw(uid));
                let changed = nix::unistd::setresgid(group, group, group)
                    .and_then(|()| nix::unistd::setresuid(user, user, user))
                    .is_ok();
                if changed {
                    let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
                }
                // SAFETY: leaves at once, without what the parent has buffered being written twice.
                unsafe { libc::_exit(0) }
            }
            ForkResult::Parent { child } => {
                let _ = waitpid(child, None);
                Ok(())
            }
        }
    }
}

/// Processor time of a process in µs.
fn cpu_us(pid: Pid) -> Option<u64> {
    let time = clock_getcpuclockid(pid).ok()?.now().ok()?;
    Some(time.tv_sec().unsigned_abs() * 1_000_000 + time.tv_nsec().unsigned_abs() / 1_000)
}

/// Processor time of our ended children in µs.
fn children_cpu_us() -> u64 {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    getrusage(UsageWho::RUSAGE_CHILDREN)
        .map(|usage| (usage.user_time() + usage.system_time()).num_microseconds().unsigned_abs())
        .unwrap_or(0)
}
