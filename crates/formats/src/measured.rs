//! Numbers in reports of measurements: each is read or refused by itself, so that one that is no number leaves the others.

use crate::collect::Collector;
use crate::plain::Plain;
use crate::report::wrong;
use crate::text::quote;

/// A measured number from zero; `None` where there is none, which is told.
pub(crate) fn needed(
    collector: &mut Collector<'_>,
    row: usize,
    (case, field): (&str, &str),
    written: Option<&Plain>,
) -> Option<f64> {
    if written.is_none_or(Plain::is_null) {
        let detail = format!("{} has no `{field}`", quote(case));
        collector.problem(row, wrong(field, "missing", detail, EXPECTED));
        return None;
    }
    optional(collector, row, (case, field), written)
}

/// A measured number from zero that may be missing.
pub(crate) fn optional(
    collector: &mut Collector<'_>,
    row: usize,
    (case, field): (&str, &str),
    written: Option<&Plain>,
) -> Option<f64> {
    let number = any(collector, row, (case, field), written)?;
    if number < 0.0 {
        let detail = format!("`{field}` of {} is {number}", quote(case));
        collector.problem(row, wrong(field, "out-of-range", detail, EXPECTED));
        return None;
    }
    Some(number)
}

/// A number that may be below zero, or missing.
pub(crate) fn any(
    collector: &mut Collector<'_>,
    row: usize,
    (case, field): (&str, &str),
    written: Option<&Plain>,
) -> Option<f64> {
    let written = written.filter(|written| !written.is_null())?;
    let number = if let Plain::Number(number) = written { number.as_f64() } else { None };
    if number.is_none() {
        let text = written.scalar().map_or_else(|| "a list or an object".to_owned(), |text| quote(&text));
        let detail = format!("`{field}` of {} is {text}", quote(case));
        collector.problem(row, wrong(field, "wrong-type", detail, "a number"));
    }
    number
}

const EXPECTED: &str = "a number from 0; nothing where nothing was measured";
