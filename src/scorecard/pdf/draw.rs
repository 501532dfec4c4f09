//! Writes laid lines as a PDF: letters as tagged text, everything else (boxes, grounds, numbers of pages) as artifacts that are
//! not read aloud.

use super::super::card::Scorecard;
use super::PdfError;
use super::content::{Block, Kind, Mark, Tone};
use super::faces::{Faces, Style};
use super::flow::{BOTTOM, Laid, Line, MARGIN, PAGE, Piece};
use crate::digest::sha256_hex;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;

/// The language of the rubrics.
const LANGUAGE: &str = "en";
const SMALL: f32 = 8.0;
const BANDS: u8 = 4;
const BOX: f32 = 7.5;
const BOX_GAP: f32 = 3.0;

fn ink() -> rgb::Color {
    rgb::Color::new(22, 27, 34)
}

fn pale() -> rgb::Color {
    rgb::Color::new(87, 96, 106)
}

fn full() -> rgb::Color {
    rgb::Color::new(20, 110, 120)
}

fn empty() -> rgb::Color {
    rgb::Color::new(215, 222, 228)
}

fn ground() -> rgb::Color {
    rgb::Color::new(244, 246, 248)
}

/// Writes it.
pub(super) fn draw(card: &Scorecard, blocks: &[Block], laid: &Laid, faces: &Faces) -> Result<Vec<u8>, PdfError> {
    match written(card, blocks, laid, faces, true) {
        // Better a PDF that no standard vouches for than none.
        Err(PdfError::Refused(why)) => {
            tracing::warn!(why, "a scorecard is no PDF/UA");
            written(card, blocks, laid, faces, false)
        }
        other => other,
    }
}

pub(super) fn written(
    card: &Scorecard,
    blocks: &[Block],
    laid: &Laid,
    faces: &Faces,
    accessible: bool,
) -> Result<Vec<u8>, PdfError> {
    let mut settings = SerializeSettings::default();
    if accessible {
        let ua = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
        settings.configuration = ua.map_err(|error| PdfError::Refused(format!("{error:?}")))?;
    }
    let mut document = Document::new_with(settings);
    let title = format!("Scorecard: {}", card.question.title);
    let metadata = Metadata::new().title(title).language(LANGUAGE.into()).creator("Viva".into());
    document.set_metadata(metadata.document_id(sha256_hex(card.to_json())));
    let mut marked: Vec<Vec<Identifier>> = vec![Vec::new(); blocks.len()];
    for page in 0..laid.pages {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| PdfError::Refused("the page's size".into()))?;
        let mut drawn = document.start_page_with(size);
        let mut surface = drawn.surface();
        for line in laid.lines.iter().filter(|line| line.page == page) {
            let Some(block) = blocks.get(line.block) else { continue };
            draw_line(&mut surface, line, block, faces, &mut marked[line.block]);
        }
        footer(&mut surface, page, laid.pages, &card.question.title, faces);
        surface.finish();
        drawn.finish();
    }
    document.set_tag_tree(tags(blocks, marked));
    document.set_outline(outline(blocks, laid));
    document.finish().map_err(|error| PdfError::Refused(error.to_string()))
}

fn draw_line(surface: &mut Surface, line: &Line, block: &Block, faces: &Faces, marked: &mut Vec<Identifier>) {
    if block.kind == Kind::Code {
        let (top, width) = (line.baseline - line.height * 0.75, PAGE.0 - MARGIN - line.left);
        fill_box(surface, line.left, top, width, line.height, ground());
    }
    let mark = block.mark.filter(|_| line.is_first);
    if let Some(Mark::Band(band)) = mark {
        boxes(surface, band, line.baseline);
    }
    // Headings of sections have a line above, where something stands above.
    if block.kind == Kind::Section && line.is_first && line.baseline > MARGIN + line.height {
        fill_box(surface, MARGIN, line.baseline - line.height - 2.0, PAGE.0 - 2.0 * MARGIN, 0.7, empty());
    }
    marked.push(surface.start_tagged(ContentTag::Span(SpanTag::empty())));
    let mut left = line.left;
    for piece in &line.pieces {
        draw_piece(surface, piece, left, line.baseline, line.size, faces);
        left += piece.width;
    }
    if let Some(mark) = mark {
        let (text, style, colour) = match mark {
            Mark::Band(band) => (format!(" {band} of {BANDS}"), Style::Bold, ink()),
            Mark::NotAssessed => (" not assessed".to_owned(), Style::Plain, pale()),
        };
        at_the_right(surface, &text, style, colour, line.baseline, faces);
    }
    surface.end_tagged();
}

