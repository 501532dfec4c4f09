//! The candidate's ears: what the client plays and when. This is the truth that the core's account of what was heard is
//! held against.

use super::scenario::ClientManner;
use crate::interview::event::Event;
use crate::units::*;
use std::collections::{BTreeMap, VecDeque};

/// A stretch of time in which an item was heard without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audible {
    /// Which item.
    pub item: ItemId,
    /// From when.
    pub from: At,
    /// Until when.
    pub to: At,
}

/// The client's player.
#[derive(Debug)]
pub struct Player {
    manner: ClientManner,
    speaks_itself: bool,
    now: At,
    /// Nothing is played before this: the client's own delay after a silence.
    starts: At,
    queue: VecDeque<(ItemId, Ms)>,
    paused: bool,
    heard: BTreeMap<ItemId, Ms>,
    audible: Vec<Audible>,
    report_due: Option<At>,
    last_item: Option<ItemId>,
}

impl Player {
    /// A player with this manner; `speaks_itself`: texts instead of sound come.
    pub fn new(manner: &ClientManner, speaks_itself: bool) -> Self {
        Player {
            manner: manner.clone(),
            speaks_itself,
            now: At(0),
            starts: At(0),
            queue: VecDeque::new(),
            paused: false,
            heard: BTreeMap::new(),
            audible: Vec::new(),
            report_due: None,
            last_item: None,
        }
    }

    /// Plays up to this time.
    pub fn advance(&mut self, to: At) {
        let mut at = self.now.max(self.starts);
        self.now = self.now.max(to);
        if self.paused {
            return;
        }
        while at < to {
            let Some((item, left)) = self.queue.front_mut() else { return };
            let step = Ms((to - at).0.min(left.0));
            let (id, from) = (*item, at);
            *left = *left - step;
            let ended = *left == Ms(0);
            at = at + step;
            *self.heard.entry(id).or_default() += step;
            match self.audible.last_mut().filter(|last| last.item == id && last.to == from) {
                Some(last) => last.to = at,
                None => self.audible.push(Audible { item: id, from, to: at }),
            }
            if ended {
                self.queue.pop_front();
            }
        }
    }

    /// Sound came. When it will be heard, if nothing stops it.
    pub fn sound(&mut self, now: At, item: ItemId, length: Ms) -> At {
        self.advance(now);
        let before = Ms(self.queue.iter().map(|(_, left)| left.0).sum());
        if self.queue.is_empty() && self.starts <= now {
            self.starts = now + self.manner.delay_ms;
            if self.manner.reports {
                self.report_due = Some(now);
            }
        }
        self.last_item = Some(item);
        match self.queue.back_mut().filter(|(last, _)| *last == item) {
            Some((_, left)) => *left += length,
            None => self.queue.push_back((item, length)),
        }
        self.starts.max(now) + before
    }

    /// A text came that the client is to speak.
    pub fn speak(&mut self, now: At, item: ItemId, text: &str) {
        self.sound(now, item, Ms(self.manner.ms_per_char * text.chars().count() as u64));
    }

    /// The client learnt that the interviewer paused; one that knows nothing of us plays on.
    pub fn pause(&mut self, now: At, paused: bool) {
        self.advance(now);
        if !self.manner.reports && !self.speaks_itself {
            return;
        }
        if self.paused && !paused {
            self.starts = self.starts.max(now);
        }
        self.paused = paused;
    }

    /// The client forgets what it has not played.
    pub fn forget(&mut self, now: At) {
        self.advance(now);
        self.queue.clear();
        self.report_due = None;
        self.paused = false;
    }

    /// The candidate took the floor: what is left is dropped. The item, if there was one, and what was heard of it.
    pub fn truncate(&mut self, now: At) -> Option<(ItemId, Ms)> {
        self.advance(now);
        let (item, _) = self.queue.front().filter(|_| self.manner.truncates)?;
        let cut = (*item, self.heard(*item));
        self.forget(now);
        Some(cut)
    }

    /// Whether something is being heard or about to be.
    pub fn is_playing(&self) -> bool {
        !self.queue.is_empty() && !self.paused
    }

    /// Whether something is left to play.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The item being heard at this very time.
    pub fn hearing(&self) -> Option<ItemId> {
        let (item, _) = self.queue.front()?;
        (!self.paused && self.now >= self.starts && self.heard.contains_key(item)).then_some(*item)
    }

    /// How much of an item was heard.
    pub fn heard(&self, item: ItemId) -> Ms {
        self.heard.get(&item).copied().unwrap_or_default()
    }

    /// All that was audible, in order.
    pub fn audible(&self) -> &[Audible] {
        &self.audible
    }

    /// The item last brought to play.
    pub fn last_item(&self) -> Option<ItemId> {
        self.last_item
    }

    fn drained_at(&self) -> Option<At> {
        let left: u64 = self.queue.iter().map(|(_, left)| left.0).sum();
        (left > 0 && !self.paused).then(|| self.now.max(self.starts) + Ms(left))
    }

    /// When it has something to report. A client that speaks itself also reports its end.
    pub fn due(&self) -> Option<At> {
        let drained = self.drained_at().filter(|_| self.speaks_itself && self.manner.says_done);
        [self.report_due.filter(|_| !self.paused), drained].into_iter().flatten().min()
    }

    /// What it reports: at once that something came, and then what was played.
    pub fn next(&mut self, now: At) -> Option<Event> {
        self.due().filter(|due| *due <= now)?;
        let item = self.queue.front().map(|(item, _)| *item).or(self.last_item)?;
        self.advance(now);
        let done = self.queue.is_empty();
        self.report_due = (self.manner.reports && !done).then(|| now + self.manner.reports_every_ms);
        let done = done && self.speaks_itself && self.manner.says_done;
        Some(Event::PlayedReported { item, played: self.heard(item), done })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_plays_in_real_time_after_its_own_delay_and_pauses() {
        let mut player = Player::new(&ClientManner::default(), false);
        player.sound(At(1000), ItemId(1), Ms(300));
        player.pause(At(1160), true);
        player.pause(At(2000), false);
        player.advance(At(2050));
        assert_eq!(player.heard(ItemId(1)), Ms(150));
        player.advance(At(9000));
        assert_eq!(player.heard(ItemId(1)), Ms(300));
        let spans: Vec<(u64, u64)> = player.audible().iter().map(|span| (span.from.0, span.to.0)).collect();
        assert_eq!(spans, [(1060, 1160), (2000, 2200)]);
    }
}
