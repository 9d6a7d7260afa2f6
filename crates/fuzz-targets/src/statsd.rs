//! StatsD datagrams: read, gathered over intervals, and read again as they are kept.

use formats::pulled::{self, Context};
use formats::statsd::{Gauges, Metric, read};

use crate::check;
use crate::pick::{limits, picked};

/// Samples of the quantiles of one metric, and its count, sum, least and greatest.
const MOST_SAMPLES_OF_A_METRIC: usize = 8;
const START_MS: i64 = 1_772_357_400_000;
const INTERVAL_MS: i64 = 10_000;

/// Zero bytes part the intervals, of which at most eight are read.
pub fn statsd(data: &[u8]) {
    let Some((pick, bytes)) = picked(data) else { return };
    let limits = limits(pick);
    let mut gauges = Gauges::default();
    for (index, interval) in (0_i64..8).zip(bytes.split(|byte| *byte == 0)) {
        let datagram = read(interval, &limits);
        assert!(datagram.rows <= limits.rows && datagram.metrics.len() <= limits.rows);
        let text = |metric: &Metric| {
            metric.series.len() + metric.labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
        };
        assert!(datagram.metrics.iter().map(text).sum::<usize>() <= limits.text_bytes);
        check::problems(&datagram.problems);
        let time_ms = START_MS + index * INTERVAL_MS;
        let context = Context::StatsD { time_ms, gauges: gauges.advance(&datagram, &limits) };
        let Some(received) = check::accepted(context.read("text/plain", interval, &limits)) else { return };
        assert!(received.samples.samples.len() <= datagram.metrics.len() * MOST_SAMPLES_OF_A_METRIC);
        for sample in &received.samples.samples {
            check::sample(sample, &limits);
            assert!(sample.time_ms.is_some());
        }
        let kept = context.to_json().unwrap_or_default();
        let again = pulled::read(&kept, "text/plain", interval, &limits);
        assert!(again.is_ok_and(|again| again == received), "what is kept as {kept} reads differently");
    }
}
