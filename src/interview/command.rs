//! Everything the interview can ask of the world. Commands are performed in the order in which they were given.

use super::agenda::Trigger;
use super::event::{EndReason, Role};
use super::run::{RunFailure, RunReport, RunScope};
use crate::language::Language;
use crate::units::*;
use serde::{Deserialize, Serialize};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Tell the client something.
    Show(Show),

    /// Give the recogniser the microphone sound from `from` on, under this name, until told to finish.
    StartTranscribing {
        /// Name of the utterance; answers repeat it.
        utterance: UtteranceId,
        /// Where its sound begins (a little before the voice was noticed).
        from: SampleIdx,
    },
    /// The utterance ends at `to`: ask the recogniser for its final words.
    FinishTranscribing {
        /// Which.
        utterance: UtteranceId,
        /// Where its sound ends.
        to: SampleIdx,
    },
    /// The utterance was nothing: its sound may be forgotten, no answer is wanted.
    DropTranscribing {
        /// Which.
        utterance: UtteranceId,
    },

    /// Ask the end-of-turn model about the turn's sound.
    ScoreEndOfTurn {
        /// Where the sound begins: the turn's begin, or eight seconds before `up_to`.
        from: SampleIdx,
        /// Where it ends; the answer repeats it.
        up_to: SampleIdx,
    },

    /// Call the language model with `Interview::messages`. The messages themselves are not repeated here (a recording
    /// would grow with the square of its length); their hash is, so that a replay proves they were the same.
    AskModel {
        /// Name of the call; answers repeat it.
        request: RequestId,
        /// The turn it answers; none when the interviewer speaks on its own.
        turn: Option<TurnId>,
        /// How many messages the prompt has.
        message_count: u32,
        /// FNV-1a 64 of roles and texts of all messages, in hex.
        messages_hash: String,
        /// Hash of the code that the prompt holds, as [`Show::Editor`] gives it: the editor's text in the language in use
        /// when the candidate stopped speaking. None without an editor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code_hash: Option<String>,
        /// True while the turn is not yet committed: nothing of the answer may be heard before it is.
        speculative: bool,
        /// The call that has not begun to answer in its usual time: the two race.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hedges: Option<RequestId>,
    },
    /// For the record alone: what the agenda chose to say (or to leave unsaid), and why.
    Note {
        /// The reply that says it; none when nothing is said.
        reply: Option<ReplyId>,
        /// The line's name, as `hints[0]`.
        line: String,
        /// The rule or fact that chose it.
        why: String,
    },
    /// The call's answer is no longer wanted.
    CancelModel {
        /// Which.
        request: RequestId,
    },

    /// Turn text into sound. The sound is kept back until [`Command::Play`].
    Synthesize {
        /// Name of this speech; answers repeat it.
        speech: SpeechId,
        /// The reply it belongs to.
        reply: ReplyId,
        /// The item it belongs to.
        item: ItemId,
        /// What to say.
        text: String,
    },
    /// The sound of this speech may go out, after all speeches played before it.
    Play {
        /// Which.
        speech: SpeechId,
    },
    /// The speech will never be (further) played: stop synthesizing, forget its sound.
    DropSpeech {
        /// Which.
        speech: SpeechId,
    },
    /// Send no more sound for now; keep what there is.
    PausePlayout,
    /// Go on where sound was paused.
    ResumePlayout,

    /// Send an edit of the shared document to all editor sockets but one.
    ShareEdit {
        /// The socket it came from, if it came from one.
        except: Option<PeerId>,
        /// The edit, as a Yjs update; none: the very bytes of the event being handled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        update: Option<Bytes64>,
    },
    /// Close an editor socket: what it sent cannot be taken.
    DropPeer {
        /// Which.
        peer: PeerId,
        /// Why.
        code: EditRefusal,
    },
    /// Run the candidate's code, which `Interview::code_of` holds until the run is over.
    RunCode {
        /// Name of the run; its end repeats it.
        run: RunId,
        /// The code's language.
        language: Language,
        /// On which tests.
        scope: RunScope,
        /// Of a custom run: the arguments as JSON, or a program's standard input.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        input: Option<String>,
        /// FNV-1a 64 of the code, in hex: a replay proves that it was the same.
        code_hash: String,
    },
    /// The run is no longer wanted: end whatever it started.
    CancelRun {
        /// Which.
        run: RunId,
    },

    /// The interview is over: close the recording and the socket.
    End {
        /// Why.
        reason: EndReason,
    },
}

