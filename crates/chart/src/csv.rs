//! The chart's points as CSV (RFC 4180), for machines and spreadsheets: full precision, ISO 8601 times, no units. Written
//! by hand because quoting is all there is to it, and it cannot fail.

use crate::model::{ChartKind, ChartModel, Position};
use crate::sentence::append;
use crate::table::ordered_points;
use crate::time_text::iso;

/// The CSV of a chart, with a heading line, lines ending in CR LF. The columns are always time (or category), series, value
/// and note; a value that is not finite is an empty cell. A text that a spreadsheet would run as a formula gets an
/// apostrophe before it.
pub fn csv(model: &ChartModel) -> String {
    let first = if model.kind == ChartKind::History { "time" } else { "category" };
    let mut text = format!("{first},series,value,note\r\n");
    for (series, point) in ordered_points(model) {
        let place = match &point.x {
            Position::Time(time_ms) => iso(*time_ms),
            Position::Category(name) => text_cell(name),
        };
        let note = point.note.as_deref().map(text_cell).unwrap_or_default();
        append(&mut text, format_args!("{place},{},{},{note}\r\n", text_cell(series), number_cell(point.y)));
    }
    text
}

/// The shortest digits that read back as the same number.
fn number_cell(value: f64) -> String {
    if !value.is_finite() {
        String::new()
    } else if value == 0.0 || (1e-6..1e16).contains(&value.abs()) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

fn text_cell(text: &str) -> String {
    let is_formula = text
        .trim_start_matches([' ', '\u{a0}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guarded = if is_formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\r', '\n', '\t', ';']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cells_are_quoted_and_never_formulas() {
        let cases = [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "'=1+1"),
            ("  =1+1", "'  =1+1"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("-5", "'-5"),
            ("\tx", "\"'\tx\""),
        ];
        for (text, cell) in cases {
            assert_eq!(text_cell(text), cell);
        }
    }

    #[test]
    fn numbers_keep_full_precision() {
        let cases = [
            (0.1 + 0.2, "0.30000000000000004"),
            (-5.0, "-5"),
            (0.0, "0"),
            (1e300, "1e300"),
            (1e-9, "1e-9"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ];
        for (value, cell) in cases {
            assert_eq!(number_cell(value), cell);
        }
    }
}
