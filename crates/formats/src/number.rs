//! Numbers as people and programs write them: a decimal point, an optional exponent, no separators.

/// What a text is, taken as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    Finite(f64),
    /// `NaN`, `inf` and the like, or more than a 64-bit float holds.
    NotFinite,
    NotANumber,
}

/// Rust's own grammar of floats: `12`, `+.5`, `1e3`, and the names of infinity and of no number in either case.
pub(crate) fn read(text: &str) -> Reading {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Reading::Finite(number),
        Ok(_) => Reading::NotFinite,
        Err(_) => Reading::NotANumber,
    }
}