/// What the client is told. `live` writes it as events of the wire; texts of items are read from `Interview::view`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// The session's settings are now as asked.
    SessionUpdated,
    /// The candidate took the floor.
    SpeechStarted {
        /// The item their words will become.
        item: ItemId,
        /// Where on the microphone track their speech begins.
        from: SampleIdx,
    },
    /// The candidate's turn is over.
    SpeechStopped {
        /// The item their words become.
        item: ItemId,
        /// Where on the microphone track their speech ends.
        to: SampleIdx,
    },
    /// The candidate's sound became an item.
    InputCommitted {
        /// Which.
        item: ItemId,
        /// The item before it.
        after: Option<ItemId>,
    },
    /// The candidate's uncommitted sound is forgotten.
    InputCleared,
    /// An item joined the conversation.
    ItemAdded {
        /// Which.
        item: ItemId,
        /// The item before it.
        after: Option<ItemId>,
        /// Whose.
        role: Role,
    },
    /// An item is complete.
    ItemDone {
        /// Which.
        item: ItemId,
        /// The item before it.
        after: Option<ItemId>,
    },
    /// An item was cut to what was heard.
    ItemTruncated {
        /// Which.
        item: ItemId,
        /// Sound that stays, from its start.
        audio_end: Ms,
    },
    /// An item was removed.
    ItemDeleted {
        /// Which.
        item: ItemId,
    },
    /// An item as the interview remembers it, as asked.
    ItemRetrieved {
        /// Which.
        item: ItemId,
    },
    /// Words of the candidate so far. `text` replaces what was shown before for this item.
    TranscriptPartial {
        /// The item of the turn.
        item: ItemId,
        /// All words so far.
        text: String,
    },
    /// Words of the candidate, settled.
    TranscriptDone {
        /// The item of the turn.
        item: ItemId,
        /// All words.
        text: String,
    },
    /// The candidate's words could not be had.
    TranscriptFailed {
        /// The item of the turn.
        item: ItemId,
        /// Why.
        kind: FailureKind,
    },
    /// The interviewer begins a reply.
    ReplyCreated {
        /// Which.
        reply: ReplyId,
        /// With sound, or text only.
        voice: bool,
        /// It stays outside the conversation.
        outside_conversation: bool,
    },
    /// The reply's item exists.
    ReplyItemAdded {
        /// Which reply.
        reply: ReplyId,
        /// Its item.
        item: ItemId,
        /// The item before it.
        after: Option<ItemId>,
    },
    /// The reply's next words; with sound they come as their sound begins to go out.
    ReplyWrote {
        /// Which reply.
        reply: ReplyId,
        /// Its item.
        item: ItemId,
        /// The words, with their leading space.
        delta: String,
    },
    /// The reply is over.
    ReplyDone {
        /// Which reply.
        reply: ReplyId,
        /// Its item, if it came so far.
        item: Option<ItemId>,
        /// How it ended.
        outcome: Outcome,
        /// Tokens of prompt.
        tokens_in: u32,
        /// Tokens of answer.
        tokens_out: u32,
    },
    /// The client is to speak this text itself.
    Speak {
        /// The item it belongs to.
        item: ItemId,
        /// The text.
        text: String,
    },
    /// Who has the floor now, and why.
    Floor {
        /// The state.
        state: FloorState,
        /// Name of the rule or fact that led there.
        why: String,
    },
    /// How a turn of the candidate was decided.
    Turn(TurnReport),
    /// The interview is in another phase.
    Phase {
        /// Which.
        phase: Phase,
        /// Of a design: the id of its stretch, as the question's file has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<String>,
        /// Time left in the time box.
        left: Ms,
    },
    /// The code as it stands, told when somebody looks at it: not at each keystroke.
    Editor {
        /// The language in use.
        language: Language,
        /// FNV-1a 64 of its text, in hex.
        text_hash: String,
        /// Size of the text.
        bytes: u32,
    },
    /// The candidate's code is being run.
    RunStarted {
        /// Which run.
        run: RunId,
        /// On which tests.
        scope: RunScope,
        /// The code's language.
        language: Language,
    },
    /// A run came to its end.
    RunFinished {
        /// Which.
        run: RunId,
        /// What it came to.
        report: RunReport,
    },
    /// A run came to nothing.
    RunFailed {
        /// Which.
        run: RunId,
        /// Why.
        kind: RunFailure,
        /// A sentence for the candidate.
        message: String,
    },
    /// A hint is released.
    Hint {
        /// Its tier; 1 is the gentlest.
        tier: u8,
        /// What it says.
        text: String,
        /// How many are left.
        left: u8,
    },
    /// The interviewer speaks without having been spoken to; its reply follows.
    SpokeUp {
        /// Why.
        trigger: Trigger,
    },
    /// Something the candidate should know.
    Notice {
        /// What.
        code: NoticeCode,
    },
    /// What the client asked for with the event being handled cannot be done.
    Refused {
        /// Why.
        code: RefusalCode,
        /// The field it is about.
        param: String,
    },
}

/// How a reply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Said to its end.
    Completed,
    /// The candidate cut in.
    Interrupted,
    /// The client stopped it.
    Cancelled,
    /// The model hit its length limit.
    CutShort,
    /// A service failed.
    Failed(FailureKind),
}

/// Who has the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FloorState {
    /// Nobody speaks; the interviewer listens.
    Listening,
    /// The candidate speaks.
    CandidateSpeaking,
    /// The candidate stopped, the turn may go on.
    CandidatePausing,
    /// The candidate asked for time or is known to think.
    GivingTime,
    /// The candidate speaks to somebody else; nothing of it is answered.
    AddressedElsewhere,
    /// The turn is over; an answer is being made.
    Preparing,
    /// The interviewer speaks.
    InterviewerSpeaking,
    /// The interviewer stopped because the candidate made a sound; undecided.
    InterviewerPaused,
    /// The interview is paused.
    Paused,
    /// The interview is over.
    Ended,
}

