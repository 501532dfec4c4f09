//! What comes in, as events of the core: the client's frames (with their names for items and replies) and what the
//! providers answer.

use super::editors::EditorIngress;
use super::names::Names;
use super::runs::core_scope;
use crate::interview::event::{EndReason, Event, Place, Role, SessionChange, TurnTaking};
use crate::providers::stt::{SttEvent, SttFailure};
use crate::units::*;
use crate::wire::client::ClientBody;
use crate::wire::item::{ItemPlace, Role as WireRole};
use crate::wire::response::ResponseRequest;
use crate::wire::{
    AudioFormat, ClientEvent, ErrorCode, Modality, SessionPatch, SessionView, TurnDetection, WireError, name,
};
use serde_json::{Map, Value};
use tokio::sync::oneshot;

/// Messages from sockets that wait for one interview; when full, the socket is not read on: the client's own network
/// buffers are the queue behind it.
pub const INGRESS_CHANNEL: usize = 256;

/// What a socket brings.
#[derive(Debug)]
pub enum Ingress {
    /// A socket is attached.
    Joined(Joined),
    /// The socket is gone.
    Left {
        /// Which reader it was.
        reader: u64,
    },
    /// The client says something.
    Said {
        /// From which socket; those of older sockets are passed over.
        reader: u64,
        /// What.
        event: Box<ClientEvent>,
    },
    /// The client sent sound in binary form, in the session's format.
    Sound {
        /// From which socket.
        reader: u64,
        /// The sound.
        bytes: Vec<u8>,
    },
    /// The client sent something that cannot be read.
    Bad {
        /// From which socket.
        reader: u64,
        /// What is wrong with it.
        error: Box<WireError>,
        /// Dropped once the client's answer is on its way.
        answered: oneshot::Sender<()>,
    },
    /// A socket is attached that only watches.
    Watching {
        /// Its reader.
        reader: u64,
    },
    /// From an editor socket.
    Editor(EditorIngress),
}

/// A socket that was attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Its reader.
    pub reader: u64,
    /// Number of the last server event it knows; none when it knows nothing.
    pub after: Option<u64>,
    /// It wants sound as binary frames.
    pub binary: bool,
}

/// What a client's event means.
#[derive(Debug, PartialEq)]
pub enum Meaning {
    /// For the core.
    Event(Event),
    /// Sound for the microphone.
    Sound(Vec<u8>),
    /// It was said and applied before: a client that came back repeats itself.
    Repeated,
}

/// Which client event is being handled: an error or refusal that comes of it names it.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Its id.
    pub event_id: Option<String>,
    /// What a missing item or reply is called in answer to it.
    pub not_found: Option<ErrorCode>,
    /// `metadata` of a `response.create`.
    pub metadata: Option<Map<String, Value>>,
}

/// The client's side of one interview, over all its sockets.
#[derive(Debug)]
pub struct Desk {
    /// The session as the client set it.
    pub session: SessionView,
    /// Names of items.
    pub names: Names,
    /// Number of the last client event that was applied, of a client that numbers them.
    pub last_numbered: Option<u64>,
    /// The client recognises speech itself.
    words_from_client: bool,
}

impl Desk {
    /// A desk before the first client.
    pub fn new(session: SessionView, words_from_client: bool) -> Desk {
        Desk { session, names: Names::default(), last_numbered: None, words_from_client }
    }

    /// What an event of the client means now, with the microphone track ending at `mic_end`.
    ///
    /// # Errors
    /// What the client is to be told instead; nothing was changed then.
    pub fn read(&mut self, event: ClientEvent, mic_end: SampleIdx) -> (Asked, Result<Meaning, WireError>) {
        let mut asked = Asked { event_id: event.event_id.clone(), ..Asked::default() };
        if let Some(number) = event.number() {
            if self.last_numbered.is_some_and(|last| number <= last) {
                return (asked, Ok(Meaning::Repeated));
            }
            self.last_numbered = Some(number);
        }
        let meaning = self.meaning(event.body, mic_end, &mut asked);
        let meaning = meaning.map_err(|error| error.answering(asked.event_id.as_deref()));
        (asked, meaning)
    }

    fn meaning(&mut self, body: ClientBody, mic_end: SampleIdx, asked: &mut Asked) -> Result<Meaning, WireError> {
        use ErrorCode::*;
        let event = match body {
            ClientBody::AudioAppend(bytes) => return self.sound(bytes),
            ClientBody::SessionUpdate(patch) => self.change(*patch)?,
            ClientBody::AudioCommit => Event::MicCommitted { up_to: mic_end },
            ClientBody::AudioClear => Event::MicCleared { up_to: mic_end },
            ClientBody::ItemCreate { item, place } => {
                asked.not_found = Some(CreateUnknownItem);
                self.create(item.id, item.role, item.text, place)?
            }
            ClientBody::ItemRetrieve { item_id } => {
                Event::ItemRetrieved { item: self.item(&item_id, RetrieveUnknownItem, asked)? }
            }
            ClientBody::ItemDelete { item_id } => {
                Event::ItemDeleted { item: self.item(&item_id, DeleteUnknownItem, asked)? }
            }
            ClientBody::ItemTruncate { item_id, audio_end_ms } => {
                let item = self.item(&item_id, TruncateUnknownItem, asked)?;
                Event::ItemTruncated { item, audio_end: Ms(audio_end_ms) }
            }
            ClientBody::ResponseCreate(request) => self.reply(*request, asked)?,
            ClientBody::ResponseCancel { response_id } => {
                asked.not_found = Some(CancelNotActive);
                Event::ReplyCancelled { reply: response_id.map(|id| reply_named(&id)).transpose()? }
            }
            ClientBody::Playout { item_id, played_ms, done } => {
                let item = self.item(&item_id, ItemNotFound, asked)?;
                Event::PlayedReported { item, played: Ms(played_ms), done }
            }
            ClientBody::Transcript { text, is_final } => self.words(text, is_final)?,
            ClientBody::Pause => Event::Paused,
            ClientBody::Unpause => Event::Unpaused,
            ClientBody::End { .. } => Event::EndRequested { reason: EndReason::Candidate },
            ClientBody::Signal { kind, .. } => Event::SignalSeen { kind },
            ClientBody::EditorReplace { language, text } => Event::EditorReplaced { language, text },
            ClientBody::EditorLanguage { language } => Event::LanguageChosen { language },
            ClientBody::Run { scope, input } => Event::RunRequested { scope: core_scope(scope), input },
            ClientBody::Hint => Event::HintRequested,
            ClientBody::Unavailable(what) => return Err(what.error()),
        };
        Ok(Meaning::Event(event))
    }

