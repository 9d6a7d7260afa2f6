//! The grammar of target cells.
//!
//! ```text
//! cell      = "N/A" | recurrence | level | findings | comparator? prefix? number ("-" number)? unit? qualifier?
//! findings  = "0 " severity "+"?
//! comparator = "<" | ">"            prefix = "$" | "€" | "£"
//! unit      = "%" | "x" | ":1" | "+" | "/N" | time | bytes | "/KLOC" …
//! ```

use super::{Amount, Meaning, Recurrence, Severity, Target, Written};
use crate::number::WrittenNumber;
use crate::unit::{Dimension, Unit};

const WOULD_BE_RIGHT: &str =
    "write for example 90%, <2 hours, >99.5%, 70-80%, 3x, 20% reduction, 0 Critical, AA level, Monthly or N/A";

/// Words that make a percentage relative to the baseline.
const RELATIVE: [&str; 4] = ["reduction", "improvement", "decrease", "increase"];

pub(super) fn target(written: &str) -> Result<Target, String> {
    if written != written.trim() || written.is_empty() {
        return Err(format!("it is empty or has spaces around it; {WOULD_BE_RIGHT}"));
    }
    if written == "N/A" {
        return Ok(words(written, Meaning::NotApplicable));
    }
    if let Some(recurrence) = Recurrence::ALL.into_iter().find(|recurrence| recurrence.name() == written) {
        return Ok(words(written, Meaning::Every(recurrence)));
    }
    if let Some(rest) = written.strip_prefix("0 ")
        && rest.starts_with(|first: char| first.is_ascii_uppercase())
    {
        return findings(rest);
    }
    if written.starts_with(char::is_alphabetic) {
        return level(written);
    }
    number(written)
}

fn words(written: &str, meaning: Meaning) -> Target {
    Target { shape: Written::Words(written.to_owned()), meaning }
}

fn level(written: &str) -> Result<Target, String> {
    if written.chars().any(|character| character.is_ascii_digit() || "<>%$".contains(character)) {
        return Err(format!("a level that a person judges is written in words alone; {WOULD_BE_RIGHT}"));
    }
    Ok(words(written, Meaning::Judged(written.to_owned())))
}

fn findings(rest: &str) -> Result<Target, String> {
    let (name, open_ended) = rest.strip_suffix('+').map_or((rest, false), |name| (name, true));
    let severity = Severity::ALL
        .into_iter()
        .find(|severity| severity.name() == name)
        .ok_or_else(|| format!("\"{name}\" is no severity; write Low, Medium, High or Critical"))?;
    Ok(Target { shape: Written::Findings { severity, open_ended }, meaning: Meaning::NoFinding(severity) })
}

fn number(written: &str) -> Result<Target, String> {
    let (comparator, rest) = one_of(written, &["<", ">"]);
    let (prefix, rest) = one_of(rest, &["$", "€", "£"]);
    let (low, rest) =
        WrittenNumber::take(rest).ok_or_else(|| format!("no number stands where one is expected; {WOULD_BE_RIGHT}"))?;
    let (high, rest) = match rest.strip_prefix('-') {
        Some(upper) => {
            let (high, rest) = WrittenNumber::take(upper).ok_or("a range ends in a number, as in 70-80%")?;
            (Some(high), rest)
        }
        None => (None, rest),
    };
    let (unit_text, unit, qualifier) = unit_and_qualifier(rest)?;
    if !comparator.is_empty() && unit.is_none() && !qualifier.is_empty() {
        // "<10 minuts" would silently mean ten of whatever unit the KPI has.
        return Err(format!("\"{}\" is no unit; {WOULD_BE_RIGHT}", qualifier.trim()));
    }
    let unit = if prefix.is_empty() { unit } else { Some(Unit::parse(prefix).map_err(|error| error.to_string())?) };
    let meaning = meaning(comparator, low, high, unit.as_ref(), qualifier.trim())?;
    let shape =
        Written::Number { comparator, prefix, low, high, unit: unit_text.to_owned(), qualifier: qualifier.to_owned() };
    Ok(Target { shape, meaning })
}

fn one_of<'text>(text: &'text str, choices: &[&'static str]) -> (&'static str, &'text str) {
    choices.iter().find_map(|choice| text.strip_prefix(choice).map(|rest| (*choice, rest))).unwrap_or(("", text))
}

/// Splits what follows the number into the unit as written, its meaning, and words that only explain.
fn unit_and_qualifier(rest: &str) -> Result<(&str, Option<Unit>, &str), String> {
    if rest.is_empty() {
        return Ok(("", None, ""));
    }
    if let Some(qualifier) = rest.strip_prefix('+') {
        return explained("+", None, qualifier);
    }
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    let word_end = rest.get(spaces..).and_then(|words| words.find(' ')).map_or(rest.len(), |length| spaces + length);
    let word = rest.get(spaces..word_end).unwrap_or_default();
    match Unit::parse(word) {
        Ok(unit) if spaces <= 1 => explained(&rest[..word_end], Some(unit), &rest[word_end..]),
        _ if spaces == 1 => explained("", None, rest),
        _ => Err(format!("\"{word}\" is no unit; {WOULD_BE_RIGHT}")),
    }
}

