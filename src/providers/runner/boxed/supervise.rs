//! The supervisor of one box: compiles, runs the tests one after the other, tells how each ended, and leaves nothing
//! running. A driver gets its next test only after it has answered the last, so visible tests, which come first, can
//! know nothing of hidden inputs.

use super::confine::{Confinement, Filters};
use super::feed::{Allowance, Conversation, Disk};
use super::helper::{make_tmp, tell, write_files};
use super::plan::{COMPILER_BYTES_MAX, Ended, How, Plan, Program, Told, Work};
use super::processes::Processes;
use super::spawn::{Become, Talk, spawn};
use super::{BoxError, Trying, probes};
use crate::digest::hex;
use crate::providers::runner::report::Tier;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What loading may use of the processor, in ms; the clock's limit is the stricter one for most.
const LOAD_CPU_MS: u64 = 10_000;

/// The supervisor.
pub(super) struct Supervisor<'a> {
    plan: &'a Plan,
    folder: PathBuf,
    confinement: Confinement,
    processes: Processes,
    began: Instant,
}

impl<'a> Supervisor<'a> {
    /// A supervisor of the box whose writable folder is `folder`.
    pub(super) fn new(plan: &'a Plan, folder: PathBuf, began: Instant) -> Result<Self, BoxError> {
        // What it knows, inputs above all, is nobody's to read through /proc.
        nix::sys::prctl::set_dumpable(false).trying("hide the supervisor's memory")?;
        let (readable, writable) = match plan.tier {
            Tier::Namespaces => (vec![PathBuf::from("/")], vec![folder.clone(), PathBuf::from("/tmp")]),
            _ => (plan.readable.clone(), vec![folder.clone()]),
        };
        let confinement = Confinement {
            tier: plan.tier,
            uid: plan.uid,
            readable,
            writable,
            processes: plan.processes + others(plan),
            file_bytes: plan.disk_kb * 1024,
            cpu_s: 0,
            address_bytes: None,
            filters: Filters::new()?,
        };
        Ok(Supervisor { plan, folder, confinement, processes: Processes::new(plan.tier, plan.uid), began })
    }

