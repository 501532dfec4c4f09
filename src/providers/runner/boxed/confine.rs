//! Closing a child in before it becomes the submission: limits, spare user, no privileges, Landlock, a filter of system
//! calls. Called between fork and exec in a process of one thread.

use super::namespaces::{DEVICES, die_with_parent, map_ids};
use super::{BoxError, Trying, checked};
use crate::providers::runner::report::Tier;
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope,
};
use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Gid, Uid};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    sock_filter,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Open files of one process.
pub const OPEN_FILES_MAX: u64 = 256;
/// Stack of a process's first thread, in bytes.
const STACK_BYTES: u64 = 64 * 1024 * 1024;
/// The oldest Landlock that a box is closed with: it keeps signals and abstract sockets inside. Linux 6.12.
const ABI_MIN: i64 = 6;

/// How to close a child in.
#[derive(Clone, Debug)]
pub struct Confinement {
    /// The tier.
    pub tier: Tier,
    /// The spare user, when we are root.
    pub uid: Option<u32>,
    /// What may be read and executed.
    pub readable: Vec<PathBuf>,
    /// What may be written.
    pub writable: Vec<PathBuf>,
    /// Processes and threads at once, of the box's user.
    pub processes: u64,
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// Processor time of one process, in s; only catches what the watch has missed.
    pub cpu_s: u64,
    /// Address space of one process, in bytes.
    pub address_bytes: Option<u64>,
    /// The filters of system calls.
    pub filters: Filters,
}

impl Confinement {
    /// Closes this process in. After an error it must exit.
    pub(super) fn enter(&self) -> Result<(), BoxError> {
        nix::unistd::setsid().trying("begin a session")?;
        self.set_limits()?;
        self.give_up_privileges()?;
        die_with_parent()?;
        self.fence_files()?;
        self.filters.install()
    }

    fn set_limits(&self) -> Result<(), BoxError> {
        let mut limits = vec![
            (Resource::RLIMIT_CORE, 0),
            (Resource::RLIMIT_CPU, self.cpu_s),
            (Resource::RLIMIT_FSIZE, self.file_bytes),
            (Resource::RLIMIT_MEMLOCK, 0),
            (Resource::RLIMIT_MSGQUEUE, 0),
            (Resource::RLIMIT_NOFILE, OPEN_FILES_MAX),
            (Resource::RLIMIT_NPROC, self.processes),
            (Resource::RLIMIT_STACK, STACK_BYTES),
        ];
        limits.extend(self.address_bytes.map(|bytes| (Resource::RLIMIT_AS, bytes)));
        for (resource, wanted) in limits {
            let (_, hard) = nix::sys::resource::getrlimit(resource).trying("ask for a limit")?;
            let value = wanted.min(hard);
            setrlimit(resource, value, value).trying(format!("limit {resource:?} to {value}"))?;
        }
        Ok(())
    }

    fn give_up_privileges(&self) -> Result<(), BoxError> {
        if let Some(uid) = self.uid {
            drop_bounding()?;
            let (user, group) = (Uid::from_raw(uid), Gid::from_raw(uid));
            nix::unistd::setgroups(&[]).trying("leave all groups")?;
            nix::unistd::setresgid(group, group, group).trying("change the group")?;
            nix::unistd::setresuid(user, user, user).trying("change the user")?;
            if self.tier == Tier::Namespaces {
                // Changing the user hides /proc/self from it, where the map is written.
                nix::sys::prctl::set_dumpable(true).trying("see oneself")?;
                unshare(CloneFlags::CLONE_NEWUSER).trying("make a user namespace")?;
                map_ids(user, group)?;
                drop_bounding()?;
            }
        } else if self.tier == Tier::Namespaces {
            drop_bounding()?;
        }
        drop_capabilities()?;
        nix::sys::prctl::set_no_new_privs().trying("refuse new privileges")
    }

    fn fence_files(&self) -> Result<(), BoxError> {
        let abi = landlock_abi().trying("ask for Landlock")?;
        if abi < ABI_MIN {
            let problem = format!("the kernel has version {abi}, {ABI_MIN} is needed");
            return Err(BoxError { tried: "use Landlock".into(), problem });
        }
        let look = AccessFs::from_read(ABI::V5);
        let all = AccessFs::from_all(ABI::V5);
        let device = AccessFs::ReadFile | AccessFs::WriteFile;
        let allow = |path: &Path, access, folder_only: bool| -> Result<_, BoxError> {
            let access = if folder_only || path.is_dir() { access } else { access & AccessFs::from_file(ABI::V5) };
            let opened = PathFd::new(path).trying(format!("open {}", path.display()))?;
            Ok(PathBeneath::new(opened, access))
        };
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(all)
            .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V4)))
            .and_then(|rules| rules.scope(Scope::from_all(ABI::V6)))
            .and_then(|rules| rules.create())
            .trying("begin Landlock's rules")?;
        for path in self.readable.iter().filter(|path| path.exists()) {
            rules = rules.add_rule(allow(path, look, false)?).trying("allow reading")?;
        }
        for path in &self.writable {
            rules = rules.add_rule(allow(path, all, true)?).trying("allow writing")?;
        }
        for path in DEVICES {
            rules = rules.add_rule(allow(Path::new(path), device, false)?).trying("allow a device")?;
        }
        rules.restrict_self().map(drop).trying("put Landlock on")
    }
}

