//! The languages of this machine: where they are, what they need to be seen, how a submission is compiled and started.

use super::boxed::plan::{BOX, Program};
use super::drivers::Bundle;
use super::job::{Job, Mode};
use crate::language::Language;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// How long a program may take to say where it lives.
const ASK_MAX: Duration = Duration::from_secs(5);
/// Memory for compilers, in KiB.
const COMPILER_KB: u64 = 1024 * 1024;

/// A language found on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// The language.
    pub language: Language,
    /// What runs or compiles it, by its real path.
    pub program: PathBuf,
    /// What starts what was compiled, where that is another program.
    pub starter: Option<PathBuf>,
    /// Folders it needs to be seen, beside the machine's own.
    pub readable: Vec<PathBuf>,
    /// Its version, once asked inside a box.
    pub version: String,
}

/// Folders and files that every language needs.
pub fn base() -> Vec<PathBuf> {
    let wanted = [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/etc/alternatives",
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
    ];
    wanted.into_iter().map(PathBuf::from).filter(|path| path.exists()).collect()
}

/// Every place where `language` might live, in the order of the search path; the first that runs in a box is taken.
pub async fn candidates(language: Language) -> Vec<Toolchain> {
    let mut found: Vec<Toolchain> = Vec::new();
    let name = match language {
        Language::Python3 => "python3",
        Language::JavaScript => "node",
        Language::Java => "javac",
        Language::Cpp => "g++",
        Language::Go => "go",
        Language::Rust => "rustc",
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/local/bin", "/usr/bin"].map(PathBuf::from));
    for program in folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)) {
        if !program.is_file() {
            continue;
        }
        if let Some(toolchain) = toolchain(language, &program).await
            && !found.contains(&toolchain)
        {
            found.push(toolchain);
        }
    }
    found
}

/// Where the program really lives: what is on the search path is often a script or a link.
async fn toolchain(language: Language, program: &Path) -> Option<Toolchain> {
    let mut made = Toolchain {
        language,
        program: program.canonicalize().ok()?,
        starter: None,
        readable: Vec::new(),
        version: String::new(),
    };
    match language {
        Language::Python3 => {
            let said = ask(program, &["-I", "-c", "import sys; print(sys.executable); print(sys.base_prefix)"]).await?;
            let mut lines = said.lines();
            made.program = PathBuf::from(lines.next()?).canonicalize().ok()?;
            made.readable.push(PathBuf::from(lines.next()?));
        }
        Language::JavaScript => {
            made.program = PathBuf::from(ask(program, &["-p", "process.execPath"]).await?).canonicalize().ok()?;
            made.readable.push(made.program.parent()?.parent()?.to_owned());
        }
        Language::Java => {
            let home = made.program.parent()?.parent()?.to_owned();
            made.starter = Some(home.join("bin/java"));
            made.readable.push(home);
            let settings = std::fs::read_dir("/etc").ok()?.flatten().map(|entry| entry.path());
            made.readable
                .extend(settings.filter(|path| path.is_dir() && path.to_string_lossy().starts_with("/etc/java-")));
        }
        Language::Cpp => {}
        Language::Go => {
            let root = PathBuf::from(ask(program, &["env", "GOROOT"]).await?).canonicalize().ok()?;
            made.program = root.join("bin/go");
            made.readable.push(root);
        }
        Language::Rust => {
            let root = PathBuf::from(ask(program, &["--print", "sysroot"]).await?).canonicalize().ok()?;
            made.program = root.join("bin/rustc");
            made.readable.push(root);
        }
    }
    made.readable.retain(|path| !path.starts_with("/usr") && path.as_path() != Path::new("/"));
    Some(made)
}

async fn ask(program: &Path, arguments: &[&str]) -> Option<String> {
    let child =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(ASK_MAX, child).await.ok()?.ok()?;
    let said = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !said.is_empty()).then_some(said)
}

