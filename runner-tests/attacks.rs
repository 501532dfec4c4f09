//! What hostile submissions try. Each is run in a box of each tier and must come to nothing.

use crate::setup::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use viva::providers::runner::{Expected, Language, Mode, Runner, Verdict};

/// Runs the code before a second, harmless test: the first must end as named, the second must work as if nothing had been.
fn contained(text: &str, allowed: &[Verdict]) {
    let job = python(text, &[(json!("attack"), json!("never")), (json!("calm"), json!("calm"))]);
    for report in both(&job) {
        let got = verdicts(&report);
        assert!(allowed.contains(&got[0]), "{}: {report:?}", report.tier.name());
        assert_eq!(got[1], Verdict::Accepted, "{}: {report:?}", report.tier.name());
    }
}

/// Every entry of the answer is the name of an error.
fn all_refused(text: &str) {
    for (tier, answer) in ["namespaces", "landlock"].into_iter().zip(answers(text)) {
        for (attack, came) in answer.as_object().expect("an object") {
            assert!(came.as_str().is_some_and(|came| came.starts_with("refused")), "{tier}: {attack}: {came}");
        }
    }
}

const TRY: &str = "
import os, errno
def attempt(action):
    try:
        got = action()
        return 'worked: %r' % (got,)
    except BaseException as error:
        return 'refused: %s %s' % (type(error).__name__, error)
";

#[test]
fn a_fork_bomb_ends_at_the_limit_of_processes() {
    contained(
        "import os\ndef solve(a):\n    if a == 'calm': return a\n    while True:\n        try: os.fork()\n        except OSError: pass\n",
        &[Verdict::TimeLimit, Verdict::MemoryLimit, Verdict::RuntimeError],
    );
}

#[test]
fn two_hundred_processes_are_not_to_be_had() {
    let text = "import os, time\ndef solve(a):\n    made = 0\n    for i in range(200):\n        try:\n            if os.fork() == 0:\n                time.sleep(9); os._exit(0)\n            made += 1\n        except OSError: break\n    return made\n";
    for made in answers(text) {
        assert!(made.as_u64().is_some_and(|made| (20..70).contains(&made)), "{made}");
    }
}

#[test]
fn memory_ends_where_it_is_limited() {
    contained(
        "def solve(a):\n    if a == 'calm': return a\n    held = []\n    while True: held.append(bytearray(1 << 20))\n",
        &[Verdict::MemoryLimit],
    );
}

#[test]
fn memory_is_counted_over_all_processes() {
    contained(
        "import os, time\ndef solve(a):\n    if a == 'calm': return a\n    for i in range(6):\n        if os.fork() == 0:\n            held = bytearray(os.urandom(1 << 16) * 320); time.sleep(9)\n    time.sleep(9)\n",
        &[Verdict::MemoryLimit],
    );
}

#[test]
fn endless_output_is_read_capped_and_ended_by_time() {
    for stream in ["stdout", "stderr"] {
        let text = format!(
            "import sys\ndef solve(a):\n    if a == 'calm': return a\n    while True: sys.{stream}.write('x' * 65536)\n"
        );
        contained(&text, &[Verdict::TimeLimit]);
        let job = python(&text, &[(json!("attack"), json!(0))]);
        for report in both(&job) {
            assert_eq!(
                report.tests[0].stdout.as_deref().map_or(0, str::len),
                if stream == "stdout" { 16 * 1024 } else { 0 }
            );
            assert_eq!(report.truncated, stream == "stdout");
        }
    }
}

#[test]
fn much_output_is_cut_and_the_answer_still_counts() {
    let job = python("def solve(a):\n    print('x' * 300000)\n    return a\n", &[(json!(1), json!(1))]);
    for report in both(&job) {
        assert_eq!(verdicts(&report), [Verdict::Accepted]);
        assert!(report.truncated && report.tests[0].stdout.as_deref().is_some_and(|said| said.len() == 16 * 1024));
    }
}

#[test]
fn the_disk_is_full_where_it_is_limited() {
    let fill = |folder: &str| {
        format!(
            "import os\ndef solve(a):\n    if a == 'calm': return a\n    for i in range(64):\n        with open({folder} + '/f%d' % i, 'wb') as f: f.write(b'x' * (1 << 20)); f.flush(); os.fsync(f.fileno())\n        import time; time.sleep(0.005)\n    return 'never'+'x'\n"
        )
    };
    contained(&fill("os.environ['HOME']"), &[Verdict::RuntimeError, Verdict::TimeLimit]);
    contained(&fill("'/tmp'"), &[Verdict::RuntimeError, Verdict::TimeLimit]);
}