    /// Runs the plan to its end.
    pub(super) fn run(&mut self) -> Result<(), BoxError> {
        tell(&Told::Ready { setup_us: u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX) });
        let result = self.work();
        let ended = self.processes.end_all();
        result?;
        ended?;
        tell(&Told::Done);
        Ok(())
    }

    fn work(&mut self) -> Result<(), BoxError> {
        if let Some(compile) = &self.plan.compile {
            let ended = self.compile(compile)?;
            let compiled = ended.how == How::Exited(0);
            tell(&Told::Compiled(ended));
            if !compiled {
                return Ok(());
            }
        }
        match &self.plan.run {
            Work::Driver { program, load_ms, inputs, timeouts_max } => {
                self.drive(program, *load_ms, inputs, *timeouts_max)
            }
            Work::Program { program, inputs, timeouts_max } => self.run_each(program, inputs, *timeouts_max),
            Work::Probe => self.probe(),
        }
    }

    fn compile(&mut self, program: &Program) -> Result<Ended, BoxError> {
        let mut conversation = self.start(&Become::Program(program), Some(program), Talk::Silent)?;
        conversation.account(self.processes.usage());
        let allowance = Allowance { output_bytes: COMPILER_BYTES_MAX, ..self.allowance(program) };
        let how = conversation.wait(&mut self.processes, &allowance, None, disk(self.plan, &self.folder));
        self.processes.end_all()?;
        Ok(conversation.ended(how))
    }

    /// Runs all tests through a driver; it is started anew after each test that it did not survive.
    fn drive(&mut self, program: &Program, load_ms: u64, inputs: &[String], timeouts_max: u32) -> Result<(), BoxError> {
        let mut timeouts = 0;
        let mut next = 0;
        let mut loaded_once = false;
        let kept = self.names();
        while next < inputs.len() && self.goes_on(timeouts, timeouts_max) {
            let nonce = nonce()?;
            let mut conversation = self.start(&Become::Program(program), Some(program), Talk::Driver)?;
            let allowance = Allowance { cpu_ms: LOAD_CPU_MS, wall_ms: load_ms, ..self.allowance(program) };
            conversation.account(self.processes.usage());
            conversation.tell(format!("{nonce}\n"));
            let how = self.await_answer(&mut conversation, &allowance, &format!("{nonce}- "));
            if !matches!(how, How::Value(_)) {
                self.processes.end_all()?;
                let ended = conversation.ended(how);
                // Once it was loaded, so only what an earlier test left behind can keep it from loading again.
                tell(&if loaded_once { Told::Test { index: next, ended } } else { Told::NotLoaded(ended) });
                return Ok(());
            }
            loaded_once = true;
            while next < inputs.len() && self.goes_on(timeouts, timeouts_max) {
                let input = inputs.get(next).map(String::as_str).unwrap_or_default();
                conversation.account(conversation.usage());
                conversation.tell(format!("{input}\n"));
                // Its number is in the answer, so that nothing late is taken for the next one's.
                let how = self.await_answer(&mut conversation, &self.allowance(program), &format!("{nonce}{next} "));
                let survived = matches!(how, How::Value(_) | How::Raised(_));
                timeouts += u32::from(matches!(how, How::CpuTime | How::WallTime));
                if how == How::HungUp {
                    return Ok(());
                }
                tell(&Told::Test { index: next, ended: conversation.ended(how) });
                next += 1;
                if !survived {
                    break;
                }
            }
            self.processes.end_all()?;
            self.restore(&kept)?;
        }
        Ok(())
    }

    /// What is in the box's folder now.
    fn names(&self) -> BTreeSet<OsString> {
        fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
    }

    /// Takes away what a test has left, and puts back what it may have changed: the next one finds the box as it was.
    fn restore(&self, kept: &BTreeSet<OsString>) -> Result<(), BoxError> {
        for name in self.names().difference(kept) {
            let path = self.folder.join(name);
            let _ =
                if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
        if self.plan.tier == Tier::Namespaces {
            // A mount of its own in a root that cannot be written: it is what it was.
            for entry in fs::read_dir("/tmp").into_iter().flatten().flatten() {
                let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
            }
        }
        make_tmp(self.plan, &self.folder)?;
        write_files(self.plan, &self.folder)
    }

    fn await_answer(&mut self, conversation: &mut Conversation, allowance: &Allowance, mark: &str) -> How {
        let allowance = Allowance { wall_ms: allowance.wall_ms.min(self.left_ms()), ..*allowance };
        conversation.wait(&mut self.processes, &allowance, Some(mark), disk(self.plan, &self.folder))
    }

    /// Runs the program once for each test.
    fn run_each(&mut self, program: &Program, inputs: &[String], timeouts_max: u32) -> Result<(), BoxError> {
        let mut timeouts = 0;
        for (index, input) in inputs.iter().enumerate() {
            if !self.goes_on(timeouts, timeouts_max) {
                break;
            }
            let mut conversation = self.start(&Become::Program(program), Some(program), Talk::Stdin)?;
            conversation.account(self.processes.usage());
            conversation.tell(input.as_str());
            if input.is_empty() {
                conversation.hang_up();
            }
            let mut allowance = self.allowance(program);
            allowance.wall_ms = allowance.wall_ms.min(self.left_ms());
            let how = conversation.wait(&mut self.processes, &allowance, None, disk(self.plan, &self.folder));
            self.processes.end_all()?;
            timeouts += u32::from(matches!(how, How::CpuTime | How::WallTime));
            if how == How::HungUp {
                break;
            }
            tell(&Told::Test { index, ended: conversation.ended(how) });
        }
        Ok(())
    }

    fn probe(&mut self) -> Result<(), BoxError> {
        let supervisor = std::process::id();
        let (tier, processes) = (self.plan.tier, self.plan.processes);
        let run = move |out: &mut dyn std::io::Write| probes::attack(tier, supervisor, processes, out);
        let mut conversation = self.start(&Become::Probe(&run), None, Talk::Driver)?;
        conversation.account(self.processes.usage());
        let (cpu_ms, memory_kb) = (2_000, 1024 * 1024);
        let allowance =
            Allowance { cpu_ms, wall_ms: 5_000, memory_kb, processes: self.confinement.processes, output_bytes: 4_096 };
        let how = conversation.wait(&mut self.processes, &allowance, Some(probes::NONCE), None);
        match how {
            How::Value(json) => {
                tell(&Told::Probed(serde_json::from_str(&json).trying("read the probes' answer")?));
                Ok(())
            }
            how => Err(BoxError { tried: "attack the box".into(), problem: format!("the probes ended with {how:?}") }),
        }
    }

    fn start(&mut self, what: &Become, program: Option<&Program>, talk: Talk) -> Result<Conversation, BoxError> {
        let mut confinement = self.confinement.clone();
        confinement.cpu_s = 600;
        if let Some(program) = program {
            confinement.address_bytes = program.address_kb.map(|kb| kb * 1024);
        }
        Ok(Conversation::new(spawn(what, &confinement, &self.folder, talk)?))
    }

    fn allowance(&self, program: &Program) -> Allowance {
        Allowance::of(program, self.plan.processes)
    }

    fn goes_on(&self, timeouts: u32, timeouts_max: u32) -> bool {
        timeouts < timeouts_max && self.left_ms() > 0
    }

    fn left_ms(&self) -> u64 {
        let left = Duration::from_millis(self.plan.wall_ms).saturating_sub(self.began.elapsed());
        u64::try_from(left.as_millis()).unwrap_or(u64::MAX)
    }
}

/// The box's folder where it has to be watched: with namespaces it is a file system with a size of its own.
fn disk<'a>(plan: &Plan, folder: &'a std::path::Path) -> Option<Disk<'a>> {
    (plan.tier != Tier::Namespaces).then_some(Disk { folder, kb: plan.disk_kb })
}

/// How many processes and threads the box's user has beside the box: the limit counts them all. Only without a spare
/// user and without a user namespace, which counts for itself.
fn others(plan: &Plan) -> u64 {
    use std::os::unix::fs::MetadataExt;
    if plan.uid.is_some() || plan.tier == Tier::Namespaces {
        return 0;
    }
    let own = nix::unistd::Uid::effective().as_raw();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ours = processes.filter(|entry| entry.metadata().is_ok_and(|facts| facts.uid() == own));
    ours.map(|entry| fs::read_dir(entry.path().join("task")).map_or(0, |threads| threads.count() as u64)).sum()
}

/// What makes a driver's lines its own: read by it before the submission is loaded.
fn nonce() -> Result<String, BoxError> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).trying("read random bytes")?;
    Ok(hex(bytes))
}
