//! Which form of exponential smoothing fits a series best, and what it expects, from "no change" to a damped trend.
//!
//! Source: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, *Forecasting with Exponential Smoothing: The State
//! Space Approach* (2008): ETS(A,N,N), ETS(A,A,N) and ETS(A,Ad,N), their variances, and selection by the corrected Akaike
//! criterion.

use crate::number::as_f64;
use crate::smoothing::{Weights, smooth};

/// α: how much of an error the level takes over.
const LEVEL_WEIGHTS: [f64; 7] = [0.05, 0.1, 0.2, 0.35, 0.55, 0.8, 1.0];
/// β / α: how much of that the slope takes over. At 0 the slope is that of the whole series.
const SLOPE_SHARES: [f64; 4] = [0.0, 0.05, 0.15, 0.4];
/// φ: what is left of the slope after one step. At 1 the trend goes on for ever.
const DAMPINGS: [f64; 5] = [0.8, 0.9, 0.95, 0.98, 1.0];
/// The least variance of an error, for a series between -1 and 1: what a fit without any error leaves by rounding.
const LEAST_VARIANCE: f64 = 1e-14;

/// Which form of exponential smoothing fits a series best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The latest value stays: a random walk.
    NoChange,
    /// A level without a trend.
    Level,
    /// A level with the one slope of the whole series.
    Drift,
    /// A level and a slope that goes on for ever.
    LinearTrend,
    /// A level and a slope that dies away.
    DampedTrend,
}

impl Model {
    /// The name for readers.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoChange => "no change",
            Self::Level => "simple exponential smoothing",
            Self::Drift => "exponential smoothing with drift",
            Self::LinearTrend => "exponential smoothing with a linear trend",
            Self::DampedTrend => "exponential smoothing with a damped trend",
        }
    }

    /// How many numbers the fit takes from the data, the variance of the errors included.
    fn parameters(self) -> usize {
        match self {
            Self::NoChange => 2,
            Self::Level => 3,
            Self::Drift => 4,
            Self::LinearTrend => 5,
            Self::DampedTrend => 6,
        }
    }
}

/// A model fitted to a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Which form was selected.
    pub model: Model,
    /// Standard deviation of the one-step errors; above 0.
    pub deviation: f64,
    weights: Weights,
    level: f64,
    slope: f64,
}

/// A forecast for one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// The expected value.
    pub mean: f64,
    /// How many times the one-step deviation the error of this step deviates; at least 1.
    pub spread: f64,
}

impl Fit {
    /// The candidate with the least corrected Akaike criterion on `values`, which lie between -1 and 1.
    ///
    /// Weights come from a fixed table; start level and start slope minimise the squared errors exactly.
    pub fn of(values: &[f64]) -> Self {
        let (mut best, mut least) = fitted(values, Model::NoChange, Weights { alpha: 1.0, beta: 0.0, phi: 0.0 });
        for (model, weights) in candidates() {
            let (fit, criterion) = fitted(values, model, weights);
            if criterion < least {
                (best, least) = (fit, criterion);
            }
        }
        best
    }

    /// The forecasts of the steps 1, 2, 3 … after the last value, without an end.
    ///
    /// Variance of step h: 1 + Σ (α + β (φ + … + φ^j))² over j from 1 to h - 1, times that of one step (Hyndman and
    /// others 2008, chapter 6).
    pub fn path(&self) -> impl Iterator<Item = Ahead> + use<> {
        let Weights { alpha, beta, phi } = self.weights;
        let (level, slope) = (self.level, self.slope);
        let (mut power, mut damped_steps, mut variance) = (1.0, 0.0, 1.0_f64);
        std::iter::repeat_with(move || {
            power *= phi;
            damped_steps += power;
            let ahead = Ahead { mean: level + slope * damped_steps, spread: variance.sqrt() };
            variance += (alpha + beta * damped_steps).powi(2);
            ahead
        })
    }
}

fn candidates() -> impl Iterator<Item = (Model, Weights)> {
    let levels = LEVEL_WEIGHTS.into_iter().map(|alpha| (Model::Level, Weights { alpha, beta: 0.0, phi: 0.0 }));
    let trends = DAMPINGS.into_iter().flat_map(|phi| {
        LEVEL_WEIGHTS.into_iter().flat_map(move |alpha| {
            SLOPE_SHARES.into_iter().map(move |share| {
                let model = match (phi < 1.0, share > 0.0) {
                    (true, _) => Model::DampedTrend,
                    (false, true) => Model::LinearTrend,
                    (false, false) => Model::Drift,
                };
                (model, Weights { alpha, beta: alpha * share, phi })
            })
        })
    });
    levels.chain(trends)
}

