//! What the candidate's loudspeaker plays: a queue of the interviewer's sound, played in real time, held and forgotten
//! as a good client does. It also notices what must not happen: gaps while sound is due, and positions that jump.

use super::microphone::FRAME_SAMPLES;
use crate::units::*;
use bytes::Bytes;
use std::collections::VecDeque;

/// Sound is faded over this many samples where it is stopped or taken up, so that it does not click: 5 ms.
const RAMP_SAMPLES: usize = 120;
/// Most sound that is kept; the server sends about 300 ms ahead, so more is a fault and is dropped.
const QUEUE_BYTES_MAX: usize = 60 * 48_000;

/// The loudspeaker.
#[derive(Debug, Default)]
pub struct Player {
    items: VecDeque<Item>,
    queued_bytes: usize,
    held: bool,
    /// The end of what was stopped, fading out; the next frame begins with it.
    tail: Vec<i16>,
    /// The next sound is faded in.
    fade_in: bool,
    gap_samples: u64,
    jumps: u32,
}

/// Sound of one item.
#[derive(Debug)]
struct Item {
    id: ItemId,
    chunks: VecDeque<Bytes>,
    /// Position after the last sound that came.
    expected: u32,
    played: u64,
    all_here: bool,
    begun: bool,
    /// Silence since its last sound: a gap, if more sound of it comes.
    starved: u64,
}

/// What happened within one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// The first sound of this item.
    pub began: Option<ItemId>,
    /// The last sound of this item, and all that was played of it.
    pub ended: Option<(ItemId, Ms)>,
}

impl Player {
    /// Sound of an item that begins at `position`, in samples.
    pub fn feed(&mut self, id: ItemId, position: u32, sound: Bytes) {
        let samples = u32::try_from(sound.len() / 2).unwrap_or(u32::MAX);
        if self.queued_bytes + sound.len() > QUEUE_BYTES_MAX {
            self.jumps += 1;
            return;
        }
        self.queued_bytes += sound.len();
        let item = self.item(id);
        let jumped = item.expected != position;
        item.expected = position.wrapping_add(samples);
        item.chunks.push_back(sound);
        let starved = std::mem::take(&mut item.starved);
        self.gap_samples += starved;
        self.jumps += u32::from(jumped);
    }

    fn item(&mut self, id: ItemId) -> &mut Item {
        let place = self.items.iter().position(|item| item.id == id).unwrap_or_else(|| {
            let chunks = VecDeque::new();
            self.items.push_back(Item {
                id,
                chunks,
                expected: 0,
                played: 0,
                all_here: false,
                begun: false,
                starved: 0,
            });
            self.items.len() - 1
        });
        &mut self.items[place]
    }

    /// Where the next sound of this item is to begin, in samples.
    pub fn expected(&self, id: ItemId) -> u32 {
        self.items.iter().find(|item| item.id == id).map_or(0, |item| item.expected)
    }

    /// No more sound of this item will come.
    pub fn finish(&mut self, id: ItemId) {
        if let Some(item) = self.items.iter_mut().find(|item| item.id == id) {
            item.all_here = true;
        }
    }

    /// Falls silent and keeps what is queued.
    pub fn hold(&mut self) {
        self.fade_out();
        self.held = true;
    }

    /// Goes on where it was held.
    pub fn go_on(&mut self) {
        self.fade_in |= self.held;
        self.held = false;
    }

    /// Falls silent and forgets what is queued; says how much was played of the item that was being played.
    pub fn forget(&mut self) -> Option<(ItemId, Ms)> {
        self.fade_out();
        let at = self.position();
        self.items.clear();
        self.queued_bytes = 0;
        self.held = false;
        self.fade_in = false;
        at
    }

    /// Moves the next few samples of what sounds into a fading tail.
    fn fade_out(&mut self) {
        let Some(item) = self.items.front_mut().filter(|item| item.begun && !self.held) else { return };
        let mut tail = vec![0; RAMP_SAMPLES];
        let count = item.take(&mut tail);
        self.queued_bytes = self.queued_bytes.saturating_sub(count * 2);
        fade(&mut tail, false);
        self.tail = tail;
    }

    /// The item being played, and how much of it was.
    pub fn position(&self) -> Option<(ItemId, Ms)> {
        self.items.front().filter(|item| item.begun).map(|item| (item.id, Ms::of_samples(item.played, TRACK_RATE)))
    }

    /// Whether all that came has been played.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether it is held.
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Silence within items that nobody asked for.
    pub fn gaps(&self) -> Ms {
        Ms::of_samples(self.gap_samples, TRACK_RATE)
    }

    /// How often sound did not follow on the sound before it.
    pub fn jumps(&self) -> u32 {
        self.jumps
    }

    /// Plays one frame of 20 ms.
    pub fn play(&mut self) -> ([i16; FRAME_SAMPLES], Played) {
        let mut frame = [0; FRAME_SAMPLES];
        let mut played = Played::default();
        let tail = std::mem::take(&mut self.tail);
        let (start, rest) = frame.split_at_mut(tail.len().min(FRAME_SAMPLES));
        start.copy_from_slice(&tail[..start.len()]);
        if !self.held {
            let filled = self.take(rest, &mut played);
            if self.fade_in && filled > 0 {
                fade(&mut rest[..filled.min(RAMP_SAMPLES)], true);
                self.fade_in = false;
            }
        }
        (frame, played)
    }