fn draw_piece(surface: &mut Surface, piece: &Piece, left: f32, baseline: f32, size: f32, faces: &Faces) {
    surface.set_fill(Some(solid(if piece.tone == Tone::Ink { ink() } else { pale() })));
    let start = Point::from_xy(left, baseline);
    surface.draw_glyphs(start, &piece.glyphs, faces.font(piece.style), &piece.text, size, false);
}

fn at_the_right(surface: &mut Surface, text: &str, style: Style, colour: rgb::Color, baseline: f32, faces: &Faces) {
    let size = 9.5;
    let shaped = faces.shape(style, text);
    surface.set_fill(Some(solid(colour)));
    let start = Point::from_xy(PAGE.0 - MARGIN - shaped.width * size, baseline);
    surface.draw_glyphs(start, &shaped.glyphs, faces.font(style), text, size, false);
}

/// The band as boxes, beside its words.
fn boxes(surface: &mut Surface, band: u8, baseline: f32) {
    let left = PAGE.0 - MARGIN - 84.0;
    for number in 0..BANDS {
        let colour = if number < band { full() } else { empty() };
        fill_box(surface, left + f32::from(number) * (BOX + BOX_GAP), baseline - BOX, BOX, BOX, colour);
    }
}

fn fill_box(surface: &mut Surface, left: f32, top: f32, width: f32, height: f32, colour: rgb::Color) {
    let mut path = PathBuilder::new();
    let Some(area) = Rect::from_xywh(left, top, width, height) else { return };
    path.push_rect(area);
    let Some(path) = path.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(Some(solid(colour)));
    surface.draw_path(&path);
    surface.end_tagged();
}

fn footer(surface: &mut Surface, page: usize, pages: usize, title: &str, faces: &Faces) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    surface.set_fill(Some(solid(pale())));
    let number = format!("Page {} of {pages}", page + 1);
    let right = faces.shape(Style::Plain, &number);
    let baseline = BOTTOM + 26.0;
    let start = Point::from_xy(PAGE.0 - MARGIN - right.width * SMALL, baseline);
    surface.draw_glyphs(start, &right.glyphs, faces.font(Style::Plain), &number, SMALL, false);
    let title = faces.clean(Style::Plain, title);
    let room = (PAGE.0 - 2.0 * MARGIN - 80.0) / SMALL;
    let title = title.get(..faces.fits(Style::Plain, &title, room)).unwrap_or_default();
    let left = faces.shape(Style::Plain, title);
    surface.draw_glyphs(Point::from_xy(MARGIN, baseline), &left.glyphs, faces.font(Style::Plain), title, SMALL, false);
    surface.end_tagged();
}

fn solid(colour: rgb::Color) -> Fill {
    Fill { paint: colour.into(), ..Fill::default() }
}

/// The structure that is read aloud: headings, paragraphs, quotes, code, in reading order.
fn tags(blocks: &[Block], marked: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.into()));
    for (block, marked) in blocks.iter().zip(marked) {
        let leaves: Vec<Node> = marked.into_iter().map(Node::from).collect();
        let title = || Some(heading(block));
        let inside = |outer: TagGroup, inner: TagGroup| TagGroup { children: vec![inner.into()], ..outer };
        tree.push(match block.kind {
            Kind::Title => TagGroup::with_children(Tag::Hn(NonZeroU16::MIN, title()), leaves),
            Kind::Section => TagGroup::with_children(Tag::Hn(NonZeroU16::MIN.saturating_add(1), title()), leaves),
            Kind::Head => TagGroup::with_children(Tag::Hn(NonZeroU16::MIN.saturating_add(2), title()), leaves),
            Kind::Text => TagGroup::with_children(Tag::P, leaves),
            Kind::Quote => inside(TagGroup::new(Tag::BlockQuote), TagGroup::with_children(Tag::P, leaves)),
            Kind::Code => inside(TagGroup::new(Tag::P), TagGroup::with_children(Tag::Code, leaves)),
        });
    }
    tree
}

fn heading(block: &Block) -> String {
    block.runs.iter().map(|run| run.text.as_str()).collect()
}

fn outline(blocks: &[Block], laid: &Laid) -> Outline {
    let mut outline = Outline::new();
    for line in laid.lines.iter().filter(|line| line.is_first) {
        let Some(block) = blocks.get(line.block) else { continue };
        if matches!(block.kind, Kind::Title | Kind::Section) {
            let top = XyzDestination::new(line.page, Point::from_xy(0.0, line.baseline - line.height));
            outline.push_child(OutlineNode::new(heading(block), top));
        }
    }
    outline
}
