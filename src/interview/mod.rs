//! The interview itself: a pure machine. Given an event and the time it answers with commands; it never waits, never
//! fails, never looks at a clock, and holds no sound. Same setup and same events give the same commands, byte for byte.
//!
//! `turns` follows the candidate's turns, `pausing` judges their pauses, `overlap` decides what a sound over the interviewer is,
//! `replies` makes the interviewer's replies, `asking` has the model phrase them (twice, if it is late: `hedging`), `openers` are said meanwhile,
//! `sounding` follows their sound, `client` does what the client asks for by hand, `editing` what the candidate types. They
//! share the state below and nothing else.

pub mod agenda;
mod asides;
mod asking;
mod client;
pub mod command;
pub mod conversation;
mod deciding;
pub mod dialogue;
mod editing;
pub mod editor;
mod end_of_turn;
pub mod event;
pub mod floor;
pub mod fnv;
mod hedging;
mod openers;
mod overlap;
pub mod pace;
mod pausing;
mod replies;
pub mod run;
pub mod runs;
pub mod sentences;
pub mod setup;
mod sight;
mod sounding;
mod speaking_up;
pub mod speech;
pub mod spending;
pub mod timer;
pub mod transcript;
mod turns;
mod unspoken;
mod waiting;
mod working;

#[cfg(test)]
mod tests;

use crate::units::*;
use agenda::Agenda;
use command::{Command, FloorState, NoticeCode, Phase, RefusalCode, Show};
use conversation::Conversation;
pub use conversation::Item;
pub use dialogue::Message;
use dialogue::Prompt;
use editor::{Cursor, Editor};
use event::{EndReason, Event, TurnTaking};
use floor::habits::Habits;
use floor::lexicon::Lexicon;
use floor::moment::Verdict;
use floor::voice::Voice;
use openers::Said;
use overlap::Overlap;
use pace::Measured;
use replies::Wish;
use runs::RunLog;
use setup::Setup;
use speaking_up::Urge;
use speech::{Reply, Stage};
use spending::Spending;
use std::sync::Arc;
use timer::{Timer, Timers};
use transcript::Turn;

/// A pause lasts at most this long; then the interview is taken to be abandoned.
const PAUSE_MAX: Ms = Ms(30 * 60_000);
/// The candidate is told of the end this long before it, or at four fifths of a short time box.
const WRAP_UP_BEFORE: Ms = Ms(120_000);

/// When the time box is over, the last words take at most this long, interruptions of them included.
const LAST_WORDS_MAX: Ms = Ms(25_000);

/// One interview.
pub struct Interview {
    setup: Setup,
    lexicon: &'static Lexicon,
    timers: Timers,
    now: At,
    out: Vec<Command>,
    session: Session,
    voice: Voice,
    /// What was learned of the candidate's speech.
    habits: Habits,
    mic: Mic,
    /// The candidate's turn in progress.
    turn: Option<Turn>,
    /// The turn before: late words may still change it.
    last_turn: Option<Turn>,
    /// A sound over the interviewer, not yet decided.
    overlap: Option<Overlap>,
    /// The sound before: the reply went on over it, and its words are still to come.
    late_overlap: Option<Overlap>,
    /// The interviewer's reply in the making or being said.
    reply: Option<Reply>,
    /// An answer is owed once the present reply is over or the words have come.
    owed: Option<Wish>,
    conversation: Conversation,
    agenda: Agenda,
    /// Where the candidate writes code, in interviews that have it.
    editor: Option<Editor>,
    runs: RunLog,
    prompt: Option<(RequestId, Prompt)>,
    spending: Spending,
    /// How fast the services were so far.
    pace: Measured,
    /// Openers that were said.
    openers: Said,
    counts: dialogue::Counts,
    /// The editor as the interviewer saw it last.
    seen: Option<Arc<sight::Sight>>,
    ids: Ids,
    floor: FloorState,
    attendance: Attendance,
    /// No sound may go out for now.
    sound_halted: bool,
    /// Times running that speech was heard but no words were.
    not_caught: u8,
    /// Times the candidate was asked whether they are there.
    away_asked: u8,
    /// Times the end was put off because somebody was speaking.
    time_up_put_off: u8,
    /// The time box has ended: what is said now are the last words.
    time_is_up: bool,
    /// The client reports what it plays.
    client_reports: bool,
    /// What the interviewer would like to say as soon as it is quiet.
    urge: Option<Urge>,
    /// When the interviewer last spoke without having been spoken to.
    spoke_up_at: Option<At>,
    /// When somebody last stopped speaking.
    spoke_at: Option<At>,
    /// Stalls spoken about since the candidate last did something.
    stalls: u8,
}

