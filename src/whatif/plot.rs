//! Draws settings as points, latency to the right and cut-offs upwards, as an SVG that stands alone.

use super::score::Score;
use std::fmt::Write as _;

const WIDTH: usize = 720;
const HEIGHT: usize = 440;
const LEFT: usize = 64;
const BOTTOM: usize = 52;
const EDGE: usize = 24;
/// Lines across each axis.
const TICKS: usize = 5;

/// The plot. The front is drawn as a line; each point tells its settings and figures when pointed at.
pub fn svg(scores: &[Score]) -> String {
    let shown: Vec<&Score> = scores.iter().filter(|score| score.turns > 0).collect();
    let most =
        |of: fn(&Score) -> usize, least: usize| shown.iter().map(|score| of(score)).max().unwrap_or(0).max(least);
    let scale = Scale { x_most: round_up(most(latency, 100)), y_most: round_up(most(Score::cut_off_permille, 10)) };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<title>Silence before the answer against false cut-offs</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    axes(&scale, &mut out);
    let mut front: Vec<&&Score> = shown.iter().filter(|score| score.pareto).collect();
    front.sort_by_key(|score| (latency(score), score.cut_off_permille()));
    let line: Vec<String> = front.iter().map(|score| scale.point(score)).map(|(x, y)| format!("{x},{y}")).collect();
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#b4540a\" stroke-width=\"1.5\"/>",
        line.join(" ")
    );
    for score in &shown {
        dot(&scale, score, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn latency(score: &Score) -> usize {
    usize::try_from(score.silence_p95_ms.0).unwrap_or(usize::MAX)
}

struct Scale {
    x_most: usize,
    y_most: usize,
}

impl Scale {
    fn x(&self, value: usize) -> usize {
        LEFT + value.saturating_mul(WIDTH - LEFT - EDGE) / self.x_most.max(1)
    }

    fn y(&self, value: usize) -> usize {
        (HEIGHT - BOTTOM).saturating_sub(value.saturating_mul(HEIGHT - BOTTOM - EDGE) / self.y_most.max(1))
    }

    fn point(&self, score: &Score) -> (usize, usize) {
        (self.x(latency(score)), self.y(score.cut_off_permille()))
    }
}

/// The next number with one leading digit.
fn round_up(value: usize) -> usize {
    let mut unit = 1;
    while value / unit >= 10 {
        unit *= 10;
    }
    value.div_ceil(unit) * unit
}

fn axes(scale: &Scale, out: &mut String) {
    let (right, floor) = (WIDTH - EDGE, HEIGHT - BOTTOM);
    for tick in 0..=TICKS {
        let (x_value, y_value) = (scale.x_most * tick / TICKS, scale.y_most * tick / TICKS);
        let (x, y) = (scale.x(x_value), scale.y(y_value));
        let _ = writeln!(
            out,
            "<path d=\"M{x} {EDGE}V{floor}M{LEFT} {y}H{right}\" stroke=\"#ddd\"/>\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{x_value}</text>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{y_value}</text>",
            floor + 18,
            LEFT - 8,
            y + 4
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">silence before the turn ends, 95th percentile, ms</text>\n\
         <text transform=\"translate(16 {}) rotate(-90)\" text-anchor=\"middle\">turns cut off, of 1000</text>",
        (LEFT + right) / 2,
        HEIGHT - 10,
        (EDGE + floor) / 2
    );
}

fn dot(scale: &Scale, score: &Score, out: &mut String) {
    let (x, y) = scale.point(score);
    let is_recorded = score.settings.is_empty();
    let (radius, fill) = match (is_recorded, score.pareto) {
        (true, _) => (6, "#1f5fbf"),
        (false, true) => (5, "#b4540a"),
        (false, false) => (3, "#999"),
    };
    let name = if is_recorded { "as recorded" } else { &score.settings };
    let _ = writeln!(
        out,
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\"><title>{name}: p95 {} ms, {} of 1000 cut off \
         ({} turns)</title></circle>",
        score.silence_p95_ms,
        score.cut_off_permille(),
        score.turns
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Ms;

    #[test]
    fn every_scored_setting_has_a_point_within_the_picture() {
        let score = |settings: &str, p95, cut_offs, turns| Score {
            settings: settings.into(),
            turns,
            cut_offs,
            silence_p95_ms: Ms(p95),
            pareto: true,
            ..Score::default()
        };
        let svg = svg(&[score("", 612, 3, 40), score("plain_silence_ms=400", 9_999, 40, 40), score("none", 0, 0, 0)]);
        assert_eq!(svg.matches("<circle").count(), 2);
        let numbers = svg.split("cx=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        assert!(numbers.map(|x| x.parse::<usize>().expect("a number")).all(|x| x <= WIDTH));
        assert!(svg.contains("as recorded: p95 612 ms, 75 of 1000 cut off (40 turns)"), "{svg}");
    }

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!((round_up(1), round_up(101), round_up(999), round_up(1_000)), (1, 200, 1_000, 1_000));
    }
}
