//! Times as analytics clients write them: seconds, with or without a fraction, or milliseconds.

use crate::plain::Plain;
use crate::text::quote;
use crate::{WrittenTime, number, time};

/// Below this a number is taken for seconds; as seconds it is the year 5138.
const LEAST_MS: f64 = 100_000_000_000.0;

/// Milliseconds since the Unix epoch.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn instant(value: &Plain) -> Result<i64, String> {
    let number = match value {
        Plain::Number(number) => number.as_f64(),
        Plain::Text(text) => match number::read(text.trim()) {
            number::Reading::Finite(number) => Some(number),
            number::Reading::NotFinite => None,
            number::Reading::NotANumber => return time::parse(&WrittenTime::Text(text.clone())),
        },
        _ => None,
    };
    let Some(number) = number.filter(|number| number.is_finite()) else {
        let written = match value {
            Plain::List => "a list".to_owned(),
            Plain::Object => "an object".to_owned(),
            Plain::Null => "null".to_owned(),
            Plain::Text(text) => quote(text),
            Plain::Number(_) | Plain::Truth(_) => quote(&value.scalar().unwrap_or_default()),
        };
        return Err(format!("{written} is no time"));
    };
    time::in_range(rounded(if number.abs() < LEAST_MS { number * 1000.0 } else { number }))
}

/// The nearest whole number; a cast takes what is out of range to the ends of the range.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked by the caller")]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}