/// Whether the candidate is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attendance {
    /// No client has joined yet.
    Awaited,
    /// A client is attached.
    Present,
    /// The client's socket is gone.
    Gone,
    /// The candidate paused the interview, with so much left until the end and until the warning before it.
    Paused { time_up: Option<Ms>, wrap_up: Option<Ms> },
    /// The interview is over.
    Ended,
}

/// What the client may change.
#[derive(Clone, Debug)]
struct Session {
    turn_taking: TurnTaking,
    answers_by_itself: bool,
    may_interrupt: bool,
    instructions: String,
    voice: bool,
}

/// What is known of the microphone track.
#[derive(Clone, Copy, Debug, Default)]
struct Mic {
    /// Its end as far as it was scored.
    up_to: SampleIdx,
    /// When that score came.
    at: At,
    /// Sound before this belongs to an earlier turn.
    listen_from: SampleIdx,
}

/// The counters ids come from.
#[derive(Clone, Copy, Debug, Default)]
struct Ids {
    turn: u32,
    utterance: u32,
    request: u32,
    speech: u32,
    reply: u32,
    item: u32,
}

fn next(counter: &mut u32) -> u32 {
    *counter += 1;
    *counter
}

/// What can be read of an interview, for clients, traces and tests.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The conversation in order.
    pub items: &'a [Item],
    /// The phase.
    pub phase: Phase,
    /// Who has the floor.
    pub floor: FloorState,
}

impl Interview {
    /// An interview in its first state; nothing happens before the first event.
    pub fn new(setup: Setup) -> Self {
        Interview {
            lexicon: Lexicon::of(&setup.language),
            timers: Timers::default(),
            now: At(0),
            out: Vec::new(),
            session: Session {
                turn_taking: TurnTaking::Rules,
                answers_by_itself: true,
                may_interrupt: true,
                instructions: String::new(),
                voice: true,
            },
            voice: Voice::new(&setup.vad),
            habits: Habits::default(),
            mic: Mic::default(),
            turn: None,
            last_turn: None,
            overlap: None,
            late_overlap: None,
            reply: None,
            owed: None,
            conversation: Conversation::default(),
            agenda: Agenda::new(setup.seed),
            editor: setup.workspace.as_ref().map(Editor::new),
            runs: RunLog::new(setup.workspace.as_ref()),
            prompt: None,
            spending: Spending::default(),
            pace: Measured::default(),
            openers: Said::default(),
            counts: dialogue::Counts::default(),
            seen: None,
            ids: Ids::default(),
            floor: FloorState::Listening,
            attendance: Attendance::Awaited,
            sound_halted: false,
            not_caught: 0,
            away_asked: 0,
            time_up_put_off: 0,
            time_is_up: false,
            client_reports: false,
            urge: None,
            spoke_up_at: None,
            spoke_at: None,
            stalls: 0,
            setup,
        }
    }

    /// Takes one event at its time and appends what is to be done to `commands`.
    pub fn handle(&mut self, at: At, event: Event, commands: &mut Vec<Command>) {
        self.now = self.now.max(at);
        if self.attendance == Attendance::Ended {
            self.handle_after_end(&event);
        } else {
            self.dispatch(event);
        }
        commands.append(&mut self.out);
    }

