//! How bad a result is, as tools write it: a score, a vector, or a word.

use crate::audit::Severity;
use crate::plain::Plain;
use crate::text::quote;

/// What a `security-severity` says.
pub(super) enum Said {
    Nothing,
    Severity(Severity),
    /// It can't be read; as written.
    Unread(String),
}

/// GitHub writes a CVSS score as text; others write it as a number, as a vector, or name the severity.
pub(super) fn security_severity(written: Option<&Plain>) -> Said {
    match written {
        None | Some(Plain::Null) => Said::Nothing,
        Some(Plain::Number(number)) => of_score(number.as_f64(), &number.to_string()),
        Some(Plain::Text(text)) => of_text(text.trim()),
        Some(other) => Said::Unread(other.scalar().unwrap_or_else(|| "a list or an object".to_owned())),
    }
}

fn of_text(text: &str) -> Said {
    if text.is_empty() {
        return Said::Nothing;
    }
    if let Some(severity) = Severity::of_word(text) {
        return Said::Severity(severity);
    }
    if let Ok(vector) = text.parse::<cvss::Cvss>() {
        return Said::Severity(Severity::of_score(vector.score()));
    }
    of_score(text.parse().ok(), text)
}

fn of_score(score: Option<f64>, written: &str) -> Said {
    match score.filter(|score| (0.0..=10.0).contains(score)) {
        Some(score) => Said::Severity(Severity::of_score(score)),
        None => Said::Unread(quote(written)),
    }
}

/// What a `level` says.
pub(super) enum Level {
    Nothing,
    Severity(Severity),
    Unread(String),
}

pub(super) fn level(written: Option<&Plain>) -> Level {
    let Some(Plain::Text(text)) = written else {
        return match written {
            None | Some(Plain::Null) => Level::Nothing,
            Some(other) => Level::Unread(other.scalar().unwrap_or_else(|| "a list or an object".to_owned())),
        };
    };
    let plain = text.trim().to_ascii_lowercase();
    match plain.as_str() {
        "error" => Level::Severity(Severity::High),
        "warning" => Level::Severity(Severity::Medium),
        "note" => Level::Severity(Severity::Low),
        "none" => Level::Severity(Severity::None),
        // No level of the standard, and yet unmistakable.
        other => Severity::of_word(other).map_or_else(|| Level::Unread(quote(text)), Level::Severity),
    }
}

/// An index that may be missing, or -1.
pub(super) fn index(written: Option<&Plain>) -> Option<usize> {
    match written? {
        Plain::Number(number) => usize::try_from(number.as_u64()?).ok(),
        _ => None,
    }
}
