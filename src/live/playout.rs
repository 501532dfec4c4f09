//! The interviewer's sound on its way out: which speech is heard next, and how far ahead of real time it is sent.
//!
//! A plain struct without a task or a clock of its own: the driver asks it at a time and sends what it answers, so
//! nothing can slip out after a stop. Held speeches wait in the bounded channel of their own synthesis.

use super::tasks::Task;
use crate::units::*;
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// How far ahead of real time sound is sent. Less starves clients on a jittery network, more delays an interruption.
pub const AHEAD: Ms = Ms(300);
/// Length of one chunk of sound on the wire.
pub const CHUNK: Ms = Ms(40);
/// Sound of the speech being played that is kept ready here. When there is this much, its channel is left alone; when
/// that is full too, synthesis waits.
pub const BUFFER: Ms = Ms(2000);
/// Chunks in the channel between a synthesis and the playout, each at most 200 ms; when full, synthesis waits.
pub const SPEECH_CHANNEL: usize = 10;
/// Speeches held or playing at once; one more is refused, which the interview is told as a failed speech.
pub const MAX_SPEECHES: usize = 64;

const SAMPLES_PER_MS: u64 = TRACK_RATE.0 as u64 / 1000;
const CHUNK_SAMPLES: u64 = CHUNK.0 * SAMPLES_PER_MS;
const AHEAD_SAMPLES: u64 = AHEAD.0 * SAMPLES_PER_MS;
const BUFFER_SAMPLES: usize = (BUFFER.0 * SAMPLES_PER_MS) as usize;

/// The speeches of one interview that are not yet played to their end.
#[derive(Debug, Default)]
pub struct Playout {
    held: Vec<Speech>,
    playing: VecDeque<Playing>,
    /// When all sound sent so far will have been played, in samples on the interview's clock.
    horizon: u64,
    /// When it was paused, if it is.
    paused: Option<At>,
    /// The client stops playing while sound is paused: what it had then, it still has when sound goes on.
    client_pauses: bool,
}

/// A speech whose sound comes over a channel.
#[derive(Debug)]
pub struct Speech {
    /// Its name.
    pub speech: SpeechId,
    /// The reply it belongs to.
    pub reply: ReplyId,
    /// The item it belongs to.
    pub item: ItemId,
    /// Its sound, mono at `TRACK_RATE`; closed at its end.
    pub sound: mpsc::Receiver<Vec<i16>>,
    /// The synthesis; stops when the speech is dropped.
    pub task: Option<Task>,
}

/// What the playout hands to the driver.
#[derive(Debug, PartialEq, Eq)]
pub enum Out {
    /// The next sound for the client.
    Chunk {
        /// Which speech.
        speech: SpeechId,
        /// Its reply.
        reply: ReplyId,
        /// Its item.
        item: ItemId,
        /// Mono samples at `TRACK_RATE`, at most [`CHUNK`].
        samples: Vec<i16>,
        /// All that is sent of the speech, with this chunk.
        sent: Ms,
    },
    /// The speech is sent to its end.
    Finished {
        /// Which speech.
        speech: SpeechId,
        /// All that was sent of it.
        sent: Ms,
    },
}

#[derive(Debug)]
struct Playing {
    speech: Speech,
    buffer: VecDeque<i16>,
    ended: bool,
    sent_samples: u64,
}

impl Playout {
    /// Takes a speech and holds it until [`Playout::play`]. False when there are [`MAX_SPEECHES`] already.
    #[must_use]
    pub fn hold(&mut self, speech: Speech) -> bool {
        if self.held.len() + self.playing.len() >= MAX_SPEECHES {
            return false;
        }
        self.held.push(speech);
        true
    }

    /// Lets a held speech go out after all that were let go before it. Unknown names do nothing: the speech failed
    /// before it was held.
    pub fn play(&mut self, id: SpeechId) {
        if let Some(place) = self.held.iter().position(|held| held.speech == id) {
            let speech = self.held.remove(place);
            self.playing.push_back(Playing { speech, buffer: VecDeque::new(), ended: false, sent_samples: 0 });
        }
    }

    /// Forgets a speech and its sound and stops its synthesis.
    pub fn drop_speech(&mut self, id: SpeechId) {
        self.held.retain(|held| held.speech != id);
        if self.playing.front().is_some_and(|playing| playing.speech.speech == id) {
            // What the client has of it, it forgets as well: the next speech need not wait for it.
            self.horizon = 0;
        }
        self.playing.retain(|playing| playing.speech.speech != id);
    }

    /// The client reports what it plays, so it knows of pauses and stops in them.
    pub fn client_pauses(&mut self) {
        self.client_pauses = true;
    }

    /// Sends nothing until [`Playout::resume`].
    pub fn pause(&mut self, now: At) {
        self.paused.get_or_insert(now);
    }

