//! One rehearsed interview, without its socket: what comes in moves the player and the figures, every 20 ms the
//! microphone and the script move on. Pure; time is the candidate's clock, in ms since they began to capture.

use super::bench::{Bench, Hinted, Ran};
use super::candidate::{Candidate, Move, Scene};
use super::measure::{Interruption, Turn};
use super::microphone::{FRAME, FRAME_SAMPLES, Microphone, Noise};
use super::notes::{How, Note};
use super::player::Player;
use super::script::{Line, Start, What};
use super::voice::Spoken;
use crate::language::Language;
use crate::units::*;
use crate::wire::binary::{MicFrame, SpeechFrame};
use crate::wire::extension::{EndReason, FloorState, TurnView};
use crate::wire::message::ClientMessage;
use crate::wire::response::{Response, ResponseStatus};
use crate::wire::workspace::RunScope;
use crate::wire::{ServerEvent, name};
use bytes::Bytes;
use std::sync::Arc;

/// A playing client says this often how far it is.
const PLAYOUT_EVERY: Ms = Ms(200);
/// A candidate who waits this long for the interviewer gives up. Longer than the server's own "are you there".
pub const PATIENCE: Ms = Ms(90_000);
/// How long a client that speaks itself takes for a letter.
const SPEAK_LETTER: Ms = Ms(65);

/// All that the sessions of one rehearsal share.
#[derive(Debug)]
pub struct Part {
    /// The script's lines.
    pub lines: Vec<Line>,
    /// Their sound, by place.
    pub spoken: Vec<Option<Arc<Spoken>>>,
    /// The room.
    pub noise: Arc<Noise>,
    /// The language of code.
    pub language: Language,
    /// How fast code is typed.
    pub chars_per_s: u32,
    /// The rhythm of the hands.
    pub seed: u64,
}

impl Part {
    /// Whether the candidate writes code or runs any.
    pub fn has_code(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.what, What::Code(_) | What::Run { .. }))
    }
}

/// What goes to the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Outgoing {
    /// A text frame.
    Text(String),
    /// A binary frame.
    Binary(Vec<u8>),
    /// A frame of the editor's socket.
    Editor(Vec<u8>),
}

/// One frame of both sides, as heard at the candidate's ear.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    /// The microphone.
    pub candidate: [i16; FRAME_SAMPLES],
    /// The loudspeaker.
    pub interviewer: [i16; FRAME_SAMPLES],
}

/// One rehearsed interview.
pub struct Session {
    part: Arc<Part>,
    words_from_client: bool,
    plays_whole_side: bool,
    /// Words of the last turn, as the server's recogniser heard them.
    heard_words: Option<String>,
    microphone: Microphone,
    player: Player,
    candidate: Candidate,
    bench: Bench,
    interviewer: Interviewer,
    /// The candidate's turn that is not answered yet.
    open: Option<Open>,
    /// The interruption that is not decided yet.
    barge: Option<Barge>,
    /// How the server decided a turn whose answer has not come.
    decided: Option<TurnView>,
    committed: Option<String>,
    last_report: Ms,
    last_sign: Ms,
    numbered: u64,
    results: Results,
    notes: Vec<(Ms, Note)>,
}

/// What the candidate knows of the interviewer.
#[derive(Debug, Default)]
struct Interviewer {
    /// The response in progress.
    reply: Option<String>,
    preparing: bool,
    paused: bool,
    quiet_since: Option<Ms>,
    /// The item heard last, and when it was first heard.
    heard: Option<(ItemId, Ms)>,
    answered: bool,
    /// Items whose sound has come.
    last_item: Option<ItemId>,
}

/// A turn of the candidate that waits for its answer.
struct Open {
    line: usize,
    typed: bool,
    speech_end: Ms,
}

struct Barge {
    line: usize,
    speech_start: Ms,
    last_received: Option<Ms>,
    silent: Option<Ms>,
}