    fn take(&mut self, frame: &mut [i16], played: &mut Played) -> usize {
        let mut filled = 0;
        while let Some(item) = self.items.front_mut() {
            if !item.begun && !item.chunks.is_empty() {
                item.begun = true;
                played.began = Some(item.id);
            }
            let count = item.take(&mut frame[filled..]);
            self.queued_bytes = self.queued_bytes.saturating_sub(count * 2);
            filled += count;
            if !item.chunks.is_empty() {
                return filled;
            }
            if !item.all_here {
                item.starved += if item.begun { (frame.len() - filled) as u64 } else { 0 };
                return filled;
            }
            if item.begun {
                played.ended = Some((item.id, Ms::of_samples(item.played, TRACK_RATE)));
            }
            self.items.pop_front();
        }
        filled
    }
}

impl Item {
    /// Moves sound into `frame`; how many samples.
    fn take(&mut self, frame: &mut [i16]) -> usize {
        let mut filled = 0;
        while let Some(chunk) = self.chunks.front_mut()
            && filled < frame.len()
        {
            let count = (chunk.len() / 2).min(frame.len() - filled);
            let bytes = chunk.split_to(count * 2);
            for (sample, bytes) in frame[filled..].iter_mut().zip(bytes.chunks_exact(2)) {
                *sample = i16::from_le_bytes([bytes[0], bytes[1]]);
            }
            filled += count;
            if chunk.len() < 2 {
                self.chunks.pop_front();
            }
        }
        self.played += filled as u64;
        filled
    }
}

fn fade(samples: &mut [i16], rises: bool) {
    let length = samples.len() as i32;
    for (place, sample) in (0..length).zip(samples.iter_mut()) {
        let share = if rises { place } else { length - place };
        *sample = (i32::from(*sample) * share / length) as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: ItemId = ItemId(3);

    fn sound(samples: usize) -> Bytes {
        Bytes::from(1_000i16.to_le_bytes().repeat(samples))
    }

    fn fed(samples: usize) -> Player {
        let mut player = Player::default();
        player.feed(ITEM, 0, sound(samples));
        player
    }

    #[test]
    fn plays_in_real_time_and_tells_beginning_and_end() {
        let mut player = fed(960);
        let (frame, played) = player.play();
        assert_eq!((frame, played), ([1_000; 480], Played { began: Some(ITEM), ended: None }));
        assert_eq!(player.position(), Some((ITEM, Ms(20))));
        player.finish(ITEM);
        assert_eq!(player.play().1.ended, Some((ITEM, Ms(40))));
        assert!(player.is_empty());
        assert_eq!((player.gaps(), player.jumps()), (Ms(0), 0));
    }

    #[test]
    fn held_sound_goes_on_where_it_stopped_without_a_click() {
        let mut player = fed(2_400);
        player.play();
        player.hold();
        let (frame, _) = player.play();
        assert_eq!((frame[0], frame[119] < 20, frame[120], frame[479]), (1_000, true, 0, 0));
        assert_eq!(player.position(), Some((ITEM, Ms(25))));
        assert_eq!(player.position(), Some((ITEM, Ms(25))));
        assert_eq!(player.play().0, [0; 480]);
        player.go_on();
        let (frame, played) = player.play();
        assert_eq!((frame[0], frame[60], frame[120], played.began), (0, 500, 1_000, None));
        assert_eq!(player.position(), Some((ITEM, Ms(45))));
        assert_eq!(player.gaps(), Ms(0));
    }

    #[test]
    fn forgotten_sound_is_faded_out_and_gone() {
        let mut player = fed(2_400);
        player.play();
        assert_eq!(player.forget(), Some((ITEM, Ms(25))));
        assert!(player.is_empty());
        player.feed(ItemId(4), 0, sound(480));
        let (frame, played) = player.play();
        assert_eq!((frame[0], frame[60], frame[120], played.began), (1_000, 500, 1_000, Some(ItemId(4))));
    }

    #[test]
    fn what_is_forgotten_while_held_never_sounds_again() {
        let mut player = fed(2_400);
        player.play();
        player.hold();
        player.play();
        player.forget();
        assert!(player.is_empty() && !player.is_held());
        assert_eq!(player.play().0, [0; 480]);
    }

    #[test]
    fn sound_that_comes_too_late_is_a_gap_and_sound_that_is_missing_a_jump() {
        let mut player = fed(480);
        player.play();
        player.play();
        assert_eq!(player.gaps(), Ms(0), "it may have been all");
        player.feed(ITEM, 960, sound(480));
        assert_eq!((player.gaps(), player.jumps()), (Ms(20), 1));
    }

    #[test]
    fn items_follow_each_other_within_a_frame() {
        let mut player = fed(240);
        player.finish(ITEM);
        player.feed(ItemId(4), 0, sound(480));
        let (frame, played) = player.play();
        assert_eq!(frame, [1_000; 480]);
        assert_eq!(played, Played { began: Some(ItemId(4)), ended: Some((ITEM, Ms(10))) });
    }
}
