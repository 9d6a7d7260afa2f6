//! Numbers as people write them in a target cell or a value: `1,000`, `10K`, `99.95`, `4.0`.
//!
//! Reading does not depend on a locale: the comma groups thousands, the dot starts the decimals. A written number
//! remembers how it was written, so that printing it gives the text back.

use std::fmt;

/// A shorthand after the digits: `10K`, `$2M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Magnitude {
    /// A thousand, written `K`.
    Thousand,
    /// A million, written `M`.
    Million,
    /// A thousand million, written `B`.
    Billion,
}

impl Magnitude {
    /// What the digits are multiplied with.
    pub fn factor(self) -> f64 {
        match self {
            Self::Thousand => 1e3,
            Self::Million => 1e6,
            Self::Billion => 1e9,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Thousand => 'K',
            Self::Million => 'M',
            Self::Billion => 'B',
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'K' => Some(Self::Thousand),
            'M' => Some(Self::Million),
            'B' => Some(Self::Billion),
            _ => None,
        }
    }
}

/// A number together with the way it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WrittenNumber {
    /// The value with its magnitude applied; always finite.
    pub value: f64,
    /// Digits after the dot, as written.
    pub decimals: usize,
    /// Whether thousands were grouped with commas.
    pub grouped: bool,
    /// The letter after the digits, if there was one.
    pub magnitude: Option<Magnitude>,
}

impl WrittenNumber {
    /// Reads a number from the start of `text` and returns it with the rest of the text.
    ///
    /// Returns `None` where no number starts, where groups of thousands are broken (`1,00`) or where the value is
    /// not finite. A magnitude counts only when no further letter follows it, so `5MB` is five and `MB`.
    pub fn take(text: &str) -> Option<(Self, &str)> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let sign_length = text.len() - unsigned.len();
        let whole_length =
            unsigned.find(|character: char| !character.is_ascii_digit() && character != ',').unwrap_or(unsigned.len());
        let whole = unsigned.get(..whole_length)?;
        if whole.is_empty() || !groups_are_sound(whole) {
            return None;
        }
        let mut end = sign_length + whole_length;
        let mut decimals = 0;
        if let Some(fraction) = text.get(end..)?.strip_prefix('.') {
            decimals = fraction.find(|character: char| !character.is_ascii_digit()).unwrap_or(fraction.len());
            if decimals == 0 {
                return None;
            }
            end += 1 + decimals;
        }
        let digits: String = text.get(..end)?.chars().filter(|character| *character != ',').collect();
        let rest = text.get(end..)?;
        let mut letters = rest.chars();
        let magnitude = letters
            .next()
            .and_then(Magnitude::from_letter)
            .filter(|_| !letters.next().is_some_and(char::is_alphanumeric));
        let value = digits.parse::<f64>().ok()? * magnitude.map_or(1.0, Magnitude::factor);
        if !value.is_finite() {
            return None;
        }
        let number = Self { value, decimals, grouped: whole.contains(','), magnitude };
        Some((number, rest.get(usize::from(magnitude.is_some())..)?))
    }
}

fn groups_are_sound(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',');
    !first.is_empty() && (!grouped || first.len() <= 3) && groups.all(|group| group.len() == 3)
}

impl fmt::Display for WrittenNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.value / self.magnitude.map_or(1.0, Magnitude::factor);
        let plain = format!("{digits:.*}", self.decimals);
        formatter.write_str(&if self.grouped { group_thousands(&plain) } else { plain })?;
        self.magnitude.map_or(Ok(()), |magnitude| write!(formatter, "{}", magnitude.letter()))
    }
}

/// Puts a comma between groups of three digits before the dot: `1234.5` becomes `1,234.5`.
pub fn group_thousands(plain: &str) -> String {
    let (sign, unsigned) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::with_capacity(plain.len() + plain.len() / 3);
    grouped.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_numbers_print_as_they_were_written() {
        for text in ["0", "5", "1,000", "100,000", "10K", "2M", "99.95", "4.0", "0.5", "-3.25", "1,234,567.80", "3B"] {
            let (number, rest) = WrittenNumber::take(text).expect(text);
            assert_eq!((number.to_string().as_str(), rest), (text, ""));
        }
    }

    #[test]
    fn broken_numbers_are_not_read() {
        for text in ["", "x", ",5", "1,00", "1,0000", "1234,567", "1.", ".5", "-", "1e400x"] {
            let read = WrittenNumber::take(text);
            assert!(read.is_none_or(|(_, rest)| !rest.is_empty()), "{text} was read as {read:?}");
        }
    }

    #[test]
    fn a_unit_that_starts_like_a_magnitude_stays_a_unit() {
        let (number, rest) = WrittenNumber::take("5MB").expect("a number");
        assert_eq!((number.value.to_bits(), rest), (5.0_f64.to_bits(), "MB"));
    }
}
