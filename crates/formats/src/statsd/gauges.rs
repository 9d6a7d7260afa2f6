//! Gauges as they stand between two intervals, so that an interval can be read again by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Datagram, Said};
use crate::Limits;

/// What a gauge was before an interval that only changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GaugeBefore {
    pub series: String,
    pub labels: Vec<(String, String)>,
    pub value: f64,
}

/// The last known value of every gauge.
#[derive(Debug, Default)]
pub struct Gauges(BTreeMap<(String, Vec<(String, String)>), f64>);

impl Gauges {
    /// Takes in an interval. Returns the gauges that it changed before it set them, as they were before it; one that was
    /// never heard of was 0.
    ///
    /// Where more than [`Limits::rows`] gauges are known, those that the interval did not name are forgotten. So is one that
    /// grew beyond all numbers: nothing could be kept of it, and no change would ever bring it back.
    pub fn advance(&mut self, interval: &Datagram, limits: &Limits) -> Vec<GaugeBefore> {
        let (mut before, mut named) = (Vec::new(), BTreeSet::new());
        for metric in &interval.metrics {
            let (value, is_change) = match metric.said {
                Said::Gauge(value) => (value, false),
                Said::GaugeChange(change) => (change, true),
                _ => continue,
            };
            let key = (metric.series.clone(), metric.labels.clone());
            let held = self.0.get(&key).copied();
            if named.insert(key.clone())
                && is_change
                && let Some(value) = held
            {
                before.push(GaugeBefore { series: key.0.clone(), labels: key.1.clone(), value });
            }
            self.0.insert(key, if is_change { held.unwrap_or_default() + value } else { value });
        }
        for key in &named {
            if self.0.get(key).is_some_and(|value| !value.is_finite()) {
                self.0.remove(key);
            }
        }
        if self.0.len() > limits.rows {
            self.0.retain(|key, _| named.contains(key));
        }
        before
    }
}
