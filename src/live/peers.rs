//! Editor sockets as the interview sees them: a number and a bounded queue of frames each.

use super::outbox::{Frame, Next};
use crate::wire::Close;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Editor sockets of one interview. One more is closed with [`Close::TooManyPeers`].
pub const PEERS_MAX: usize = 8;
/// Frames that wait for a socket; one that falls further behind is closed with [`Close::TooSlow`] and learns all when it comes
/// back.
pub const PEER_FRAMES_MAX: usize = 2_048;
/// Bytes that wait for a socket, beyond a first frame.
pub const PEER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The writing end: the driver's. Dropped without a goodbye the socket is closed as after a fault.
#[derive(Debug)]
pub struct PeerOutbox {
    shared: Arc<Shared>,
}

/// The reading end: the socket's.
#[derive(Debug)]
pub struct PeerReader {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Bytes>,
    bytes: usize,
    goodbye: Option<Close>,
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // The queue is whole after every statement below, so a panic elsewhere cannot have torn it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An empty queue.
pub(super) fn peer() -> (PeerOutbox, PeerReader) {
    let shared = Arc::new(Shared::default());
    (PeerOutbox { shared: shared.clone() }, PeerReader { shared })
}

impl PeerOutbox {
    /// Appends a frame. False when the socket is too far behind: it is closed, and what waited is forgotten.
    pub fn push(&self, frame: Bytes) -> bool {
        let mut queue = self.shared.queue();
        if queue.goodbye.is_some() {
            return false;
        }
        let is_full = queue.bytes > 0 && queue.bytes + frame.len() > PEER_BYTES_MAX;
        if is_full || queue.frames.len() == PEER_FRAMES_MAX {
            *queue = Queue { goodbye: Some(Close::TooSlow), ..Queue::default() };
        } else {
            queue.bytes += frame.len();
            queue.frames.push_back(frame);
        }
        let took = queue.goodbye.is_none();
        drop(queue);
        self.shared.changed.notify_one();
        took
    }

    /// Nothing follows: the socket is closed once it has read all.
    pub fn close(&self, goodbye: Close) {
        self.shared.queue().goodbye.get_or_insert(goodbye);
        self.shared.changed.notify_one();
    }
}

impl Drop for PeerOutbox {
    fn drop(&mut self) {
        self.close(Close::Internal);
    }
}

impl PeerReader {
    /// What there is to do now, if anything.
    pub fn try_next(&mut self) -> Option<Next> {
        let mut queue = self.shared.queue();
        match queue.frames.pop_front() {
            Some(frame) => {
                queue.bytes -= frame.len();
                Some(Next::Send(Frame::Binary(frame)))
            }
            None => queue.goodbye.map(Next::Close),
        }
    }

    /// Waits for something to do. Safe to cancel.
    pub async fn next(&mut self) -> Next {
        loop {
            if let Some(next) = self.try_next() {
                return next;
            }
            self.shared.changed.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_come_in_order_then_the_goodbye() {
        let (outbox, mut reader) = peer();
        assert!(outbox.push(Bytes::from_static(b"a")) && outbox.push(Bytes::from_static(b"b")));
        outbox.close(Close::Ended);
        assert!(!outbox.push(Bytes::from_static(b"never")));
        for letter in ["a", "b"] {
            assert_eq!(reader.next().await, Next::Send(Frame::Binary(Bytes::from(letter))));
        }
        assert_eq!(reader.next().await, Next::Close(Close::Ended));
    }

    #[tokio::test]
    async fn a_socket_that_waits_is_woken() {
        let (outbox, mut reader) = peer();
        let waiting = tokio::spawn(async move { reader.next().await });
        tokio::task::yield_now().await;
        drop(outbox);
        assert_eq!(waiting.await.expect("no panic"), Next::Close(Close::Internal));
    }

    #[test]
    fn a_socket_that_does_not_read_is_closed_and_holds_nothing() {
        let (outbox, mut reader) = peer();
        let took = (0..).take_while(|_| outbox.push(Bytes::from_static(b"x"))).count();
        assert_eq!((took, reader.try_next()), (PEER_FRAMES_MAX, Some(Next::Close(Close::TooSlow))));
        let (outbox, mut reader) = peer();
        assert!(outbox.push(Bytes::from(vec![0; PEER_BYTES_MAX + 1])), "the first always fits");
        assert!(!outbox.push(Bytes::from_static(b"x")));
        assert_eq!(reader.try_next(), Some(Next::Close(Close::TooSlow)));
    }
}