fn explained<'text>(
    unit_text: &'text str,
    unit: Option<Unit>,
    qualifier: &'text str,
) -> Result<(&'text str, Option<Unit>, &'text str), String> {
    let sound = qualifier.is_empty()
        || (qualifier.starts_with(' ')
            && !qualifier.ends_with(' ')
            && !qualifier.contains("  ")
            && qualifier.chars().all(|character| character.is_alphabetic() || character == ' ' || character == '-'));
    if sound {
        Ok((unit_text, unit, qualifier))
    } else {
        Err(format!("\"{}\" after the number can't be read; {WOULD_BE_RIGHT}", qualifier.trim()))
    }
}

fn meaning(
    comparator: &str,
    low: WrittenNumber,
    high: Option<WrittenNumber>,
    unit: Option<&Unit>,
    qualifier: &str,
) -> Result<Meaning, String> {
    let amount = |number: WrittenNumber| Amount { value: number.value, unit: unit.cloned() };
    let dimension = unit.map(|unit| unit.dimension);
    if let Some(high) = high {
        return match comparator {
            "" if low.value < high.value => Ok(Meaning::Within(amount(low), amount(high))),
            "" => Err("a range starts with its smaller number, as in 70-80%".to_owned()),
            _ => Err("a range has no < or > before it".to_owned()),
        };
    }
    match comparator {
        "<" => return Ok(Meaning::Below(amount(low))),
        ">" => return Ok(Meaning::Above(amount(low))),
        _ => {}
    }
    let last_word = qualifier.rsplit(' ').next().unwrap_or_default();
    Ok(match dimension {
        Some(Dimension::Factor) => Meaning::Factor(low.value),
        Some(Dimension::Percent) if RELATIVE.contains(&last_word) => Meaning::Share(low.value),
        Some(Dimension::Percent) if qualifier == "of theoretical max" => Meaning::ShareOfCeiling(low.value),
        _ => Meaning::AtLeast(amount(low)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(cell: &str) -> Meaning {
        let target = Target::parse(cell).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(target.to_string(), cell, "printing gives the cell back");
        target.meaning
    }

    fn amount(value: f64, unit: &str) -> Amount {
        Amount { value, unit: (!unit.is_empty()).then(|| Unit::parse(unit).expect(unit)) }
    }

    #[test]
    fn every_row_of_the_grammar_is_read_as_documented() {
        let at_least = [
            ("90%", 90.0, "%"),
            ("1,000", 1e3, ""),
            ("10K", 1e4, ""),
            ("$2M", 2e6, "USD"),
            ("4.0/5", 4.0, "/5"),
            ("10+", 10.0, ""),
            ("4.5:1 minimum", 4.5, ":1"),
            ("10:1 ratio", 10.0, ":1"),
            ("70% acceptance rate", 70.0, "%"),
            ("80% of eligible ops", 80.0, "%"),
            ("85% planned", 85.0, "%"),
            ("5 patents", 5.0, ""),
        ];
        for (cell, value, unit) in at_least {
            assert_eq!(parsed(cell), Meaning::AtLeast(amount(value, unit)), "{cell}");
        }
        let below = [
            ("<2 hours", 2.0, "h"),
            ("<1/KLOC", 1.0, "/KLOC"),
            ("<500KB", 500.0, "KB"),
            ("<100ms", 100.0, "ms"),
            ("<0.1%", 0.1, "%"),
            ("<100ms adaptation", 100.0, "ms"),
            ("<7 days", 7.0, "days"),
            ("<100", 100.0, ""),
        ];
        for (cell, value, unit) in below {
            assert_eq!(parsed(cell), Meaning::Below(amount(value, unit)), "{cell}");
        }
        for (cell, factor) in
            [("2x improvement", 2.0), ("3x", 3.0), ("10x faster", 10.0), ("5x throughput improvement", 5.0)]
        {
            assert_eq!(parsed(cell), Meaning::Factor(factor), "{cell}");
        }
        for (cell, share) in [("20% reduction", 20.0), ("40% improvement", 40.0), ("60% decrease", 60.0)] {
            assert_eq!(parsed(cell), Meaning::Share(share), "{cell}");
        }
        assert_eq!(parsed(">99.5%"), Meaning::Above(amount(99.5, "%")));
        assert_eq!(parsed("70-80%"), Meaning::Within(amount(70.0, "%"), amount(80.0, "%")));
        assert_eq!(parsed("80% of theoretical max"), Meaning::ShareOfCeiling(80.0));
        assert_eq!(parsed("0 Critical"), Meaning::NoFinding(Severity::Critical));
        assert_eq!(parsed("0 Medium+"), Meaning::NoFinding(Severity::Medium));
        assert_eq!(parsed("Market leader"), Meaning::Judged("Market leader".to_owned()));
        assert_eq!(parsed("Monthly"), Meaning::Every(Recurrence::Monthly));
        assert_eq!(parsed("N/A"), Meaning::NotApplicable);
    }

    #[test]
    fn cells_that_the_grammar_cannot_read_are_refused_with_a_reason() {
        for cell in [
            "",
            " 90%",
            "<",
            "<hours",
            "90%%",
            "1,00",
            "80-70%",
            "70-",
            "<70-80%",
            "0 Severe",
            "AA level 2",
            "12bananas",
            "5  patents",
            "90% & more",
            "$",
            "1.2.3%",
            "--5",
            "<10 minuts",
            "<2 hours!",
            // These would print as another cell.
            "007%",
            "00,100",
            "12345678901234567890%",
        ] {
            let error = Target::parse(cell).expect_err(cell);
            assert!(!error.reason.is_empty(), "{cell}");
        }
    }
}
