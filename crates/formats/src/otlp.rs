//! OpenTelemetry metrics over HTTP: `ExportMetricsServiceRequest` as protobuf or JSON.
//!
//! <https://opentelemetry.io/docs/specs/otlp/>. What each data point becomes:
//!
//! | data point | samples |
//! | --- | --- |
//! | gauge, sum | `NAME` |
//! | histogram, exponential histogram | `NAME.count`, `NAME.sum`, `NAME.min` and `NAME.max` where they are sent, and `NAME_bucket` with the label `le`: how many lie at or below each bound |
//! | summary | `NAME.count`, `NAME.sum`, and `NAME` with the label `quantile` |
//!
//! Attributes of the data point are labels, with those of the resource that [`Options`] names, the scope's name as
//! `otel.scope.name`, and for sums and histograms `temporality`: `cumulative` or `delta`. Units stay as they are written, which
//! is UCUM ([`kpi::unit::Unit::sent`] knows what the product calls them); counts have none, and that of
//! a bucket is the one of its bound. Buckets are those that classic histograms have ([`crate::buckets`]). The same body read twice
//! gives the same series, labels and times.

mod json;
mod point;
mod protobuf;
pub mod reply;

use crate::collect::Collector;
use crate::{Limits, Received, Refusal};

/// What of a request is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The attributes of a resource that become labels of all its series. Those that tell two processes with the same
    /// metrics apart must be among them.
    pub resource_labels: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        let names = [
            "service.name",
            "service.namespace",
            "service.instance.id",
            "deployment.environment.name",
            "deployment.environment",
            "host.name",
        ];
        Self { resource_labels: names.map(str::to_owned).to_vec() }
    }
}

/// How a request and its reply are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    /// The encoding that a `Content-Type` names; `None` for any other type, which is answered with 415.
    pub fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/x-protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The `Content-Type` of a reply.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// The samples of one request, decompressed. Rows are data points in the order of the request, from 1.
///
/// # Errors
/// Refuses what is not the message in this encoding, and more rows or text than the limits. A request without data points
/// is no error.
pub fn read(bytes: &[u8], encoding: Encoding, options: &Options, limits: &Limits) -> Result<Received, Refusal> {
    let mut all = Collector::new(limits);
    match encoding {
        Encoding::Protobuf => protobuf::read(bytes, options, &mut all)?,
        Encoding::Json => json::read(bytes, options, &mut all)?,
    }
    Ok(all.received)
}
