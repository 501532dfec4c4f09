//! The fonts: DejaVu, which has Latin, Greek, Cyrillic and much else. Text is cleaned to what a font can show and shaped, word by
//! word; a character that it lacks is shown as a replacement.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::UnicodeBuffer;
use std::sync::LazyLock;

/// What stands for characters that a font lacks.
const REPLACEMENT: char = '\u{fffd}';
/// And where it lacks that one, too.
const LAST_RESORT: char = '?';

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As most of it.
    Plain,
    /// For headings and bands.
    Bold,
    /// All letters of one width.
    Code,
}

/// The fonts that are used.
pub(super) struct Faces {
    plain: Face,
    bold: Face,
    code: Face,
}

struct Face {
    shaper: rustybuzz::Face<'static>,
    font: Font,
    missing: char,
}

/// Text as glyphs, side by side. Lengths are in ems: times the size they are points.
#[derive(Clone, Debug)]
pub(super) struct Shaped {
    /// The glyphs, with their places in the text.
    pub glyphs: Vec<KrillaGlyph>,
    /// How wide they are together.
    pub width: f32,
}

/// The fonts; none only when this program was built with damaged ones.
pub(super) fn faces() -> Option<&'static Faces> {
    static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
        Some(Faces {
            plain: face(dejavu::sans_condensed::regular())?,
            bold: face(dejavu::sans_condensed::bold())?,
            code: face(dejavu::sans_mono::regular())?,
        })
    });
    FACES.as_ref()
}

fn face(bytes: &'static [u8]) -> Option<Face> {
    let shaper = rustybuzz::Face::from_slice(bytes, 0)?;
    let missing = if shaper.glyph_index(REPLACEMENT).is_some() { REPLACEMENT } else { LAST_RESORT };
    Some(Face { font: Font::new(bytes.into(), 0)?, shaper, missing })
}

impl Faces {
    fn of(&self, style: Style) -> &Face {
        match style {
            Style::Plain => &self.plain,
            Style::Bold => &self.bold,
            Style::Code => &self.code,
        }
    }

    /// The font, for the document.
    pub fn font(&self, style: Style) -> Font {
        self.of(style).font.clone()
    }

    /// The text with what this font can show: white space is a space, what has no shape of its own is left out, and what the font
    /// lacks is replaced.
    pub fn clean(&self, style: Style, text: &str) -> String {
        let face = self.of(style);
        let shown = |letter: char| match letter {
            letter if letter.is_whitespace() => Some(' '),
            letter if letter.is_control() || is_unseen(letter) => None,
            letter if is_private(letter) || face.shaper.glyph_index(letter).is_none() => Some(face.missing),
            letter => Some(letter),
        };
        text.chars().filter_map(shown).collect()
    }

    /// Shapes a cleaned text.
    pub fn shape(&self, style: Style, text: &str) -> Shaped {
        let face = self.of(style);
        let units = face.shaper.units_per_em().max(1) as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        let shaped = rustybuzz::shape(&face.shaper, &[], buffer);
        // A glyph's part of the text goes on to where the next cluster begins, whichever way it is written.
        let mut clusters: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        clusters.sort_unstable();
        clusters.dedup();
        let ends = |from: usize| {
            let next = clusters.partition_point(|cluster| *cluster <= from);
            clusters.get(next).copied().unwrap_or(text.len())
        };
        let places = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        let glyphs: Vec<KrillaGlyph> = places
            .map(|(info, place)| {
                let from = info.cluster as usize;
                let em = |units_of: i32| units_of as f32 / units;
                let (x, y) = (em(place.x_offset), em(place.y_offset));
                let id = GlyphId::new(info.glyph_id);
                KrillaGlyph::new(id, em(place.x_advance), x, y, em(place.y_advance), from..ends(from), None)
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Shaped { glyphs, width }
    }

    /// How many bytes of a cleaned text fit into this width, in ems; one character at least.
    pub fn fits(&self, style: Style, text: &str, width: f32) -> usize {
        let face = self.of(style);
        let units = face.shaper.units_per_em().max(1) as f32;
        let mut used = 0.0;
        for (at, letter) in text.char_indices() {
            let glyph = face.shaper.glyph_index(letter);
            used += glyph.and_then(|glyph| face.shaper.glyph_hor_advance(glyph)).unwrap_or(0) as f32 / units;
            if used > width && at > 0 {
                return at;
            }
        }
        text.len()
    }
}

/// Marks of direction, joiners, variation selectors, byte order marks: nothing is drawn for them.
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What means something to its author alone.
fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}
