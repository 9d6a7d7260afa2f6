//! The back-test: the model fitted to earlier parts of a series, and compared with what came after.
//!
//! It tells how many held-out values lie inside the interval, and how wide the interval must be so that enough of them
//! do: a split conformal interval over rolling origins (V. Vovk, A. Gammerman and G. Shafer, *Algorithmic Learning in a
//! Random World*, 2005; the rank is that of J. Lei and others, "Distribution-Free Predictive Inference for Regression",
//! *Journal of the American Statistical Association* 113, 2018).

use std::fmt;

use crate::model::Fit;
use crate::number::as_f64;

/// The most origins.
const MOST_ORIGINS: usize = 8;
/// The fewest bins that are held out.
const LEAST_HELD_OUT: usize = 4;

/// What the model is worth on held-out ends of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackTest {
    /// From how many instants of the past a forecast was made.
    pub origins: usize,
    /// The furthest step that was compared with a value; what is shown beyond it was not tested.
    pub horizon_steps: usize,
    /// How many forecasts were compared with the value that came.
    pub compared: usize,
    /// Share of these values inside the interval as it is shown, in percent. Each origin's interval is widened by what the
    /// other origins say, so none is judged by itself.
    pub coverage_percent: f64,
    /// The same before widening, in percent.
    pub coverage_unwidened_percent: f64,
    /// How many times wider the interval is shown than the model says; 1 where its own covers enough.
    pub widened_by: f64,
    /// Mean absolute scaled error: 1 is the mean change from one bin to the next (R. J. Hyndman and A. B. Koehler,
    /// "Another look at measures of forecast accuracy", *International Journal of Forecasting* 22, 2006; scaled here by
    /// the whole grid, so that a flat beginning is no division by zero).
    pub scaled_error: f64,
    /// The same error of the forecast "no change", from the same origins over the same steps.
    pub no_change_scaled_error: f64,
}

impl BackTest {
    /// Whether the model did better than "no change".
    pub fn beats_no_change(&self) -> bool {
        self.scaled_error < self.no_change_scaled_error
    }
}

impl fmt::Display for BackTest {
    /// A sentence for readers; percentages are rounded to whole ones.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Forecast from {} earlier instants, {:.0}% of {} later values lay inside the interval",
            self.origins, self.coverage_percent, self.compared
        )?;
        if self.widened_by > 1.0 {
            write!(
                formatter,
                ", which is shown {:.1} times as wide as the model says ({:.0}% before)",
                self.widened_by, self.coverage_unwidened_percent
            )?;
        }
        let verdict = if self.beats_no_change() { "smaller than" } else { "not smaller than" };
        write!(
            formatter,
            "; the error ({:.2}) is {verdict} that of \"no change\" ({:.2}).",
            self.scaled_error, self.no_change_scaled_error
        )
    }
}

/// One held-out value against its forecast.
#[derive(Debug, Clone, Copy)]
struct Compared {
    origin: usize,
    /// Distance between value and forecast.
    miss: f64,
    /// The same distance divided by the spread of the step.
    score: f64,
    /// Distance between value and "no change".
    no_change_miss: f64,
    /// The half-width that the model says, divided by the spread of the step.
    own_reach: f64,
}

/// Back-tests on `values` (between -1 and 1, varying), up to `horizon_steps` ahead.
///
/// `fit` is the model that is shown; `level` the share to cover and `deviations` the normal quantile that belongs to it.
/// Gives the back-test, and the half-width of the shown interval per spread of a step.
pub fn back_test(values: &[f64], fit: &Fit, horizon_steps: usize, level: f64, deviations: f64) -> (BackTest, f64) {
    let held_out = (values.len() / 3).max(LEAST_HELD_OUT).min(values.len().saturating_sub(1));
    let origins = held_out.min(MOST_ORIGINS);
    let first = values.len() - held_out;
    let mut all = Vec::new();
    let mut furthest = 0;
    for origin in 0..origins {
        let (known, later) = values.split_at(first + origin * held_out / origins);
        let earlier_fit = Fit::of(known);
        let latest = known.last().copied().unwrap_or_default();
        furthest = furthest.max(later.len().min(horizon_steps));
        all.extend(later.iter().take(horizon_steps).zip(earlier_fit.path()).map(|(value, ahead)| {
            let miss = (value - ahead.mean).abs();
            let own_reach = deviations * earlier_fit.deviation;
            Compared { origin, miss, score: miss / ahead.spread, no_change_miss: (value - latest).abs(), own_reach }
        }));
    }

    let own_reach = deviations * fit.deviation;
    let reach = own_reach.max(covering(all.iter(), level));
    let others: Vec<f64> =
        (0..origins).map(|origin| covering(all.iter().filter(|one| one.origin != origin), level)).collect();
    let inside = all.iter().filter(|one| one.score <= one.own_reach.max(others[one.origin])).count();
    let inside_unwidened = all.iter().filter(|one| one.score <= one.own_reach).count();

    let count = as_f64(all.len()).max(1.0);
    let changes: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
    let scale = count * changes / as_f64(values.len().saturating_sub(1)).max(1.0);
    let result = BackTest {
        origins,
        horizon_steps: furthest,
        compared: all.len(),
        coverage_percent: 100.0 * as_f64(inside) / count,
        coverage_unwidened_percent: 100.0 * as_f64(inside_unwidened) / count,
        widened_by: reach / own_reach,
        scaled_error: all.iter().map(|one| one.miss).sum::<f64>() / scale,
        no_change_scaled_error: all.iter().map(|one| one.no_change_miss).sum::<f64>() / scale,
    };
    (result, reach)
}

/// The score that at least the share `level` of the scores does not exceed, with one more value to come; 0 for none.
fn covering<'a>(compared: impl Iterator<Item = &'a Compared>, level: f64) -> f64 {
    let mut scores: Vec<f64> = compared.map(|one| one.score).collect();
    scores.sort_by(f64::total_cmp);
    let wanted = level * as_f64(scores.len() + 1);
    let rank = (1..=scores.len()).find(|rank| as_f64(*rank) >= wanted).unwrap_or(scores.len());
    rank.checked_sub(1).and_then(|index| scores.get(index)).copied().unwrap_or_default()
}
