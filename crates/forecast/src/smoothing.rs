//! Exponential smoothing of one series with given weights, from the start that fits it best.
//!
//! With a value y, a level l, a slope b and a one-step error e:
//!
//! ```text
//! e = y - (l + φ b)      l' = l + φ b + α e      b' = φ b + β e
//! ```
//!
//! Source: E. S. Gardner and E. `McKenzie`, "Forecasting Trends in Time Series", *Management Science* 31 (1985), in the error
//! form of Hyndman, Koehler, Ord and Snyder (2008). With φ = 0 it is simple exponential smoothing, with φ = 1 Holt's
//! linear trend.

/// How much of an error level and slope take over, and what is left of the slope after one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// α, from 0 to 1: the level's share of an error.
    pub alpha: f64,
    /// β, from 0 to α: the slope's share of an error.
    pub beta: f64,
    /// φ, from 0 to 1: what is left of the slope after one step.
    pub phi: f64,
}

/// A smoothed series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothed {
    /// The sum of the squared one-step errors.
    pub squares: f64,
    /// The level after the last value.
    pub level: f64,
    /// The slope after the last value.
    pub slope: f64,
}

/// Smooths `values` from the start level and start slope that minimise the squared one-step errors.
///
/// Errors and end state are linear in the start state. So three series are smoothed at once: the values from a start at
/// zero, and nothing from a start of level 1 and of slope 1; the best start is the solution of two linear equations.
pub fn smooth(values: &[f64], weights: Weights) -> Smoothed {
    let mut data = State::default();
    let mut unit_level = State { level: 1.0, slope: 0.0 };
    let mut unit_slope = State { level: 0.0, slope: 1.0 };
    let mut sums = Sums::default();
    for value in values {
        let error = data.step(weights, *value);
        let by_level = unit_level.step(weights, 0.0);
        let by_slope = unit_slope.step(weights, 0.0);
        sums.add(error, by_level, by_slope);
    }
    let (level, slope) = sums.best_start();
    Smoothed {
        squares: sums.squares(level, slope).max(0.0),
        level: data.level + level * unit_level.level + slope * unit_slope.level,
        slope: data.slope + level * unit_level.slope + slope * unit_slope.slope,
    }
}

/// Level and slope after some values.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    level: f64,
    slope: f64,
}

impl State {
    /// Takes `value` in; gives the one-step error back.
    fn step(&mut self, weights: Weights, value: f64) -> f64 {
        let damped = weights.phi * self.slope;
        let error = value - self.level - damped;
        self.level += damped + weights.alpha * error;
        self.slope = damped + weights.beta * error;
        error
    }
}

/// Sums of products of the three error series.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    error_error: f64,
    error_level: f64,
    error_slope: f64,
    level_level: f64,
    level_slope: f64,
    slope_slope: f64,
}

impl Sums {
    fn add(&mut self, error: f64, by_level: f64, by_slope: f64) {
        self.error_error += error * error;
        self.error_level += error * by_level;
        self.error_slope += error * by_slope;
        self.level_level += by_level * by_level;
        self.level_slope += by_level * by_slope;
        self.slope_slope += by_slope * by_slope;
    }

    /// The start level and slope with the least squared errors; the slope is 0 where the values can't tell it.
    fn best_start(&self) -> (f64, f64) {
        let determinant = self.level_level * self.slope_slope - self.level_slope * self.level_slope;
        if determinant > 1e-12 * self.level_level * self.slope_slope {
            let level = (self.level_slope * self.error_slope - self.slope_slope * self.error_level) / determinant;
            let slope = (self.level_slope * self.error_level - self.level_level * self.error_slope) / determinant;
            (level, slope)
        } else if self.level_level > 0.0 {
            (-self.error_level / self.level_level, 0.0)
        } else {
            (0.0, 0.0)
        }
    }

    /// The sum of the squared errors from that start.
    fn squares(&self, level: f64, slope: f64) -> f64 {
        self.error_error
            + 2.0 * (level * self.error_level + slope * self.error_slope + level * slope * self.level_slope)
            + level * level * self.level_level
            + slope * slope * self.slope_slope
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_other_start_has_smaller_errors(
            values in prop::collection::vec(-1.0..1.0_f64, 8..40),
            alpha in 0.05..=1.0_f64,
            share in 0.0..=1.0_f64,
            // The models damp by 0.8 and more; where next to nothing of a slope is left, no value could tell it.
            phi in 0.7..=1.0_f64,
            level_off in -0.1..0.1_f64,
            slope_off in -0.1..0.1_f64,
        ) {
            let weights = Weights { alpha, beta: alpha * share, phi };
            let squares = |level: f64, slope: f64| {
                let mut state = State { level, slope };
                values.iter().map(|value| state.step(weights, *value).powi(2)).sum::<f64>()
            };
            let mut sums = Sums::default();
            let (mut data, mut unit_level, mut unit_slope) =
                (State::default(), State { level: 1.0, slope: 0.0 }, State { level: 0.0, slope: 1.0 });
            for value in &values {
                sums.add(data.step(weights, *value), unit_level.step(weights, 0.0), unit_slope.step(weights, 0.0));
            }
            let (level, slope) = sums.best_start();
            let least = squares(level, slope);
            // What is compared are sums of squares that may be large before they cancel.
            let tolerance = 1e-9 * (1.0 + squares(0.0, 0.0) + sums.squares(0.0, 0.0).abs());
            prop_assert!((least - sums.squares(level, slope)).abs() < tolerance);
            prop_assert!(least <= squares(level + level_off, slope + slope_off) + tolerance);
        }
    }
}
