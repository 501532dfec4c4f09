//! Whether questions are good, not only usable: the rules about content (Q2…) and about solutions (Q3…).

mod content;
mod published;
mod recognised;
mod solutions;

pub use published::{PUBLISHED_FILE, Published};

use super::check::check;
use super::finding::{Finding, Findings, Q208, Severity};
use super::solve::Runner;
use super::source::Folder;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Questions looked at.
    pub questions: usize,
    /// Solutions that were run.
    pub solutions: usize,
    /// All findings, by question.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings are so bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.rule.severity == severity).count()
    }
}

/// Looks at questions, on all cores. Without a runner no solution is run.
pub fn lint(folders: &[Folder], published: Option<&Published>, runner: Option<&dyn Runner>) -> Report {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
            let one = one(folder, published, runner);
            found.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((folder.path(), one));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut found = found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    found.sort_by(|left, right| left.0.cmp(&right.0));
    let mut report = Report { questions: folders.len(), ..Report::default() };
    for (_, (solutions, findings)) in found {
        report.solutions += solutions;
        report.findings.extend(findings);
    }
    report.findings.extend(gone(folders, published));
    report
}

fn one(folder: &Folder, published: Option<&Published>, runner: Option<&dyn Runner>) -> (usize, Vec<Finding>) {
    let entry = match check(folder) {
        Ok(entry) => entry,
        Err(findings) => return (0, findings),
    };
    let mut findings = Findings::about(&folder.path());
    let text = |name: &str| {
        String::from_utf8_lossy(folder.files.get(name).map(Vec::as_slice).unwrap_or_default()).into_owned()
    };
    content::look(&entry, &text("spoken.md"), folder.files.get("tests.json").map_or(0, Vec::len), &mut findings);
    recognised::look(&entry, &mut findings);
    let tests = content::values(&entry, &mut findings);
    if let Some(published) = published {
        published.compare(&folder.path(), &entry, &mut findings);
    }
    // Solutions cannot be judged by tests that are wrong.
    let count = match (runner, findings.is_usable() || !tests.is_empty()) {
        (Some(runner), true) => solutions::run(&entry, &tests, runner, &mut findings),
        _ => 0,
    };
    (count, findings.into_inner())
}

/// Questions that were published and are no longer there.
fn gone(folders: &[Folder], published: Option<&Published>) -> Vec<Finding> {
    let paths: Vec<String> = folders.iter().map(Folder::path).collect();
    let lost = published.into_iter().flat_map(|published| published.questions()).filter(|path| !paths.contains(path));
    lost.map(|path| Finding {
        rule: Q208,
        question: path.clone(),
        place: PUBLISHED_FILE.to_owned(),
        message: "was published and is no longer there".to_owned(),
    })
    .collect()
}
