//! What the interview sends to its client: a bounded log, numbered in order, that sockets read.
//!
//! The driver appends; a socket reads from its own place. A socket that comes back reads on from the last event it
//! knows; one that reads so slowly that its place falls out of the log is closed and may come back. Old entries fall out
//! at the front, so the driver never waits for a socket.
//!
//! One socket is the client's, the newest; beside it a few may watch. They are given everything but sound and end nobody.

use crate::wire::Close;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Events kept for a client that comes back; older ones fall out.
pub const MAX_EVENTS: usize = 2000;
/// Bytes kept for a client that comes back; older events fall out. About eight seconds of base64 sound.
pub const MAX_BYTES: usize = 512 * 1024;

/// Sockets that may watch an interview at once.
pub const WATCHERS_MAX: usize = 4;

/// One message for the client, ready for the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// JSON.
    Text(Arc<str>),
    /// Sound in JSON.
    Speech(Arc<str>),
    /// Sound in binary form.
    Binary(bytes::Bytes),
}

impl Frame {
    fn len(&self) -> usize {
        match self {
            Frame::Text(text) | Frame::Speech(text) => text.len(),
            Frame::Binary(bytes) => bytes.len(),
        }
    }
}

/// What a socket has to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this.
    Send(Frame),
    /// Close.
    Close(Close),
}

/// The writing end: the driver's.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
}

/// The reading end: one socket's. It reads nothing before the driver has seated it.
#[derive(Debug)]
pub struct Reader {
    shared: Arc<Shared>,
    reader: u64,
    watches: bool,
    place: Option<u64>,
    preface: VecDeque<Frame>,
}

/// Where a reader begins.
#[derive(Debug)]
struct Seat {
    place: u64,
    preface: VecDeque<Frame>,
}

/// Gives out readers; kept by the interview's handle.
#[derive(Clone, Debug)]
pub struct Readers {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    log: Mutex<Log>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Log {
    frames: VecDeque<Frame>,
    /// How many frames have fallen out; the first one in `frames` has the number after it.
    first: u64,
    bytes: usize,
    goodbye: Option<Close>,
    /// The number of the last reader.
    last: u64,
    /// The client's reader: a newer one ends the older.
    reader: u64,
    /// Readers that watch.
    watchers: BTreeSet<u64>,
    /// Where readers are to begin, until they know.
    seats: BTreeMap<u64, Seat>,
}

impl Log {
    fn end(&self) -> u64 {
        self.first + self.frames.len() as u64
    }

    fn may_read(&self, reader: u64) -> bool {
        self.reader == reader || self.watchers.contains(&reader)
    }
}

/// An empty log: its writing end, and where readers come from.
pub fn outbox() -> (Outbox, Readers) {
    let shared = Arc::new(Shared::default());
    (Outbox { shared: shared.clone() }, Readers { shared })
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        // The log is whole after every statement below, so a panic elsewhere cannot have torn it.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbox {
    /// Number the next frame will have, from 1.
    pub fn next_number(&self) -> u64 {
        self.shared.log().end() + 1
    }

    /// Lets a reader begin with what comes after the frame numbered `after` (none: with what comes next), and before
    /// that with `preface`, which stands outside of the log. Does nothing when a newer reader has come.
    pub fn seat(&self, reader: u64, after: Option<u64>, preface: Vec<Frame>) {
        let mut log = self.shared.log();
        if log.may_read(reader) {
            let place = after.unwrap_or(u64::MAX).clamp(log.first, log.end());
            log.seats.insert(reader, Seat { place, preface: preface.into() });
        }
        drop(log);
        self.shared.changed.notify_waiters();
    }

    /// Whether frames after the one numbered `after` have fallen out.
    pub fn has_lost(&self, after: u64) -> bool {
        after < self.shared.log().first
    }

    /// Appends a frame; the oldest fall out beyond [`MAX_EVENTS`] and [`MAX_BYTES`]. Does nothing after a goodbye.
    pub fn push(&self, frame: Frame) {
        let mut log = self.shared.log();
        if log.goodbye.is_some() {
            return;
        }
        log.bytes += frame.len();
        log.frames.push_back(frame);
        while log.frames.len() > MAX_EVENTS || (log.bytes > MAX_BYTES && log.frames.len() > 1) {
            if let Some(old) = log.frames.pop_front() {
                log.bytes -= old.len();
                log.first += 1;
            }
        }
        drop(log);
        self.shared.changed.notify_waiters();
    }

    /// Nothing follows: the socket is closed once it has read all.
    pub fn close(&self, goodbye: Close) {
        self.shared.log().goodbye.get_or_insert(goodbye);
        self.shared.changed.notify_waiters();
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        // A driver that went without a goodbye broke.
        self.close(Close::Internal);
    }
}

impl Readers {
    /// A new reader for the client, still to be seated. Those given out before end with [`Close::TakenOver`].
    pub fn open(&self) -> Reader {
        let mut log = self.shared.log();
        let before = log.reader;
        log.seats.remove(&before);
        log.last += 1;
        log.reader = log.last;
        let reader = self.reader(log.last, false);
        drop(log);
        self.shared.changed.notify_waiters();
        reader
    }

