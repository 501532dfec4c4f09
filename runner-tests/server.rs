//! What the server does around boxes: cancelling, taking turns, cleaning up.

use crate::setup::*;
use futures::future::join_all;
use serde_json::json;
use std::time::{Duration, Instant};
use viva::providers::runner::embedded::Embedded;
use viva::providers::runner::{Runner, Tier, Verdict};

#[test]
fn twenty_sessions_at_once_all_get_their_turn() {
    let began = Instant::now();
    let reports = wait(join_all((0..20).map(|number| {
        let mut job = python("def solve(a): return a + 1", &[(json!(1), json!(2)), (json!(2), json!(3))]);
        job.session = format!("session {number}");
        runners()[0].run(job)
    })));
    for report in reports {
        assert_eq!(verdicts(&report.expect("a report")), [Verdict::Accepted; 2]);
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_run_that_nobody_waits_for_any_more_ends_and_frees_its_box() {
    for tier in [Tier::Namespaces, Tier::Landlock] {
        let mut config = config(&format!("cancel-{}", tier.name()));
        config.boxes = Some(1);
        let runner = wait(Embedded::open_of(&config, &[tier])).expect("opens");
        let mut sleeper = python("import time\ndef solve(a): time.sleep(60)", &[(json!(1), json!(1))]);
        sleeper.limits.cpu_ms = 20_000;
        wait(async {
            let gone = tokio::time::timeout(Duration::from_millis(400), runner.run(sleeper)).await;
            assert!(gone.is_err(), "it slept");
        });
        let began = Instant::now();
        let report = run(&runner, python("def solve(a): return a", &[(json!(1), json!(1))]));
        assert_eq!(verdicts(&report), [Verdict::Accepted]);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        drop(runner);
        let _ = std::fs::remove_dir_all(config.folder.expect("set"));
    }
}

#[test]
fn what_an_earlier_server_left_behind_is_cleaned_up() {
    let config = config("stale");
    let folder = config.folder.clone().expect("set");
    let stale = folder.join("slot-0/box");
    std::fs::create_dir_all(&stale).expect("made");
    std::fs::write(stale.join("old.py"), "x").expect("written");
    let mut left = std::process::Command::new("/bin/sleep");
    left.arg("60").current_dir(&stale);
    if nix::unistd::Uid::effective().is_root() {
        std::os::unix::process::CommandExt::uid(&mut left, config.first_uid);
    }
    let mut left = left.spawn().expect("a process");
    let runner = wait(Embedded::open_of(&config, &[Tier::Namespaces])).expect("opens");
    assert!(!stale.exists(), "its files are gone");
    assert!(!left.wait().expect("ended").success(), "its process was killed");
    let second = wait(Embedded::open_of(&config, &[Tier::Namespaces])).expect("a second server takes other slots");
    assert_eq!(verdicts(&run(&second, python("def solve(a): return a", &[(json!(1), json!(1))]))), [Verdict::Accepted]);
    drop((runner, second));
    let _ = std::fs::remove_dir_all(folder);
}
