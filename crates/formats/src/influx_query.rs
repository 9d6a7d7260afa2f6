//! Answers of `InfluxDB` to queries: `InfluxQL`'s JSON ([`read_json`]) and Flux' annotated CSV ([`read_csv`]).
//!
//! Series are named as those of line protocol: `measurement.field`, and just `measurement` where the field is `value`. Where the
//! mapping names the series, a column's name is added only if there are several. Text is a label, nothing is no sample.

mod annotated_csv;
mod influxql;

pub use annotated_csv::read as read_csv;
pub use influxql::read as read_json;

use crate::Naming;

/// The name of the series of one of `count` value columns.
fn series_name(naming: &Naming, measurement: &str, column: &str, count: usize) -> String {
    match &naming.series {
        Some(series) if count == 1 => series.clone(),
        Some(series) => format!("{series}.{column}"),
        None if column == "value" || column.is_empty() => measurement.to_owned(),
        None if measurement.is_empty() => column.to_owned(),
        None => format!("{measurement}.{column}"),
    }
}