    /// A new reader that watches, still to be seated. Beyond [`WATCHERS_MAX`] it ends at once with [`Close::TooManyWatchers`];
    /// dropping one leaves its place to another.
    pub fn watch(&self) -> Reader {
        let mut log = self.shared.log();
        log.last += 1;
        let number = log.last;
        if log.watchers.len() < WATCHERS_MAX {
            log.watchers.insert(number);
        }
        self.reader(number, true)
    }

    fn reader(&self, reader: u64, watches: bool) -> Reader {
        Reader { shared: self.shared.clone(), reader, watches, place: None, preface: VecDeque::new() }
    }
}

impl Reader {
    /// Which reader this is; newer ones have higher numbers.
    pub fn number(&self) -> u64 {
        self.reader
    }

    /// What there is to do now, if anything.
    pub fn try_next(&mut self) -> Option<Next> {
        let mut log = self.shared.log();
        if !log.may_read(self.reader) {
            return Some(Next::Close(if self.watches { Close::TooManyWatchers } else { Close::TakenOver }));
        }
        if let Some(seat) = log.seats.remove(&self.reader) {
            (self.place, self.preface) = (Some(seat.place), seat.preface);
        }
        if let Some(frame) = self.preface.pop_front() {
            return Some(Next::Send(frame));
        }
        let goodbye = log.goodbye.map(Next::Close);
        loop {
            let Some(place) = self.place else { return goodbye };
            if place < log.first {
                return Some(Next::Close(Close::TooSlow));
            }
            let Some(frame) = log.frames.get((place - log.first) as usize) else { return goodbye };
            self.place = Some(place + 1);
            // Sound is for the client: who watches reads along.
            if !self.watches || matches!(frame, Frame::Text(_)) {
                return Some(Next::Send(frame.clone()));
            }
        }
    }

