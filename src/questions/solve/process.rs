//! A process that answers line by line, watched by its CPU time; and folders for what it needs.

use super::{Answer, GIVE_UP_PERCENT, Job, SolveError};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

/// How often a silent process's CPU time is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// A process that uses no CPU time is given up after so long: it waits for something that will not come.
const WALL_MAX: Duration = Duration::from_secs(60);
/// Answers read ahead; a process that writes faster waits.
const ANSWERS_WAITING_MAX: usize = 64;

/// A folder of our own that is removed with what is in it.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> std::io::Result<Scratch> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("viva-solve-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        // One of an earlier process with the same id may have been left by a crash.
        fs::remove_dir_all(&path).ok();
        fs::create_dir_all(&path)?;
        Ok(Scratch(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn write(&self, name: &str, text: &str) -> std::io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, text)?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Value { value: Value, cpu_us: u64 },
    Error { error: String },
    Broken { broken: String },
}

/// Runs a process that reads `input` and gives one answer a line, one for each of the job's inputs.
pub(super) fn answers(command: &mut Command, input: &Path, job: &Job) -> Result<Vec<Answer>, SolveError> {
    let mut child = command.stdin(fs::File::open(input)?).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let lines = read_lines(&mut child);
    let result = watch(&mut child, &lines, job);
    child.kill().ok();
    child.wait()?;
    result
}

fn read_lines(child: &mut Child) -> Receiver<String> {
    let (sender, lines) = sync_channel(ANSWERS_WAITING_MAX);
    if let Some(out) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
    }
    lines
}

fn watch(child: &mut Child, lines: &Receiver<String>, job: &Job) -> Result<Vec<Answer>, SolveError> {
    let give_up_ms = u64::from(job.limits.cpu_ms) * GIVE_UP_PERCENT / 100;
    let mut answers = Vec::new();
    let (mut cpu_before, mut since) = (cpu_ms(child.id()), Instant::now());
    while answers.len() < job.inputs.len() {
        match lines.recv_timeout(LOOK_EVERY) {
            Ok(line) => {
                match serde_json::from_str(&line) {
                    Ok(Line::Value { value, cpu_us }) => answers.push(Answer::Value { value, cpu_us }),
                    Ok(Line::Error { error }) => answers.push(Answer::Error(error)),
                    Ok(Line::Broken { broken }) => return Err(SolveError::Compile(broken)),
                    Err(_) => answers.push(Answer::Error("its answer is no JSON".to_owned())),
                }
                (cpu_before, since) = (cpu_ms(child.id()), Instant::now());
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let spent = cpu_ms(child.id()).zip(cpu_before).map(|(now, before)| now.saturating_sub(before));
                let wall = since.elapsed();
                let too_slow = spent.unwrap_or(wall.as_millis() as u64) > give_up_ms;
                if too_slow || wall > WALL_MAX {
                    answers.push(Answer::TimedOut);
                    break;
                }
            }
        }
    }
    Ok(answers)
}

/// CPU time of a process so far; none where /proc does not tell.
fn cpu_ms(pid: u32) -> Option<u64> {
    // USER_HZ is 100 on every Linux that matters (man 5 proc).
    const MS_PER_TICK: u64 = 10;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name, in brackets, may hold blanks; utime and stime are the 14th and 15th field.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) * MS_PER_TICK)
}

/// Runs a program once for each input, which it reads from its standard input.
pub(super) fn programs(command: &dyn Fn() -> Command, job: &Job) -> Result<Vec<Answer>, SolveError> {
    let scratch = Scratch::new()?;
    let mut answers = Vec::new();
    for input in job.inputs {
        let input = scratch.write("in", input.as_str().unwrap_or_default())?;
        let out = scratch.path().join("out");
        let begun = Instant::now();
        let mut child =
            command().stdin(fs::File::open(input)?).stdout(fs::File::create(&out)?).stderr(Stdio::null()).spawn()?;
        let give_up_ms = u64::from(job.limits.cpu_ms) * GIVE_UP_PERCENT / 100;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break Some(status);
            }
            let spent = cpu_ms(child.id()).unwrap_or(begun.elapsed().as_millis() as u64);
            if spent > give_up_ms || begun.elapsed() > WALL_MAX {
                child.kill().ok();
                child.wait()?;
                break None;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        match status {
            None => {
                answers.push(Answer::TimedOut);
                break;
            }
            Some(status) if status.success() => {
                let text = String::from_utf8_lossy(&fs::read(&out)?).into_owned();
                // The wall time stands for the CPU time: a finished process no longer tells.
                let cpu_us = begun.elapsed().as_micros() as u64;
                answers.push(Answer::Value { value: Value::String(text), cpu_us });
            }
            Some(status) => answers.push(Answer::Error(format!("ended with {status}"))),
        }
    }
    Ok(answers)
}
