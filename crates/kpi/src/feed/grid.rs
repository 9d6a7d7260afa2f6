//! The bounds of exponential histograms: whole powers of a base that is 2 to the power of 2 to the power of minus the scale. Each
//! bound of a scale is one of every finer scale, so that such a histogram may become coarser and stay comparable.

/// The scales that there are.
const SCALES: std::ops::RangeInclusive<i32> = -10..=20;
/// What rounding may make of a whole number.
const ROUNDING: f64 = 1e-6;

/// The coarsest scale whose bounds these are; `None` where they are those of none, and of no bounds. Zero is a bound of all.
pub(super) fn scale_of(bounds: &[f64]) -> Option<i32> {
    let bounds: Vec<f64> = bounds.iter().copied().filter(|bound| *bound != 0.0).collect();
    if bounds.is_empty() {
        return None;
    }
    SCALES.into_iter().find(|scale| bounds.iter().all(|bound| is_on(*bound, *scale)))
}

/// Whether this is a bound of a scale.
pub(super) fn is_on(bound: f64, scale: i32) -> bool {
    let power = bound.abs().log2() * f64::from(scale).exp2();
    bound == 0.0 || (power - power.round()).abs() < ROUNDING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_the_coarsest_scale_that_fits() {
        for (bounds, scale) in [
            (vec![1.0, 2.0, 4.0, 8.0], Some(0)),
            (vec![0.0, 4.0, 16.0], Some(-1)),
            (vec![-2.0, -std::f64::consts::SQRT_2], Some(1)),
            (vec![1.0, 1.090_507_732_665_257_7], Some(3)),
            (vec![0.1, 0.5, 1.0], None),
            (vec![0.0], None),
            (vec![], None),
        ] {
            assert_eq!(scale_of(&bounds), scale, "{bounds:?}");
        }
        assert!(is_on(0.25, 0) && !is_on(0.5, -1) && is_on(0.25, -1));
    }
}
