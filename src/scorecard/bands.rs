//! From signals to a band: pure, by name and version, so that a kept scorecard says how it came about.

/// The least share of a dimension's weight that must have been assessed for a band, in thousandths.
pub const ASSESSED_PERMILLE_MIN: u16 = 500;

/// A dimension's band and how much of its weight was assessed, in thousandths.
pub type Banded = (Option<u8>, u16);

/// The function of this name over the signals' weights and bands; none of an unknown name.
pub fn band(function: &str, signals: &[(u8, Option<u8>)]) -> Option<Banded> {
    match function {
        "weighted-mean-1" => Some(weighted_mean(signals)),
        _ => None,
    }
}

/// `weighted-mean-1`: the mean of the assessed signals by weight, halves up. What was not assessed counts neither for nor
/// against; when less than half of the weight was assessed there is no band.
fn weighted_mean(signals: &[(u8, Option<u8>)]) -> Banded {
    let whole: u32 = signals.iter().map(|(weight, _)| u32::from(*weight)).sum();
    let assessed = || signals.iter().filter_map(|(weight, band)| Some((u32::from(*weight), u32::from((*band)?))));
    let weight: u32 = assessed().map(|(weight, _)| weight).sum();
    let sum: u32 = assessed().map(|(weight, band)| weight * band).sum();
    let permille = (weight * 1000).checked_div(whole).unwrap_or(0) as u16;
    let rounded = (2 * sum + weight).checked_div(2 * weight).map(|band| band.clamp(1, 4) as u8);
    (rounded.filter(|_| permille >= ASSESSED_PERMILLE_MIN), permille)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Signals with weight and band, and what they come to.
    type Case<'a> = (&'a [(u8, Option<u8>)], Banded);

    #[test]
    fn golden_vectors() {
        let cases: [Case; 9] = [
            (&[], (None, 0)),
            (&[(3, None)], (None, 0)),
            (&[(3, Some(4))], (Some(4), 1000)),
            (&[(1, Some(2)), (1, Some(3))], (Some(3), 1000)),
            (&[(2, Some(2)), (1, Some(3))], (Some(2), 1000)),
            (&[(4, Some(4)), (2, Some(1)), (2, Some(2)), (2, None)], (Some(3), 800)),
            (&[(1, Some(4)), (1, None)], (Some(4), 500)),
            (&[(1, Some(4)), (2, None)], (None, 333)),
            (&[(5, Some(1)), (5, Some(1))], (Some(1), 1000)),
        ];
        for (signals, expected) in cases {
            assert_eq!(band("weighted-mean-1", signals), Some(expected), "{signals:?}");
        }
        assert_eq!(band("gut-feeling", &[(1, Some(4))]), None);
    }

    #[test]
    fn a_better_signal_never_lowers_a_band() {
        for a in 1..=4 {
            for b in 1..4 {
                let with = |b: u8| weighted_mean(&[(3, Some(a)), (2, Some(b)), (1, None)]).0;
                assert!(with(b + 1) >= with(b), "{a} {b}");
            }
        }
    }
}
