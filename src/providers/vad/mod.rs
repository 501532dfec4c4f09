//! Voice activity detectors: sound in, a score per hop out. Start and stop rules are not theirs.

/// A detector with the state of one microphone. Pure computation, no IO.
pub trait Vad: Send {
    /// Scores the next sound: 16-bit mono samples at `TRACK_RATE`, any number of them. For each hop that is now complete
    /// appends to `scores` the hop's end, in samples since the last reset, and its score from 0 to 1000 permille.
    fn score(&mut self, samples: &[i16], scores: &mut Vec<(u64, u16)>);
    /// Forgets all sound; positions start again at zero.
    fn reset(&mut self);
}
