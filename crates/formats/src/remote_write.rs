//! Prometheus remote write, versions 1.0 (`prometheus.WriteRequest`) and 2.0 (`io.prometheus.write.v2.Request`).
//!
//! <https://prometheus.io/docs/specs/prw/remote_write_spec/> and `…/remote_write_spec_2_0/`. The label `__name__` names the
//! series, the other labels stay labels. A native histogram gives the samples `NAME_count`, `NAME_sum` and
//! `NAME_bucket` with `le`, as a classic one has them. Staleness markers
//! say that a series ended; they are counted and give no sample. Exemplars and metadata are counted and not kept, but for
//! the unit that version 2.0 says.

mod histogram;
mod series;
mod version_1;
mod version_2;

use crate::collect::Collector;
use crate::protobuf::Part;
use crate::{Limits, Received, Refusal, encoding};

/// The two kinds of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    One,
    Two,
}

impl Version {
    /// The version that a `Content-Type` names: `application/x-protobuf`, with or without `proto=`. `None` for any other type,
    /// which is answered with 415.
    pub fn of(content_type: &str) -> Option<Self> {
        let mut parts = content_type.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case("application/x-protobuf") {
            return None;
        }
        let proto = parts.find_map(|parameter| parameter.strip_prefix("proto="));
        match proto.map(|name| name.trim_matches('"')) {
            None | Some("prometheus.WriteRequest") => Some(Self::One),
            Some("io.prometheus.write.v2.Request") => Some(Self::Two),
            Some(_) => None,
        }
    }
}

/// What one request held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// Rows are samples and histograms in the order of the request, from 1.
    pub received: Received,
    pub written: Written,
}

/// What of a request was taken in, as version 2.0 has it in headers of every answer. Staleness markers count as taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    pub samples: usize,
    pub histograms: usize,
    /// None are kept.
    pub exemplars: usize,
}

impl Written {
    /// The headers by name.
    pub fn headers(self) -> [(&'static str, usize); 3] {
        [
            ("X-Prometheus-Remote-Write-Samples-Written", self.samples),
            ("X-Prometheus-Remote-Write-Histograms-Written", self.histograms),
            ("X-Prometheus-Remote-Write-Exemplars-Written", self.exemplars),
        ]
    }
}

/// The samples of one request, as it came: one Snappy block.
///
/// # Errors
/// Refuses what is not Snappy or not the protobuf message, and more content, rows or text than the limits.
pub fn read(bytes: &[u8], version: Version, limits: &Limits) -> Result<Request, Refusal> {
    let content = encoding::snappy(bytes, limits)?;
    let mut all = Collector::new(limits);
    let mut written = Written::default();
    match version {
        Version::One => version_1::read(Part::body(&content), &mut all, &mut written)?,
        Version::Two => version_2::read(Part::body(&content), &mut all, &mut written)?,
    }
    Ok(Request { received: all.received, written })
}
