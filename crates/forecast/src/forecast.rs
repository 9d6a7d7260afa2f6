//! From a history to a forecast with an interval and its back-test.

use crate::back_test::{BackTest, back_test};
use crate::grid::Grid;
use crate::model::{Fit, Model};
use crate::no_forecast::NoForecast;
use crate::scale::Scale;

/// How many of a hundred values shall lie inside the interval.
pub const LEVEL_PERCENT: f64 = 80.0;
/// The most steps that are forecast.
pub const MOST_STEPS: usize = 520;
/// The 90 % quantile of the normal distribution: half of what an 80 % interval leaves lies above it.
const LEVEL_DEVIATIONS: f64 = 1.281_551_565_544_600_4;

/// What is expected at one instant, in the unit of the history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastPoint {
    /// The instant, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The expected value.
    pub mean: f64,
    /// The lower end of the interval.
    pub lower: f64,
    /// The upper end of the interval.
    pub upper: f64,
}

/// A forecast; every number in it is finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// One point for each step after now, the nearest first.
    pub points: Vec<ForecastPoint>,
    /// How many of a hundred values shall lie inside the interval: [`LEVEL_PERCENT`].
    pub level_percent: f64,
    /// The model that fits the history best.
    pub model: Model,
    /// What the model and its intervals are worth on held-out ends of the history.
    pub back_test: BackTest,
    /// On how many bins the model was fitted.
    pub bins: usize,
    /// How many of them were empty and carry the value before.
    pub carried: usize,
    /// Milliseconds between two bins, and between two points.
    pub step_ms: i64,
}

impl Forecast {
    /// Forecasts `steps` instants after `now_ms`, `step_ms` apart.
    ///
    /// `history` holds pairs of time and value in any order. It is put on a regular grid of `step_ms` that ends at the
    /// latest value: the last value of each bin counts, an empty bin carries the value before it, and no more than the
    /// latest [`crate::MOST_BINS`] bins are looked at. Times after `now_ms` and values that are not finite are left out.
    /// The points continue that grid; steps that have passed since the latest value add to the interval.
    ///
    /// # Errors
    ///
    /// The reason why there is no forecast: too few bins, too many gaps, no recent value, no change at all, or a
    /// horizon that can't be served.
    pub fn of(history: &[(i64, f64)], step_ms: i64, now_ms: i64, steps: usize) -> Result<Self, NoForecast> {
        if step_ms < 1 || !(1..=MOST_STEPS).contains(&steps) {
            return Err(NoForecast::NoHorizon { most: MOST_STEPS });
        }
        let grid = Grid::of(history, step_ms, now_ms)?;
        let bins = grid.values.len();
        let Some(scale) = Scale::of(&grid.values) else { return Err(NoForecast::NoVariation { bins, step_ms }) };
        let values: Vec<f64> = grid.values.iter().map(|value| scale.inward(*value)).collect();

        let fit = Fit::of(&values);
        let ahead_steps = grid.skipped + steps;
        let (back_test, reach) = back_test(&values, &fit, ahead_steps, LEVEL_PERCENT / 100.0, LEVEL_DEVIATIONS);
        let times = std::iter::successors(Some(grid.last_ms), |time_ms| Some(time_ms.saturating_add(step_ms))).skip(1);
        let points = times.zip(fit.path()).take(ahead_steps).skip(grid.skipped).map(|(time_ms, ahead)| ForecastPoint {
            time_ms,
            mean: scale.outward(ahead.mean),
            lower: scale.outward(ahead.mean - reach * ahead.spread),
            upper: scale.outward(ahead.mean + reach * ahead.spread),
        });
        Ok(Self {
            points: points.collect(),
            level_percent: LEVEL_PERCENT,
            model: fit.model,
            back_test,
            bins,
            carried: grid.carried,
            step_ms,
        })
    }

    /// The same forecast cut at the ends that the quantity itself has, such as 0 and 100 for a share in percent.
    ///
    /// Values that exist lie between these ends, so the interval covers as many of them as before.
    #[must_use]
    pub fn bounded(mut self, lowest: f64, highest: f64) -> Self {
        for point in &mut self.points {
            for number in [&mut point.mean, &mut point.lower, &mut point.upper] {
                // Not clamp: it panics where the ends are given the wrong way round.
                *number = number.min(highest).max(lowest);
            }
        }
        self
    }
}
