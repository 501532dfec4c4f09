//! What stands in the PDF of a scorecard, block by block, in reading order.

use super::super::card::{Dimension, Finding, GraderHealth, Remark, Scorecard, Signal};
use super::super::evidence::Evidence;
use super::super::text;
use super::faces::Style;
use std::borrow::Cow;

/// Characters of one place that are shown; a line of code may be as long as a document.
const PLACE_CHARS_MAX: usize = 4_000;

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The document's title.
    Title,
    /// A section's.
    Section,
    /// Of what the following blocks tell.
    Head,
    /// Running text.
    Text,
    /// What the candidate said.
    Quote,
    /// A line of the candidate's code.
    Code,
}

/// How dark a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// For what is to be read.
    Ink,
    /// For what stands beside it.
    Pale,
}

/// Text of one look.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub style: Style,
    pub tone: Tone,
    pub text: String,
}

/// What stands at the right edge of a block's first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A band, 1 to 4.
    Band(u8),
    /// None was given.
    NotAssessed,
}

/// A paragraph, a heading, a line of code.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub kind: Kind,
    pub runs: Vec<Run>,
    pub mark: Option<Mark>,
    /// Steps to the right.
    pub indent: u8,
    /// It does not end a page.
    pub keeps: bool,
}

impl Block {
    fn new(kind: Kind, style: Style, text: impl Into<String>) -> Block {
        let runs = vec![Run { style, tone: Tone::Ink, text: text.into() }];
        let keeps = matches!(kind, Kind::Title | Kind::Section | Kind::Head);
        Block { kind, runs, mark: None, indent: 0, keeps }
    }

    fn text(text: impl Into<String>) -> Block {
        Block::new(Kind::Text, Style::Plain, text)
    }

    fn section(title: &str) -> Block {
        Block::new(Kind::Section, Style::Bold, title)
    }

    fn pale(text: impl Into<String>) -> Block {
        let mut block = Block::text(text);
        block.runs.iter_mut().for_each(|run| run.tone = Tone::Pale);
        block
    }

    fn before(mut self, text: impl Into<String>) -> Block {
        self.runs.insert(0, Run { style: Style::Plain, tone: Tone::Pale, text: text.into() });
        self
    }

    fn then(mut self, text: impl Into<String>) -> Block {
        self.runs.push(Run { style: Style::Plain, tone: Tone::Pale, text: text.into() });
        self
    }

    fn marked(self, band: Option<u8>) -> Block {
        Block { mark: Some(band.map_or(Mark::NotAssessed, Mark::Band)), ..self }
    }

    fn indented(self, indent: u8) -> Block {
        Block { indent, ..self }
    }

    fn keeping(self) -> Block {
        Block { keeps: true, ..self }
    }
}

/// The whole card.
pub(super) fn blocks(card: &Scorecard) -> Vec<Block> {
    let mut blocks = vec![Block::new(Kind::Title, Style::Bold, format!("Scorecard: {}", card.question.title))];
    for dimension in &card.dimensions {
        let block = Block::new(Kind::Text, Style::Bold, dimension.title.clone()).marked(dimension.band);
        blocks.push(block.then(format!("   {} % of the whole, {}", dimension.weight, assessed(dimension))));
    }
    remarks(&mut blocks, "What went best", &card.strengths, card);
    remarks(&mut blocks, "What to work on next", &card.next_steps, card);
    if let Some(practice) = &card.practice {
        blocks.push(Block::section("Practise next"));
        blocks.push(
            Block::new(Kind::Text, Style::Bold, practice.title.clone())
                .then(format!(" ({}): {}", practice.question, practice.why)),
        );
    }
    for known in &card.dimensions {
        dimension(&mut blocks, known);
    }
    grader(&mut blocks, &card.grader, card.versions.judge.as_deref());
    versions(&mut blocks, card);
    blocks
}

fn assessed(dimension: &Dimension) -> String {
    format!("{} % of it assessed", dimension.assessed_permille / 10)
}

fn remarks(blocks: &mut Vec<Block>, heading: &str, remarks: &[Remark], card: &Scorecard) {
    if remarks.is_empty() {
        return;
    }
    blocks.push(Block::section(heading));
    for remark in remarks {
        let known = card.signals().find(|(_, signal)| signal.id == remark.signal);
        let (title, looks_for) = known
            .map_or((&remark.dimension, &remark.signal), |(dimension, signal)| (&dimension.title, &signal.looks_for));
        let mut block = Block::new(Kind::Text, Style::Bold, format!("{looks_for}: ")).then(format!("   {title}"));
        block.runs.insert(1, Run { style: Style::Plain, tone: Tone::Ink, text: remark.seen.clone() });
        blocks.push(block.keeping());
        if let Some(aim) = &remark.aim {
            blocks.push(Block::text(aim.clone()).before("To aim for: ").indented(1).keeping());
        }
        places(blocks, &remark.evidence);
    }
}