    /// Goes on where it was paused.
    pub fn resume(&mut self, now: At) {
        let Some(since) = self.paused.take().filter(|_| self.client_pauses) else { return };
        if self.horizon > since.0.saturating_mul(SAMPLES_PER_MS) {
            self.horizon = self.horizon.saturating_add((now - since).samples(TRACK_RATE));
        }
    }

    /// Takes the next sound of the speech being played from its synthesis; never ready while there is none to take.
    /// Safe to cancel.
    pub async fn fill(&mut self) {
        match self.playing.front_mut() {
            Some(head) if !head.ended && head.buffer.len() < BUFFER_SAMPLES => match head.speech.sound.recv().await {
                Some(samples) => head.buffer.extend(samples),
                None => head.ended = true,
            },
            _ => std::future::pending().await,
        }
    }

    /// When [`Playout::next`] has something to hand out; none while it waits for sound, a play or a resume.
    pub fn due(&self) -> Option<At> {
        let head = self.playing.front()?;
        if self.paused.is_some() {
            return None;
        }
        let ready = head.ready_samples()?;
        // The chunk may go when, with it, the client is at most AHEAD in front of real time.
        let earliest = (self.horizon + ready as u64).saturating_sub(AHEAD_SAMPLES);
        Some(At(earliest.div_ceil(SAMPLES_PER_MS)))
    }

    /// The next sound or end of a speech, if it is due at `now`.
    pub fn next(&mut self, now: At) -> Option<Out> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        let head = self.playing.front_mut()?;
        let take = head.ready_samples()?;
        if take == 0 {
            let finished = Out::Finished { speech: head.speech.speech, sent: head.sent() };
            self.playing.pop_front();
            return Some(finished);
        }
        let samples: Vec<i16> = head.buffer.drain(..take).collect();
        head.sent_samples += take as u64;
        let starts = self.horizon.max(now.0.saturating_mul(SAMPLES_PER_MS));
        self.horizon = starts + take as u64;
        let Speech { speech, reply, item, .. } = head.speech;
        Some(Out::Chunk { speech, reply, item, samples, sent: head.sent() })
    }
}

impl Playing {
    fn sent(&self) -> Ms {
        Ms::of_samples(self.sent_samples, TRACK_RATE)
    }

