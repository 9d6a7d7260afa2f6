//! The one conversion that has no lossless form in the standard library.

/// A count as a floating-point number.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]
pub fn as_f64(count: usize) -> f64 {
    count as f64
}
