//! Names that were written for a reader of plain letters: `U__`, each `_` twice, and every other character as `_HEX_`.
//!
//! <https://github.com/prometheus/docs/blob/main/docs/instrumenting/escaping_schemes.md>: the scheme `values`, which a target or a
//! sender takes on where it does not know whether the other side understands UTF-8.

use std::borrow::Cow;

/// The name as it was before; what is not written by the scheme stays as it is.
pub(crate) fn unescaped(name: &str) -> Cow<'_, str> {
    match name.strip_prefix("U__").and_then(whole) {
        Some(plain) => Cow::Owned(plain),
        None => Cow::Borrowed(name),
    }
}

fn whole(mut rest: &str) -> Option<String> {
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('_') {
        plain.push_str(before);
        if let Some(after) = after.strip_prefix('_') {
            plain.push('_');
            rest = after;
            continue;
        }
        let (digits, after) = after.split_once('_')?;
        let is_hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain.push(char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?)?);
        rest = after;
    }
    plain.push_str(rest);
    (!plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn names_come_back_as_they_were() {
        for (written, plain) in [
            ("U___5ba4__6e29_", "室温"),
            ("U__http_2e_status:sum", "http.status:sum"),
            ("U__a__b_20_c", "a_b c"),
            // Written by nobody who knows the scheme.
            ("U__a_zz_", "U__a_zz_"),
            ("U__a_5ba4", "U__a_5ba4"),
            ("U__a_d800_", "U__a_d800_"),
            ("U__", "U__"),
            ("U_a", "U_a"),
            ("up", "up"),
        ] {
            assert_eq!(unescaped(written), plain, "{written}");
        }
    }
}