fn dimension(blocks: &mut Vec<Block>, dimension: &Dimension) {
    blocks.push(Block::section(&dimension.title).marked(dimension.band));
    blocks.push(Block::pale(format!("{} % of the whole, {}", dimension.weight, assessed(dimension))).keeping());
    dimension.signals.iter().for_each(|known| signal(blocks, known));
}

fn signal(blocks: &mut Vec<Block>, signal: &Signal) {
    let head = Block::new(Kind::Head, Style::Bold, signal.looks_for.clone()).marked(signal.finding.band());
    blocks.push(head);
    let by = if signal.judged { "judged by a model" } else { "computed" };
    let about = format!("   {}, {by}, weight {}", signal.id, signal.weight);
    match &signal.finding {
        Finding::Assessed { says, evidence, .. } => {
            blocks.push(Block::text(says.clone()).then(about).keeping());
            places(blocks, evidence);
        }
        Finding::NotAssessed { why } => blocks.push(Block::text(format!("Not assessed: {why}")).then(about)),
    }
}

fn places(blocks: &mut Vec<Block>, evidence: &[Evidence]) {
    for place in evidence {
        match place {
            Evidence::Utterance { at_ms, text: said, .. } => {
                let quote = Block::new(Kind::Quote, Style::Plain, format!("“{}”", cut(said)));
                blocks.push(quote.before(format!("{}  ", text::clock(*at_ms))).indented(1));
            }
            Evidence::Code { at_ms, from_line, to_line, language, text: lines, .. } => {
                let which = text::lines(*from_line, *to_line);
                let head = format!("{}  {which} ({})", text::clock(*at_ms), language.id());
                blocks.push(Block::pale(head).indented(1).keeping());
                code(blocks, *from_line, &cut(lines));
            }
            Evidence::Run { .. } | Evidence::Metric { .. } => blocks.push(Block::pale(text::told(place)).indented(1)),
        }
    }
}

fn code(blocks: &mut Vec<Block>, from_line: u32, lines: &str) {
    for (number, line) in (from_line..).zip(lines.lines()) {
        let mut block = Block::new(Kind::Code, Style::Code, line.replace('\t', "    ")).indented(1);
        block.runs.insert(0, Run { style: Style::Code, tone: Tone::Pale, text: format!("{number:>4}  ") });
        blocks.push(block);
    }
}

fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(PLACE_CHARS_MAX) {
        Some((end, _)) => Cow::from(format!("{}…", &text[..end])),
        None => Cow::from(text),
    }
}

fn grader(blocks: &mut Vec<Block>, health: &GraderHealth, judge: Option<&str>) {
    blocks.push(Block::section("How far the judge could be relied on"));
    let Some(judge) = judge else {
        let text = format!("{} signals need a judge and were not assessed: no model was asked.", health.judged);
        return blocks.push(Block::text(text));
    };
    blocks.push(Block::text(format!(
        "Judged by {judge}. Of {} signals that need a judge {} were asked about; {} came with evidence that is in the record.",
        health.judged, health.asked, health.verified
    )));
    let counted = [
        (health.repaired, "quotes found only after case, spaces and punctuation were set aside"),
        (health.retried, "signals asked about a second time"),
        (health.undecided, "signals that the judge could not tell"),
        (health.unverified, "signals judged without evidence that is in the record, twice: not assessed"),
        (health.malformed, "answers that were not of the form asked for"),
        (health.failed, "calls that failed"),
        (health.refused, "calls that were not made, because the tokens for them were used up"),
        (health.tokens_in, "tokens read"),
        (health.tokens_out, "tokens written"),
    ];
    let deferred = health.deferred.map(|count| (count, "calls that are made when there are tokens for them again"));
    for (count, what) in counted.into_iter().chain(deferred) {
        blocks.push(Block::text(format!("{count} {what}")).indented(1));
    }
}

fn versions(blocks: &mut Vec<Block>, card: &Scorecard) {
    let (versions, question) = (&card.versions, &card.question);
    blocks.push(Block::section("Made with"));
    let none = || "none".to_owned();
    for (name, value) in [
        ("Question", question.id.clone()),
        ("Question's sha-256", question.content_hash.clone()),
        ("Scorecard", format!("version {}", versions.scorecard)),
        ("Rubric", versions.rubric.clone()),
        ("Rubric's sha-256", versions.rubric_hash.clone()),
        ("Bands by", versions.band.clone()),
        ("Metrics", format!("version {}", versions.metrics)),
        ("Judge", versions.judge.clone().unwrap_or_else(none)),
        ("Judge's instructions' sha-256", versions.prompt_hash.clone().unwrap_or_else(none)),
    ] {
        blocks.push(Block::text(value).before(format!("{name}: ")));
    }
}
