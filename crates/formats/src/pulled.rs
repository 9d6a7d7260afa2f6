//! Answers that were asked for, scrapes, and the `StatsD` datagrams of an interval: what reading them needs besides their bytes.
//!
//! The [`Context`] is kept with the bytes as JSON. Read with it again, they give the same samples.

mod scrape;
mod statsd_lines;

use serde::{Deserialize, Serialize};

pub use scrape::Scrape;

use crate::json_rows::{self, RowMapping};
use crate::statsd::GaugeBefore;
use crate::{Limits, Naming, Received, Refusal, influx_query, prometheus_api};

/// The names of the formats, as [`Context::format`] gives them.
pub const FORMATS: [&str; 6] =
    ["pulled-prometheus", "pulled-influxql", "pulled-flux", "pulled-rows", "scrape", "statsd"];

/// How an answer is read. `time_ms` is the moment of the answer: the time of samples that have none of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format")]
pub enum Context {
    #[serde(rename = "pulled-prometheus")]
    Prometheus { time_ms: i64, naming: Naming },
    #[serde(rename = "pulled-influxql")]
    InfluxQl { time_ms: i64, naming: Naming },
    #[serde(rename = "pulled-flux")]
    Flux { time_ms: i64, naming: Naming },
    #[serde(rename = "pulled-rows")]
    Rows { time_ms: i64, mapping: RowMapping },
    #[serde(rename = "scrape")]
    Scrape { time_ms: i64, scrape: Scrape },
    #[serde(rename = "statsd")]
    StatsD { time_ms: i64, gauges: Vec<GaugeBefore> },
}

/// Why bytes can't be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("what was kept beside the bytes can't be read: {0}")]
    Context(#[from] serde_json::Error),
    #[error(transparent)]
    Body(#[from] Refusal),
}

/// Reads bytes with the context that was kept with them.
///
/// # Errors
/// [`Unreadable`] where context or bytes can't be read.
pub fn read(context_json: &str, content_type: &str, body: &[u8], limits: &Limits) -> Result<Received, Unreadable> {
    let context: Context = serde_json::from_str(context_json)?;
    Ok(context.read(content_type, body, limits)?)
}

impl Context {
    /// The name of the format, one of [`FORMATS`].
    pub fn format(&self) -> &'static str {
        match self {
            Self::Prometheus { .. } => FORMATS[0],
            Self::InfluxQl { .. } => FORMATS[1],
            Self::Flux { .. } => FORMATS[2],
            Self::Rows { .. } => FORMATS[3],
            Self::Scrape { .. } => FORMATS[4],
            Self::StatsD { .. } => FORMATS[5],
        }
    }

    /// The moment of the answer, in milliseconds since the Unix epoch.
    pub fn time_ms(&self) -> i64 {
        match self {
            Self::Prometheus { time_ms, .. }
            | Self::InfluxQl { time_ms, .. }
            | Self::Flux { time_ms, .. }
            | Self::Rows { time_ms, .. }
            | Self::Scrape { time_ms, .. }
            | Self::StatsD { time_ms, .. } => *time_ms,
        }
    }

    /// The context as it is kept.
    ///
    /// # Errors
    /// Never with finite numbers; JSON has no others.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The samples of an answer; each has a time.
    ///
    /// # Errors
    /// [`Refusal`] where the answer can't be read as a whole.
    pub fn read(&self, content_type: &str, body: &[u8], limits: &Limits) -> Result<Received, Refusal> {
        let mut received = match self {
            Self::Prometheus { naming, .. } => prometheus_api::read(body, naming, limits)?,
            Self::InfluxQl { naming, .. } => influx_query::read_json(body, naming, limits)?,
            Self::Flux { naming, .. } => influx_query::read_csv(body, naming, limits)?,
            Self::Rows { mapping, .. } => json_rows::read(body, mapping, limits)?,
            Self::Scrape { scrape, .. } => scrape.read(content_type, body, limits)?,
            Self::StatsD { time_ms, gauges } => statsd_lines::read(body, gauges, *time_ms, limits),
        };
        for sample in &mut received.samples.samples {
            sample.time_ms = sample.time_ms.or(Some(self.time_ms()));
        }
        Ok(received)
    }
}
