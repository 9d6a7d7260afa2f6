//! The table behind the picture: every point of the model, drawn or not, as text for people.

use crate::columns::{Column, columns};
use crate::forecast::ForecastBand;
use crate::model::{ChartKind, ChartModel, Position};
use crate::number::is_drawable;
use crate::plot::{Key, Plot, position_label};
use crate::rows::{Content, Row, rows};
use crate::side::{Side, side_text};

/// Rows of texts, not escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The headings.
    pub columns: Vec<String>,
    /// One row per point and then one per expected value, each as long as the headings.
    pub rows: Vec<Vec<String>>,
    /// How many of the rows are points; the others are expected values.
    pub measured: usize,
}

/// The table of a chart. The columns are the time in UTC or the category, the series where there are several, the value,
/// its side of the current target where there is one, the expected value with both ends of its interval where there is a
/// forecast, the path where there is one, and the note where any row has one. A measured value and an expected one never
/// stand in the same column.
pub fn table(model: &ChartModel) -> Table {
    let plot = Plot::new(model);
    let rows = rows(&plot);
    let mut columns = columns(&plot, &rows);
    columns.retain(|column| match column {
        Column::Series => model.series.len() > 1,
        Column::Note => rows.iter().any(|row| !row.note.is_empty()),
        _ => true,
    });
    let row = |row: &Row<'_>| columns.iter().map(|column| cell(&plot, *column, row)).collect();
    Table {
        columns: columns.iter().map(|column| heading(model, *column)).collect(),
        rows: rows.iter().map(row).collect(),
        measured: rows.iter().filter(|row| matches!(row.content, Content::Measured(_))).count(),
    }
}

fn heading(model: &ChartModel, column: Column) -> String {
    let level = || model.forecast.as_ref().and_then(ForecastBand::level_text);
    let with_level = |name: &str| level().map_or_else(|| name.to_owned(), |level| format!("{name} ({level})"));
    match column {
        Column::Place if model.kind == ChartKind::History => "Time (UTC)".to_owned(),
        Column::Place => "Category".to_owned(),
        Column::Series => "Series".to_owned(),
        Column::Value => model.subject.clone(),
        Column::Against => format!("Against {}", model.current_target().map_or("target", |target| &target.label)),
        Column::Forecast => "Forecast".to_owned(),
        Column::Lower => with_level("Lower"),
        Column::Upper => with_level("Upper"),
        Column::Path => "Path".to_owned(),
        Column::Note => "Note".to_owned(),
    }
}

fn cell(plot: &Plot<'_>, column: Column, row: &Row<'_>) -> String {
    let text = |value: f64| plot.model.unit.text(value);
    match (column, row.content) {
        (Column::Place, _) => position_label(row.x, plot.detail),
        (Column::Series, _) => row.series.to_owned(),
        (Column::Value, Content::Measured(value)) if value.is_finite() => text(value),
        (Column::Value, Content::Measured(_)) => "not a number".to_owned(),
        (Column::Against, Content::Measured(value)) => against(plot, row.x, value).to_owned(),
        (Column::Forecast, Content::Forecast(dot)) => text(dot.mean),
        (Column::Lower, Content::Forecast(dot)) => text(dot.lower),
        (Column::Upper, Content::Forecast(dot)) => text(dot.upper),
        (Column::Path, _) => row.path.map(text).unwrap_or_default(),
        (Column::Note, _) => row.note.clone(),
        (Column::Value | Column::Against, Content::Forecast(_))
        | (Column::Forecast | Column::Lower | Column::Upper, Content::Measured(_)) => String::new(),
    }
}

fn against(plot: &Plot<'_>, x: &Position, value: f64) -> &'static str {
    match (plot.model.current_target(), x) {
        (Some(_), _) if !is_drawable(value) => "unknown",
        (Some(target), Position::Time(time_ms)) if plot.model.kind == ChartKind::History => {
            side_text(target, Key::Time(*time_ms), value)
        }
        (Some(target), _) => Side::of_goal(value, target.goal).text(),
        (None, _) => "",
    }
}
