//! What the readers of other systems' protocols give: samples with labels, and what could not be read.

use crate::Problem;

/// One sample of a series. An event is a sample whose value is 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// The name of the series.
    pub series: String,
    /// The instant that it is about, in milliseconds since the Unix epoch; `None` where the sender says none.
    pub time_ms: Option<i64>,
    /// A finite number.
    pub value: f64,
    /// The unit as the sender names it.
    pub unit: Option<String>,
    /// Labels ordered by name, each name once.
    pub labels: Vec<(String, String)>,
    /// The sender's own id of it, by which a repeated delivery is recognised.
    pub external_id: Option<String>,
    /// The row of the body that gave it, from 1; 0 where it is of several. One row may give several samples.
    pub row: usize,
    /// Since when a running total counts, in milliseconds since the Unix epoch, where the sender says so: it was zero then.
    pub start_ms: Option<i64>,
    /// Whether it tells what came since the sample before, and no label says so.
    pub is_increment: bool,
}

/// All that one body held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Samples {
    /// In the order of the body.
    pub samples: Vec<Sample>,
    /// What could not be read, by row; one row may have several, of which only the first is told after 1,000 problems.
    pub problems: Vec<Problem>,
    /// How many rows were read, good and bad.
    pub rows: usize,
}
