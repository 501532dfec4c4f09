//! The box attacked from inside, once at the server's start: which of its walls hold on this machine.

use super::plan::Probe;
use crate::providers::runner::report::Tier;
use nix::sys::resource::{Resource, getrlimit};
use std::fs;
use std::io::{Error, Write};
use std::path::Path;

/// What the probes' answer begins with. Nobody else runs in that box.
pub(super) const NONCE: &str = "probes ";

/// Attacks the box that this process is in and writes what came of it. `supervisor` is the process to attack.
pub(super) fn attack(tier: Tier, supervisor: u32, processes: u64, out: &mut dyn Write) {
    let mut probes = calls();
    probes.extend(files(supervisor));
    probes.push(privileges());
    probes.push(signal());
    probes.push(large_file());
    if tier == Tier::Namespaces {
        probes.push(empty_root());
        probes.push(own_processes());
    }
    probes.push(forks(processes));
    let json = serde_json::to_string(&probes).unwrap_or_default();
    // Nobody to tell it to if that fails: the supervisor then finds no answer, and the box counts as open.
    let _ = out.write_all(format!("{NONCE}value {json}\n").as_bytes());
}

fn probe(name: &str, held: bool, found: impl Into<String>) -> Probe {
    Probe { name: name.to_owned(), held, found: found.into() }
}

/// System calls that must be refused, whatever their arguments.
fn calls() -> Vec<Probe> {
    let mut probes = Vec::new();
    let mut call = |name: &str, refusals: &[i32], returned: i64| {
        let error = Error::last_os_error();
        let held = returned == -1 && error.raw_os_error().is_some_and(|code| refusals.contains(&code));
        probes.push(probe(name, held, if returned == -1 { error.to_string() } else { "it worked".to_owned() }));
    };
    let eperm = &[libc::EPERM];
    for (name, family, kind) in [
        ("tcp socket", libc::AF_INET, libc::SOCK_STREAM),
        ("udp socket", libc::AF_INET6, libc::SOCK_DGRAM),
        ("unix socket", libc::AF_UNIX, libc::SOCK_STREAM),
        ("netlink socket", libc::AF_NETLINK, libc::SOCK_RAW),
    ] {
        // SAFETY: this call and all below take numbers, or null where the kernel checks the pointer; the worst that can
        // come of them is what they are here to find out.
        call(name, eperm, unsafe { libc::socket(family, kind, 0) }.into());
    }
    // SAFETY: see above.
    unsafe {
        let null = std::ptr::null::<u8>();
        call("ptrace", eperm, libc::syscall(libc::SYS_ptrace, libc::PTRACE_TRACEME, 0, 0, 0));
        call(
            "process_vm_readv",
            eperm,
            libc::syscall(libc::SYS_process_vm_readv, libc::getppid(), null, 0, null, 0, 0),
        );
        call("io_uring", eperm, libc::syscall(libc::SYS_io_uring_setup, 1, null));
        call("keyctl", eperm, libc::syscall(libc::SYS_keyctl, 0, -1, 0));
        call("bpf", eperm, libc::syscall(libc::SYS_bpf, 0, null, 0));
        call("perf_event_open", eperm, libc::syscall(libc::SYS_perf_event_open, null, 0, -1, -1, 0));
        call("userfaultfd", eperm, libc::syscall(libc::SYS_userfaultfd, 1));
        call(
            "mount",
            eperm,
            libc::syscall(libc::SYS_mount, c"none".as_ptr(), c"/tmp".as_ptr(), c"tmpfs".as_ptr(), 0, null),
        );
        call("nested user namespace", eperm, libc::syscall(libc::SYS_unshare, libc::CLONE_NEWUSER));
        call(
            "cloned user namespace",
            eperm,
            libc::syscall(libc::SYS_clone, libc::CLONE_NEWUSER | libc::SIGCHLD, 0, 0, 0, 0),
        );
        call("clone3", &[libc::ENOSYS], libc::syscall(libc::SYS_clone3, null, 0));
        call("memfd", eperm, libc::syscall(libc::SYS_memfd_create, c"x".as_ptr(), 0));
        call("setuid", &[libc::EPERM, libc::EINVAL], libc::syscall(libc::SYS_setuid, 0));
        #[cfg(target_arch = "x86_64")]
        call("x32 socket", &[libc::ENOSYS], libc::syscall(0x4000_0000 + libc::SYS_socket, libc::AF_INET, 1, 0));
    }
    probes
}

