use super::super::format::tests::header;
use super::super::recover;
use super::*;
use proptest::prelude::*;
use tempfile::TempDir;

/// A small recording as a killed server leaves it, and its folder.
fn crashed(steps: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(&folder, HEADER_FILE, &header().encode());
    write(&folder, STEPS_FILE, steps);
    write(&folder, PLACES_FILE, b"{\"sample\":0,\"at_ms\":20}\n{\"sample\":480,\"at_ms\":900}\n");
    write(&folder, "candidate.pcm", &[1, 0].repeat(960));
    write(&folder, "interviewer.pcm", &[2, 0].repeat(480));
    folder
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(folder.path().join(name), bytes).expect("written");
}

fn small() -> Vec<u8> {
    let mut encoder = StepEncoder::default();
    let mut out = Vec::new();
    for turn in 0..4 {
        let text = format!("wörds, \"quoted\" {turn}");
        let at = At(turn * 700);
        encoder.event(&mut out, at, &Event::PartialHeard { utterance: Some(UtteranceId(1)), text: text.clone() });
        encoder.commands(&mut out, &[Command::PausePlayout, Command::Play { speech: SpeechId(3) }]);
        encoder.event(&mut out, at + Ms(9), &Event::SignalSeen { kind: text });
    }
    out
}

/// What can be read of the steps, and what was wrong or torn.
fn read(bytes: &[u8]) -> (Vec<Line>, Option<ReadError>, Option<Torn>) {
    let mut steps = Steps::new("steps.jsonl".into(), bytes);
    let (mut lines, mut error) = (Vec::new(), None);
    for line in &mut steps {
        match line {
            Ok(line) => lines.push(line),
            Err(wrong) => error = Some(wrong),
        }
    }
    (lines, error, steps.torn())
}

fn place(error: Option<ReadError>) -> (u64, u64, String) {
    match error {
        Some(ReadError::Damaged { line, column, detail, .. }) => (line, column, detail),
        other => panic!("not damaged: {other:?}"),
    }
}

#[test]
fn a_recording_cut_at_any_byte_keeps_every_whole_line() {
    let bytes = small();
    let (all, error, torn) = read(&bytes);
    assert!(all.len() == 16 && error.is_none() && torn.is_none());
    for cut in 0..bytes.len() {
        let kept = &bytes[..cut];
        let whole = kept.iter().filter(|&&byte| byte == b'\n').count();
        let rest = kept.len() - whole_lines(kept).len();
        let (lines, error, torn) = read(kept);
        assert!(error.is_none(), "cut at {cut}: {error:?}");
        assert_eq!(lines, all[..whole], "cut at {cut}");
        assert_eq!(torn.map_or(0, |torn| torn.bytes), rest as u64, "cut at {cut}");
    }
}

#[test]
fn recovery_repairs_a_recording_cut_at_any_byte_of_any_file() {
    let bytes = small();
    for name in [STEPS_FILE, PLACES_FILE, "candidate.pcm"] {
        let folder = crashed(&bytes);
        let whole = fs::read(folder.path().join(name)).expect("there");
        let step = if name == STEPS_FILE { 7 } else { 11 };
        for cut in (0..whole.len()).step_by(step) {
            let folder = crashed(&bytes);
            write(&folder, name, &whole[..cut]);
            let recovered = recover(folder.path()).expect("recovers");
            assert!(recovered.summary.recovered && !recovered.summary.complete);
            let torn: u64 = recovered.torn.iter().map(|torn| torn.bytes).sum();
            let expected = match name {
                "candidate.pcm" => cut % 2,
                _ => cut - whole_lines(&whole[..cut]).len(),
            };
            assert_eq!(torn, expected as u64, "{name} cut at {cut}");
            let recording = Recording::open(folder.path()).expect("opens");
            assert_eq!(recording.torn().expect("reads"), []);
            assert_eq!(recording.changed_files().expect("reads"), Vec::<String>::new());
            let steps = recording.read_steps().expect("steps");
            assert_eq!(recording.steps(&steps).count() as u64, recovered.summary.steps);
        }
    }
}