/// What a session came to.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The answered turns.
    pub turns: Vec<Turn>,
    /// Replies that the candidate ended by speaking.
    pub interruptions: Vec<Interruption>,
    /// Replies that went on after a sound that was nothing.
    pub resumed: usize,
    /// How often the interviewer began to speak while a line was being said.
    pub cut_offs: usize,
    /// Errors that the server reported, and what else must not happen.
    pub faults: Vec<String>,
    /// Silence within the interviewer's sound that nobody asked for.
    pub gaps: Ms,
    /// Runs of the code that came to a report.
    pub runs: Vec<Ran>,
    /// Hints that were given.
    pub hints: Vec<Hinted>,
    /// Words after a failed run that name the candidate's own code.
    pub named_code: Option<String>,
    /// Lines that were never said.
    pub lines_left: usize,
    /// How the interview ended, and where its recording is.
    pub ended: Option<(EndReason, Option<String>)>,
    /// Length on the candidate's clock.
    pub length: Ms,
}

impl Session {
    /// A session that has just been joined.
    pub fn new(part: Arc<Part>, words_from_client: bool) -> Session {
        Session {
            microphone: Microphone::new(part.noise.clone()),
            words_from_client,
            plays_whole_side: false,
            heard_words: None,
            player: Player::default(),
            candidate: Candidate::new(),
            bench: Bench::new(part.has_code().then_some(part.language), part.seed),
            part,
            interviewer: Interviewer::default(),
            open: None,
            barge: None,
            decided: None,
            committed: None,
            last_report: Ms(0),
            last_sign: Ms(0),
            numbered: 0,
            results: Results::default(),
            notes: Vec::new(),
        }
    }

