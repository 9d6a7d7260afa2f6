//! Improvement over a baseline: what a relative target ("3x", "20% reduction") is about.
//!
//! The framework's `Current` cell gives the baseline where it is a number; otherwise the observation that was recorded first becomes the
//! baseline. Where neither exists the KPI has no data.

use crate::catalogue::{Kpi, Reading};
use crate::shape::{Better, Shape};

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
