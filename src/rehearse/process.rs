//! What another process of this machine uses, from `/proc`: the server under load.

use std::fs;

/// Clock ticks a second in `/proc/<pid>/stat`; Linux shows 100 on every architecture that we build for.
const TICKS_A_SECOND: u64 = 100;

/// CPU and memory of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// CPU time of all its threads, in ms.
    pub cpu_ms: u64,
    /// Memory it holds, in kB.
    pub memory_kb: u64,
}

/// What the process uses now; none when it cannot be seen.
pub fn usage(pid: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(Usage { cpu_ms: cpu_ms(&stat)?, memory_kb: memory_kb(&status)? })
}

fn cpu_ms(stat: &str) -> Option<u64> {
    // The name stands in parentheses and may hold anything; after it come fields 3, 4, … of proc(5).
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some((ticks(14)? + ticks(15)?) * 1000 / TICKS_A_SECOND)
}

fn memory_kb(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_proc_shows() {
        let stat = "12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 9 0 1 2 3";
        assert_eq!(cpu_ms(stat), Some(1_750));
        assert_eq!(memory_kb("Name:\tx\nVmRSS:\t  20480 kB\n"), Some(20_480));
        assert_eq!(cpu_ms("broken"), None);
        assert!(usage(std::process::id()).is_some());
    }
}
