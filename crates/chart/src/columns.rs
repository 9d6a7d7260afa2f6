//! The columns that table and CSV share.

use crate::plot::Plot;
use crate::rows::Row;

/// One column; a measured value and an expected one never stand in the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// The time or the category.
    Place,
    Series,
    Value,
    /// The side of the current target.
    Against,
    Forecast,
    Lower,
    Upper,
    Path,
    Note,
}

/// The columns for which there is something to show; series, value and note always are among them.
pub(crate) fn columns(plot: &Plot<'_>, rows: &[Row<'_>]) -> Vec<Column> {
    let mut columns = vec![Column::Place, Column::Series, Column::Value];
    if plot.model.current_target().is_some() {
        columns.push(Column::Against);
    }
    if !plot.ahead.dots.is_empty() {
        columns.extend([Column::Forecast, Column::Lower, Column::Upper]);
    }
    if rows.iter().any(|row| row.path.is_some()) {
        columns.push(Column::Path);
    }
    columns.push(Column::Note);
    columns
}
