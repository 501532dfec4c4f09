//! A scorecard on paper: a tagged PDF with its fonts inside. The same scorecard gives the same bytes: no clock is asked, and
//! nothing but the card goes in. [`content`] says what stands there, [`flow`] on which page and where, [`draw`] writes it.
//!
//! Floats are at home here alone: what stands in a scorecard has none.

mod content;
mod draw;
mod faces;
mod flow;

#[cfg(test)]
mod tests;

use super::card::Scorecard;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The fonts that this program was built with cannot be read.
    #[error("the built-in fonts cannot be read")]
    Fonts,
    /// The library refuses.
    #[error("the PDF cannot be written: {0}")]
    Refused(String),
}

/// The scorecard as PDF/UA: A4 pages with numbers, an outline, headings and paragraphs as tags. Takes some tens of milliseconds.
///
/// # Errors
/// When the library refuses, which no scorecard should bring it to.
pub fn pdf(card: &Scorecard) -> Result<Vec<u8>, PdfError> {
    let faces = faces::faces().ok_or(PdfError::Fonts)?;
    let blocks = content::blocks(card);
    let laid = flow::flow(&blocks, faces);
    draw::draw(card, &blocks, &laid, faces)
}