    /// How many samples the next step takes: a whole chunk, the rest at the end (zero: nothing is left); none while
    /// there is too little sound.
    fn ready_samples(&self) -> Option<usize> {
        let chunk = CHUNK_SAMPLES as usize;
        match self.buffer.len() {
            enough if enough >= chunk => Some(chunk),
            rest if self.ended => Some(rest),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn speech(id: u32, chunks: &[usize], ends: bool) -> (Speech, mpsc::Sender<Vec<i16>>) {
        let (sender, sound) = mpsc::channel(SPEECH_CHANNEL);
        for (place, length) in chunks.iter().enumerate() {
            sender.try_send(vec![place as i16; *length]).expect("room");
        }
        let speech = Speech { speech: SpeechId(id), reply: ReplyId(1), item: ItemId(1), sound, task: None };
        let kept = if ends { mpsc::channel(1).0 } else { sender };
        (speech, kept)
    }

    fn playing(speeches: &[(u32, &[usize])]) -> Playout {
        let mut playout = Playout::default();
        for (id, chunks) in speeches {
            assert!(playout.hold(speech(*id, chunks, true).0));
            playout.play(SpeechId(*id));
        }
        playout
    }

    /// Lets all sound in that is there, and takes all that is due.
    fn take_all(playout: &mut Playout, now: At) -> Vec<Out> {
        let mut taken = Vec::new();
        loop {
            while playout.fill().now_or_never().is_some() {}
            match playout.next(now) {
                Some(out) => taken.push(out),
                None => return taken,
            }
        }
    }

    fn sent_of(outs: &[Out]) -> Vec<(u32, u64)> {
        outs.iter()
            .map(|out| match out {
                Out::Chunk { speech, sent, .. } | Out::Finished { speech, sent } => (speech.0, sent.0),
            })
            .collect()
    }

    #[test]
    fn a_held_speech_is_silent_until_it_is_played() {
        let mut playout = Playout::default();
        assert!(playout.hold(speech(1, &[4800], true).0));
        assert_eq!(take_all(&mut playout, At(1000)), vec![]);
        assert_eq!(playout.due(), None);
        playout.play(SpeechId(1));
        assert_eq!(sent_of(&take_all(&mut playout, At(1000))).last(), Some(&(1, 200)));
    }

    #[test]
    fn sound_runs_at_most_ahead_of_the_clock_and_then_in_real_time() {
        let mut playout = playing(&[(1, &[4800; 5])]);
        let first = take_all(&mut playout, At(100));
        assert_eq!(sent_of(&first).last(), Some(&(1, 280)), "seven chunks of 40 ms fit into 300 ms");
        assert_eq!(
            playout.due(),
            Some(At(120)),
            "at 120 ms the client has played 20 ms and 320 - 20 = 300 ms are ahead"
        );
        assert_eq!(take_all(&mut playout, At(119)), vec![]);
        assert_eq!(sent_of(&take_all(&mut playout, At(120))), vec![(1, 320)]);
        assert_eq!(sent_of(&take_all(&mut playout, At(160))), vec![(1, 360)]);
    }

    #[test]
    fn the_last_chunk_may_be_short_and_the_end_is_told_once_it_is_sent() {
        let mut playout = playing(&[(1, &[1200])]);
        let outs = take_all(&mut playout, At(0));
        assert_eq!(sent_of(&outs), vec![(1, 40), (1, 50), (1, 50)]);
        assert!(matches!(outs.last(), Some(Out::Finished { .. })));
        assert_eq!(take_all(&mut playout, At(9000)), vec![]);
    }

    #[test]
    fn speeches_follow_each_other_in_the_order_of_play() {
        let mut playout = Playout::default();
        for id in [1, 2, 3] {
            assert!(playout.hold(speech(id, &[960], true).0));
        }
        playout.play(SpeechId(2));
        playout.play(SpeechId(1));
        let order: Vec<u32> = sent_of(&take_all(&mut playout, At(0))).iter().map(|(id, _)| *id).collect();
        assert_eq!(order, vec![2, 2, 1, 1]);
    }

    #[test]
    fn a_dropped_speech_sends_nothing_more_and_its_synthesis_sees_the_channel_close() {
        let mut playout = Playout::default();
        let (held, sender) = speech(1, &[960; 8], false);
        assert!(playout.hold(held));
        playout.play(SpeechId(1));
        assert!(!take_all(&mut playout, At(0)).is_empty());
        playout.drop_speech(SpeechId(1));
        assert_eq!(take_all(&mut playout, At(9000)), vec![]);
        assert!(sender.is_closed());
    }

    #[test]
    fn after_an_interruption_the_next_speech_need_not_wait_for_sound_the_client_forgot() {
        let mut playout = playing(&[(1, &[4800; 5])]);
        take_all(&mut playout, At(0));
        playout.drop_speech(SpeechId(1));
        assert!(playout.hold(speech(2, &[960], true).0));
        playout.play(SpeechId(2));
        assert_eq!(sent_of(&take_all(&mut playout, At(5))).first(), Some(&(2, 40)));
    }

    #[test]
    fn a_pause_keeps_the_sound_and_resuming_goes_on_where_it_stopped() {
        let mut playout = playing(&[(1, &[4800; 2])]);
        take_all(&mut playout, At(0));
        playout.pause(At(280));
        assert_eq!(playout.due(), None);
        assert_eq!(take_all(&mut playout, At(5000)), vec![]);
        playout.resume(At(5000));
        assert_eq!(sent_of(&take_all(&mut playout, At(5000))).first(), Some(&(1, 320)));
    }

    #[test]
    fn a_client_that_pauses_too_is_sent_no_more_than_it_lacks() {
        let mut playout = playing(&[(1, &[4800; 4])]);
        playout.client_pauses();
        take_all(&mut playout, At(0));
        playout.pause(At(100));
        playout.resume(At(5100));
        let sent = sent_of(&take_all(&mut playout, At(5100)));
        assert_eq!(sent.last(), Some(&(1, 400)), "it had 180 ms left of 280 ms and gets 120 ms");
    }

    #[test]
    fn a_starving_speech_waits_for_a_whole_chunk_and_restarts_the_clock() {
        let mut playout = Playout::default();
        let (held, sender) = speech(1, &[500], false);
        assert!(playout.hold(held));
        playout.play(SpeechId(1));
        assert_eq!(take_all(&mut playout, At(0)), vec![]);
        sender.try_send(vec![0; 500]).expect("room");
        let outs = take_all(&mut playout, At(700));
        assert_eq!(sent_of(&outs), vec![(1, 40)]);
        assert_eq!(playout.horizon, 740 * SAMPLES_PER_MS, "the client plays it from now on");
    }

    #[test]
    fn an_empty_speech_finishes_at_once() {
        let mut playout = playing(&[(1, &[]), (2, &[960])]);
        assert_eq!(sent_of(&take_all(&mut playout, At(0))), vec![(1, 0), (2, 40), (2, 40)]);
    }

    #[test]
    fn only_so_many_speeches_are_held() {
        let mut playout = Playout::default();
        let taken = (0..100).filter(|id| playout.hold(speech(*id, &[], true).0)).count();
        assert_eq!(taken, MAX_SPEECHES);
    }

    #[test]
    fn only_two_seconds_are_taken_from_a_fast_synthesis() {
        let mut playout = Playout::default();
        let (held, sender) = speech(1, &[], false);
        assert!(playout.hold(held));
        playout.play(SpeechId(1));
        let mut taken = 0;
        while taken < 100 && sender.try_send(vec![0; 4800]).is_ok() {
            playout.fill().now_or_never();
            taken += 1;
        }
        assert_eq!(taken, 10 + SPEECH_CHANNEL, "2 s here and 2 s in the channel");
    }
}