    /// Waits for something to do. Safe to cancel.
    pub async fn next(&mut self) -> Next {
        loop {
            let shared = self.shared.clone();
            let changed = shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(next) = self.try_next() {
                return next;
            }
            changed.await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut log = self.shared.log();
        log.watchers.remove(&self.reader);
        log.seats.remove(&self.reader);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Frame {
        Frame::Text(text.into())
    }

    fn read_all(reader: &mut Reader) -> Vec<Next> {
        let mut all = Vec::new();
        while let Some(next) = reader.try_next() {
            let stop = matches!(next, Next::Close(_));
            all.push(next);
            if stop {
                break;
            }
        }
        all
    }

    fn seated(outbox: &Outbox, readers: &Readers, after: Option<u64>) -> Reader {
        let reader = readers.open();
        outbox.seat(reader.number(), after, Vec::new());
        reader
    }

    #[test]
    fn a_reader_gets_every_frame_in_order() {
        let (outbox, readers) = outbox();
        let mut reader = seated(&outbox, &readers, None);
        for word in ["a", "b"] {
            outbox.push(text(word));
        }
        outbox.close(Close::Ended);
        outbox.push(text("never"));
        let all = read_all(&mut reader);
        assert_eq!(all, vec![Next::Send(text("a")), Next::Send(text("b")), Next::Close(Close::Ended)]);
    }

    #[test]
    fn a_reader_that_is_not_seated_reads_nothing() {
        let (outbox, readers) = outbox();
        let mut reader = readers.open();
        outbox.push(text("before"));
        assert_eq!(reader.try_next(), None);
        outbox.seat(reader.number(), None, Vec::new());
        outbox.push(text("after"));
        assert_eq!(read_all(&mut reader), vec![Next::Send(text("after"))]);
    }

    #[test]
    fn a_client_that_comes_back_reads_on_after_the_event_it_names() {
        let (outbox, readers) = outbox();
        for word in ["a", "b", "c"] {
            outbox.push(text(word));
        }
        let reader = readers.open();
        outbox.seat(reader.number(), Some(1), vec![text("welcome")]);
        let mut reader = reader;
        let expected = ["welcome", "b", "c"].map(|word| Next::Send(text(word)));
        assert_eq!(read_all(&mut reader), expected);
        let mut from_the_start = seated(&outbox, &readers, Some(0));
        assert_eq!(read_all(&mut from_the_start).len(), 3);
        let mut ahead = seated(&outbox, &readers, Some(99));
        assert_eq!(read_all(&mut ahead), vec![], "a number never sent means: all is known");
    }

    #[test]
    fn the_log_is_bounded_in_events_and_bytes_and_tells_of_a_gap() {
        let (outbox, readers) = outbox();
        for number in 1..=MAX_EVENTS + 5 {
            outbox.push(text(&number.to_string()));
        }
        assert!(outbox.has_lost(4) && !outbox.has_lost(5));
        let mut reader = seated(&outbox, &readers, Some(0));
        assert_eq!(reader.try_next(), Some(Next::Send(text("6"))));
        for _ in 0..3 {
            outbox.push(text(&"x".repeat(MAX_BYTES / 2)));
        }
        assert_eq!(read_all(&mut seated(&outbox, &readers, Some(0))).len(), 2, "two halves fit");
    }

    #[test]
    fn one_frame_larger_than_the_log_still_goes_out() {
        let (outbox, readers) = outbox();
        let mut reader = seated(&outbox, &readers, None);
        outbox.push(text(&"x".repeat(MAX_BYTES + 1)));
        assert!(matches!(reader.try_next(), Some(Next::Send(_))));
    }

    #[test]
    fn a_socket_too_slow_for_the_log_is_closed() {
        let (outbox, readers) = outbox();
        let mut reader = seated(&outbox, &readers, None);
        assert_eq!(reader.try_next(), None);
        for _ in 0..=MAX_EVENTS {
            outbox.push(text("x"));
        }
        assert_eq!(reader.try_next(), Some(Next::Close(Close::TooSlow)));
    }

    #[tokio::test]
    async fn the_newer_socket_wins_even_while_the_older_waits() {
        let (outbox, readers) = outbox();
        let mut older = seated(&outbox, &readers, None);
        let waiting = tokio::spawn(async move { older.next().await });
        tokio::task::yield_now().await;
        let mut newer = readers.open();
        assert_eq!(waiting.await.expect("no panic"), Next::Close(Close::TakenOver));
        assert_eq!(newer.try_next(), None);
    }

    #[test]
    fn watchers_read_along_without_sound_and_end_nobody() {
        let (outbox, readers) = outbox();
        let mut client = seated(&outbox, &readers, None);
        let mut watcher = readers.watch();
        outbox.push(text("before"));
        outbox.seat(watcher.number(), None, vec![text("welcome")]);
        let sound = [Frame::Speech("sound".into()), Frame::Binary(bytes::Bytes::from_static(b"sound"))];
        sound.iter().for_each(|sound| outbox.push(sound.clone()));
        outbox.push(text("after"));
        assert_eq!(read_all(&mut watcher), ["welcome", "after"].map(|word| Next::Send(text(word))));
        assert_eq!(read_all(&mut client).len(), 4, "the client hears all");
        let mut newer = seated(&outbox, &readers, None);
        outbox.push(text("on"));
        assert_eq!(watcher.try_next(), Some(Next::Send(text("on"))), "a client that comes back ends no watcher");
        assert_eq!(newer.try_next(), Some(Next::Send(text("on"))));
        outbox.close(Close::Ended);
        assert_eq!(watcher.try_next(), Some(Next::Close(Close::Ended)));
    }

    #[test]
    fn few_may_watch_and_who_goes_leaves_the_place() {
        let (_outbox, readers) = outbox();
        let mut watching: Vec<Reader> = (0..WATCHERS_MAX).map(|_| readers.watch()).collect();
        assert_eq!(readers.watch().try_next(), Some(Next::Close(Close::TooManyWatchers)));
        watching.pop();
        assert_eq!(readers.watch().try_next(), None);
    }

    #[tokio::test]
    async fn a_driver_that_vanishes_closes_the_socket_as_broken() {
        let (outbox, readers) = outbox();
        let mut reader = readers.open();
        let waiting = tokio::spawn(async move { reader.next().await });
        tokio::task::yield_now().await;
        drop(outbox);
        assert_eq!(waiting.await.expect("no panic"), Next::Close(Close::Internal));
    }
}
