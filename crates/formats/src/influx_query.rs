//! Answers of `InfluxDB` to queries: `InfluxQL`'s JSON ([`read_json`]) and Flux' annotated CSV ([`read_csv`]).
//!
//! Series are named as those of line protocol: `measurement.field`, and just `measurement` where the field is `value`. Where the
//! mapping names the series, a column's name is added only if there are several. Text is a label, nothing is no sample.

mod annotated_csv;
mod influxql;

pub use annotated_csv::read as read_csv;
pub use influxql::read as read_json;

use crate::collect::{Collector, Identity};
use crate::{Naming, Refusal};

/// The samples of one row: the name of the series and the value of each column of numbers. Its labels are looked at once, however
/// many columns there are.
fn add_samples<'a>(
    row: usize,
    labels: impl Iterator<Item = (&'a str, &'a str)>,
    samples: impl Iterator<Item = (String, f64)>,
    time_ms: Option<i64>,
    naming: &'a Naming,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let mut labelled: Option<Identity> = None;
    let mut labels = Some(labels);
    for (series, value) in samples {
        if let Some(labels) = labels.take() {
            match naming.labelled(labels, all.limits) {
                Ok(identity) => labelled = Some(identity),
                Err(wrong) => all.problems(row, &wrong),
            }
        }
        let Some(labelled) = &labelled else { return Ok(()) };
        match labelled.named(&series, all.limits) {
            Ok(identity) => {
                all.sample(row, &identity, (value, time_ms), naming.unit.as_deref())?;
            }
            Err(wrong) => all.problem(row, wrong),
        }
    }
    Ok(())
}

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
