//! Steps and sound in memory, between the recorder that gathers them and the writer thread.

/// Buffers that grew beyond this are given back to the allocator after a backlog.
const BUFFER_KEPT_MAX: usize = 128 << 10;

/// Steps and sound on their way to the disk.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub steps: Vec<u8>,
    pub places: Vec<u8>,
    pub candidate: Vec<u8>,
    pub interviewer: Vec<u8>,
    /// Silence before byte `.0` of `interviewer`, `.1` bytes of it.
    pub silences: Vec<(usize, u64)>,
}

impl Batch {
    pub fn bytes(&self) -> usize {
        self.steps.len() + self.places.len() + self.candidate.len() + self.interviewer.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes() == 0 && self.silences.is_empty()
    }

    pub fn append(&mut self, later: &mut Batch) {
        let shift = self.interviewer.len();
        self.steps.append(&mut later.steps);
        self.places.append(&mut later.places);
        self.candidate.append(&mut later.candidate);
        self.interviewer.append(&mut later.interviewer);
        self.silences.extend(later.silences.drain(..).map(|(at, bytes)| (at + shift, bytes)));
    }

    pub fn clear(&mut self) {
        for buffer in [&mut self.steps, &mut self.places, &mut self.candidate, &mut self.interviewer] {
            buffer.clear();
            buffer.shrink_to(BUFFER_KEPT_MAX);
        }
        self.silences.clear();
    }
}