/// The version of Landlock that this kernel has.
fn landlock_abi() -> std::io::Result<i64> {
    const VERSION: u32 = 1;
    // SAFETY: with this flag the call takes no structure and only answers a number.
    checked(unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION) })
}

/// No program that is executed can ever gain a capability.
fn drop_bounding() -> Result<(), BoxError> {
    for capability in 0..=63 {
        // SAFETY: takes numbers only.
        let returned = unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
        if returned == -1 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL) {
            return Ok(()); // beyond the last capability this kernel knows
        }
        checked(returned.into()).trying(format!("drop capability {capability} for good"))?;
    }
    Ok(())
}

fn drop_capabilities() -> Result<(), BoxError> {
    const VERSION_3: u32 = 0x2008_0522;
    let header = [VERSION_3, 0];
    let none = [0_u32; 6];
    // SAFETY: both arrays have the layout of version 3 and live until the call returns.
    checked(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) })
        .map(drop)
        .trying("drop capabilities")
}

/// System calls that no submission needs and that reach the kernel's wider parts, other processes, or the network. They
/// answer EPERM.
const DENIED: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_fanotify_init,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fsconfig,
    libc::SYS_fspick,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    libc::SYS_vmsplice,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_syslog,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_mbind,
    libc::SYS_set_mempolicy,
];

/// Numbers from here on are calls of the x32 interface, which would go past a list of the usual numbers.
#[cfg(target_arch = "x86_64")]
const X32: u32 = 0x4000_0000;

/// The filters of system calls, made once and put on every child.
#[derive(Clone, Debug)]
pub struct Filters(Vec<BpfProgram>);

impl Filters {
    /// Makes them.
    pub(super) fn new() -> Result<Filters, BoxError> {
        let mut denied: BTreeMap<i64, Vec<SeccompRule>> = DENIED.iter().map(|call| (*call, vec![])).collect();
        #[cfg(target_arch = "x86_64")]
        denied.extend([libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_modify_ldt].map(|call| (call, vec![])));
        let spaces = [
            libc::CLONE_NEWUSER,
            libc::CLONE_NEWNS,
            libc::CLONE_NEWPID,
            libc::CLONE_NEWNET,
            libc::CLONE_NEWIPC,
            libc::CLONE_NEWUTS,
            libc::CLONE_NEWCGROUP,
        ];
        let clones: Result<Vec<SeccompRule>, _> = spaces.into_iter().map(|flag| argument_has(0, flag as u64)).collect();
        denied.insert(libc::SYS_clone, clones.trying("make a filter")?);
        // Typing into the terminal of whoever started the server, should there be one.
        let typing = argument_is(1, libc::TIOCSTI).and_then(|first| Ok(vec![first, argument_is(1, libc::TIOCLINUX)?]));
        denied.insert(libc::SYS_ioctl, typing.trying("make a filter")?);
        // Its flags are behind a pointer, where no filter can look; without it libraries take `clone`.
        let absent = BTreeMap::from([(libc::SYS_clone3, vec![])]);
        let mut programs = vec![compiled(absent, libc::ENOSYS)?, compiled(denied, libc::EPERM)?];
        #[cfg(target_arch = "x86_64")]
        programs.push(without_x32());
        Ok(Filters(programs))
    }

    fn install(&self) -> Result<(), BoxError> {
        self.0
            .iter()
            .try_for_each(|program| seccompiler::apply_filter(program))
            .trying("put the filter of system calls on")
    }
}

fn argument_has(index: u8, flag: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    let condition = SeccompCondition::new(index, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(flag), flag)?;
    SeccompRule::new(vec![condition])
}

fn argument_is(index: u8, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    let condition = SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)?;
    SeccompRule::new(vec![condition])
}

fn compiled(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<BpfProgram, BoxError> {
    let answer = SeccompAction::Errno(errno.unsigned_abs());
    let arch = std::env::consts::ARCH.try_into().trying("know this processor")?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, answer, arch).trying("make a filter")?;
    filter.try_into().trying("make a filter")
}

/// Refuses every call with a number of the x32 interface.
#[cfg(target_arch = "x86_64")]
fn without_x32() -> BpfProgram {
    let step = |code: u32, jt, jf, k| sock_filter { code: code as u16, jt, jf, k };
    vec![
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 0, 1, X32),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs()),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}
