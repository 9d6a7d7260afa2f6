//! The datagrams of an interval, one after the other as lines.

use crate::statsd::{self, Aggregate, GaugeBefore};
use crate::{Limits, Received};

/// The samples of an interval that ended at `time_ms`.
pub(super) fn read(body: &[u8], gauges: &[GaugeBefore], time_ms: i64, limits: &Limits) -> Received {
    let interval = statsd::read(body, limits);
    let mut aggregate = Aggregate::new(limits);
    for before in gauges {
        aggregate.restore(before.clone());
    }
    let mut received = Received::default();
    for metric in interval.metrics {
        // The reader gives no more metrics than the aggregate holds.
        if aggregate.add(metric).is_err() {
            *received.left_out.entry("metric beyond the limit").or_default() += 1;
        }
    }
    received.samples.samples = aggregate.flush(time_ms);
    received.samples.problems = interval.problems;
    received.samples.rows = interval.rows;
    for (what, count) in interval.left_out {
        *received.left_out.entry(what).or_default() += count;
    }
    received
}
