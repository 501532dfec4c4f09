//! The objects inside our own server events (`x.…`). The words mirror the core's on purpose: what is on the wire is a
//! promise to clients and must not change by accident when the core does.

use super::workspace::WorkspaceView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $word:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[ts(export_to = "wire.ts")]
        pub enum $name { $($(#[$each])* $word),* }
    };
}

words! {
    /// Who has the floor.
    FloorState {
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
        /// The interviewer stopped because the candidate made a sound; undecided. Hold your playback.
        InterviewerPaused,
        /// The interview is paused.
        Paused,
        /// The interview is over.
        Ended,
    }
}

words! {
    /// The interview's course.
    Phase {
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
}

words! {
    /// What the candidate is told beside the conversation.
    NoticeCode {
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
        /// `after` lies too far back: the missed events are gone, ask for items with `conversation.item.retrieve`.
        ResumeGap,
    }
}

words! {
    /// Why an interview ended.
    EndReason {
        /// The candidate ended it.
        Candidate,
        /// All that was to be said has been said.
        Completed,
        /// The time box is used up.
        TimeUp,
        /// The client did not come back within the grace period.
        Abandoned,
        /// The server shuts down.
        Shutdown,
    }
}

words! {
    /// Where the candidate's words come from.
    WordsFrom {
        /// A recogniser in the server.
        Server,
        /// The client recognises speech and sends `x.transcript`.
        Client,
    }
}

words! {
    /// Who makes the interviewer's sound.
    VoiceFrom {
        /// The server; sound comes as `response.output_audio.delta` or binary frames.
        Server,
        /// The client speaks what `x.speak` says.
        Client,
        /// Nobody: replies are text.
        Silent,
    }
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export_to = "wire.ts")]
pub struct QuestionView {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The statement, as Markdown.
    pub statement: String,
}

/// Names of the services in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[ts(export_to = "wire.ts")]
pub struct ProvidersView {
    /// Speech recognition.
    pub stt: String,
    /// Language model.
    pub llm: String,
    /// Voice.
    pub tts: String,
    /// Voice detector.
    pub vad: String,
}

/// Limits that a client should keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct LimitsView {
    /// Largest text of an item, in bytes.
    pub text_bytes: u64,
    /// Largest frame, in bytes.
    pub frame_bytes: u64,
    /// How long a lost client is waited for, in ms.
    pub grace_ms: u64,
    /// A client that plays sound reports `x.playout` at least this often, in ms.
    pub playout_every_ms: u64,
}

/// All about the interview that `session.created` has no place for. Sent right after it, on every socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct InterviewView {
    /// The interview's id, for `?session=`.
    pub session: String,
    /// What is asked; absent when the interview has no question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub question: Option<QuestionView>,
    /// Where the candidate writes code; absent when there is only talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub workspace: Option<WorkspaceView>,
    /// The phases in their order.
    pub phases: Vec<Phase>,
    /// The phase it is in.
    pub phase: Phase,
    /// Length of the interview, in minutes.
    pub minutes: u32,
    /// Time left, in ms.
    pub left_ms: u64,
    /// Whether the interview is recorded.
    pub recording: bool,
    /// Where the candidate's words come from.
    pub words: WordsFrom,
    /// Who makes the interviewer's sound.
    pub voice: VoiceFrom,
    /// Services in use.
    pub providers: ProvidersView,
    /// Limits.
    pub limits: LimitsView,
    /// This socket takes up an interview that another socket began.
    pub resumed: bool,
    /// Number of the last numbered client event that was applied (`c_<n>`); absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last_client_event: Option<u64>,
}

/// One thing a rule saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct Fact {
    /// What.
    pub name: String,
    /// Its value; the name ends in the unit where there is one.
    pub value: i64,
}

/// When the stages of one turn were reached, in ms since the interview began. What did not happen is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts", optional_fields)]
pub struct TurnLedger {
    /// The last speech sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speech_end_ms: Option<u64>,
    /// The last final transcript came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stt_final_ms: Option<u64>,
    /// The soft end was scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scored_ms: Option<u64>,
    /// The turn was committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_ms: Option<u64>,
    /// The model's first piece came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub llm_first_token_ms: Option<u64>,
    /// The first piece of speech was ready to be synthesized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_sentence_ms: Option<u64>,
    /// The voice's first sound came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tts_first_byte_ms: Option<u64>,
    /// The model was late and was asked a second time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hedged_ms: Option<u64>,
    /// The first sound of an opener ("Okay.") was sent, while the answer was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opener_sent_ms: Option<u64>,
    /// The first sound of the answer itself was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_sent_ms: Option<u64>,
    /// The client said it played the first sound, be it an opener's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_played_ms: Option<u64>,
}

/// How a turn of the candidate was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "wire.ts")]
pub struct TurnView {
    /// Counts from 1.
    pub turn: u32,
    /// The item it became.
    pub item_id: String,
    /// Name of the rule that ended it.
    pub rule: String,
    /// What lengthened the rule's own wait (`own_pauses`), if anything did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stretched_by: Option<String>,
    /// What the rule saw, in its order.
    pub facts: Vec<Fact>,
    /// When each thing happened.
    pub ledger: TurnLedger,
}
