//! The bounds of exponential histograms: each is the one before times the same base, which is 2 to the power of 2 to the power of
//! minus the scale. Each bound of a scale is one of every finer scale, so that such a histogram may become coarser and stay
//! comparable. In which unit the bounds are does not matter.

/// The scales that there are.
const SCALES: std::ops::RangeInclusive<i32> = -10..=20;
/// What rounding may make of a whole number.
const ROUNDING: f64 = 1e-4;

/// Bounds that are those of an exponential histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    scale: i32,
    bound: f64,
}

impl Grid {
    /// The coarsest one on which these bounds lie; `None` where they lie on none, and where less than two say so. Zero lies on all.
    pub(super) fn of(bounds: &[f64]) -> Option<Self> {
        let bounds: Vec<f64> = bounds.iter().copied().filter(|bound| *bound != 0.0).collect();
        let [bound, _, ..] = *bounds else { return None };
        SCALES.map(|scale| Self { scale, bound }).find(|grid| bounds.iter().all(|bound| grid.holds(*bound)))
    }

    /// Whether this is one of its bounds.
    pub(super) fn holds(self, bound: f64) -> bool {
        let power = (bound / self.bound).abs().log2() * f64::from(self.scale).exp2();
        bound == 0.0 || (power - power.round()).abs() < ROUNDING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_the_coarsest_scale_that_fits() {
        for (bounds, scale) in [
            (vec![1.0, 2.0, 4.0, 8.0], Some(0)),
            (vec![0.001, 0.002, 0.004], Some(0)),
            (vec![0.0, 4.0, 16.0], Some(-1)),
            (vec![-2.0, -std::f64::consts::SQRT_2], Some(1)),
            (vec![1.0, 1.090_507_732_665_257_7], Some(3)),
            (vec![0.1, 0.5, 1.0], None),
            (vec![1.0], None),
            (vec![], None),
        ] {
            assert_eq!(Grid::of(&bounds).map(|grid| grid.scale), scale, "{bounds:?}");
        }
        let grid = Grid::of(&[1.0, 4.0]).expect("two bounds");
        assert!(grid.holds(0.25) && grid.holds(-16.0) && grid.holds(0.0) && !grid.holds(2.0));
    }
}
