//! What stands between and before the digits of a number: where that changes what somebody reads, the number is not the cell's own.

/// One sign of a section, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Digit,
    Point,
    /// The line of a fraction.
    Slash,
    Literal(char),
}

/// Whether a number is shown as what it is, and nothing among its digits says another one.
pub(super) fn is_plain(signs: &[Sign], number: f64, is_negative_by_itself: bool) -> bool {
    let is_digit = |sign: &Sign| matches!(sign, Sign::Digit);
    let (Some(first), Some(last)) = (signs.iter().position(is_digit), signs.iter().rposition(is_digit)) else {
        // Nothing is shown of it.
        return number == 0.0;
    };
    let (before, behind) = (signs.get(..first).unwrap_or_default(), signs.get(last + 1..).unwrap_or_default());
    let literals = |signs: &[Sign]| -> String {
        signs.iter().filter_map(|sign| if let Sign::Literal(sign) = sign { Some(*sign) } else { None }).collect()
    };
    let (before, behind) = (literals(before), literals(behind));
    let is_negative = before.contains(['-', '−', '–', '(']) || behind.trim_start().starts_with(['-', '−', '–']);
    let is_misread =
        before.contains([':', '/', '.', ',']) || format!("{before}{behind}").contains(|it: char| it.is_ascii_digit());
    let has_wrong_sign = number > 0.0 && is_negative || number < 0.0 && is_negative_by_itself && !is_negative;
    !is_misread && !has_wrong_sign && is_grouped(signs.get(first..=last).unwrap_or_default())
}

/// Whether only groups of three digits are set apart, with spaces or apostrophes. A fraction sets its parts apart.
fn is_grouped(inside: &[Sign]) -> bool {
    if inside.contains(&Sign::Slash) {
        return inside.iter().all(|sign| !matches!(sign, Sign::Literal(sign) if !sign.is_whitespace()));
    }
    let whole = inside.iter().position(|sign| *sign == Sign::Point).unwrap_or(inside.len());
    let (whole, decimals) = inside.split_at(whole);
    let groups = |signs: &mut dyn Iterator<Item = &Sign>| {
        let mut digits = 0_usize;
        for sign in signs {
            match sign {
                Sign::Literal(' ' | '\'' | '’' | '\u{a0}' | '\u{202f}') if digits.is_multiple_of(3) => {}
                Sign::Literal(_) => return false,
                _ => digits += 1,
            }
        }
        true
    };
    groups(&mut whole.iter().rev()) && groups(&mut decimals.iter().skip(1))
}
