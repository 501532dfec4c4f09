//! The server's sound on its way out, as `live/playout.rs` paces it, counted in ms instead of samples.

use crate::units::*;
use std::collections::VecDeque;

const AHEAD: Ms = Ms(300);
const CHUNK: Ms = Ms(40);

/// The speeches that are not yet sent to their end.
#[derive(Debug, Default)]
pub struct Playout {
    held: Vec<Speech>,
    playing: VecDeque<Speech>,
    horizon: At,
    paused: bool,
}

#[derive(Debug)]
struct Speech {
    id: SpeechId,
    item: ItemId,
    ready: Ms,
    sent: Ms,
    ended: bool,
}

impl Speech {
    fn take(&self) -> Option<Ms> {
        if self.ready >= CHUNK {
            return Some(CHUNK);
        }
        self.ended.then_some(self.ready)
    }
}

/// What goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// Sound.
    Chunk {
        /// Of which speech.
        speech: SpeechId,
        /// Of which item.
        item: ItemId,
        /// Its length.
        length: Ms,
        /// All that was sent of the speech, with it.
        sent: Ms,
    },
    /// A speech is sent to its end.
    Finished {
        /// Which.
        speech: SpeechId,
        /// All that was sent of it.
        sent: Ms,
    },
}

impl Playout {
    /// A speech is being made.
    pub fn hold(&mut self, id: SpeechId, item: ItemId) {
        self.held.push(Speech { id, item, ready: Ms(0), sent: Ms(0), ended: false });
    }

    /// It may go out.
    pub fn play(&mut self, id: SpeechId) {
        if let Some(place) = self.held.iter().position(|speech| speech.id == id) {
            self.playing.push_back(self.held.remove(place));
        }
    }

    /// It is forgotten.
    pub fn drop_speech(&mut self, id: SpeechId) {
        self.held.retain(|speech| speech.id != id);
        if self.playing.front().is_some_and(|speech| speech.id == id) {
            self.horizon = At(0);
        }
        self.playing.retain(|speech| speech.id != id);
    }

    /// Nothing goes out.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// It goes on.
    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// Whether nothing goes out.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Speeches held back or on their way.
    pub fn speeches(&self) -> usize {
        self.held.len() + self.playing.len()
    }

    fn speech(&mut self, id: SpeechId) -> Option<&mut Speech> {
        self.held.iter_mut().chain(self.playing.iter_mut()).find(|speech| speech.id == id)
    }

    /// Sound of a speech was made.
    pub fn sound(&mut self, id: SpeechId, length: Ms) {
        if let Some(speech) = self.speech(id) {
            speech.ready += length;
        }
    }

    /// No more of it will be made.
    pub fn ends(&mut self, id: SpeechId) {
        if let Some(speech) = self.speech(id) {
            speech.ended = true;
        }
    }

    /// Sound of it that waits.
    pub fn backlog(&mut self, id: SpeechId) -> Ms {
        self.speech(id).map_or(Ms(0), |speech| speech.ready)
    }

    /// When something goes out.
    pub fn due(&self) -> Option<At> {
        let take = self.playing.front()?.take()?;
        (!self.paused).then(|| At((self.horizon + take).0.saturating_sub(AHEAD.0)))
    }

    /// What goes out.
    pub fn next(&mut self, now: At) -> Option<Out> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        let head = self.playing.front_mut()?;
        let length = head.take()?;
        if length == Ms(0) {
            let finished = Out::Finished { speech: head.id, sent: head.sent };
            self.playing.pop_front();
            return Some(finished);
        }
        head.ready = head.ready - length;
        head.sent += length;
        self.horizon = self.horizon.max(now) + length;
        Some(Out::Chunk { speech: head.id, item: head.item, length, sent: head.sent })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_paces_as_the_live_one_does() {
        let mut playout = Playout::default();
        playout.hold(SpeechId(1), ItemId(1));
        playout.sound(SpeechId(1), Ms(350));
        assert_eq!(playout.due(), None, "held");
        playout.play(SpeechId(1));
        let count = std::iter::from_fn(|| playout.next(At(100))).count();
        assert_eq!((count, playout.due()), (7, Some(At(120))));
        playout.ends(SpeechId(1));
        assert!(matches!(playout.next(At(120)), Some(Out::Chunk { sent: Ms(320), .. })));
        playout.pause();
        assert_eq!(playout.next(At(900)), None);
        playout.resume();
        assert!(matches!(playout.next(At(900)), Some(Out::Chunk { sent: Ms(350), length: Ms(30), .. })));
        assert_eq!(playout.next(At(900)), Some(Out::Finished { speech: SpeechId(1), sent: Ms(350) }));
    }
}
