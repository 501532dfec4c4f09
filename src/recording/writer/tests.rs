use super::super::format::tests::header;
use super::super::reader::Recording;
use super::*;
use crate::interview::command::Command;
use crate::interview::event::Event;
use std::fs;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let folder = parent.path().join("sessions/one");
    (parent, folder)
}

fn begin(folder: &Path) -> (Writer, Recorder) {
    let writer = Writer::start().expect("threads start");
    let recorder = writer.begin(folder, &header()).expect("begins");
    (writer, recorder)
}

fn finish(recorder: Recorder) -> Summary {
    recorder.finish(EndReason::Candidate).expect("recorded").wait().expect("closed").expect("no fault")
}

#[test]
fn a_finished_recording_holds_every_step_and_sample() {
    let (_parent, folder) = folder();
    let (writer, mut recorder) = begin(&folder);
    recorder.event(At(5), &Event::ClientJoined { resumed: false });
    recorder.commands(&[Command::PausePlayout, Command::ResumePlayout]);
    recorder.candidate_sound(At(40), &[1; 480]);
    recorder.flush();
    recorder.event(At(60), &Event::ClientLeft);
    recorder.candidate_sound(At(60), &[2; 480]);
    let summary = finish(recorder);
    writer.close();
    assert!(summary.complete, "{summary:?}");
    assert_eq!((summary.steps, summary.events, summary.duration_ms), (4, 2, Ms(60)));
    let recording = Recording::open(&folder).expect("opens");
    assert_eq!(recording.summary(), Some(&summary));
    assert_eq!(recording.changed_files().expect("reads"), Vec::<String>::new());
    let steps = fs::read_to_string(folder.join(STEPS_FILE)).expect("steps");
    assert!(steps.ends_with("{\"seq\":4,\"at_ms\":60,\"event\":\"client_left\"}\n"), "{steps}");
}

#[test]
fn nothing_is_recorded_without_consent() {
    let (_parent, folder) = folder();
    let mut header = header();
    header.consent.recording = false;
    let writer = Writer::start().expect("threads start");
    assert!(matches!(writer.begin(&folder, &header), Err(BeginError::NoConsent)));
    assert!(!folder.exists());
    let mut off = Recorder::off();
    off.event(At(0), &Event::ClientLeft);
    assert_eq!((off.is_recording(), off.flush_due(), off.take_fault()), (false, None, None));
    assert!(off.finish(EndReason::Completed).is_none());
}

/// A disk whose files take `room` bytes together, and then fail with `kind`; on a gate it waits first.
struct BadDisk {
    room: Arc<AtomicUsize>,
    kind: io::ErrorKind,
    gate: Arc<Mutex<()>>,
}

struct BadFile {
    file: Box<dyn Append>,
    room: Arc<AtomicUsize>,
    kind: io::ErrorKind,
    gate: Arc<Mutex<()>>,
}

impl BadDisk {
    fn new(room: usize, kind: io::ErrorKind) -> (Arc<AtomicUsize>, Arc<Mutex<()>>, Arc<BadDisk>) {
        let (room, gate) = (Arc::new(AtomicUsize::new(room)), Arc::default());
        (Arc::clone(&room), Arc::clone(&gate), Arc::new(BadDisk { room, kind, gate }))
    }
}

impl Disk for BadDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn Append>> {
        let (room, gate) = (Arc::clone(&self.room), Arc::clone(&self.gate));
        Ok(Box::new(BadFile { file: RealDisk.create(path)?, room, kind: self.kind, gate }))
    }
}

impl Append for BadFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        drop(lock(&self.gate));
        let room = self.room.load(Ordering::Acquire);
        let taken = bytes.len().min(room);
        self.file.append(&bytes[..taken])?;
        self.room.store(room - taken, Ordering::Release);
        if taken < bytes.len() { Err(self.kind.into()) } else { Ok(()) }
    }

    fn append_zeros(&mut self, bytes: u64) -> io::Result<()> {
        self.file.append_zeros(bytes)
    }

    fn check(&self) -> io::Result<()> {
        self.file.check()
    }
}

/// Records events until the fault is told; gives it and how many events were recorded before. On a machine so busy that
/// the writer does not come to its turn, it waits before the backlog itself becomes the fault.
fn record_until_fault(recorder: &mut Recorder) -> (RecorderFault, u64) {
    for number in 1.. {
        if number < 2000 {
            recorder.event(At(number), &Event::ClientLeft);
            recorder.flush();
        }
        if let Some(fault) = recorder.take_fault() {
            return (fault, number);
        }
        std::thread::yield_now();
    }
    unreachable!("the loop has no end");
}

