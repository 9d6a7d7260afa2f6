//! How the values of a chart are written for people.

use std::fmt;
use std::sync::Arc;

/// How the chart's values are written for people; the only place where a value is rounded.
#[derive(Clone)]
pub struct UnitLabel {
    /// Writes one finite value with its unit, such as `8.2 min`.
    pub format: Arc<dyn Fn(f64) -> String + Send + Sync>,
    /// The only values that there are, ascending, such as those of a verdict; an axis then has exactly these ticks. Empty where
    /// every number can be a value.
    pub levels: Arc<[f64]>,
}

impl UnitLabel {
    /// A label from any formatter.
    pub fn new(format: impl Fn(f64) -> String + Send + Sync + 'static) -> Self {
        Self { format: Arc::new(format), levels: Arc::default() }
    }

    /// The same for values of which there are only these, at least two of them and ascending.
    #[must_use]
    pub fn with_levels(self, levels: &[f64]) -> Self {
        Self { levels: levels.into(), ..self }
    }

    /// The bare number with a fixed count of decimals.
    pub fn plain(decimals: usize) -> Self {
        Self::new(move |value| fixed(value, decimals))
    }

    /// The number and what follows it, with the space if there is one: `with_suffix(1, " min")` gives `8.2 min`.
    pub fn with_suffix(decimals: usize, suffix: impl Into<String>) -> Self {
        let suffix = suffix.into();
        Self::new(move |value| format!("{}{suffix}", fixed(value, decimals)))
    }

    /// What precedes the number, and the number; the sign comes first: `with_prefix("$", 2)` gives `-$1.50`.
    pub fn with_prefix(prefix: impl Into<String>, decimals: usize) -> Self {
        let prefix = prefix.into();
        Self::new(move |value| {
            let number = fixed(value, decimals);
            match number.strip_prefix('-') {
                Some(digits) => format!("-{prefix}{digits}"),
                None => format!("{prefix}{number}"),
            }
        })
    }

    /// The value as text.
    pub fn text(&self, value: f64) -> String {
        (self.format)(value)
    }
}

impl Default for UnitLabel {
    /// The bare number with the fewest digits that read back as the same number.
    fn default() -> Self {
        Self::new(|value| value.to_string())
    }
}

impl fmt::Debug for UnitLabel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnitLabel").finish_non_exhaustive()
    }
}

/// Fixed decimals without the `-0.0` that rounding leaves behind.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| c == '0' || c == '.') => digits.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_labels_write_the_number_and_its_unit() {
        let cases = [
            (UnitLabel::default(), 0.25, "0.25"),
            (UnitLabel::plain(0), 12.4, "12"),
            (UnitLabel::plain(1), -0.01, "0.0"),
            (UnitLabel::with_suffix(1, " min"), 8.25, "8.2 min"),
            (UnitLabel::with_suffix(0, "%"), -3.0, "-3%"),
            (UnitLabel::with_prefix("$", 2), 1.5, "$1.50"),
            (UnitLabel::with_prefix("$", 2), -1.5, "-$1.50"),
        ];
        for (unit, value, text) in cases {
            assert_eq!(unit.text(value), text);
        }
    }
}