/// Files that must not be readable or writable.
fn files(supervisor: u32) -> Vec<Probe> {
    let mut probes = Vec::new();
    for path in ["/etc/passwd", "/etc/shadow", "/etc/hostname", "/root", "/home", "/var/lib", "/sys/kernel"] {
        let read = if Path::new(path).is_dir() { fs::read_dir(path).map(drop) } else { fs::read(path).map(drop) };
        probes.push(match read {
            Ok(()) => probe(&format!("read {path}"), false, "it could be read"),
            Err(error) => probe(&format!("read {path}"), true, error.to_string()),
        });
    }
    for path in [format!("/proc/{supervisor}/environ"), format!("/proc/{supervisor}/mem"), "/proc/1/environ".to_owned()]
    {
        let read = fs::read(&path).map(|bytes| bytes.len());
        let held = !matches!(read, Ok(1..));
        probes.push(probe(
            &format!("read {path}"),
            held,
            read.map_or_else(|e| e.to_string(), |n| format!("{n} bytes")),
        ));
    }
    for path in ["/viva-probe", "/usr/viva-probe", "/etc/viva-probe", "/dev/shm/viva-probe", "/var/tmp/viva-probe"] {
        probes.push(match fs::write(path, "x") {
            Ok(()) => {
                let _ = fs::remove_file(path);
                probe(&format!("write {path}"), false, "it could be written")
            }
            Err(error) => probe(&format!("write {path}"), true, error.to_string()),
        });
    }
    probes
}

fn privileges() -> Probe {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let capabilities: Vec<&str> =
        status.lines().filter(|line| line.starts_with("Cap") && !line.ends_with(&"0".repeat(16))).collect();
    let root = nix::unistd::Uid::effective().is_root() || nix::unistd::Uid::current().is_root();
    let new = nix::sys::prctl::get_no_new_privs().unwrap_or(false);
    let held = !root && new && capabilities.is_empty();
    probe("privileges", held, format!("root {root}, no new privileges {new}, capabilities {capabilities:?}"))
}

/// Whether the supervisor can be signalled. The first process of a namespace cannot be killed from inside anyway.
fn signal() -> Probe {
    match nix::sys::signal::kill(nix::unistd::Pid::parent(), None) {
        Ok(()) => probe("signal the supervisor", false, "it could be signalled"),
        Err(error) => probe("signal the supervisor", true, error.to_string()),
    }
}

fn large_file() -> Probe {
    // SAFETY: ignoring a signal has no handler that could be wrong.
    let _ =
        unsafe { nix::sys::signal::signal(nix::sys::signal::Signal::SIGXFSZ, nix::sys::signal::SigHandler::SigIgn) };
    let file = fs::File::create("viva-probe-large");
    let grown = file.and_then(|file| file.set_len(1 << 40));
    let _ = fs::remove_file("viva-probe-large");
    match grown {
        Ok(()) => probe("a file of 1 TiB", false, "it could be made"),
        Err(error) => probe("a file of 1 TiB", error.raw_os_error() == Some(libc::EFBIG), error.to_string()),
    }
}

fn empty_root() -> Probe {
    let known = ["bin", "box", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "sbin", "tmp", "usr"];
    let names = fs::read_dir("/").into_iter().flatten().flatten().map(|entry| entry.file_name());
    let foreign: Vec<String> =
        names.map(|name| name.to_string_lossy().into_owned()).filter(|name| !known.contains(&name.as_str())).collect();
    probe("empty root", foreign.is_empty(), format!("besides the box: {foreign:?}"))
}

fn own_processes() -> Probe {
    let names = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.file_name());
    let count = names.filter(|name| name.to_string_lossy().chars().all(|letter| letter.is_ascii_digit())).count();
    probe("own processes", (1..=3).contains(&count), format!("{count} are seen"))
}

/// Forks until it is refused, but not far beyond the limit. The children wait to be killed.
///
/// Where the box has no user of its own, its limit leaves room for what its user runs besides, and some of that may have
/// ended since: then the limit in force counts, as long as the supervisor, which allows twice the number, need not step in.
fn forks(limit: u64) -> Probe {
    let in_force = getrlimit(Resource::RLIMIT_NPROC).map_or(limit, |(soft, _)| soft);
    let most = in_force.clamp(limit, (limit * 2).saturating_sub(8).max(limit)) + 8;
    for count in 0..most {
        // SAFETY: one thread; the child only waits.
        match unsafe { libc::fork() } {
            0 => loop {
                // SAFETY: waits for a signal.
                unsafe { libc::pause() };
            },
            -1 => {
                return probe("processes", true, format!("refused after {count}"));
            }
            _ => {}
        }
    }
    probe("processes", false, format!("{most} were made"))
}
