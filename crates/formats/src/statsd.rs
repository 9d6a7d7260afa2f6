//! `StatsD` datagrams, with `DogStatsD`'s tags: `name:1|c|@0.1|#tag:value`, several lines in one datagram.
//!
//! <https://github.com/statsd/statsd/blob/master/docs/metric_types.md> and
//! <https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/>. A line is no sample yet: a gauge may be a change of the
//! gauge before, and a counter is one of many in the same millisecond. [`Aggregate`] makes samples of them, once for each
//! interval of time. Events and service checks of `DogStatsD` are counted and not kept.

mod aggregate;
mod gauges;
mod line;
mod timings;

use std::collections::BTreeMap;

pub use aggregate::Aggregate;
pub use gauges::{GaugeBefore, Gauges};

use crate::collect::tell;
use crate::text::quote;
use crate::{Limits, Problem};

/// What one line says.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub series: String,
    /// Ordered by name, each name once.
    pub labels: Vec<(String, String)>,
    pub said: Said,
    /// Milliseconds since the Unix epoch; most senders leave it to the server.
    pub time_ms: Option<i64>,
}

/// The value of a line, by type.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// How often something happened, scaled up by the rate at which the sender sampled (`c`, `m`).
    Count(f64),
    Gauge(f64),
    /// To be added to the gauge (`+1`, `-1`).
    GaugeChange(f64),
    /// A duration or the like (`ms`, `h`, `d`).
    Timing {
        value: f64,
        /// For how many measurements it stands.
        weight: f64,
        /// Whether it is in milliseconds.
        is_ms: bool,
    },
    /// A member of a set, of which the distinct ones are counted (`s`).
    Member(String),
}

/// What one datagram held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Datagram {
    pub metrics: Vec<Metric>,
    /// By number of the line, from 1.
    pub problems: Vec<Problem>,
    /// How many lines were read, good and bad.
    pub rows: usize,
    /// What was understood and is not kept, in words, and how many there were.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// The metrics of one datagram; never refused, since nobody would hear of it. Lines beyond [`Limits::rows`] are one
/// problem, and so are those that come after [`Limits::text_bytes`] of names and labels.
pub fn read(bytes: &[u8], limits: &Limits) -> Datagram {
    let mut datagram = Datagram::default();
    let mut room_bytes = limits.text_bytes;
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let row = index + 1;
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if datagram.rows >= limits.rows || datagram.metrics.len() >= limits.rows {
            let detail = format!("the datagram has more than {} lines or values", limits.rows);
            let (field, expected) = ("row".to_owned(), "smaller datagrams".to_owned());
            datagram.problems.push(Problem { row, field, code: "too-many-rows", detail, expected });
            break;
        }
        datagram.rows += 1;
        let read = match std::str::from_utf8(line) {
            Ok(line) if line.starts_with("_e{") => {
                *datagram.left_out.entry("event").or_default() += 1;
                continue;
            }
            Ok(line) if line.starts_with("_sc|") => {
                *datagram.left_out.entry("service check").or_default() += 1;
                continue;
            }
            Ok(line) => line::read(line, limits, &mut room_bytes, &mut datagram.metrics),
            Err(_) => Err(vec![line::wrong("not-utf8", "the line is not UTF-8".to_owned())]),
        };
        for (field, code, detail, expected) in read.err().unwrap_or_default() {
            let detail = format!("{}: {detail}", quote(&String::from_utf8_lossy(&line[..line.len().min(300)])));
            tell(&mut datagram.problems, Problem { row, field, code, detail, expected });
        }
    }
    datagram
}