    /// What there is to tell since the last call, with its time.
    pub fn notes(&mut self) -> std::vec::Drain<'_, (Ms, Note)> {
        self.notes.drain(..)
    }

    /// Whether the server has ended the interview.
    pub fn is_over(&self) -> bool {
        self.results.ended.is_some()
    }

    /// Whether nothing has happened for longer than anybody would wait.
    pub fn is_stuck(&self, now: Ms) -> bool {
        now.0.saturating_sub(self.last_sign.0) > PATIENCE.0
    }

    /// What it came to.
    pub fn results(mut self) -> Results {
        self.results.gaps = self.player.gaps();
        if self.player.jumps() > 0 {
            let count = self.player.jumps();
            self.results.faults.push(format!("the interviewer's sound did not follow on itself {count} times"));
        }
        self.results.lines_left = self.candidate.left(&self.part.lines);
        self.results.length = Ms::of_samples(self.microphone.position(), TRACK_RATE);
        (self.results.runs, self.results.hints, self.results.named_code) = self.bench.results();
        self.results
    }

    /// The first frame for the editor's socket; none when no code is written.
    pub fn editor_hello(&self) -> Option<Vec<u8>> {
        self.bench.hello()
    }

    /// The editor's socket sent a frame.
    pub fn editor(&mut self, frame: &[u8], out: &mut Vec<Outgoing>) {
        match self.bench.received(frame) {
            Ok(answer) => out.extend(answer.map(Outgoing::Editor)),
            Err(error) => self.results.faults.push(error.to_string()),
        }
    }

    /// The server said something.
    pub fn event(&mut self, now: Ms, event: ServerEvent, out: &mut Vec<Outgoing>) {
        match event {
            ServerEvent::Error { error } => {
                let code = error.code.unwrap_or_default();
                self.results.faults.push(format!("error {code}: {}", error.message));
                self.note(now, Note::Error { code, message: error.message });
            }
            ServerEvent::SpeechStarted { .. } => self.speech_started(now, out),
            ServerEvent::InputCommitted { item_id, .. } => self.committed = Some(item_id),
            ServerEvent::ResponseCreated { response } => self.interviewer.reply = Some(response.id),
            ServerEvent::TranscriptionCompleted { transcript, .. } if !self.words_from_client => {
                self.note(now, Note::Recognised(transcript.clone()));
                self.heard_words = Some(transcript);
            }
            ServerEvent::AudioTranscriptDelta { delta, .. } | ServerEvent::TextDelta { delta, .. } => {
                self.bench.heard(&delta);
                self.note(now, Note::Interviewer(delta.trim().to_owned()));
            }
            ServerEvent::RunFinished { scope, report: Some(report), .. } => {
                let ran = self.bench.ran(scope, &report);
                self.note(now, Note::Ran(ran.said()));
            }
            ServerEvent::RunFinished { error, .. } => {
                self.bench.not_run();
                let message = error.map_or("without a reason".to_owned(), |error| error.message);
                self.results.faults.push(format!("a run came to nothing: {message}"));
            }
            ServerEvent::Hint { tier, text, left } => {
                self.bench.hinted(tier, text);
                self.note(now, Note::Hint { tier, left });
            }
            ServerEvent::AudioDone { spot } => {
                if let Some(item) = name::parse_item(&spot.item_id) {
                    self.player.finish(item);
                }
            }
            ServerEvent::ResponseDone { response } => self.response_done(now, &response),
            ServerEvent::Floor { state, why } => self.floor(now, state, why, out),
            ServerEvent::Turn(view) => self.turn_decided(now, view),
            ServerEvent::Phase { phase, .. } => self.note(now, Note::Phase(phase)),
            ServerEvent::Notice { code, text } => self.note(now, Note::Notice { code, text }),
            ServerEvent::Speak { item_id, text } => self.speak(now, &item_id, &text),
            ServerEvent::End { reason, recording } => {
                self.note(now, Note::Ended(reason));
                self.results.ended = Some((reason, recording));
            }
            _ => {}
        }
    }

    /// The server sent a binary frame.
    pub fn binary(&mut self, now: Ms, frame: Bytes) {
        match SpeechFrame::decode(&frame) {
            Ok(Some(speech)) => {
                let sound = frame.slice(frame.len() - speech.sound.len()..);
                self.sound(now, speech.item, speech.position, sound);
            }
            Ok(None) => {}
            Err(error) => self.results.faults.push(format!("a binary frame cannot be read: {error}")),
        }
    }

    fn sound(&mut self, now: Ms, item: ItemId, position: u32, sound: Bytes) {
        self.last_sign = now;
        if let Some(barge) = self.barge.as_mut().filter(|barge| barge.speech_start <= now) {
            barge.last_received = Some(now);
        }
        if self.interviewer.last_item != Some(item) {
            self.interviewer.last_item = Some(item);
            self.reply_begins(now);
        }
        self.player.feed(item, position, sound);
    }

    /// The first sound of a reply came: it answers the turn that is open, or cuts it off.
    fn reply_begins(&mut self, now: Ms) {
        if self.bench.is_typing() {
            self.results.cut_offs += 1;
            self.note(now, Note::CutOff);
        }
        let Some(open) = self.open.as_ref() else { return };
        if now < open.speech_end {
            self.results.cut_offs += 1;
            self.note(now, Note::CutOff);
            return;
        }
        let Some(open) = self.open.take() else { return };
        let item = self.committed.take();
        let server = self.decided.take_if(|decided| Some(&decided.item_id) == item.as_ref());
        self.results.turns.push(Turn {
            line: open.line + 1,
            text: self.text_of(open.line),
            typed: open.typed,
            speech_end_ms: Some(open.speech_end.0),
            first_received_ms: Some(now.0),
            first_heard_ms: None,
            server,
            item,
        });
    }

    fn text_of(&self, line: usize) -> String {
        match (self.part.spoken.get(line), self.part.lines.get(line).map(|line| &line.what)) {
            (Some(Some(spoken)), _) => spoken.text.clone(),
            (_, Some(What::Type(text))) => text.clone(),
            _ => String::new(),
        }
    }

    /// A client that speaks itself: the text becomes so much silence.
    fn speak(&mut self, now: Ms, item_id: &str, text: &str) {
        let Some(item) = name::parse_item(item_id) else { return };
        let length = Ms(SPEAK_LETTER.0 * text.chars().count() as u64);
        let samples = usize::try_from(length.samples(TRACK_RATE)).unwrap_or(0);
        let position = self.player.expected(item);
        self.sound(now, item, position, Bytes::from(vec![0; samples * 2]));
    }

    fn response_done(&mut self, now: Ms, response: &Response) {
        if self.interviewer.reply.as_ref() == Some(&response.id) {
            self.interviewer.reply = None;
        }
        for item in response.output.iter().filter_map(|item| name::parse_item(&item.id)) {
            self.player.finish(item);
        }
        let reason = response.status_details.as_ref().and_then(|details| details.reason.as_deref());
        let barge = self.barge.take();
        match (response.status, reason) {
            (ResponseStatus::Cancelled, Some("turn_detected")) => {
                let line = barge.as_ref().map_or(0, |barge| barge.line + 1);
                let start = barge.as_ref().map_or(now, |barge| barge.speech_start);
                let since = |time: Option<Ms>| time.map_or(0, |time| time.0.saturating_sub(start.0));
                self.results.interruptions.push(Interruption {
                    line,
                    last_received_after_ms: since(barge.as_ref().and_then(|barge| barge.last_received)),
                    silent_after_ms: since(barge.as_ref().and_then(|barge| barge.silent)),
                });
                self.note(now, Note::Interrupted { heard: words_of(response) });
            }
            (ResponseStatus::Failed, _) => self.results.faults.push("a reply failed".into()),
            // Undecided: the reply was sent to its end while the candidate spoke over its last sound.
            _ => self.barge = barge.filter(|_| !self.player.is_empty()),
        }
    }

    fn speech_started(&mut self, now: Ms, out: &mut Vec<Outgoing>) {
        self.fell_silent(now);
        self.interviewer.paused = false;
        if let Some((item, played)) = self.player.forget() {
            self.report(now, item, played, false, out);
        }
    }

    fn floor(&mut self, now: Ms, state: FloorState, why: String, out: &mut Vec<Outgoing>) {
        self.interviewer.preparing = state == FloorState::Preparing;
        if state == FloorState::InterviewerPaused {
            if !std::mem::replace(&mut self.interviewer.paused, true) {
                self.note(now, Note::Paused(why));
            }
            self.fell_silent(now);
            self.player.hold();
            if let Some((item, played)) = self.player.position() {
                self.report(now, item, played, false, out);
            }
            return;
        }
        self.player.go_on();
        if std::mem::take(&mut self.interviewer.paused) && state == FloorState::InterviewerSpeaking {
            self.results.resumed += 1;
            self.note(now, Note::WentOn(why));
        } else if state == FloorState::GivingTime {
            self.note(now, Note::GivesTime(why));
        }
    }

    /// The loudspeaker stops now, if it sounds.
    fn fell_silent(&mut self, now: Ms) {
        if let Some(barge) = self.barge.as_mut().filter(|barge| barge.silent.is_none() && barge.speech_start <= now) {
            barge.silent = Some(now);
        }
    }

    fn turn_decided(&mut self, now: Ms, view: TurnView) {
        let turn = self.results.turns.iter_mut().rev().find(|turn| turn.item.as_ref() == Some(&view.item_id));
        let Some(turn) = turn else {
            return self.turn_without_line(now, view);
        };
        let first = turn.server.replace(view).is_none();
        if first && turn.first_heard_ms.is_some() {
            let turn = Box::new(turn.clone());
            self.note(now, Note::TurnEnded(turn));
        }
    }

    /// A turn that the script does not know of (yet): its answer has not come, or it lies within a sound file.
    fn turn_without_line(&mut self, now: Ms, view: TurnView) {
        if !self.plays_whole_side {
            self.decided = Some(view);
            return;
        }
        let turn = Turn {
            line: 1,
            text: self.heard_words.take().unwrap_or_default(),
            typed: false,
            speech_end_ms: None,
            first_received_ms: None,
            first_heard_ms: None,
            item: Some(view.item_id.clone()),
            server: Some(view),
        };
        self.note(now, Note::TurnEnded(Box::new(turn.clone())));
        self.results.turns.push(turn);
    }

    /// 20 ms have passed: a frame of sound, words that show, what the loudspeaker played, and the script's next move.
    pub fn tick(&mut self, now: Ms, out: &mut Vec<Outgoing>) -> Heard {
        self.act(now, out);
        out.extend(self.bench.tick(now).into_iter().map(Outgoing::Editor));
        let position = self.microphone.position();
        let candidate = self.microphone.frame();
        let mut bytes = Vec::with_capacity(FRAME_SAMPLES * 2);
        bytes.extend(candidate.iter().flat_map(|sample| sample.to_le_bytes()));
        let mut frame = Vec::with_capacity(bytes.len() + 8);
        MicFrame { position: position as u32, sound: &bytes }.encode_into(&mut frame);
        out.push(Outgoing::Binary(frame));
        while let Some((text, is_final)) = self.microphone.words() {
            if self.words_from_client {
                self.send(ClientMessage::Transcript { text, is_final }, out);
            }
        }
        let interviewer = self.listen(now, out);
        Heard { candidate, interviewer }
    }

    fn listen(&mut self, now: Ms, out: &mut Vec<Outgoing>) -> [i16; FRAME_SAMPLES] {
        let (frame, played) = self.player.play();
        if let Some((item, played)) = played.ended {
            self.report(now, item, played, true, out);
            // Whatever the turn was for, the interviewer has had their say: the script goes on.
            if self.open.as_ref().is_some_and(|open| open.speech_end < now) {
                self.open = None;
                self.interviewer.answered = true;
            }
        }
        if let Some(item) = played.began {
            self.interviewer.heard = Some((item, now));
            self.interviewer.answered |= self.open.is_none();
            self.first_heard(now);
        }
        let sounding = self.player.position().filter(|_| !self.player.is_held());
        if let Some((item, played)) = sounding.filter(|_| now.0 >= self.last_report.0 + PLAYOUT_EVERY.0) {
            self.report(now, item, played, false, out);
        }
        let quiet = self.player.is_empty() && self.interviewer.reply.is_none() && !self.interviewer.preparing;
        self.interviewer.quiet_since = quiet.then(|| self.interviewer.quiet_since.unwrap_or(now));
        if !self.player.is_empty() {
            self.last_sign = now;
        }
        frame
    }

    /// The first sound of an answer is heard.
    fn first_heard(&mut self, now: Ms) {
        let unheard = |turn: &&mut Turn| turn.first_heard_ms.is_none() && turn.speech_end_ms.is_some();
        let Some(turn) = self.results.turns.last_mut().filter(unheard) else { return };
        turn.first_heard_ms = Some(now.0);
        if turn.server.is_some() {
            let turn = Box::new(turn.clone());
            self.note(now, Note::TurnEnded(turn));
        }
    }

    fn act(&mut self, now: Ms, out: &mut Vec<Outgoing>) {
        if self.is_over() {
            return;
        }
        let part = self.part.clone();
        let scene = Scene {
            now,
            busy: self.microphone.is_speaking() || self.bench.is_busy(),
            answered: self.interviewer.answered,
            quiet_since: self.interviewer.quiet_since,
            reply_began: self.interviewer.heard.map(|(_, at)| at),
        };
        if self.microphone.is_speaking() || self.bench.is_typing() {
            self.last_sign = now;
        }
        let Some(next) = self.candidate.next(&part.lines, &scene) else { return };
        self.last_sign = now;
        match next {
            Move::Say { line, too_late } => self.say(now, line, too_late),
            Move::Type { line } => self.type_text(now, line, out),
            Move::Code { line } => self.write(now, line),
            Move::Run { scope, remark } => self.run(now, scope, remark, out),
            Move::Hint => {
                self.note(now, Note::AsksForHint);
                self.expects_words();
                self.send(ClientMessage::Hint {}, out);
            }
            Move::BeSilent(length) => {
                self.last_sign = now + length;
                self.note(now, Note::Silent(length));
            }
            Move::End => self.send(ClientMessage::End { reason: Some("the rehearsal is over".into()) }, out),
        }
    }

    fn say(&mut self, now: Ms, line: usize, too_late: bool) {
        let part = self.part.clone();
        let (Some(Some(spoken)), Some(script)) = (part.spoken.get(line), part.lines.get(line)) else { return };
        let from = Ms::of_samples(self.microphone.position(), TRACK_RATE);
        let at = |sample: usize| from + Ms::of_samples(sample as u64, TRACK_RATE);
        let how = match script.start {
            _ if too_late => How::TooLate,
            Start::CutIn(_) => How::CutIn,
            Start::Backchannel(_) => How::Backchannel,
            Start::AfterInterviewer(_) | Start::AtOnce(_) => How::Plain,
        };
        self.note(now, Note::Candidate { text: spoken.text.clone(), how });
        self.microphone.say(spoken.clone());
        if matches!(how, How::CutIn | How::Backchannel) {
            let speech_start = at(spoken.speech.start);
            self.barge = Some(Barge { line, speech_start, last_received: None, silent: None });
        }
        self.plays_whole_side = spoken.is_whole_side;
        if how != How::Backchannel && !spoken.is_whole_side {
            self.takes_turn(line, false, at(spoken.speech.end));
        }
    }

    fn type_text(&mut self, now: Ms, line: usize, out: &mut Vec<Outgoing>) {
        let text = self.text_of(line);
        self.note(now, Note::Typed(text.clone()));
        self.takes_turn(line, true, now);
        self.send(ClientMessage::typed(text), out);
        self.send(ClientMessage::ResponseCreate { response: None }, out);
    }

    fn write(&mut self, now: Ms, line: usize) {
        let part = self.part.clone();
        let Some(What::Code(code)) = part.lines.get(line).map(|line| &line.what) else { return };
        let (lines, chars) = self.bench.write(now, code, part.chars_per_s);
        self.note(now, Note::Writes { language: part.language, lines, chars });
    }

    fn run(&mut self, now: Ms, scope: RunScope, remark: bool, out: &mut Vec<Outgoing>) {
        self.bench.run(scope);
        self.note(now, Note::Runs(scope));
        if remark {
            self.expects_words();
        }
        self.send(ClientMessage::Run { scope, input: None }, out);
    }

    /// The interviewer will say something, though no turn of the candidate's asks for it.
    fn expects_words(&mut self) {
        self.open = None;
        self.interviewer.answered = false;
    }

    fn takes_turn(&mut self, line: usize, typed: bool, speech_end: Ms) {
        self.open = Some(Open { line, typed, speech_end });
        self.interviewer.answered = false;
        self.committed = None;
    }

    fn report(&mut self, now: Ms, item: ItemId, played: Ms, done: bool, out: &mut Vec<Outgoing>) {
        self.last_report = now;
        let done = done.then_some(true);
        self.send(ClientMessage::Playout { item_id: name::item(item), played_ms: played.0, done }, out);
    }

    fn send(&mut self, message: ClientMessage, out: &mut Vec<Outgoing>) {
        self.numbered += 1;
        out.push(Outgoing::Text(message.encode(Some(self.numbered))));
    }

    fn note(&mut self, now: Ms, note: Note) {
        self.notes.push((now, note));
    }
}

fn words_of(response: &Response) -> String {
    use crate::wire::item::Content;
    let contents = response.output.iter().flat_map(|item| &item.content);
    let texts = contents.map(|content| match content {
        Content::OutputAudio { transcript } => transcript.as_str(),
        Content::OutputText { text } | Content::InputText { text } => text.as_str(),
        Content::InputAudio { transcript } => transcript.as_deref().unwrap_or_default(),
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// The time on the candidate's clock when so many frames have been captured.
pub fn time_of(frames: u64) -> Ms {
    Ms(FRAME.0.saturating_mul(frames))
}