    fn dispatch(&mut self, event: Event) {
        match event {
            Event::ClientJoined { .. } => self.client_joined(),
            Event::ClientLeft => self.client_left(),
            Event::SessionChanged(change) => self.session_changed(change),
            Event::VoiceScored { up_to, permille } => self.voice_scored(up_to, permille),
            Event::EndOfTurnScored { up_to, permille } => self.end_of_turn_scored(up_to, Some(permille)),
            Event::EndOfTurnFailed { up_to } => self.end_of_turn_scored(up_to, None),
            Event::MicCommitted { up_to } => self.mic_committed(up_to),
            Event::MicCleared { up_to } => self.mic_cleared(up_to),
            Event::PartialHeard { utterance, text } => self.words_heard(utterance, &text, false),
            Event::FinalHeard { utterance, text } => self.words_heard(utterance, &text, true),
            Event::TranscriptionFailed { utterance, kind } => self.transcription_failed(utterance, kind),
            Event::ItemCreated { role, text, place } => self.item_created(role, text, place),
            Event::ItemDeleted { item } => self.item_deleted(item),
            Event::ItemTruncated { item, audio_end } => self.item_truncated(item, audio_end),
            Event::ItemRetrieved { item } => self.item_retrieved(item),
            Event::ReplyRequested { instructions, voice, outside_conversation } => {
                self.reply_requested(Wish { instructions, voice, outside: outside_conversation })
            }
            Event::ReplyCancelled { reply } => self.reply_cancelled(reply),
            Event::PlayedReported { item, played, done } => self.played_reported(item, played, done),
            Event::ModelWrote { request, text } => self.model_wrote(request, &text),
            Event::ModelFinished { request, tokens_in, tokens_out, cut_short } => {
                self.model_finished(request, (tokens_in, tokens_out), cut_short)
            }
            Event::ModelFailed { request, kind } => self.model_failed(request, kind),
            Event::SpeechArrived { speech } => self.speech_arrived(speech),
            Event::SpeechSynthesized { speech, length } => self.speech_synthesized(speech, length),
            Event::SpeechFailed { speech, kind } => self.speech_failed(speech, kind),
            Event::PlayoutAdvanced { speech, sent } => self.playout_advanced(speech, sent),
            Event::PlayoutFinished { speech, sent } => self.playout_finished(speech, sent),
            Event::TimerFired(timer) => self.timer_fired(timer),
            Event::Paused => self.pause(),
            Event::Unpaused => self.unpause(),
            Event::EndRequested { reason } => self.end(reason),
            Event::EditorChanged { peer, update } => {
                self.editor_changed(peer, &update.0);
                self.code_touched();
            }
            Event::EditorReplaced { language, text } => {
                self.editor_replaced(language, &text);
                self.code_touched();
            }
            Event::LanguageChosen { language } => {
                self.language_chosen(language);
                self.code_touched();
            }
            Event::CursorMoved { language, anchor, head } => self.cursor_moved(Cursor { language, anchor, head }),
            Event::RunRequested { scope, input } => self.run_requested(scope, input),
            Event::RunFinished { run, report } => self.run_finished(run, report),
            Event::RunFailed { run, kind, message } => self.run_failed(run, kind, message),
            Event::HintRequested => self.hint_requested(),
            Event::SignalSeen { .. } => {}
            Event::Overflowed { .. } => self.notice(NoticeCode::AudioOverflow),
            Event::RecordingFailed => self.notice(NoticeCode::RecordingFailed),
        }
    }

    fn timer_fired(&mut self, timer: Timer) {
        self.timers.disarm(timer);
        match timer {
            Timer::MicStalled => self.mic_stalled(),
            Timer::FinalOverdue => self.words_are_late(),
            Timer::TypedSpeechIdle => self.commit_turn("words_idle"),
            Timer::InterruptionUndecided => self.overlap_undecided(),
            Timer::InterruptionFalse => self.overlap_is_over(),
            Timer::ModelOverdue => self.model_overdue(),
            Timer::ModelHedge => self.hedge(),
            Timer::OpenerDue => self.opener_due(),
            Timer::SpeechOverdue => self.speech_overdue(),
            Timer::PlayoutDrained => self.playout_drained(),
            Timer::CandidateAway => self.candidate_away(),
            Timer::Stall => self.stalled(),
            Timer::QuietAwaited => self.quiet_awaited(),
            Timer::PhaseUp => self.phase_up(),
            Timer::WrapUp => self.wrap_up(),
            Timer::TimeUp => self.time_up(),
            Timer::RunOverdue => self.run_overdue(),
            Timer::ClientGone => self.end(EndReason::Abandoned),
        }
    }

    /// After the end nothing changes any more; wishes of the client are refused, readings are still answered.
    fn handle_after_end(&mut self, event: &Event) {
        match event {
            Event::TimerFired(timer) => self.timers.disarm(*timer),
            Event::ItemRetrieved { item } => self.item_retrieved(*item),
            Event::ReplyRequested { .. }
            | Event::ItemCreated { .. }
            | Event::MicCommitted { .. }
            | Event::EditorReplaced { .. }
            | Event::LanguageChosen { .. }
            | Event::RunRequested { .. } => self.refuse(RefusalCode::InterviewEnded, ""),
            _ => {}
        }
    }

    /// The soonest deadline: at that time the driver hands in `Event::TimerFired` with this timer.
    pub fn deadline(&self) -> Option<(At, Timer)> {
        self.timers.soonest()
    }

