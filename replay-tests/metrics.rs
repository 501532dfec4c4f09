//! The metrics of every kept recording, value by value and place by place, as goldens under `replay-tests/metrics/`.

use std::fs;
use viva::commands::metrics::table;
use viva::scorecard::metrics::measure;
use viva::scorecard::record::Record;

#[test]
fn the_metrics_of_every_case_are_as_they_were() {
    let bless = std::env::var("VIVA_BLESS").is_ok_and(|value| value == "1");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(super::home().join("cases")).expect("the cases can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let golden = super::home().join("metrics").join(format!("{name}.txt"));
        let metrics = table(&measure(&Record::open(&entry.path()).expect("a record")), true);
        if bless {
            fs::write(&golden, &metrics).expect("the golden can be written");
        }
        let kept = fs::read_to_string(&golden).unwrap_or_default();
        let differs = kept.lines().zip(metrics.lines()).find(|(kept, now)| kept != now);
        match differs {
            Some((kept, now)) => wrong.push(format!("{name}:\n  was {kept}\n  is  {now}")),
            None if kept != metrics => wrong.push(format!("{name}: lines are missing or added")),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "\n{}\n{}", wrong.join("\n"), super::HELP);
}
