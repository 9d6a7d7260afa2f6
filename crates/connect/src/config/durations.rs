//! Lengths of time, written as in the catalogue.

use std::time::Duration;

use kpi::number::WrittenNumber;
use kpi::unit::{Dimension, Unit};

use super::errors::Errors;
use super::reader::TableReader;

/// A year: nothing is put off for longer.
const LONGEST_MS: f64 = 366.0 * 86_400_000.0;

/// A length of time of at least `shortest`; `None` where the key is missing or wrong.
pub(super) fn length(
    reader: &mut TableReader<'_, '_>,
    key: &'static str,
    shortest: Duration,
    errors: &mut Errors<'_>,
) -> Option<Duration> {
    let text = reader.optional_text(key, errors)?;
    let Some(length) = parse(&text) else {
        errors.add(&reader.span_of(key), format!("\"{text}\" is no duration; write for example 30 s, 15 min, 7 days"));
        return None;
    };
    if length < shortest {
        let shortest_s = shortest.as_secs_f64();
        errors.add(&reader.span_of(key), format!("`{key}` is shorter than {shortest_s} s"));
        return None;
    }
    Some(length)
}

fn parse(text: &str) -> Option<Duration> {
    let (number, rest) = WrittenNumber::take(text)?;
    let unit = Unit::parse(rest).ok().filter(|unit| unit.dimension == Dimension::Time)?;
    let milliseconds = unit.to_base(number.value) * 1_000.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie within a year")]
    let whole = milliseconds.round() as u64;
    ((0.0..=LONGEST_MS).contains(&milliseconds) && (whole > 0 || number.value == 0.0))
        .then(|| Duration::from_millis(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_the_catalogue() {
        for (text, milliseconds) in
            [("30 s", 30_000), ("15 min", 900_000), ("250 ms", 250), ("7 days", 604_800_000), ("0 s", 0)]
        {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "5", "five min", "-1 s", "3 MB", "1000 days"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
