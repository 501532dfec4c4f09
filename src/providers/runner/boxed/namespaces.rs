//! Leaving the machine: own namespaces, and a root folder put together from nothing but the languages' files.

use super::plan::Plan;
use super::{BoxError, Trying, checked};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{Gid, Uid, chdir, pivot_root};
use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Names that are links into `/usr` on most machines, and folders on the others.
const TOP: [&str; 5] = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];
/// Device files a runtime needs.
pub(super) const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];
/// The most files a box holds, each on its two writable file systems.
const INODES_MAX: u32 = 8_192;
const NONE: Option<&str> = None;

/// Moves this process (and for processes: its children) into new namespaces. A plain user gets a user namespace for it;
/// root does without, and every child gets one of its own when it has given root up.
pub(super) fn leave(plan: &Plan) -> Result<(), BoxError> {
    let all = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWCGROUP;
    if plan.uid.is_some() {
        return unshare(all).trying("make namespaces");
    }
    let (uid, gid) = (Uid::effective(), Gid::effective());
    unshare(all | CloneFlags::CLONE_NEWUSER).trying("make namespaces as a plain user")?;
    map_ids(uid, gid)
}

/// Makes this process's user exist in the user namespace it is in, under its own number, and no other.
pub(super) fn map_ids(uid: Uid, gid: Gid) -> Result<(), BoxError> {
    fs::write("/proc/self/setgroups", "deny").trying("refuse groups")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1")).trying("map the user")?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1")).trying("map the group")
}

/// This process is killed when its parent ends.
pub(super) fn die_with_parent() -> Result<(), BoxError> {
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGKILL).trying("tie the process to its parent")
}

/// Processes whose parents have ended become this one's children, so that none gets away.
pub(super) fn adopt_orphans() -> Result<(), BoxError> {
    nix::sys::prctl::set_child_subreaper(true).trying("adopt orphans")
}

/// Puts the new root together and moves into it. `inside` is where the box's writable folder will be.
pub(super) fn build_root(plan: &Plan, inside: &Path) -> Result<(), BoxError> {
    let root = &plan.folder;
    mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NONE).trying("keep mounts to ourselves")?;
    let hard = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    let small = "size=1m,nr_inodes=4096,mode=755";
    mount(Some("tmpfs"), root, Some("tmpfs"), hard, Some(small)).trying("mount the new root")?;
    for name in TOP {
        link_top(name, root)?;
    }
    for path in &plan.readable {
        if TOP.iter().all(|top| !path.starts_with(top)) {
            bind(path, root, true)?;
        }
    }
    for device in DEVICES {
        bind(Path::new(device), root, false)?;
    }
    for (name, to) in [("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")] {
        symlink(format!("/proc/self/fd{to}"), root.join("dev").join(name)).trying("link /dev/fd")?;
    }
    fs::create_dir(root.join("proc")).trying("make /proc")?;
    let closed = hard | MsFlags::MS_NOEXEC;
    mount(Some("proc"), &root.join("proc"), Some("proc"), closed, Some("subset=pid")).trying("mount /proc")?;
    let owner = plan.uid.unwrap_or_else(|| Uid::effective().as_raw());
    let data = format!("size={}k,nr_inodes={INODES_MAX},mode=700,uid={owner},gid={owner}", plan.disk_kb);
    let data = if plan.uid.is_some() { data } else { data.replace(&format!(",gid={owner}"), "") };
    for name in [inside.strip_prefix("/").unwrap_or(inside), Path::new("tmp")] {
        let path = root.join(name);
        fs::create_dir(&path).trying("make a folder of the box")?;
        mount(Some("tmpfs"), &path, Some("tmpfs"), hard, Some(data.as_str())).trying("mount a folder of the box")?;
    }
    enter(root)?;
    nix::unistd::sethostname("box").trying("name the host")
}

fn enter(root: &Path) -> Result<(), BoxError> {
    chdir(root).trying("go to the new root")?;
    pivot_root(".", ".").trying("change the root")?;
    umount2(".", MntFlags::MNT_DETACH).trying("let go of the old root")?;
    chdir("/").trying("go to the root")?;
    set_attributes(Path::new("/"), false, libc::MOUNT_ATTR_RDONLY)
}

/// `/bin` and its like as they are on the machine: a link stays a link.
fn link_top(name: &str, root: &Path) -> Result<(), BoxError> {
    let path = Path::new(name);
    match (fs::read_link(path), path.is_dir()) {
        (Ok(to), _) => symlink(to, below(root, path)).trying(format!("link {name}")),
        (Err(_), true) => bind(path, root, true),
        _ => Ok(()),
    }
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

/// Shows `path` of the machine at the same place in the new root, read-only unless it is a device.
fn bind(path: &Path, root: &Path, plain: bool) -> Result<(), BoxError> {
    let at = below(root, path);
    let says = || format!("show {}", path.display());
    let is_folder = fs::metadata(path).trying(says())?.is_dir();
    if is_folder {
        fs::create_dir_all(&at).trying(says())?;
    } else {
        fs::create_dir_all(at.parent().unwrap_or(root)).trying(says())?;
        fs::OpenOptions::new().create(true).append(true).open(&at).trying(says())?;
    }
    mount(Some(path), &at, NONE, MsFlags::MS_BIND | MsFlags::MS_REC, NONE).trying(says())?;
    let attributes = if plain { libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NODEV } else { 0 };
    set_attributes(&at, true, attributes | libc::MOUNT_ATTR_NOSUID)
}

/// Sets attributes of a mount, of all mounts below as well when `deep`; what is set already stays set.
fn set_attributes(path: &Path, deep: bool, attributes: u64) -> Result<(), BoxError> {
    let tried = || format!("close {}", path.display());
    let name = CString::new(path.as_os_str().as_bytes()).trying(tried())?;
    let what = libc::mount_attr { attr_set: attributes, attr_clr: 0, propagation: 0, userns_fd: 0 };
    let flags = if deep { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: the path and the structure live until the call returns, and its size is told.
    let returned = unsafe {
        let size = std::mem::size_of_val(&what);
        libc::syscall(libc::SYS_mount_setattr, libc::AT_FDCWD, name.as_ptr(), flags, &raw const what, size)
    };
    checked(returned).map(drop).trying(tried())
}