    /// The messages of the call that the last `Command::AskModel` asked for; empty for any other.
    pub fn messages(&self, request: RequestId) -> &[Message] {
        match &self.prompt {
            Some((asked, prompt)) if *asked == request => &prompt.messages,
            _ => &[],
        }
    }

    /// What the calls of the model have cost so far.
    pub fn spending(&self) -> Spending {
        self.spending
    }

    /// How fast the services were so far.
    pub fn measured(&self) -> &Measured {
        &self.pace
    }

    /// The interview as it stands.
    pub fn view(&self) -> View<'_> {
        View { items: self.conversation.items(), phase: self.agenda.phase(), floor: self.floor }
    }

    /// The hints released so far, in order: tier, text, and how many were left then.
    pub fn hints(&self) -> impl Iterator<Item = (u8, &str, u8)> {
        let hints = &self.setup.course.hints;
        let released = self.agenda.released_hints(&self.setup.course).len();
        let left = move |place: usize| u8::try_from(hints.len().saturating_sub(place + 1)).unwrap_or(u8::MAX);
        let told = hints.iter().take(released).enumerate();
        told.map(move |(place, hint)| (hint.tier, hint.text.as_str(), left(place)))
    }

    /// The item of this id.
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.conversation.get(id)
    }

    /// The candidate is in the middle of a turn.
    pub fn has_open_turn(&self) -> bool {
        self.turn.is_some()
    }

    /// What the rules say of the pause that the open turn is in.
    pub fn pausing(&self) -> Option<&Verdict> {
        self.turn.as_ref().and_then(|turn| turn.verdict.as_ref())
    }

    /// The rule that ended the last turn; empty before the first.
    pub fn last_turn_rule(&self) -> &'static str {
        self.last_turn.as_ref().map_or("", |turn| turn.ended_by)
    }

    /// What it was set up with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Time left in the time box.
    pub fn time_left(&self) -> Ms {
        match self.attendance {
            Attendance::Awaited => self.setup.time_box,
            Attendance::Paused { time_up, .. } => time_up.unwrap_or_default(),
            _ => self.time_until(Timer::TimeUp).unwrap_or_default(),
        }
    }

    fn time_until(&self, timer: Timer) -> Option<Ms> {
        self.timers.deadline_of(timer).map(|deadline| deadline - self.now)
    }

    fn show(&mut self, show: Show) {
        self.out.push(Command::Show(show));
    }

    fn notice(&mut self, code: NoticeCode) {
        self.show(Show::Notice { code });
    }

    fn refuse(&mut self, code: RefusalCode, param: &str) {
        self.show(Show::Refused { code, param: param.to_owned() });
    }

    fn floor_is(&mut self, state: FloorState, why: &str) {
        let is_paused = matches!(self.attendance, Attendance::Paused { .. });
        if is_paused && !matches!(state, FloorState::Paused | FloorState::Ended) {
            // Whatever services bring meanwhile: the candidate sees a pause until they end it.
            return;
        }
        if self.floor != state {
            self.floor = state;
            self.show(Show::Floor { state, why: why.to_owned() });
        }
    }

    fn client_joined(&mut self) {
        let before = std::mem::replace(&mut self.attendance, Attendance::Present);
        match before {
            Attendance::Awaited => self.begin(),
            Attendance::Gone => self.take_up_again(),
            Attendance::Present | Attendance::Paused { .. } | Attendance::Ended => self.attendance = before,
        }
    }

    fn begin(&mut self) {
        let end = self.now + self.setup.time_box;
        let wrap_up_before = Ms(WRAP_UP_BEFORE.0.min(self.setup.time_box.0 / 5));
        self.timers.arm(Timer::TimeUp, end);
        self.timers.arm(Timer::WrapUp, self.now + (self.setup.time_box - wrap_up_before));
        self.show_phase();
        if self.setup.speaks_first {
            self.greet();
        }
    }

    fn take_up_again(&mut self) {
        self.timers.disarm(Timer::ClientGone);
        self.client_reports = false;
        self.go_on("client_came_back");
    }

    /// The candidate is there again: what stood still goes on, and the floor is whose it is now.
    fn go_on(&mut self, why: &str) {
        match self.turn.as_ref().map(|turn| turn.has_voice) {
            Some(true) => self.timers.arm(Timer::MicStalled, self.now + self.setup.floor.mic_stalled_ms),
            Some(false) => self.timers.arm(Timer::TypedSpeechIdle, self.now + self.setup.floor.plain_silence_ms),
            None => {}
        }
        self.resume_sound();
        match self.floor_now() {
            FloorState::Listening => self.listen(why),
            state => self.floor_is(state, why),
        }
    }

    /// Who has the floor, as far as turn and reply tell.
    fn floor_now(&self) -> FloorState {
        let awaits_words = self.last_turn.as_ref().is_some_and(|turn| turn.awaits_words);
        let verdict = self.turn.as_ref().and_then(|turn| turn.verdict.as_ref());
        let gives_time = verdict.is_some_and(|verdict| verdict.gives_time);
        match self.reply.as_ref().map(|reply| reply.stage) {
            Some(Stage::Speaking | Stage::Draining) => FloorState::InterviewerSpeaking,
            Some(Stage::Preparing) => FloorState::Preparing,
            _ if gives_time => FloorState::GivingTime,
            _ if self.candidate_has_floor() => FloorState::CandidatePausing,
            _ if awaits_words => FloorState::Preparing,
            _ => FloorState::Listening,
        }
    }

    fn client_left(&mut self) {
        self.unpause();
        if self.attendance != Attendance::Present {
            return;
        }
        self.attendance = Attendance::Gone;
        self.timers.arm(Timer::ClientGone, self.now + self.setup.grace);
        self.stop_listening();
        self.halt_sound();
    }

    fn pause(&mut self) {
        if self.attendance != Attendance::Present {
            return;
        }
        let (time_up, wrap_up) = (self.time_until(Timer::TimeUp), self.time_until(Timer::WrapUp));
        self.attendance = Attendance::Paused { time_up, wrap_up };
        for timer in [Timer::TimeUp, Timer::WrapUp, Timer::PhaseUp] {
            self.timers.disarm(timer);
        }
        self.timers.arm(Timer::ClientGone, self.now + PAUSE_MAX);
        self.stop_listening();
        self.halt_sound();
        self.floor_is(FloorState::Paused, "candidate_paused");
    }

    fn unpause(&mut self) {
        let Attendance::Paused { time_up, wrap_up } = self.attendance else { return };
        self.attendance = Attendance::Present;
        self.timers.disarm(Timer::ClientGone);
        for (timer, left) in [(Timer::TimeUp, time_up), (Timer::WrapUp, wrap_up)] {
            if let Some(left) = left {
                self.timers.arm(timer, self.now + left);
            }
        }
        self.arm_phase();
        self.go_on("candidate_went_on");
    }

    /// Nobody is there to be listened to: no silence is measured, no sound is judged.
    fn stop_listening(&mut self) {
        self.voice.reset();
        self.timers.disarm(Timer::MicStalled);
        self.timers.disarm(Timer::TypedSpeechIdle);
        self.timers.disarm(Timer::CandidateAway);
        self.timers.disarm(Timer::Stall);
        self.forget_overlap();
    }

    /// Nothing happens to a turn or a reply while the candidate is not there.
    fn is_attended(&self) -> bool {
        matches!(self.attendance, Attendance::Present | Attendance::Awaited)
    }

    fn wrap_up(&mut self) {
        self.agenda.time_nearly_up();
        self.notice(NoticeCode::TimeNearlyUp);
    }

    /// The end is put off while somebody speaks, twice by 20 s; then it comes. Last words that are cut short are not said
    /// for ever.
    fn time_up(&mut self) {
        const PUT_OFF: Ms = Ms(20_000);
        const TIMES_MAX: u8 = 2;
        if self.time_is_up {
            return self.end(EndReason::TimeUp);
        }
        let somebody_speaks = self.candidate_has_floor() || self.is_replying();
        if somebody_speaks && self.time_up_put_off < TIMES_MAX {
            self.time_up_put_off += 1;
            self.timers.arm(Timer::TimeUp, self.now + PUT_OFF);
            return;
        }
        self.time_is_up = true;
        self.timers.arm(Timer::TimeUp, self.now + LAST_WORDS_MAX);
        self.close_for_time();
    }

    fn end(&mut self, reason: EndReason) {
        self.forget_overlap();
        self.drop_turn();
        self.stop_reply(command::Outcome::Cancelled);
        self.drop_run();
        self.timers.disarm_all();
        self.owed = None;
        self.attendance = Attendance::Ended;
        self.agenda_does(|agenda, _| agenda.end());
        self.floor_is(FloorState::Ended, "interview_ended");
        self.out.push(Command::End { reason });
    }
}
