use super::super::format::tests::header;
use super::super::reader::Recording;
use super::*;
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
