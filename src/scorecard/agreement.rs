//! How far two scorers agree on bands: Cohen's kappa with quadratic weights (Cohen 1968), which forgives chance and punishes
//! far disagreement more than near. In thousandths, with the number of interviews it rests on.

/// Bands go from 1 to this.
const BANDS: usize = 4;

/// Agreement of two scorers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Agreement {
    /// Interviews that both scored.
    pub interviews: u64,
    /// 1000: always alike; 0: no more than by chance; below: less. None when one of them always gave the same band, or there
    /// is nothing to compare.
    pub kappa_permille: Option<i64>,
}

/// The agreement over pairs of bands (1 to 4), each with how often it occurred. Others are left out.
pub fn agreement(pairs: &[(u8, u8, u64)]) -> Agreement {
    let mut table = [[0_u128; BANDS]; BANDS];
    for (one, other, count) in pairs {
        let cell = table
            .get_mut(usize::from(*one).wrapping_sub(1))
            .and_then(|row| row.get_mut(usize::from(*other).wrapping_sub(1)));
        if let Some(cell) = cell {
            *cell += u128::from(*count);
        }
    }
    let row = |place: usize| table[place].iter().sum::<u128>();
    let column = |place: usize| table.iter().map(|row| row[place]).sum::<u128>();
    let all: u128 = (0..BANDS).map(row).sum();
    let cells = || (0..BANDS).flat_map(|one| (0..BANDS).map(move |other| (one, other)));
    let weight = |(one, other): (usize, usize)| (one.abs_diff(other) as u128).pow(2);
    let observed: u128 = cells().map(|cell| weight(cell) * table[cell.0][cell.1]).sum();
    let by_chance: u128 = cells().map(|cell| weight(cell) * row(cell.0) * column(cell.1)).sum();
    // kappa = 1 - observed / (by_chance / all), kept in whole numbers until the last division.
    let share = (observed * all * 1000).checked_div(by_chance);
    let kappa_permille = share.and_then(|share| i64::try_from(share).ok()).map(|share| 1000 - share);
    Agreement { interviews: u64::try_from(all).unwrap_or(u64::MAX), kappa_permille }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tables() {
        let kappa = |pairs: &[(u8, u8, u64)]| agreement(pairs).kappa_permille;
        assert_eq!(kappa(&[(1, 1, 5), (4, 4, 5)]), Some(1000));
        assert_eq!(kappa(&[(1, 4, 5), (4, 1, 5)]), Some(-1000));
        assert_eq!(kappa(&[(1, 1, 1), (1, 4, 1), (4, 1, 1), (4, 4, 1)]), Some(0));
        // rows (3, 3), columns (3, 3) over bands 2 and 3: by chance 18/6 = 3 one apart, observed 2: 1 - 2/3.
        assert_eq!(kappa(&[(2, 2, 2), (2, 3, 1), (3, 2, 1), (3, 3, 2)]), Some(334));
    }

    #[test]
    fn nothing_to_compare_is_no_agreement_and_no_disagreement() {
        assert_eq!(agreement(&[]), Agreement { interviews: 0, kappa_permille: None });
        assert_eq!(agreement(&[(3, 3, 7)]), Agreement { interviews: 7, kappa_permille: None });
        assert_eq!(agreement(&[(0, 5, 7)]), Agreement { interviews: 0, kappa_permille: None });
    }
}