/// What a runtime itself takes, and how much slower than C++ its programs are.
struct Cost {
    memory_kb: u64,
    time_percent: u64,
    /// Whether it lives with a limit of its address space.
    address: bool,
}

fn cost(language: Language) -> Cost {
    let (memory_mb, time_percent, address) = match language {
        Language::Python3 => (32, 400, true),
        Language::JavaScript => (96, 200, false),
        Language::Java => (192, 200, false),
        Language::Cpp | Language::Rust => (8, 100, true),
        Language::Go => (32, 150, false),
    };
    Cost { memory_kb: memory_mb * 1024, time_percent, address }
}

/// How much time a language has where C++ has 100.
pub fn time_percent(language: Language) -> u64 {
    cost(language).time_percent
}

impl Toolchain {
    /// How its version is asked for, inside a box.
    pub(super) fn version_program(&self) -> Program {
        let program = self.starter.as_ref().unwrap_or(&self.program);
        let flag = if self.language == Language::Go { "version" } else { "--version" };
        let (memory_kb, output_bytes) = (COMPILER_KB, 4_096);
        let argv = vec![text(program), flag.to_owned()];
        Program { argv, env: self.env(), cpu_ms: 5_000, wall_ms: 10_000, memory_kb, address_kb: None, output_bytes }
    }

    /// The first word of `said` that is a version.
    pub(super) fn version_of(said: &str) -> Option<String> {
        let clean =
            |word: &str| word.trim_start_matches(['v', '"']).trim_start_matches("go").trim_end_matches('"').to_owned();
        let is_version = |word: &String| {
            word.starts_with(|first: char| first.is_ascii_digit())
                && word.contains('.')
                && word.chars().all(|letter| letter.is_ascii_digit() || letter == '.')
        };
        said.split_whitespace().map(clean).find(is_version)
    }

