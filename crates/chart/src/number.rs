//! The few number conversions of this crate, each with its bounds in one place.

/// Values beyond this are treated like infinite ones: the span between two of them would overflow.
pub(crate) const LARGEST_DRAWN: f64 = 1e300;

/// Whether a value has a place in the picture.
pub(crate) fn is_drawable(value: f64) -> bool {
    value.is_finite() && value.abs() <= LARGEST_DRAWN
}

/// A count as a float; exact below 2^53, far above any count that fits in memory here.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn count_f64(count: usize) -> f64 {
    count as f64
}

/// A fraction of the axis as whole percent, 0 to 100; not-a-number gives 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100 before")]
pub(crate) fn percent(fraction: f64) -> u8 {
    (fraction * 100.0).round().clamp(0.0, 100.0) as u8
}

/// A whole float as an integer; beyond the range it saturates.
#[expect(clippy::cast_possible_truncation, reason = "a float-to-integer cast saturates, which is what is wanted")]
pub(crate) fn whole(value: f64) -> i64 {
    value as i64
}

/// Where `time_ms` lies between `first_ms` and `last_ms`, as 0 to 1; the middle if they are the same.
#[expect(clippy::cast_precision_loss, reason = "a picture needs four digits, a float gives fifteen")]
pub(crate) fn time_fraction(time_ms: i64, first_ms: i64, last_ms: i64) -> f64 {
    let span = i128::from(last_ms) - i128::from(first_ms);
    if span <= 0 {
        return 0.5;
    }
    let passed = i128::from(time_ms) - i128::from(first_ms);
    (passed as f64 / span as f64).clamp(0.0, 1.0)
}

/// The power of ten of the first digit, exactly: 3 for 4200, -1 for 0.42, 0 for zero.
pub(crate) fn decimal_exponent(value: f64) -> i32 {
    // A logarithm may differ in its last bit between a browser and a server; the printed digits do not.
    let text = format!("{value:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// `digits × 10^exponent`, correctly rounded.
pub(crate) fn decimal(digits: i64, exponent: i32) -> f64 {
    format!("{digits}e{exponent}").parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_is_exact_at_powers_of_ten() {
        for (value, exponent) in [(1000.0, 3), (999.999, 2), (0.1, -1), (0.099, -2), (0.0, 0), (1.0, 0)] {
            assert_eq!(decimal_exponent(value), exponent, "{value}");
        }
    }

    #[test]
    fn percent_stays_on_the_axis() {
        for (fraction, expected) in
            [(-1.0, 0), (0.0, 0), (0.004, 0), (0.125, 13), (1.0, 100), (7.0, 100), (f64::NAN, 0)]
        {
            assert_eq!(percent(fraction), expected, "{fraction}");
        }
    }

    #[test]
    fn times_at_the_ends_of_the_range_do_not_overflow() {
        assert!((time_fraction(0, i64::MIN, i64::MAX) - 0.5).abs() < 1e-9);
        assert!((time_fraction(5, 5, 5) - 0.5).abs() < f64::EPSILON);
    }
}
