//! The chart's points as CSV (RFC 4180), for machines and spreadsheets: full precision, ISO 8601 times, no units. Written
//! by hand because quoting is all there is to it, and it cannot fail.

use crate::columns::{Column, columns};
use crate::model::{ChartKind, ChartModel, Position};
use crate::plot::Plot;
use crate::rows::{Content, Row, rows};
use crate::time_text::iso;

/// The CSV of a chart, with a heading line, lines ending in CR LF. The columns are always time (or category), series and
/// value, then forecast, lower and upper where there is a forecast, path where there is one, and always note. An expected
/// value never stands under value; a value that is not finite is an empty cell. A text that a spreadsheet would run as a
/// formula gets an apostrophe before it.
pub fn csv(model: &ChartModel) -> String {
    let plot = Plot::new(model);
    let rows = rows(&plot);
    let mut columns = columns(&plot, &rows);
    columns.retain(|column| *column != Column::Against);
    let mut text = String::new();
    let mut line = |cells: Vec<String>| {
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    line(columns.iter().map(|column| heading(model.kind, *column).to_owned()).collect());
    for row in &rows {
        line(columns.iter().map(|column| cell(*column, row)).collect());
    }
    text
}

fn heading(kind: ChartKind, column: Column) -> &'static str {
    match column {
        Column::Place if kind == ChartKind::History => "time",
        Column::Place => "category",
        Column::Series => "series",
        Column::Value => "value",
        Column::Against => "against",
        Column::Forecast => "forecast",
        Column::Lower => "lower",
        Column::Upper => "upper",
        Column::Path => "path",
        Column::Note => "note",
    }
}

fn cell(column: Column, row: &Row<'_>) -> String {
    match (column, row.content) {
        (Column::Place, _) => match row.x {
            Position::Time(time_ms) => iso(*time_ms),
            Position::Category(name) => text_cell(name),
        },
        (Column::Series, _) => text_cell(row.series),
        (Column::Value, Content::Measured(value)) => number_cell(value),
        (Column::Forecast, Content::Forecast(dot)) => number_cell(dot.mean),
        (Column::Lower, Content::Forecast(dot)) => number_cell(dot.lower),
        (Column::Upper, Content::Forecast(dot)) => number_cell(dot.upper),
        (Column::Path, _) => row.path.map(number_cell).unwrap_or_default(),
        (Column::Note, _) => text_cell(&row.note),
        // The table tells the side of the target; a machine can compare for itself.
        (Column::Against, _)
        | (Column::Value, Content::Forecast(_))
        | (Column::Forecast | Column::Lower | Column::Upper, Content::Measured(_)) => String::new(),
    }
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
