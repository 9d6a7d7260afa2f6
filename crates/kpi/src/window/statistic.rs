//! Numbers of many numbers.

use crate::aggregate::{mean, percentile};
use crate::measure::Statistic;

/// The number that these become, and of how many it is. The values change their order.
pub(crate) fn of_values(statistic: Statistic, values: &mut [f64]) -> Option<f64> {
    match statistic {
        Statistic::Mean => mean(values),
        Statistic::Percentile(rank) => percentile(values, rank),
    }
}