    /// Sound in the session's format; half a sample is refused.
    ///
    /// # Errors
    /// When it does not hold whole samples.
    pub fn sound(&self, bytes: Vec<u8>) -> Result<Meaning, WireError> {
        self.session.input_format.check(&bytes)?;
        Ok(Meaning::Sound(bytes))
    }

    fn change(&mut self, patch: SessionPatch) -> Result<Event, WireError> {
        let before = self.session.clone();
        self.session.apply(patch)?;
        Ok(Event::SessionChanged(difference(&before, &self.session)))
    }

    fn create(
        &mut self,
        id: Option<String>,
        role: WireRole,
        text: String,
        place: ItemPlace,
    ) -> Result<Event, WireError> {
        if let Some(id) = id.as_deref().filter(|id| !self.names.is_free(id)) {
            let message = format!("an item with the id '{id}' exists, or the id is kept for the server");
            return Err(WireError::about(ErrorCode::ItemIdTaken, "item.id", message));
        }
        let place = match place {
            ItemPlace::End => Place::End,
            ItemPlace::Start => Place::Start,
            ItemPlace::After(id) => Place::After(self.names.find(&id).ok_or_else(|| {
                let message = format!("there is no item '{id}' to put the new one after");
                WireError::about(ErrorCode::CreateUnknownItem, "previous_item_id", message)
            })?),
        };
        let role = match role {
            WireRole::System => Role::System,
            WireRole::User => Role::Candidate,
            WireRole::Assistant => Role::Interviewer,
        };
        self.names.want(id);
        Ok(Event::ItemCreated { role, text, place })
    }

    fn item(&self, id: &str, missing: ErrorCode, asked: &mut Asked) -> Result<ItemId, WireError> {
        asked.not_found = Some(missing);
        let missing = || WireError::about(missing, "item_id", format!("there is no item '{id}'"));
        self.names.find(id).ok_or_else(missing)
    }

    fn reply(&mut self, request: ResponseRequest, asked: &mut Asked) -> Result<Event, WireError> {
        request.check(&self.session)?;
        asked.metadata = request.metadata;
        Ok(Event::ReplyRequested {
            instructions: request.instructions,
            voice: request.modality.map(|modality| modality == Modality::Audio),
            outside_conversation: request.outside_conversation,
        })
    }

    fn words(&self, text: String, is_final: bool) -> Result<Event, WireError> {
        if !self.words_from_client {
            let message =
                "this interview recognises speech itself; send sound, or create the session with words: client";
            return Err(WireError::about(ErrorCode::NotAvailable, "type", message));
        }
        Ok(match is_final {
            true => Event::FinalHeard { utterance: None, text },
            false => Event::PartialHeard { utterance: None, text },
        })
    }

    /// Format of the candidate's sound.
    pub fn input_format(&self) -> AudioFormat {
        self.session.input_format
    }
}

fn reply_named(id: &str) -> Result<ReplyId, WireError> {
    name::parse_response(id).ok_or_else(|| {
        WireError::about(ErrorCode::CancelNotActive, "response_id", format!("there is no response '{id}' in progress"))
    })
}

/// What the core is told of a change; fields that stayed are left out.
fn difference(before: &SessionView, now: &SessionView) -> SessionChange {
    let mut change = SessionChange::default();
    if now.turn_detection != before.turn_detection {
        let (answers, yields) = now.turn_detection.as_ref().map_or((false, false), TurnDetection::answers_and_yields);
        change.turn_taking = Some(match &now.turn_detection {
            None => TurnTaking::Client,
            Some(TurnDetection::ServerVad { silence_duration_ms, .. }) => TurnTaking::Silence(Ms(*silence_duration_ms)),
            Some(TurnDetection::SemanticVad { .. }) => TurnTaking::Rules,
        });
        change.answers_by_itself = Some(answers);
        change.may_interrupt = Some(yields);
    }
    if now.instructions != before.instructions {
        change.instructions = Some(now.instructions.clone());
    }
    if now.modality != before.modality {
        change.voice = Some(now.modality == Modality::Audio);
    }
    change
}

/// What a recogniser's answer is for the core.
pub fn heard(answer: Result<SttEvent, SttFailure>) -> Event {
    match answer {
        Ok(SttEvent::Partial { utterance, text }) => {
            Event::PartialHeard { utterance: Some(UtteranceId(utterance)), text }
        }
        Ok(SttEvent::Final { utterance, text }) => Event::FinalHeard { utterance: Some(UtteranceId(utterance)), text },
        Err(failure) => {
            tracing::warn!(utterance = failure.utterance, error = %failure.error, "recogniser failed");
            Event::TranscriptionFailed { utterance: failure.utterance.map(UtteranceId), kind: failure.error.kind }
        }
    }
}