#[test]
fn damage_in_the_middle_is_named_by_line_and_column() {
    let with = |old: &str, new: &str| {
        let text = String::from_utf8(small()).expect("text");
        assert!(text.contains(old), "{old}");
        read(text.replacen(old, new, 1).as_bytes())
    };
    let (lines, error, _) = with("\"pause_playout\"}\n", "\"pause_playout\"]\n");
    assert_eq!((lines.len(), place(error)), (1, (2, 35, "expected `,` or `}`".into())));
    let (_, error, _) = with("\"pause_playout\"", "\"dance\"");
    assert!(matches!(place(error), (2, _, detail) if detail.contains("unknown variant `dance`")));
    let (_, error, _) = with("{\"seq\":4,", "{\"seq\":5,");
    assert_eq!(place(error), (4, 1, "seq is 5, this is line 4: lines are missing or added".into()));
    let (_, error, _) = with("\"at_ms\":700", "\"at_ms\":3");
    assert_eq!(place(error), (5, 1, "at_ms 3 lies before the event above".into()));
    let (_, error, _) = read(b"{\"seq\":1,\"command\":\"pause_playout\"}\n");
    assert_eq!(place(error), (1, 1, "a command before any event".into()));
    let (_, error, _) = read(b"{\"seq\":1,\"event\":\"client_left\"}\n");
    assert_eq!(place(error), (1, 1, "a line is either at_ms and event, or command".into()));
    let (_, error, _) = read(b"{\"seq\":1,\"at_ms\":1,\"event\":\"client_left\",\"more\":1}\n");
    assert!(matches!(place(error), (1, _, detail) if detail.contains("unknown field `more`")));
}

#[test]
fn recovery_leaves_damaged_steps_alone_and_says_where() {
    let mut bytes = small();
    bytes.splice(0..0, *b"garbage\n");
    let folder = crashed(&bytes);
    let summary = recover(folder.path()).expect("recovers").summary;
    assert_eq!((summary.damaged_line, summary.steps, summary.complete), (Some(1), 0, false));
    assert_eq!(fs::read(folder.path().join(STEPS_FILE)).expect("there"), bytes);
}

#[test]
fn headers_of_newer_formats_and_damaged_ones_have_codes() {
    let folder = crashed(b"");
    let code = |bytes: &[u8]| {
        write(&folder, HEADER_FILE, bytes);
        Recording::open(folder.path()).expect_err("refused").code()
    };
    assert_eq!(code(b"{\"format\":2,\"all\":\"new\"}"), "newer_format");
    assert_eq!(code(b"{\"format\":1}"), "damaged");
    assert_eq!(code(b""), "damaged");
    assert_eq!(code(&[0xff; 40]), "damaged");
    fs::remove_file(folder.path().join(HEADER_FILE)).expect("removed");
    assert_eq!(Recording::open(folder.path()).expect_err("refused").code(), "not_a_recording");
}

#[test]
fn places_of_a_crashed_recording_are_read_and_kept_when_it_is_closed() {
    let folder = crashed(&small());
    let places = Recording::open(folder.path()).expect("opens").places().expect("reads");
    assert_eq!(places.places().len(), 2);
    recover(folder.path()).expect("recovers");
    assert_eq!(Recording::open(folder.path()).expect("opens").places().expect("reads"), places);
}

#[test]
fn a_file_changed_after_closing_is_noticed() {
    let folder = crashed(&small());
    recover(folder.path()).expect("recovers");
    let steps = fs::read_to_string(folder.path().join(STEPS_FILE)).expect("there");
    write(&folder, STEPS_FILE, steps.replace("quoted", "forged").as_bytes());
    let recording = Recording::open(folder.path()).expect("opens");
    assert_eq!(recording.changed_files().expect("reads"), [STEPS_FILE]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_the_steps_panics_or_invents_lines(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = small();
        for (index, byte) in changes {
            let length = bytes.len();
            bytes[index.index(length)] = byte;
        }
        let (lines, _, _) = read(&bytes);
        let newlines = bytes.iter().filter(|&&byte| byte == b'\n').count();
        prop_assert!(lines.len() <= newlines);
        for (line, number) in lines.iter().zip(1..) {
            prop_assert_eq!(line.number, number);
        }
    }

    #[test]
    fn any_bytes_for_any_file_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200), which in 0..4_usize) {
        let folder = crashed(&small());
        let name = [HEADER_FILE, SUMMARY_FILE, STEPS_FILE, PLACES_FILE][which];
        write(&folder, name, &bytes);
        if let Ok(recording) = Recording::open(folder.path()) {
            let _ = (recording.torn(), recording.places(), recording.read_steps());
            let _ = recover(folder.path());
        } else {
            prop_assert!(which < 2);
        }
    }
}
