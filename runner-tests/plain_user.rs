//! The same tests once more as a user without any rights, when the one who runs them is root.

use crate::setup::program;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// `nobody` on most machines.
const PLAIN: u32 = 65_534;

#[test]
fn all_of_this_holds_for_a_plain_user_too() {
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    // Where the tests were built is often a folder that only root may enter.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("its mode");
    let tests = folder.path().join("runner-tests");
    let copy = folder.path().join("viva");
    std::fs::copy(std::env::current_exe().expect("this program"), &tests).expect("a copy");
    std::fs::copy(program(), &copy).expect("a copy");
    let output = Command::new(&tests)
        .args(["--test-threads", "2"])
        // What compilers and drivers do is the same for every user; that they run at all is tried.
        .args(
            ["a_crash", "classes", "errors_name", "results_of", "too_much", "what_does_not", "every_language"]
                .iter()
                .flat_map(|name| ["--skip", name]),
        )
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("VIVA_TEST_PROGRAM", &copy)
        .current_dir("/")
        .uid(PLAIN)
        .gid(PLAIN)
        .output()
        .expect("the tests run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "as a plain user:\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("test result: ok") && !said.contains(" 0 passed"), "{said}");
}
