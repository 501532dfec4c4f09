use super::*;
use crate::interview::command::Show;
use crate::interview::timer::Timers;

/// A machine small enough to see through: voice opens a turn (transcribing begins, a stall timer is armed), a stall
/// closes it, and a typed item is shown twice.
#[derive(Default)]
pub(crate) struct Small {
    pub(crate) timers: Timers,
    utterance: u32,
    /// Makes it answer otherwise from this utterance on.
    pub(crate) changed_from: Option<u32>,
}

impl Machine for Small {
    fn handle(&mut self, at: At, event: Event, commands: &mut Vec<Command>) {
        match event {
            Event::VoiceScored { up_to, permille } if permille >= Permille(500) => {
                if self.timers.deadline_of(Timer::MicStalled).is_none() {
                    self.utterance += 1;
                    let changed = self.changed_from.is_some_and(|from| self.utterance >= from);
                    let from = if changed { SampleIdx(0) } else { up_to };
                    commands.push(Command::StartTranscribing { utterance: UtteranceId(self.utterance), from });
                }
                self.timers.arm(Timer::MicStalled, at + Ms(100));
            }
            Event::TimerFired(timer) => {
                self.timers.disarm(timer);
                commands.push(Command::DropTranscribing { utterance: UtteranceId(self.utterance) });
            }
            Event::ItemCreated { text, .. } => {
                commands.push(Command::Show(Show::Floor {
                    state: crate::interview::command::FloorState::Listening,
                    why: text,
                }));
                commands.push(Command::Show(Show::InputCleared));
            }
            _ => {}
        }
    }

    fn deadline(&self) -> Option<(At, Timer)> {
        self.timers.soonest()
    }
}

/// Records what `Small` does over `turns` turns of 200 ms.
pub(crate) fn record(turns: u64) -> Vec<u8> {
    use crate::interview::event::{Place, Role};
    use crate::recording::StepEncoder;
    let (mut machine, mut encoder) = (Small::default(), StepEncoder::default());
    let (mut out, mut commands) = (Vec::new(), Vec::new());
    for turn in 0..turns {
        let at = At(turn * 200);
        let heard = Event::VoiceScored { up_to: SampleIdx(turn * 4800), permille: Permille(900) };
        let typed = Event::ItemCreated { role: Role::Candidate, text: format!("wörd {turn}"), place: Place::End };
        let events = [(at, heard), (at + Ms(103), Event::TimerFired(Timer::MicStalled)), (at + Ms(120), typed)];
        for (at, event) in events {
            encoder.event(&mut out, at, &event);
            commands.clear();
            machine.handle(at, event, &mut commands);
            encoder.commands(&mut out, &commands);
        }
    }
    out
}

fn steps(bytes: &[u8]) -> Steps<'_> {
    Steps::new("steps.jsonl".into(), bytes)
}

fn play(machine: &mut Small, bytes: &[u8], tail: Tail) -> Result<Played, Stopped> {
    let mut played = Played::default();
    run(machine, steps(bytes), tail, &mut played).map(|()| played)
}

fn difference(result: Result<Played, Stopped>) -> Difference {
    match result {
        Err(Stopped::Different(difference)) => *difference,
        other => panic!("no difference: {other:?}"),
    }
}

#[test]
fn the_same_machine_plays_without_a_difference() {
    let bytes = record(50);
    let played = play(&mut Small::default(), &bytes, Tail::Whole).expect("the same");
    assert_eq!(played, Played { steps: 350, events: 150, duration: Ms(9920), torn_bytes: 0 });
}