/// The fit with the given weights, and its corrected Akaike criterion; infinite where the series is too short for so many
/// parameters.
fn fitted(values: &[f64], model: Model, weights: Weights) -> (Fit, f64) {
    let smoothed = smooth(values, weights);
    let squares = smoothed.squares;
    let count = as_f64(values.len());
    let parameters = as_f64(model.parameters());
    // The variance is a parameter of the criterion, and no degree of freedom of its own estimate.
    let freedom = (count - parameters + 1.0).max(1.0);
    let left = count - parameters - 1.0;
    let variance = (squares / count.max(1.0)).max(LEAST_VARIANCE);
    let criterion = if left > 0.0 {
        count * variance.ln() + 2.0 * parameters * (1.0 + (parameters + 1.0) / left)
    } else {
        f64::INFINITY
    };
    let fit = Fit {
        model,
        deviation: (squares / freedom).max(LEAST_VARIANCE).sqrt(),
        weights,
        level: smoothed.level,
        slope: smoothed.slope,
    };
    (fit, criterion)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_only(alpha: f64) -> Fit {
        fitted(&OIL, Model::Level, Weights { alpha, beta: 0.0, phi: 0.0 }).0
    }

    /// Saudi Arabia's oil production, in million tonnes, 1996 to 2013: the example of R. J. Hyndman and
    /// G. Athanasopoulos, *Forecasting: Principles and Practice*, 2nd edition (2018), section 7.1.
    const OIL: [f64; 18] = [
        445.36, 453.20, 454.41, 422.38, 456.04, 440.39, 425.19, 486.21, 500.43, 521.28, 508.95, 488.89, 509.87, 456.72,
        473.82, 525.95, 549.83, 542.34,
    ];

    #[test]
    fn the_textbook_example_of_simple_exponential_smoothing_is_met() {
        let fit = level_only(0.8339);
        assert!((fit.level - 542.68).abs() < 0.01, "{}", fit.level);
    }

    #[test]
    fn spreads_are_those_of_the_closed_forms() {
        // Hyndman and others 2008, chapter 6: ETS(A,N,N) and ETS(A,A,N).
        let (alpha, beta) = (0.4, 0.1);
        let level = level_only(alpha);
        let (trend, _) = fitted(&OIL, Model::LinearTrend, Weights { alpha, beta, phi: 1.0 });
        for (h, (flat, rising)) in (1..=30).map(f64::from).zip(level.path().zip(trend.path())) {
            let expected = 1.0 + alpha * alpha * (h - 1.0);
            assert!((flat.spread.powi(2) - expected).abs() < 1e-9, "level, step {h}");
            let expected =
                1.0 + (h - 1.0) * (alpha * alpha + alpha * beta * h + beta * beta * h * (2.0 * h - 1.0) / 6.0);
            assert!((rising.spread.powi(2) - expected).abs() < 1e-9, "trend, step {h}");
        }
    }

    #[test]
    fn each_kind_of_series_gets_its_model() {
        let index = || (0..60).map(f64::from);
        let table: [(Model, Vec<f64>); 4] = [
            (Model::Level, index().map(|at| if at % 2.0 == 0.0 { 1.0 } else { -1.0 }).collect()),
            (Model::Drift, index().map(|at| at / 30.0 - 1.0).collect()),
            (Model::DampedTrend, index().map(|at| 1.0 - 2.0 * 0.9_f64.powf(at)).collect()),
            (Model::LinearTrend, index().map(|at| (at * at) / 1800.0 - 1.0).collect()),
        ];
        for (model, values) in table {
            assert_eq!(Fit::of(&values).model, model);
        }
    }

    #[test]
    fn nothing_and_one_value_are_fitted_without_a_trend() {
        for values in [&[][..], &[0.5]] {
            let fit = Fit::of(values);
            assert_eq!((fit.model, fit.slope), (Model::NoChange, 0.0));
            assert!(fit.path().take(5).all(|ahead| ahead.mean.is_finite() && ahead.spread >= 1.0));
        }
    }
}
