//! From blocks to lines on pages: words are set side by side while they fit, a heading stays with what it is about, and a short
//! paragraph is not torn.

use super::content::{Block, Kind, Tone};
use super::faces::{Faces, Style};
use krilla::text::KrillaGlyph;

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.0, 842.0);
/// Left, right, top.
pub(super) const MARGIN: f32 = 54.0;
/// Nothing but the page's number stands below.
pub(super) const BOTTOM: f32 = 778.0;
/// A step to the right.
const INDENT: f32 = 16.0;
/// Kept free for a block's mark.
const MARK_WIDTH: f32 = 118.0;
/// So many lines stay together at the begin of a paragraph, or all of a shorter one.
const TOGETHER_LINES: usize = 3;

/// A run of glyphs of one look.
pub(super) struct Piece {
    pub style: Style,
    pub tone: Tone,
    /// What it says; glyphs name their places in it.
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// In points.
    pub width: f32,
}

/// A line where it stands.
pub(super) struct Line {
    /// From 0.
    pub page: usize,
    /// The block that it is of.
    pub block: usize,
    /// The first of its block.
    pub is_first: bool,
    pub left: f32,
    /// Of the letters' feet, from the top of the page.
    pub baseline: f32,
    pub height: f32,
    pub size: f32,
    pub pieces: Vec<Piece>,
}

/// All lines, in reading order.
pub(super) struct Laid {
    pub lines: Vec<Line>,
    pub pages: usize,
}

/// Size of letters, height of lines and room above a block, in points.
fn measures(kind: Kind) -> (f32, f32, f32) {
    match kind {
        Kind::Title => (19.0, 24.0, 0.0),
        Kind::Section => (13.0, 17.0, 16.0),
        Kind::Head => (9.5, 13.0, 9.0),
        Kind::Text | Kind::Quote => (9.5, 13.0, 3.0),
        Kind::Code => (8.0, 11.0, 0.0),
    }
}

/// Sets blocks on pages.
pub(super) fn flow(blocks: &[Block], faces: &Faces) -> Laid {
    let set: Vec<Vec<Vec<Piece>>> = blocks.iter().map(|block| lines(block, faces)).collect();
    // What a block needs to begin on a page: some of its lines and, where it does not end a page, what the next needs.
    let mut needs = vec![0.0; blocks.len()];
    for at in (0..blocks.len()).rev() {
        let (_, height, above) = measures(blocks[at].kind);
        let is_heading = matches!(blocks[at].kind, Kind::Title | Kind::Section | Kind::Head);
        let whole = is_heading || set[at].len() <= TOGETHER_LINES + 1;
        let own = if whole { set[at].len() } else { TOGETHER_LINES };
        let next = if whole && blocks[at].keeps { needs.get(at + 1).copied().unwrap_or(0.0) } else { 0.0 };
        needs[at] = above + height * own as f32 + next;
    }
    let (mut page, mut top) = (0, MARGIN);
    let mut laid = Vec::new();
    for (at, (block, set)) in blocks.iter().zip(set).enumerate() {
        let (size, height, above) = measures(block.kind);
        let fits = top + needs[at] <= BOTTOM;
        // What would not fit on an empty page either begins where it is.
        if !fits && top > MARGIN && needs[at] <= BOTTOM - MARGIN {
            (page, top) = (page + 1, MARGIN);
        }
        if top > MARGIN {
            top += above;
        }
        for (number, pieces) in set.into_iter().enumerate() {
            if top + height > BOTTOM {
                (page, top) = (page + 1, MARGIN);
            }
            let left = MARGIN + INDENT * f32::from(block.indent);
            let baseline = top + height - (height - size) / 2.0 - size * 0.18;
            laid.push(Line { page, block: at, is_first: number == 0, left, baseline, height, size, pieces });
            top += height;
        }
    }
    Laid { lines: laid, pages: page + 1 }
}

/// Breaks a block into lines; one at least.
fn lines(block: &Block, faces: &Faces) -> Vec<Vec<Piece>> {
    let (size, ..) = measures(block.kind);
    let room = PAGE.0 - 2.0 * MARGIN - INDENT * f32::from(block.indent);
    let room = if block.mark.is_some() { room - MARK_WIDTH } else { room };
    let mut lines = Lines { done: Vec::new(), line: Vec::new(), used: 0.0, room, size };
    for run in &block.runs {
        let text = faces.clean(run.style, &run.text);
        for word in text.split_inclusive(' ') {
            lines.put(word, run.style, run.tone, faces);
        }
    }
    lines.done.push(lines.line);
    lines.done
}

struct Lines {
    done: Vec<Vec<Piece>>,
    line: Vec<Piece>,
    used: f32,
    room: f32,
    size: f32,
}

impl Lines {
    /// Puts a word at the end of the line, or on the next; one that is longer than a line is torn.
    fn put(&mut self, word: &str, style: Style, tone: Tone, faces: &Faces) {
        let mut rest = word;
        while !rest.is_empty() {
            // The space behind a word may stand over the edge.
            let seen = faces.shape(style, rest.trim_end()).width * self.size;
            if self.used + seen <= self.room {
                return self.append(rest, style, tone, faces);
            }
            if self.used > 0.0 {
                self.done.push(std::mem::take(&mut self.line));
                self.used = 0.0;
                continue;
            }
            let (begin, end) = rest.split_at(faces.fits(style, rest, self.room / self.size));
            self.append(begin, style, tone, faces);
            rest = end;
            if !rest.is_empty() {
                self.done.push(std::mem::take(&mut self.line));
                self.used = 0.0;
            }
        }
    }

    fn append(&mut self, word: &str, style: Style, tone: Tone, faces: &Faces) {
        // The space comes after a word that is written from the right as well.
        let letters = word.trim_end();
        if !letters.is_empty() && letters.len() < word.len() {
            let (letters, space) = word.split_at(letters.len());
            self.append(letters, style, tone, faces);
            return self.append(space, style, tone, faces);
        }
        let shaped = faces.shape(style, word);
        let width = shaped.width * self.size;
        self.used += width;
        match self.line.last_mut().filter(|piece| (piece.style, piece.tone) == (style, tone)) {
            Some(piece) => {
                let offset = piece.text.len();
                piece.glyphs.extend(shaped.glyphs.into_iter().map(|mut glyph| {
                    glyph.text_range = glyph.text_range.start + offset..glyph.text_range.end + offset;
                    glyph
                }));
                piece.text.push_str(word);
                piece.width += width;
            }
            None => self.line.push(Piece { style, tone, text: word.to_owned(), glyphs: shaped.glyphs, width }),
        }
    }
}
