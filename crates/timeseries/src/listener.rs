//! Who is told of samples once they are kept.

use kpi::point::Origin;

/// A sample that is on disk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeptRow<'a> {
    /// The name of its series.
    pub name: &'a str,
    /// The labels of its series, ordered by name.
    pub labels: &'a [(String, String)],
    /// The instant it is about, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value.
    pub value: f64,
    /// When its payload was recorded, in milliseconds since the Unix epoch.
    pub recorded_ms: i64,
    /// Where it came from.
    pub origin: Origin,
    /// The number of its payload.
    pub payload: u64,
    /// Which sample of its payload it is.
    pub row: u32,
}

/// Is told of samples of the series that it wants.
pub trait Listener: Send + Sync {
    /// Whether it wants the samples of series of this name; asked when a series appears and by
    /// [`TimeSeriesEngine::ask_again`](crate::TimeSeriesEngine::ask_again).
    fn wants(&self, name: &str) -> bool;

    /// Samples that were kept, in the order in which payloads were; called before their sender has an answer.
    fn kept(&self, rows: &[KeptRow<'_>]);
}

/// A listener that wants nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Listener for Nobody {
    fn wants(&self, _name: &str) -> bool {
        false
    }

    fn kept(&self, _rows: &[KeptRow<'_>]) {}
}
