//! An irregular history put on a regular grid.
//!
//! The grid is laid backwards from the latest value, and a value belongs to the nearest instant of the grid, so values
//! that come a little early or late still fall into a bin of their own.

use crate::no_forecast::NoForecast;

/// The fewest bins with a value of their own from which a forecast is made.
pub const NEEDED_BINS: usize = 12;
/// The most bins that are looked at, counted from the latest back.
pub const MOST_BINS: usize = 200;
/// How many whole steps may have passed since the latest value.
const MOST_SKIPPED: usize = 3;

/// A history on a regular grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// One value for each instant, the oldest first.
    pub values: Vec<f64>,
    /// How many of them were carried over from the bin before, because their own bin is empty.
    pub carried: usize,
    /// The instant of the last bin: that of the latest value.
    pub last_ms: i64,
    /// Whole steps between the last bin and now.
    pub skipped: usize,
}

impl Grid {
    /// Puts `history`, pairs of time and value in any order, on a grid of `step_ms` (at least 1).
    ///
    /// The last value of each bin counts (of values of one instant, the one that stands later), an empty bin carries
    /// the value before it. Values after `now_ms` and values that are not finite are left out, and so is what is older
    /// than [`MOST_BINS`] bins.
    ///
    /// # Errors
    ///
    /// Too few bins with a value, a latest value at least four steps old, or more empty bins than filled ones.
    pub fn of(history: &[(i64, f64)], step_ms: i64, now_ms: i64) -> Result<Self, NoForecast> {
        let too_few = |have| NoForecast::TooFew { have, needed: NEEDED_BINS, step_ms };
        let mut known: Vec<(i64, f64)> =
            history.iter().copied().filter(|(time_ms, value)| *time_ms <= now_ms && value.is_finite()).collect();
        known.sort_by_key(|(time_ms, _)| *time_ms);
        let Some(&(last_ms, last_value)) = known.last() else { return Err(too_few(0)) };

        // Ages are wider than an instant: the first and the last millisecond of 64 bits lie further apart.
        let step = i128::from(step_ms.max(1));
        let mut bins = [None; MOST_BINS];
        let mut before = None;
        for (time_ms, value) in known {
            let age = (i128::from(last_ms) - i128::from(time_ms) + step / 2) / step;
            match usize::try_from(age).ok().and_then(|age| bins.get_mut(age)) {
                Some(bin) => *bin = Some(value),
                None => before = Some(value),
            }
        }
        bins[0] = Some(last_value);

        let filled = bins.iter().flatten().count();
        if filled < NEEDED_BINS {
            return Err(too_few(filled));
        }
        let age_ms = now_ms.saturating_sub(last_ms);
        let skipped = usize::try_from(age_ms / step_ms.max(1)).unwrap_or(usize::MAX);
        if skipped > MOST_SKIPPED {
            return Err(NoForecast::Old { age_ms, step_ms });
        }
        let values = carried_forward(&bins, before);
        if filled * 2 < values.len() {
            return Err(NoForecast::Gaps { filled, bins: values.len(), step_ms });
        }
        Ok(Self { carried: values.len() - filled, values, last_ms, skipped })
    }
}

/// The bins from the oldest to the latest, each empty one with the value before it; `before` is older than them all.
fn carried_forward(latest_first: &[Option<f64>], before: Option<f64>) -> Vec<f64> {
    let mut held = before;
    let mut values = Vec::with_capacity(latest_first.len());
    for bin in latest_first.iter().rev() {
        held = bin.or(held);
        values.extend(held);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP_MS: i64 = 1_000;

    fn regular(count: i32) -> Vec<(i64, f64)> {
        (0..count).map(|index| (i64::from(index) * STEP_MS, f64::from(index))).collect()
    }

    #[test]
    fn a_regular_history_is_its_own_grid() {
        let grid = Grid::of(&regular(15), STEP_MS, 14_000).unwrap();
        assert_eq!(grid.values, (0..15).map(f64::from).collect::<Vec<_>>());
        assert_eq!((grid.carried, grid.last_ms, grid.skipped), (0, 14_000, 0));
    }

    #[test]
    fn values_that_come_early_or_late_keep_their_bin() {
        let late = [0, 400, -400, 300, -100];
        let shaken: Vec<(i64, f64)> =
            regular(15).into_iter().zip(late.iter().cycle()).map(|((time, value), by)| (time + by, value)).collect();
        let grid = Grid::of(&shaken, STEP_MS, 20_000).unwrap_err();
        assert!(matches!(grid, NoForecast::Old { .. }), "{grid}");
        let grid = Grid::of(&shaken, STEP_MS, 14_900).unwrap();
        assert_eq!((grid.values, grid.carried), ((0..15).map(f64::from).collect::<Vec<_>>(), 0));
    }

    #[test]
    fn the_last_value_of_a_bin_counts_and_gaps_are_carried() {
        let mut history = regular(15);
        history.remove(5);
        history.push((7_200, 70.0));
        history.push((7_200, 71.0));
        history.push((99_000, 1.0));
        history.push((3_000, f64::NAN));
        let grid = Grid::of(&history, STEP_MS, 14_000).unwrap();
        assert_eq!(grid.values, [0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 6.0, 71.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0]);
        assert_eq!(grid.carried, 1);
    }

    #[test]
    fn a_long_history_is_cut_and_what_is_older_still_fills_the_first_gap() {
        let mut history = regular(300);
        history.remove(100);
        let grid = Grid::of(&history, STEP_MS, 299_000).unwrap();
        assert_eq!((grid.values.len(), grid.carried), (MOST_BINS, 1));
        assert_eq!(&grid.values[..2], [99.0, 101.0]);
    }

    #[test]
    fn what_is_no_history_for_a_forecast_is_told() {
        assert_eq!(Grid::of(&[], 1, 0), Err(NoForecast::TooFew { have: 0, needed: 12, step_ms: 1 }));
        let few = Grid::of(&regular(11), STEP_MS, 10_000);
        assert_eq!(few, Err(NoForecast::TooFew { have: 11, needed: 12, step_ms: STEP_MS }));
        let old = Grid::of(&regular(15), STEP_MS, 18_000);
        assert_eq!(old, Err(NoForecast::Old { age_ms: 4_000, step_ms: STEP_MS }));
        assert_eq!(Grid::of(&regular(15), STEP_MS, 17_999).map(|grid| grid.skipped), Ok(3));
        let thin: Vec<(i64, f64)> = regular(15).into_iter().map(|(time, value)| (time * 3, value)).collect();
        let gaps = Grid::of(&thin, STEP_MS, 42_000);
        assert_eq!(gaps, Err(NoForecast::Gaps { filled: 15, bins: 43, step_ms: STEP_MS }));
    }

    #[test]
    fn the_ends_of_time_are_no_overflow() {
        let mut history = regular(15);
        history.push((i64::MIN, 1.0));
        assert!(Grid::of(&history, 1, i64::MAX).is_err());
        history.push((i64::MAX, 1.0));
        assert!(Grid::of(&history, i64::MAX, i64::MAX).is_err());
    }
}