    /// How a submission is compiled; None where nothing is.
    pub(super) fn compile(&self, job: &Job, bundle: &Bundle) -> Option<Program> {
        let of_kind = |ending: &str| -> Vec<String> {
            bundle.files.iter().map(|(name, _)| name.clone()).filter(|name| name.ends_with(ending)).collect()
        };
        let first = bundle.files.first().map(|(name, _)| name.clone()).unwrap_or_default();
        let mut argv = vec![text(&self.program)];
        let mut add = |arguments: &[&str]| argv.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        match self.language {
            Language::Python3 | Language::JavaScript => return None,
            Language::Java => {
                add(&["-J-Xmx512m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "-J-Xshare:auto"]);
                add(&["-J-XX:-UsePerfData", "-nowarn", "-proc:none", "-encoding", "UTF-8", "-d", "."]);
                argv.extend(of_kind(".java"));
            }
            Language::Cpp => {
                add(&["-std=c++20", "-O2", "-o", "viva_program"]);
                let others = of_kind(".cpp").into_iter().filter(|name| *name != first && *name != bundle.solution);
                argv.extend(others);
                argv.push(first);
            }
            Language::Go => {
                add(&["build", "-o", "viva_program"]);
                argv.extend(of_kind(".go"));
            }
            Language::Rust => {
                add(&["--edition", "2024", "-C", "opt-level=2", "-C", "debuginfo=0", "-A", "warnings"]);
                add(&["--crate-name", "viva_program", "-o", "viva_program"]);
                argv.push(first);
            }
        }
        let cpu_ms = job.limits.compile_cpu_ms;
        let (env, output_bytes) = (self.env(), super::boxed::plan::COMPILER_BYTES_MAX);
        Some(Program { argv, env, cpu_ms, wall_ms: 2 * cpu_ms, memory_kb: COMPILER_KB, address_kb: None, output_bytes })
    }

    /// How it is started.
    pub(super) fn start(&self, job: &Job, bundle: &Bundle) -> Program {
        let limits = &job.limits;
        let first = bundle.files.first().map(|(name, _)| name.clone()).unwrap_or_default();
        let cost = cost(self.language);
        let memory_mb = limits.memory_mb;
        let argv = match self.language {
            Language::Python3 => vec![text(&self.program), "-I".into(), "-B".into(), first],
            Language::JavaScript => {
                let heap = format!("--max-old-space-size={memory_mb}");
                vec![text(&self.program), heap, "--stack-size=16000".into(), first]
            }
            Language::Java => {
                let mut argv = vec![text(self.starter.as_ref().unwrap_or(&self.program)), format!("-Xmx{memory_mb}m")];
                let flags = [
                    "-Xss8m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:CompressedClassSpaceSize=64m",
                    "-XX:ReservedCodeCacheSize=64m",
                    "-XX:-UsePerfData",
                    "-Xshare:auto",
                    "--add-opens=java.base/java.io=ALL-UNNAMED",
                    "-cp",
                    ".",
                ];
                argv.extend(flags.map(str::to_owned));
                argv.push(bundle.class.clone());
                argv
            }
            Language::Cpp | Language::Go | Language::Rust => vec![format!("{BOX}/viva_program")],
        };
        let cpu_ms = limits.cpu_ms * cost.time_percent / 100;
        let memory_kb = memory_mb * 1024 + cost.memory_kb;
        let kept = usize::try_from(limits.output_kb * 1024).unwrap_or(usize::MAX);
        // Half as much again for what is reserved and never used: stacks of threads, allocators' arenas.
        let address_kb = cost.address.then_some(memory_kb + memory_kb / 2 + 128 * 1024);
        Program { argv, env: self.env(), cpu_ms, wall_ms: 3 * cpu_ms, memory_kb, address_kb, output_bytes: kept }
    }

    /// How long loading may take by the clock, in ms.
    pub(super) fn load_ms(&self) -> u64 {
        10_000
    }

    fn env(&self) -> Vec<(String, String)> {
        let folder = self.program.parent().map(text).unwrap_or_default();
        let mut env = vec![
            ("PATH".to_owned(), format!("{folder}:/usr/local/bin:/usr/bin:/bin")),
            ("HOME".to_owned(), BOX.to_owned()),
            ("TMPDIR".to_owned(), format!("{BOX}/tmp")),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ];
        let more: &[(&str, &str)] = match self.language {
            Language::Python3 => &[("PYTHONHASHSEED", "0"), ("PYTHONUTF8", "1")],
            // Its usual settings lie in /etc, where nothing can be read; not finding them would be no error.
            Language::JavaScript => &[("OPENSSL_CONF", "/dev/null")],
            Language::Go => &[
                ("GOCACHE", "{box}/tmp/go"),
                ("GOFLAGS", "-p=1"),
                ("GO111MODULE", "off"),
                ("GOTOOLCHAIN", "local"),
                ("GOPROXY", "off"),
                ("CGO_ENABLED", "0"),
                ("GOMAXPROCS", "2"),
            ],
            _ => &[],
        };
        env.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        env
    }
}

/// Whether the tests are fed by a driver.
pub(super) fn is_driven(job: &Job) -> bool {
    job.mode != Mode::Stdio
}

fn text(path: impl AsRef<Path>) -> String {
    path.as_ref().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_say() {
        for (said, version) in [
            ("Python 3.11.7", "3.11.7"),
            ("v20.20.2", "20.20.2"),
            ("openjdk 17.0.15 2025-04-15", "17.0.15"),
            ("g++ (Debian 12.2.0-14+deb12u1) 12.2.0", "12.2.0"),
            ("go version go1.19.8 linux/amd64", "1.19.8"),
            ("rustc 1.95.0 (59807616e 2026-04-14)", "1.95.0"),
        ] {
            assert_eq!(Toolchain::version_of(said).as_deref(), Some(version));
        }
        assert_eq!(Toolchain::version_of("none"), None);
    }
}
