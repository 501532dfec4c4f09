//! PDFs of scorecards: the kept demo interview's, and one with whatever could break a page.

use super::super::card::{Finding, Scorecard, Signal};
use super::super::evidence::Evidence;
use super::super::tests::Held;
use super::content::{self, Kind};
use super::faces::{Style, faces};
use super::flow::{self, BOTTOM, MARGIN, PAGE};
use super::{draw, pdf};
use crate::language::Language;

fn demo() -> Scorecard {
    Held::demo().card()
}

/// The demo's card with this text wherever a candidate or an author of questions writes.
fn with(text: &str) -> Scorecard {
    let mut card = demo();
    card.question.title = text.to_owned();
    let place = [
        Evidence::Utterance { id: 1, at_ms: 61_000, from_char: 0, to_char: 1, text: text.to_owned() },
        Evidence::Code {
            snapshot: 1,
            at_ms: 62_000,
            language: Language::Python3,
            from_line: 9,
            to_line: 10,
            text: format!("\tdef f():\n{text}"),
        },
    ];
    for signal in card.dimensions.iter_mut().flat_map(|dimension| &mut dimension.signals) {
        signal.finding = Finding::Assessed { band: 2, says: text.to_owned(), evidence: place.to_vec() };
    }
    card
}

fn signals(card: &Scorecard) -> impl Iterator<Item = &Signal> {
    card.signals().map(|(_, signal)| signal)
}

#[test]
fn the_same_scorecard_gives_the_same_bytes() {
    let card = demo();
    let bytes = pdf(&card).expect("a PDF");
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
    assert_eq!(bytes, pdf(&card).expect("a PDF"));
    let has = |part: &str| bytes.windows(part.len()).any(|window| window == part.as_bytes());
    assert!(has("/MarkInfo") && has("/StructTreeRoot") && has("/Outlines"), "tagged, with an outline");
    assert!(!has("CreationDate") && !has("ModDate"), "no clock was asked");
    let mut other = card;
    other.question.title.push('!');
    assert_ne!(bytes, pdf(&other).expect("a PDF"));
}

#[test]
fn all_that_the_scorecard_says_stands_in_it_in_order() {
    let card = demo();
    let text: String =
        content::blocks(&card).iter().flat_map(|block| &block.runs).map(|run| run.text.as_str()).collect();
    let mut from = 0;
    for dimension in &card.dimensions {
        // After the summary the dimensions come in order, and their signals.
        for signal in &dimension.signals {
            let at = text[from..].find(&signal.looks_for).unwrap_or_else(|| panic!("{} after {from}", signal.id));
            from += at;
        }
    }
    for signal in signals(&card) {
        match &signal.finding {
            Finding::Assessed { says, .. } => assert!(text.contains(says.as_str()), "{says}"),
            Finding::NotAssessed { why } => assert!(text.contains(why.as_str()), "{why}"),
        }
    }
    for part in [&card.versions.rubric_hash, &card.question.content_hash, &card.versions.band] {
        assert!(text.contains(part.as_str()), "{part}");
    }
    assert!(text.contains("What went best") && text.contains("To aim for: "), "{text}");
}

#[test]
fn any_text_goes_on_paper_and_stays_on_it() {
    let faces = faces().expect("fonts");
    let long = "supercalifragilistic".repeat(60);
    let texts = [
        "Größe, naïve façade, Łódź, Ελληνικά, Русский текст, ∑ ≤ → “quotes”",
        "漢字 かな 한국어 \u{e000}\u{feff}\u{200d}\u{0}\u{7}\u{1b}[31m 👩‍👩‍👧 🏳️‍🌈",
        "مرحبا بالعالم שלום עולם x\u{202e}abc",
        "z͈̤̭͖̉͑́a̳ͫ́̇͑̽͒ͯlͨ͗̍̀̍̔̀ģ͔̫̫̄o̗̠͔͆̏̓͢ ﬁ ﬃ Å 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        long.as_str(),
        "",
        " \n\t ",
        "(\\) <</Type /Page>> endstream endobj %%EOF",
    ];
    for text in texts {
        let card = with(text);
        let blocks = content::blocks(&card);
        let laid = flow::flow(&blocks, faces);
        for line in &laid.lines {
            let width: f32 = line.pieces.iter().map(|piece| piece.width).sum();
            let spare = faces.shape(Style::Plain, " ").width * line.size * 2.0;
            assert!(line.left + width <= PAGE.0 - MARGIN + spare, "{text:?}: a line over the edge");
            assert!(line.baseline <= BOTTOM && line.page < laid.pages, "{text:?}: a line below the page");
        }
        let written = draw::written(&card, &blocks, &laid, faces, true);
        assert!(written.is_ok(), "{text:?} is no PDF/UA: {:?}", written.err());
    }
}

#[test]
fn what_a_font_lacks_is_shown_as_a_replacement() {
    let faces = faces().expect("fonts");
    for style in [Style::Plain, Style::Bold, Style::Code] {
        let kept = "Aé Ωλ Жя";
        assert_eq!(faces.clean(style, kept), kept);
        assert_eq!(faces.clean(style, "a漢\u{e123}b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(faces.clean(style, "a\u{0}\u{200b}\u{feff}b\tc\nd"), "ab c d");
    }
}

#[test]
fn a_heading_does_not_end_a_page() {
    let faces = faces().expect("fonts");
    // Titles that fill a page by themselves are torn.
    for words in 1..22 {
        let card = with(&"word ".repeat(words * 7));
        let blocks = content::blocks(&card);
        let laid = flow::flow(&blocks, faces);
        assert!(laid.pages > 1);
        for pair in laid.lines.windows(2) {
            let heads = matches!(blocks[pair[0].block].kind, Kind::Title | Kind::Section | Kind::Head);
            assert!(!heads || pair[0].page == pair[1].page, "{words}: a heading is the last on page {}", pair[0].page);
        }
    }
}

#[test]
fn a_long_place_is_cut() {
    let card = with(&"x".repeat(1_000_000));
    let blocks = content::blocks(&card);
    let quote = blocks.iter().find(|block| block.kind == Kind::Quote).expect("a quote");
    assert!(quote.runs.iter().map(|run| run.text.len()).sum::<usize>() < 5_000);
}