#[test]
fn the_first_changed_command_is_pointed_at() {
    let bytes = record(5);
    let machine = &mut Small { changed_from: Some(3), ..Small::default() };
    let difference = difference(play(machine, &bytes, Tail::Whole));
    assert_eq!((difference.seq, difference.kind), (16, Kind::CommandChanged));
    assert_eq!(difference.expected, r#"{"seq":16,"command":{"start_transcribing":{"utterance":3,"from":9600}}}"#);
    assert_eq!(difference.actual, r#"{"seq":16,"command":{"start_transcribing":{"utterance":3,"from":0}}}"#);
    assert_eq!((difference.before.len(), difference.after.len()), (3, 3));
    assert!(difference.before[2].starts_with("{\"seq\":15,"), "{difference}");
    assert!(difference.after[0].starts_with("{\"seq\":17,"), "{difference}");
}

/// `record(3)` without line `gone`, renumbered.
fn without_line(gone: usize) -> Vec<u8> {
    let text = String::from_utf8(record(3)).expect("text");
    let kept = text.lines().enumerate().filter(|(index, _)| index + 1 != gone);
    let renumbered = kept.zip(1..).map(|((_, line), seq)| {
        let (_, rest) = line.split_once(',').expect("a step");
        format!("{{\"seq\":{seq},{rest}\n")
    });
    renumbered.collect::<String>().into_bytes()
}

#[test]
fn missing_and_added_commands_are_differences() {
    let added = difference(play(&mut Small::default(), &without_line(2), Tail::Whole));
    assert_eq!((added.seq, added.kind), (2, Kind::CommandAdded), "{added}");
    let mut bytes = record(1);
    bytes.extend_from_slice(b"{\"seq\":8,\"command\":\"pause_playout\"}\n");
    let gone = difference(play(&mut Small::default(), &bytes, Tail::Whole));
    assert_eq!((gone.seq, gone.kind), (8, Kind::CommandGone), "{gone}");
}

#[test]
fn only_a_recording_that_was_cut_off_may_lack_its_last_commands() {
    let cut = without_line(21);
    let missing = difference(play(&mut Small::default(), &cut, Tail::Whole));
    assert_eq!((missing.seq, missing.kind), (21, Kind::CommandAdded));
    assert!(missing.to_string().contains("the recording ends here"), "{missing}");
    assert_eq!(play(&mut Small::default(), &cut, Tail::MayBeCut).expect("may be cut").steps, 20);
}

#[test]
fn a_timer_must_be_the_next_deadline_and_not_early() {
    let with = |at: u64, timer: &str| {
        let voice = r#"{"seq":1,"at_ms":0,"event":{"voice_scored":{"up_to":384,"permille":900}}}"#;
        let start = r#"{"seq":2,"command":{"start_transcribing":{"utterance":1,"from":384}}}"#;
        format!("{voice}\n{start}\n{{\"seq\":3,\"at_ms\":{at},\"event\":{{\"timer_fired\":\"{timer}\"}}}}\n")
    };
    let kind = |bytes: String| difference(play(&mut Small::default(), bytes.as_bytes(), Tail::MayBeCut)).kind;
    assert_eq!(kind(with(99, "mic_stalled")), Kind::TimerEarly);
    assert_eq!(kind(with(100, "time_up")), Kind::TimerOther);
    let unarmed = r#"{"seq":1,"at_ms":0,"event":{"timer_fired":"time_up"}}"#;
    assert_eq!(kind(format!("{unarmed}\n")), Kind::TimerNotArmed);
    play(&mut Small::default(), with(100, "mic_stalled").as_bytes(), Tail::MayBeCut).expect("on time");
    play(&mut Small::default(), with(5000, "mic_stalled").as_bytes(), Tail::MayBeCut).expect("late is fine");
}

#[test]
fn blessing_accepts_new_answers_and_keeps_the_events() {
    let bytes = record(4);
    assert_eq!(bless::answer(&mut Small::default(), steps(&bytes)).expect("blesses"), bytes);
    let changed = || Small { changed_from: Some(2), ..Small::default() };
    let blessed = bless::answer(&mut changed(), steps(&bytes)).expect("blesses");
    assert_ne!(blessed, bytes);
    play(&mut changed(), &blessed, Tail::Whole).expect("the new answers");
    let events = |bytes: &[u8]| {
        let lines = steps(bytes).map(|line| line.expect("reads").step);
        lines.filter(|step| matches!(step, Step::Event(..))).collect::<Vec<_>>()
    };
    assert_eq!(events(&blessed), events(&bytes));
}

#[test]
fn blessing_refuses_timers_that_are_no_longer_the_cores() {
    let stale = b"{\"seq\":1,\"at_ms\":0,\"event\":{\"timer_fired\":\"time_up\"}}\n";
    let error = bless::answer(&mut Small::default(), steps(stale)).expect_err("stale");
    assert!(matches!(error, bless::BlessError::Stale { seq: 1, .. }), "{error}");
}
