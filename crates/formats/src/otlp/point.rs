//! Data points of either encoding, and the samples that they become.

use std::borrow::Cow;

use super::Options;
use crate::Refusal;
use crate::collect::{Collector, Identity};
use crate::label::fitting_name;
use crate::text::quote;

pub(super) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The label that tells running totals from increments.
const TEMPORALITY: &str = "temporality";
const SCOPE: &str = "otel.scope.name";
const QUANTILE: &str = "quantile";

/// The bit of a data point's flags that says that nothing was recorded.
const NO_RECORDED_VALUE: u64 = 1;

/// What an instrumentation scope has in common: the chosen attributes of its resource, and its name.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    labels: Vec<Pair<'a>>,
}

impl<'a> Scope<'a> {
    /// Of a resource's attributes those that are kept, the first of each name.
    pub(super) fn of_resource(attributes: Vec<Pair<'a>>, options: &Options) -> Self {
        let mut labels: Vec<Pair<'a>> = Vec::new();
        for pair in attributes {
            let is_kept = options.resource_labels.iter().any(|kept| *kept == pair.0);
            if is_kept && !labels.iter().any(|(name, _)| *name == pair.0) {
                labels.push(pair);
            }
        }
        Self { labels }
    }

    pub(super) fn named(&self, name: Cow<'a, str>) -> Self {
        let mut scope = self.clone();
        if !name.is_empty() {
            scope.labels.push((Cow::Borrowed(SCOPE), name));
        }
        scope
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Gauges and sums.
    Number,
    Histogram,
    ExponentialHistogram,
    Summary,
}

pub(super) struct Metric<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) unit: Cow<'a, str>,
    pub(super) kind: Kind,
    /// As the protocol numbers it.
    pub(super) temporality: u64,
}

/// One data point of any kind.
#[derive(Default)]
pub(super) struct Point<'a> {
    pub(super) attributes: Vec<Pair<'a>>,
    pub(super) time_ns: u64,
    pub(super) flags: u64,
    pub(super) value: Option<f64>,
    pub(super) count: Option<f64>,
    pub(super) sum: Option<f64>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    /// Quantile and value.
    pub(super) quantiles: Vec<(f64, f64)>,
    pub(super) exemplars: usize,
}

/// Takes in one data point.
pub(super) fn add(
    point: &Point<'_>,
    metric: &Metric<'_>,
    scope: &Scope<'_>,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let row = all.row()?;
    for _ in 0..point.exemplars {
        all.leave_out("exemplar");
    }
    if point.flags & NO_RECORDED_VALUE != 0 {
        all.leave_out("point without a value");
        return Ok(());
    }
    let labels = labels(point, metric, scope, all.limits.labels);
    let unit = Some(metric.unit.as_ref()).filter(|unit| !unit.is_empty());
    // Each quantile becomes a sample of its own, and takes two bytes of the body.
    all.room(point.quantiles.len(), 0)?;
    let mut parts: Vec<(&str, Option<String>, f64, Option<&str>)> = Vec::new();
    if metric.kind == Kind::Number {
        let Some(value) = point.value else {
            let detail = format!("a data point of {} has no number", quote(&metric.name));
            all.problem(row, ("value".to_owned(), "missing", detail, "`asDouble` or `asInt`".to_owned()));
            return Ok(());
        };
        parts.push(("", None, value, unit));
    } else {
        parts.push((".count", None, point.count.unwrap_or_default(), None));
        let values = [(".sum", point.sum), (".min", point.min), (".max", point.max)];
        parts.extend(values.iter().filter_map(|(suffix, value)| Some((*suffix, None, (*value)?, unit))));
        for (quantile, value) in &point.quantiles {
            // Summaries say so that there was nothing to measure.
            if value.is_nan() {
                all.leave_out("empty quantile");
            } else {
                parts.push(("", Some(quantile.to_string()), *value, unit));
            }
        }
        if metric.kind != Kind::Summary {
            all.leave_out("buckets of a histogram");
        }
    }
    let mut identities = Vec::with_capacity(parts.len());
    let mut text_bytes = 0;
    for (suffix, quantile, ..) in &parts {
        let name = format!("{}{suffix}", metric.name);
        let quantile = quantile.as_deref().map(|quantile| (QUANTILE, quantile));
        match Identity::new(&name, labels.iter().copied().chain(quantile), all.limits) {
            Ok(identity) => {
                text_bytes += identity.text_bytes();
                all.room(identities.len() + 1, text_bytes)?;
                identities.push(identity);
            }
            Err(wrong) => {
                all.problems(row, &wrong);
                return Ok(());
            }
        }
    }
    let samples: Vec<_> =
        identities.iter().zip(&parts).map(|(identity, (_, _, value, unit))| (identity, *value, *unit)).collect();
    // A time of 0 means that it is not known.
    let time_ms = i64::try_from(point.time_ns / 1_000_000).ok().filter(|time_ms| *time_ms > 0);
    all.samples(row, &samples, time_ms)?;
    Ok(())
}

/// The attributes of a point, and what its scope and metric add; the point's own say more than its resource's.
fn labels<'p>(point: &'p Point<'_>, metric: &Metric<'_>, scope: &'p Scope<'_>, most: usize) -> Vec<(&'p str, &'p str)> {
    let temporality = match metric.temporality {
        1 if metric.kind != Kind::Summary => Some((TEMPORALITY, "delta")),
        2 if metric.kind != Kind::Summary => Some((TEMPORALITY, "cumulative")),
        _ => None,
    };
    // One more than may be is enough to be told so.
    let own = point.attributes.iter().take(most + 1).map(|(name, value)| (name.as_ref(), value.as_ref()));
    let mut labels: Vec<(&str, &str)> = temporality.into_iter().chain(own).collect();
    for (name, value) in &scope.labels {
        let name = name.as_ref();
        if !labels.iter().any(|(known, _)| fitting_name(known) == fitting_name(name)) {
            labels.push((name, value.as_ref()));
        }
    }
    labels
}
