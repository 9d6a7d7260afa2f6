//! Baselines: what a relative target ("3x", "20% reduction") is compared with.

use crate::catalogue::{Current, Kpi, Reading};
use crate::point::Point;
use crate::shape::{Better, Shape};

/// The baseline of a relative KPI as known at an instant, in the base unit.
///
/// The framework's `Current` cell gives it where it is a number; otherwise the observation that was recorded first
/// becomes the baseline. `None` where neither exists: the KPI then has no data.
pub fn baseline(kpi: &Kpi, known: &[Point]) -> Option<f64> {
    match kpi.current {
        Current::Value(value) => Some(value),
        Current::Unknown => {
            known.iter().min_by_key(|point| (point.recorded_ms, point.time_ms)).map(|point| point.value)
        }
    }
}

/// The improvement that `value` is over `baseline`: a factor for multiples, a percentage for reductions.
///
/// A KPI whose readings already state the improvement gives `value` back. `None` where a division by zero would make
/// the improvement infinite or undefined.
pub fn improvement(kpi: &Kpi, value: f64, baseline: f64) -> Option<f64> {
    if kpi.reading == Reading::Improvement {
        return Some(value);
    }
    let (worse, better) = match kpi.better {
        Better::Higher => (baseline, value),
        Better::Lower => (value, baseline),
    };
    let result = match kpi.shape {
        Shape::Multiple => better / worse,
        _ => match kpi.better {
            Better::Higher => (value - baseline) / baseline * 100.0,
            Better::Lower => (baseline - value) / baseline * 100.0,
        },
    };
    result.is_finite().then_some(result)
}
