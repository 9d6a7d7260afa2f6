//! Many metrics as one sample for each series and interval of time.

use std::collections::{BTreeMap, BTreeSet};

use super::timings::Timings;
use super::{GaugeBefore, Metric, Said};
use crate::{Limits, Sample};

/// Series, labels, and the time that the sender gave.
type Key = (String, Vec<(String, String)>, Option<i64>);

#[derive(Debug)]
enum Held {
    Count(f64),
    Gauge(f64),
    Timings(Timings),
    Members(BTreeSet<String>),
}

/// The metrics of the running interval, and the gauges as they stand.
///
/// Counters are summed, of gauges the last value counts, of sets the number of distinct members. Timings give `NAME.count`,
/// `NAME.sum`, `NAME.min`, `NAME.max`, and `NAME` with the label `quantile` (0.5, 0.9, 0.95, 0.99): exact values of this
/// interval. What was not heard of in an interval gives no sample.
#[derive(Debug)]
pub struct Aggregate {
    running: BTreeMap<(Key, u8), Held>,
    /// Changes of gauges count from the value before.
    gauges: BTreeMap<(String, Vec<(String, String)>), f64>,
    /// Metrics taken in since the last flush.
    taken: usize,
    limit: usize,
}

impl Aggregate {
    /// Holds at most [`Limits::rows`] metrics between two flushes, and about as many gauges.
    pub fn new(limits: &Limits) -> Self {
        Self { running: BTreeMap::new(), gauges: BTreeMap::new(), taken: 0, limit: limits.rows }
    }

    /// Says what a gauge was before the first interval, so that changes count from there.
    pub fn restore(&mut self, before: GaugeBefore) {
        self.gauges.insert((before.series, before.labels), before.value);
    }

    /// Takes in a metric.
    ///
    /// # Errors
    /// Gives the metric back where there is no room: [`Self::flush`], then add it again.
    pub fn add(&mut self, metric: Metric) -> Result<(), Box<Metric>> {
        if self.taken >= self.limit {
            return Err(Box::new(metric));
        }
        self.taken += 1;
        let Metric { series, labels, said, time_ms } = metric;
        let gauge = match said {
            Said::Gauge(value) => Some(value),
            Said::GaugeChange(change) => {
                let before = self.gauges.get(&(series.clone(), labels.clone())).copied().unwrap_or_default();
                Some(before + change)
            }
            _ => None,
        };
        if let Some(value) = gauge {
            self.gauges.insert((series.clone(), labels.clone()), value);
            self.running.insert(((series, labels, time_ms), 1), Held::Gauge(value));
            return Ok(());
        }
        let key = (series, labels, time_ms);
        match said {
            Said::Count(count) => {
                if let Held::Count(sum) = self.running.entry((key, 0)).or_insert(Held::Count(0.0)) {
                    *sum += count;
                }
            }
            Said::Timing { value, weight, is_ms } => {
                let none = || Held::Timings(Timings { is_ms, ..Timings::default() });
                if let Held::Timings(timings) = self.running.entry((key, 2)).or_insert_with(none) {
                    timings.add(value, weight);
                }
            }
            Said::Member(member) => {
                let none = || Held::Members(BTreeSet::new());
                if let Held::Members(members) = self.running.entry((key, 3)).or_insert_with(none) {
                    members.insert(member);
                }
            }
            Said::Gauge(_) | Said::GaugeChange(_) => {}
        }
        Ok(())
    }

    /// Ends the interval: its samples, with `time_ms` where the sender gave none. Values that grew beyond all numbers are left
    /// out, and such gauges are forgotten. Times must differ from flush to flush: two samples of one series and time would be one.
    pub fn flush(&mut self, time_ms: i64) -> Vec<Sample> {
        let mut samples = Vec::new();
        self.gauges.retain(|_, value| value.is_finite());
        if self.gauges.len() > self.limit {
            let running = &self.running;
            self.gauges
                .retain(|(series, labels), _| running.contains_key(&((series.clone(), labels.clone(), None), 1)));
        }
        self.taken = 0;
        for (((series, labels, own_time_ms), _), held) in std::mem::take(&mut self.running) {
            let is_sum = matches!(held, Held::Count(_));
            let told = match held {
                Held::Count(value) | Held::Gauge(value) => vec![("", None, value, None)],
                #[expect(clippy::cast_precision_loss, reason = "no set holds more members than limits allow")]
                Held::Members(members) => vec![("", None, members.len() as f64, None)],
                Held::Timings(timings) => {
                    let unit = timings.is_ms.then_some("ms");
                    let told = timings.told().into_iter();
                    told.map(|(suffix, quantile, value, has_unit)| (suffix, quantile, value, unit.filter(|_| has_unit)))
                        .collect()
                }
            };
            for (suffix, quantile, value, unit) in told {
                if !value.is_finite() {
                    continue;
                }
                let mut labels = labels.clone();
                if let Some(quantile) = quantile {
                    labels.retain(|(name, _)| name != "quantile");
                    labels.push(("quantile".to_owned(), quantile.to_owned()));
                    labels.sort();
                }
                samples.push(Sample {
                    is_increment: is_sum || matches!(suffix, ".count" | ".sum"),
                    series: format!("{series}{suffix}"),
                    time_ms: Some(own_time_ms.unwrap_or(time_ms)),
                    value,
                    unit: unit.map(str::to_owned),
                    labels,
                    ..Sample::default()
                });
            }
        }
        samples
    }
}