#[test]
fn a_full_disk_is_told_once_and_what_was_written_stays_valid() {
    let (_parent, folder) = folder();
    let (_room, _gate, disk) = BadDisk::new(1000, io::ErrorKind::StorageFull);
    let writer = Writer::start_on(disk).expect("threads start");
    let mut recorder = writer.begin(&folder, &header()).expect("begins");
    let (fault, events) = record_until_fault(&mut recorder);
    assert_eq!(fault.kind, FaultKind::DiskFull);
    assert_eq!((recorder.take_fault(), recorder.is_recording()), (None, false));
    recorder.event(At(1 << 40), &Event::ClientLeft);
    assert_eq!(recorder.flush_due(), None);
    let summary = finish(recorder);
    assert_eq!((summary.complete, summary.fault), (false, Some(FaultKind::DiskFull)));
    assert!(summary.steps >= 15 && summary.steps < events, "{summary:?}");
    let recording = Recording::open(&folder).expect("opens");
    let bytes = recording.read_steps().expect("steps");
    assert!(recording.steps(&bytes).all(|line| line.is_ok()));
}

#[test]
fn a_folder_that_vanishes_is_told() {
    let (_parent, folder) = folder();
    let (_writer, mut recorder) = begin(&folder);
    recorder.event(At(0), &Event::ClientLeft);
    fs::remove_dir_all(&folder).expect("removed");
    let (fault, _) = record_until_fault(&mut recorder);
    assert_eq!(fault.kind, FaultKind::FolderGone);
    let outcome = recorder.finish(EndReason::TimeUp).expect("recorded").wait().expect("answered");
    assert_eq!(outcome.expect_err("gone").kind, FaultKind::FolderGone);
}

#[test]
fn a_disk_that_stands_still_never_stops_the_driver_and_leaves_no_hole() {
    let (_parent, folder) = folder();
    let (_room, gate, disk) = BadDisk::new(usize::MAX, io::ErrorKind::Other);
    let writer = Writer::start_on(disk).expect("threads start");
    let mut recorder = writer.begin(&folder, &header()).expect("begins");
    let held = lock(&gate);
    let mut at = 0;
    let fault = loop {
        at += 20;
        recorder.event(At(at), &Event::ClientLeft);
        recorder.candidate_sound(At(at), &[7; 480]);
        recorder.flush();
        if let Some(fault) = recorder.take_fault() {
            break fault;
        }
    };
    assert_eq!(fault.kind, FaultKind::Behind);
    let backlog = at / 20 * 960;
    assert!((BACKLOG_BYTES_MAX as u64 / 2..BACKLOG_BYTES_MAX as u64 * 2).contains(&backlog), "{backlog} bytes");
    drop(held);
    let summary = finish(recorder);
    assert_eq!((summary.complete, summary.fault), (false, Some(FaultKind::Behind)));
    let written = summary.steps;
    assert!(written > 3000 && written < at / 20, "{written} of {}", at / 20);
    assert_eq!(summary.duration_ms, Ms(written * 20));
}

#[test]
fn a_driver_that_goes_away_leaves_a_closed_recording_marked_abandoned() {
    let (_parent, folder) = folder();
    let (writer, mut recorder) = begin(&folder);
    recorder.event(At(3), &Event::ClientLeft);
    drop(recorder);
    writer.close();
    let recording = Recording::open(&folder).expect("opens");
    let summary = recording.summary().expect("closed");
    assert_eq!((summary.steps, summary.fault, summary.complete), (1, Some(FaultKind::Abandoned), false));
}