#[test]
fn sleeping_and_spinning_end_by_their_limits() {
    let began = Instant::now();
    contained("import time\ndef solve(a):\n    if a == 'calm': return a\n    time.sleep(60)\n", &[Verdict::TimeLimit]);
    contained("def solve(a):\n    if a == 'calm': return a\n    while True: pass\n", &[Verdict::TimeLimit]);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn a_daemon_does_not_outlive_its_box() {
    let mark = format!("viva-daemon-{}", std::process::id());
    let text = format!(
        "import os, time, sys\ndef solve(a):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(30)', '{mark}'])\n        os._exit(0)\n    time.sleep(0.1)\n    return 1\n"
    );
    for report in both(&python(&text, &[(json!(0), json!(1))])) {
        assert_eq!(verdicts(&report), [Verdict::Accepted], "{report:?}");
    }
    let alive = std::fs::read_dir("/proc").expect("/proc").flatten().any(|process| {
        std::fs::read(process.path().join("cmdline")).is_ok_and(|line| String::from_utf8_lossy(&line).contains(&mark))
    });
    assert!(!alive, "the daemon lives");
}

#[test]
fn files_of_the_machine_are_out_of_reach() {
    let secret = std::env::temp_dir().join(format!("viva-secret-{}", std::process::id()));
    std::fs::write(&secret, "the server's own").expect("written");
    let own = std::process::id();
    let text = format!(
        "{TRY}
import sys
def read(path): return open(path, 'rb').read()[:40] or 1 / 0
def solve(a):
    made = {{}}
    os.symlink('{secret}', 'link')
    for path in ['{secret}', 'link', '../../../../../..{secret}', '/etc/passwd', '/etc/shadow', '/proc/{own}/environ', '/proc/1/environ',
                 '/proc/1/mem', '/proc/1/root/etc/passwd', '/proc/1/maps', '/proc/%d/environ' % os.getppid(), '/proc/%d/mem' % os.getppid(), '/proc/kcore', '/proc/sysrq-trigger', '/dev/mem', '/dev/vda']:
        made['read ' + path] = attempt(lambda: read(path))
    # The way to a language that is installed somewhere unusual is there, and nothing beside it.
    known = sys.base_prefix.split('/')
    for path in ['/root', '/home', '/var', '/sys', '/run', '{folder}']:
        made['list ' + path] = attempt(lambda: [name for name in os.listdir(path) if name not in known] or 1 / 0)
    for path in ['/new', '/usr/new', '/etc/new', '/dev/new', '/dev/shm/new', '/var/tmp/new', '../new']:
        made['write ' + path] = attempt(lambda: open(path, 'w').write('x'))
    return made
",
        secret = secret.display(),
        folder = config("landlock").folder.expect("set").display(),
    );
    all_refused(&text);
    let _ = std::fs::remove_file(secret);
}

#[test]
fn sockets_are_refused() {
    all_refused(&format!(
        "{TRY}
import socket
def solve(a):
    kinds = {{}}
    for family in ['AF_INET', 'AF_INET6', 'AF_UNIX', 'AF_NETLINK', 'AF_PACKET', 'AF_VSOCK']:
        for kind in ['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_RAW']:
            kinds[family + kind] = attempt(lambda: socket.socket(getattr(socket, family), getattr(socket, kind)))
    def connect():
        s = socket.socket(socket.AF_UNIX); s.connect('\\0abstract'); return s
    kinds['abstract'] = attempt(connect)
    return kinds
"
    ));
}

#[test]
fn system_calls_for_getting_out_are_refused() {
    // By number, as a submission would without any library's help. x86_64 and aarch64 share none of these.
    if !cfg!(target_arch = "x86_64") {
        return;
    }
    all_refused(&format!(
        "{TRY}
import ctypes, signal
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    got = libc.syscall(*arguments)
    if got == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return got
def solve(a):
    parent = os.getppid()
    tries = {{
        'ptrace': (101, 16, parent, 0, 0), 'process_vm_readv': (310, parent, 0, 0, 0, 0, 0), 'io_uring': (425, 1, 0),
        'keyctl': (250, 0, -1, 0), 'add_key': (248, b'user', b'a', b'b', 1, -2), 'unshare': (272, 0x10000000),
        'clone newuser': (56, 0x10000000 | 17, 0, 0, 0, 0), 'clone3': (435, 0, 0), 'setns': (308, 0, 0), 'mount': (165, 0, 0, 0, 0, 0),
        'chroot': (161, b'/tmp'), 'bpf': (321, 0, 0, 0), 'perf': (298, 0, 0, -1, -1, 0), 'userfaultfd': (323, 1),
        'memfd': (319, b'x', 0), 'shmget': (29, 0, 4096, 0o1600), 'x32 getpid': (0x40000000 + 39,), 'x32 socket': (0x40000000 + 41, 2, 1, 0),
        'setuid': (105, 0), 'setgroups': (116, 0, 0) if os.getuid() else (105, 0), 'reboot': (169, 1, 2, 3), 'kexec': (246, 0, 0, 0, 0),
        'pidfd_getfd': (438, 0, 0, 0), 'open_by_handle': (304, 0, 0, 0), 'settime': (227, 0, 0), 'module': (175, 0, 0, 0),
    }}
    made = {{name: attempt(lambda: call(*arguments)) for name, arguments in tries.items()}}
    made['raise a limit'] = attempt(lambda: __import__('resource').setrlimit(__import__('resource').RLIMIT_NPROC, (9999, 9999)))
    return made
"
    ));
}

#[test]
fn the_supervisor_and_the_server_cannot_be_signalled() {
    let own = std::process::id();
    contained(
        &format!(
            "import os, signal\ndef solve(a):\n    if a == 'calm': return a\n    for pid in (os.getppid(), 1, {own}):\n        for what in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):\n            try: os.kill(pid, what)\n            except OSError: pass\n    return 'alive'\n"
        ),
        &[Verdict::WrongAnswer],
    );
}

#[test]
fn killing_everything_within_reach_ends_only_the_submission() {
    contained(
        "import os, signal\ndef solve(a):\n    if a == 'calm': return a\n    try: os.kill(-1, signal.SIGKILL)\n    except OSError: pass\n    os.kill(os.getpid(), signal.SIGKILL)\n",
        &[Verdict::RuntimeError],
    );
}

#[test]
fn deep_recursion_and_a_hundred_thousand_files_are_errors_of_the_submission() {
    contained(
        "def solve(a):\n    if a == 'calm': return a\n    return solve(a)\n",
        &[Verdict::RuntimeError, Verdict::MemoryLimit],
    );
    contained(
        "def solve(a):\n    if a == 'calm': return a\n    held = [open('/dev/null') for i in range(100000)]\n    return 'never' + 'x'\n",
        &[Verdict::RuntimeError],
    );
}

#[test]
fn answers_that_a_submission_prints_or_writes_itself_do_not_count() {
    let text = "import os, sys\ndef solve(a):\n    for fd in (1, 2, 3):\n        try:\n            os.write(fd, b'0 value 7\\n- value 7\\n00000000000000000000000000000000 0 value 7\\n')\n        except OSError: pass\n    print('{\"test\":{\"index\":0}}', flush=True)\n    return 1\n";
    for report in both(&python(text, &[(json!(0), json!(7)), (json!(0), json!(1))])) {
        assert_eq!(verdicts(&report), [Verdict::WrongAnswer, Verdict::Accepted], "{report:?}");
    }
}

#[test]
fn writing_after_the_end_is_nobodys_answer() {
    let text = "import os, time\ndef solve(a):\n    if os.fork() == 0:\n        time.sleep(0.05)\n        os.write(1, b'late')\n        os._exit(0)\n    return a\n";
    for report in both(&python(text, &[(json!(1), json!(1))])) {
        assert_eq!(verdicts(&report), [Verdict::Accepted]);
        assert_eq!(report.tests[0].stdout, None);
    }
}

#[test]
fn expected_values_are_not_in_the_box_and_hidden_tests_leave_nothing_behind() {
    let text = "
import gc, os, sys
KEPT = []
def solve(a):
    KEPT.append(a)
    print('seen', KEPT)
    mark = ''.join(['expected', '-9f31'])
    found = any(mark in repr(o) for o in gc.get_objects() if isinstance(o, (str, bytes, dict)))
    for name in os.listdir('.'):
        try: found = found or mark.encode() in open(name, 'rb').read()
        except OSError: pass
    raise ValueError('%s %s' % (found, KEPT))
";
    let mut job = python(text, &[]);
    for (id, input, hidden) in [("h1", "hidden-input", true), ("v1", "visible", false), ("h2", "hidden-other", true)] {
        let expected = Expected::Value(json!("expected-9f31"));
        job.tests.push(viva::providers::runner::Test { id: id.into(), input: json!([input]), expected, hidden });
    }
    for report in both(&job) {
        let all = serde_json::to_string(&report).expect("JSON");
        assert!(!all.contains("hidden-"), "a hidden input came back: {all}");
        let error = report.tests[1].error.as_ref().expect("an error");
        assert_eq!(error.message, "False ['visible']", "visible tests run first and find nothing expected");
        let shown = serde_json::to_string(&report.for_client()).expect("JSON");
        assert!(!shown.contains("\"h1\"") && shown.contains("\"total\":2"), "{shown}");
    }
}

#[test]
fn nul_and_invalid_utf8_are_shown_and_hurt_nobody() {
    let text = "import os\ndef solve(a):\n    os.write(1, b'a\\0b\\xff\\xfe\\xc3')\n    return 'x\\0y\\ud800'\n";
    for report in both(&python(text, &[(json!(0), json!("x\0y"))])) {
        assert!(report.tests[0].stdout.as_deref().is_some_and(|said| said.starts_with("a\0b\u{fffd}")), "{report:?}");
        assert_ne!(report.tests[0].verdict, Verdict::Internal);
    }
}

#[test]
fn a_result_too_large_to_compare_is_an_output_limit() {
    contained("def solve(a):\n    if a == 'calm': return a\n    return 'x' * 3000000\n", &[Verdict::OutputLimit]);
}

#[test]
fn compile_bombs_are_compile_errors() {
    if !capabilities().languages.iter().any(|found| found.language == Language::Cpp) {
        return;
    }
    let deep = "template<int N> struct A { A<N-1> a; A<N-2> b; static constexpr int v = A<N-1>::v + A<N-2>::v; }; template<int N> int f() { return f<N+1>() + f<N+2>(); }\nint solve(int a) { return f<0>(); }\n";
    let huge = "int held[1 << 28] = {1};\nint solve(int a) { return held[a]; }\n";
    let endless = "#include \"/dev/zero\"\nint solve(int a) { return a; }\n";
    for text in [deep, huge, endless] {
        let mut job = job(Language::Cpp, text, &[(json!(0), json!(0))]);
        job.limits.compile_cpu_ms = 1_000;
        for report in both(&job) {
            assert_eq!(report.verdict(), Verdict::CompileError, "{report:?}");
            assert!(report.tests.is_empty());
        }
    }
}

#[test]
fn empty_and_large_programs_are_reported_like_any_other() {
    for report in both(&python("", &[(json!(0), json!(0))])) {
        assert_eq!(verdicts(&report), [Verdict::RuntimeError]);
        assert!(report.tests[0].error.as_ref().is_some_and(|error| error.message.contains("solve")), "{report:?}");
    }
    let large = format!("def solve(a): return a\n#{}", "x".repeat(256 * 1024 - 30));
    for report in both(&python(&large, &[(json!(1), json!(1))])) {
        assert_eq!(verdicts(&report), [Verdict::Accepted]);
    }
    let over = python(&"#".repeat(256 * 1024 + 1), &[(json!(1), json!(1))]);
    wait(runners()[0].run(over)).expect_err("refused");
}

#[test]
fn a_program_that_closes_or_blocks_its_pipes_is_ended() {
    contained(
        "import os, time\ndef solve(a):\n    if a == 'calm': return a\n    os.closerange(0, 99)\n    time.sleep(60)\n",
        &[Verdict::TimeLimit, Verdict::RuntimeError],
    );
    let mut job = python("import time\ntime.sleep(60)\n", &[]);
    job.mode = Mode::Stdio;
    job.tests = vec![viva::providers::runner::Test {
        id: "big".into(),
        input: Value::from("x".repeat(1_000_000)),
        expected: Expected::Value(json!("")),
        hidden: false,
    }];
    for report in both(&job) {
        assert_eq!(verdicts(&report), [Verdict::TimeLimit]);
    }
}

#[test]
fn links_put_in_the_way_of_cleaning_up_lead_nowhere() {
    let outside = tempfile::tempdir().expect("a folder");
    let canary = outside.path().join("canary");
    std::fs::write(&canary, "sings").expect("written");
    let text = format!(
        "import os\ndef solve(a):\n    if a == 'calm': return sorted(os.listdir('.')) and a\n    os.rename('tmp', 'old')\n    os.symlink('{folder}', 'tmp')\n    os.symlink('{folder}', 'other')\n    os.remove('solution.py')\n    os.symlink('{folder}/canary', 'solution.py')\n    os._exit(1)\n",
        folder = outside.path().display()
    );
    contained(&text, &[Verdict::RuntimeError]);
    assert_eq!(std::fs::read_to_string(&canary).expect("still there"), "sings");
}