/// The interview's course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Hello, and whether all works.
    Greet,
    /// The question is put and talked about, or a story is told.
    Question,
    /// Coding: the problem is asked about.
    Clarify,
    /// Coding: how it could be done.
    Approach,
    /// Coding: the code is written.
    Code,
    /// Coding: the code is tried.
    Test,
    /// A system is designed.
    Design,
    /// What has been said, written or designed, and its limits.
    Discuss,
    /// Last words.
    WrapUp,
    /// Over.
    Ended,
}

/// What the candidate is told beside the conversation. Codes are stable; the client has the sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeCode {
    /// The recogniser fails; typing still works.
    SttFailed,
    /// The model fails; the question's own lines are spoken.
    LlmFailed,
    /// The voice fails; the reply is shown as text.
    TtsFailed,
    /// The recording stopped.
    RecordingFailed,
    /// Sound was lost because it came too fast.
    AudioOverflow,
    /// Two minutes are left.
    TimeNearlyUp,
}

/// Why a client's wish is refused. Codes are stable and documented in `docs/protocol.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// There is no such item.
    ItemNotFound,
    /// There is no such reply, or none in progress.
    ReplyNotFound,
    /// The truncation lies beyond the item's sound.
    AudioEndTooLarge,
    /// Only the interviewer's spoken items can be truncated.
    ItemNotTruncatable,
    /// There is no sound to commit (less than 100 ms).
    InputBufferEmpty,
    /// A reply is in progress already.
    ReplyInProgress,
    /// The conversation is full.
    ConversationFull,
    /// The interview is over.
    InterviewEnded,
    /// This interview does not have what is asked for (an editor, runs, hints).
    NotAvailable,
    /// The text does not fit into the shared document.
    Edit(EditRefusal),
    /// A run is in flight; wait for its end.
    RunInProgress,
    /// Too many runs within a short time.
    RunThrottled,
    /// Code is not run on this server, or not in this interview; `x.session` says why.
    RunsUnavailable,
    /// There is no code yet, or the question has no such tests.
    NothingToRun,
    /// The language in use can only be written here, not run.
    NoLanguage,
}

/// Why an edit of the shared document is refused. Codes are stable and documented in `docs/protocol.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditRefusal {
    /// It is no Yjs update.
    Malformed,
    /// It holds something else than plain text.
    NotText,
    /// It is about a text that is none of the interview's languages: of another document.
    UnknownText,
    /// One edit is too large.
    EditTooLarge,
    /// The text would become too long.
    EditorFull,
    /// The document has been edited too often.
    HistoryFull,
    /// Too many edits came before those they build on.
    OutOfOrder,
    /// The document failed and takes no more edits; it can still be read.
    Broken,
}

/// How a turn of the candidate was decided: the rule, the facts it saw, and when each thing happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnReport {
    /// Which turn.
    pub turn: TurnId,
    /// The item it became.
    pub item: ItemId,
    /// Name of the rule that ended the turn.
    pub rule: String,
    /// What lengthened the rule's own wait, if anything did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stretched_by: Option<String>,
    /// What the rule saw, as name and value, in the rule's order.
    pub facts: Vec<(String, i64)>,
    /// When each thing of this turn happened; what did not happen is absent.
    pub ledger: Ledger,
}

/// When the stages of one turn were reached. Each anchor belongs to this very turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The last speech sample, on the interview's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speech_end: Option<At>,
    /// The last final transcript came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stt_final: Option<At>,
    /// The soft end was scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scored: Option<At>,
    /// The turn was committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed: Option<At>,
    /// The model's first piece came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub llm_first_token: Option<At>,
    /// The first piece of speech was ready to be synthesized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_sentence: Option<At>,
    /// The voice's first sound came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tts_first_byte: Option<At>,
    /// The model was late and was asked a second time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hedged: Option<At>,
    /// The first sound of an opener was sent, while the answer was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opener_sent: Option<At>,
    /// The first sound of the answer itself was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_sent: Option<At>,
    /// The client said it played the first sound, be it an opener's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_played: Option<At>,
}

impl Ledger {
    /// Every stage by its name, in the order of the fields; none where it was not reached.
    pub fn stages(&self) -> [(&'static str, Option<At>); 11] {
        [
            ("speech_end", self.speech_end),
            ("stt_final", self.stt_final),
            ("scored", self.scored),
            ("committed", self.committed),
            ("llm_first_token", self.llm_first_token),
            ("first_sentence", self.first_sentence),
            ("tts_first_byte", self.tts_first_byte),
            ("hedged", self.hedged),
            ("opener_sent", self.opener_sent),
            ("first_sent", self.first_sent),
            ("first_played", self.first_played),
        ]
    }
}