#[test]
fn both_tracks_lie_on_one_clock() {
    let (_parent, folder) = folder();
    let (writer, mut recorder) = begin(&folder);
    for chunk in 1..=50 {
        recorder.candidate_sound(At(chunk * 20), &[100; 480]);
    }
    // The microphone stands still for two seconds while the interviewer speaks, sent ahead of real time.
    recorder.interviewer_sound(At(1500), &[200; 960]);
    recorder.interviewer_sound(At(1510), &[201; 960]);
    recorder.interviewer_sound(At(2000), &[202; 960]);
    for chunk in 151..=200 {
        recorder.candidate_sound(At(chunk * 20), &[101; 480]);
    }
    finish(recorder);
    writer.close();
    let recording = Recording::open(&folder).expect("opens");
    let interviewer = recording.read_track(Track::Interviewer).expect("reads");
    assert_eq!(interviewer.len(), 24 * 2040);
    let at = |track: &[i16], ms: usize| (track[ms * 24], track[ms * 24 + 23]);
    assert_eq!(at(&interviewer, 1499), (0, 0));
    assert_eq!(
        (at(&interviewer, 1500), at(&interviewer, 1540), at(&interviewer, 1579)),
        ((200, 200), (201, 201), (201, 201))
    );
    assert_eq!((at(&interviewer, 1580), at(&interviewer, 2000)), ((0, 0), (202, 202)));
    let packed = recording.read_track(Track::Candidate).expect("reads");
    assert_eq!((packed.len(), packed[23_999], packed[24_000]), (48_000, 100, 101));
    let places = recording.places().expect("reads");
    assert_eq!(places.at_of(SampleIdx(24_000)), At(3000));
    let candidate = places.lay_out(&packed);
    assert_eq!((at(&candidate, 999), at(&candidate, 1000), at(&candidate, 2999)), ((100, 100), (0, 0), (0, 0)));
    assert_eq!((at(&candidate, 3000), candidate.len()), ((101, 101), 24 * 4000));
}

#[test]
fn the_flush_is_due_a_tenth_of_a_second_after_the_first_step() {
    let (_parent, folder) = folder();
    let (_writer, mut recorder) = begin(&folder);
    assert_eq!(recorder.flush_due(), None);
    recorder.event(At(70), &Event::ClientLeft);
    recorder.candidate_sound(At(90), &[0; 10]);
    assert_eq!(recorder.flush_due(), Some(At(170)));
    recorder.flush();
    assert_eq!(recorder.flush_due(), None);
}

#[test]
fn a_folder_that_exists_is_never_recorded_into() {
    let (_parent, folder) = folder();
    fs::create_dir_all(&folder).expect("a folder");
    let writer = Writer::start().expect("threads start");
    assert!(matches!(writer.begin(&folder, &header()), Err(BeginError::Io { .. })));
    assert_eq!(writer.threads.open.load(Ordering::Acquire), 0);
}

#[cfg(unix)]
#[test]
fn recordings_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_parent, folder) = folder();
    let (writer, recorder) = begin(&folder);
    finish(recorder);
    writer.close();
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).expect("reads") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

const CHILD_FOLDER: &str = "VIVA_TEST_KILLED_RECORDER";

/// The process that the next test kills: hands over 500 steps, waits until they reached the file, says so, and goes on
/// recording until it is killed. As a test of its own it does nothing.
#[test]
fn killed_recorder_child() {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else { return };
    let folder = PathBuf::from(folder);
    let (_writer, mut recorder) = begin(&folder);
    let mut bytes = 0;
    for number in 0.. {
        recorder.event(At(number), &Event::SignalSeen { kind: format!("number {number}") });
        recorder.candidate_sound(At(number), &[3; 24]);
        recorder.flush();
        if number < 500 {
            bytes += format!(
                "{{\"seq\":{},\"at_ms\":{number},\"event\":{{\"signal_seen\":{{\"kind\":\"number {number}\"}}}}}}\n",
                number + 1
            )
            .len() as u64;
        } else if number == 500 {
            while fs::metadata(folder.join(STEPS_FILE)).expect("there").len() < bytes {
                std::thread::yield_now();
            }
            println!("\nhanded over");
        }
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_handed_over() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let (_parent, folder) = folder();
    let mut child = std::process::Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "recording::writer::tests::killed_recorder_child", "--nocapture"])
        .env(CHILD_FOLDER, &folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line == "handed over")), "the child ended early");
    child.kill().expect("killed");
    child.wait().expect("ended");
    let outcomes = super::super::recover_all(folder.parent().expect("a parent")).expect("reads");
    let [(path, Ok(recovered))] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(path, &folder);
    assert!(recovered.summary.steps >= 500 && recovered.summary.damaged_line.is_none(), "{recovered:?}");
    assert!(recovered.summary.recovered && !recovered.summary.complete);
    let recording = Recording::open(&folder).expect("opens");
    let samples = recording.read_track(Track::Candidate).expect("reads").len() as u64;
    assert!(samples >= recovered.summary.steps * 24 - 24, "a step without its sound");
}
