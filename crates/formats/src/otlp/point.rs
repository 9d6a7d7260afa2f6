//! Data points of either encoding, and the samples that they become.

use std::borrow::Cow;

use super::Options;
use crate::Refusal;
use crate::buckets::{Buckets, Exponential, Misshapen};
use crate::collect::{Collector, Identity};
use crate::label::Wrong;
use crate::text::quote;

pub(super) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The label that tells running totals from increments.
const TEMPORALITY: &str = "temporality";
/// As the protocol numbers them.
const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;
const SCOPE: &str = "otel.scope.name";
const QUANTILE: &str = "quantile";
const BOUND: &str = "le";

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
    /// Whether a sum only rises.
    pub(super) is_monotonic: bool,
}

/// One data point of any kind.
#[derive(Default)]
pub(super) struct Point<'a> {
    pub(super) attributes: Vec<Pair<'a>>,
    pub(super) start_ns: u64,
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
    /// Of a histogram: upper bounds, and one more count than these.
    pub(super) bounds: Vec<f64>,
    pub(super) counts: Vec<f64>,
    /// Of an exponential histogram.
    pub(super) exponential: Exponential,
}

impl Point<'_> {
    /// The buckets of a histogram.
    fn buckets(&mut self, kind: Kind) -> Result<Buckets, Misshapen> {
        match kind {
            Kind::Histogram => Buckets::explicit(&self.bounds, &self.counts, self.count),
            Kind::ExponentialHistogram => {
                let histogram = std::mem::take(&mut self.exponential);
                let is_empty =
                    histogram.zero_count == 0.0 && histogram.positive.is_empty() && histogram.negative.is_empty();
                // One without buckets says how often and how much, and not how spread.
                let count = self.count.unwrap_or_default();
                if is_empty && count > 0.0 {
                    Ok(Buckets::default())
                } else {
                    Buckets::exponential(histogram, self.count)
                }
            }
            Kind::Number | Kind::Summary => Ok(Buckets::default()),
        }
    }
}

/// A sample that a point becomes: the rest of its name, a label of its own, value and unit.
struct PartOf<'u> {
    suffix: &'static str,
    label: Option<(&'static str, Cow<'static, str>)>,
    value: f64,
    unit: Option<&'u str>,
}

/// Takes in one data point.
pub(super) fn add(
    mut point: Point<'_>,
    metric: &Metric<'_>,
    scope: &Scope<'_>,
    all: &mut Collector<'_>,
) -> Result<(), Refusal> {
    let row = all.row()?;
    for _ in 0..point.exemplars {
        all.leave_out("exemplar");
    }
    let is_empty = point.flags & NO_RECORDED_VALUE != 0;
    let buckets = match point.buckets(metric.kind) {
        Ok(buckets) => buckets,
        Err((detail, expected)) => {
            let detail = format!("{}: {detail}", quote(&metric.name));
            all.problem(row, ("buckets".to_owned(), "bad-buckets", detail, expected.to_owned()));
            return Ok(());
        }
    };
    let point = point;
    let labels = labels(&point, metric, scope, all.limits.labels);
    let unit = Some(metric.unit.as_ref()).filter(|unit| !unit.is_empty());
    // Each quantile and bucket becomes a sample of its own, and takes two bytes of the body.
    all.room(point.quantiles.len() + buckets.0.len(), 0)?;
    let mut parts: Vec<PartOf<'_>> = Vec::new();
    let mut part = |suffix, label, value, unit| parts.push(PartOf { suffix, label, value, unit });
    if metric.kind == Kind::Number {
        match point.value {
            Some(value) => part("", None, value, unit),
            // Its names are looked at all the same.
            None if is_empty => part("", None, 0.0, None),
            None => {
                let detail = format!("a data point of {} has no number", quote(&metric.name));
                all.problem(row, ("value".to_owned(), "missing", detail, "`asDouble` or `asInt`".to_owned()));
                return Ok(());
            }
        }
    } else {
        part(".count", None, point.count.or(buckets.0.last().map(|(_, count)| *count)).unwrap_or_default(), None);
        for (suffix, value) in [(".sum", point.sum), (".min", point.min), (".max", point.max)] {
            if let Some(value) = value {
                part(suffix, None, value, unit);
            }
        }
        for (quantile, value) in &point.quantiles {
            // Summaries say so that there was nothing to measure.
            if value.is_nan() {
                all.leave_out("empty quantile");
            } else {
                part("", Some((QUANTILE, quantile.to_string().into())), *value, unit);
            }
        }
    }
    let mut identities = match named(&metric.name, &labels, &parts, 0, all)? {
        Ok(identities) => identities,
        Err(wrong) => {
            all.problems(row, &wrong);
            return Ok(());
        }
    };
    if is_empty {
        all.leave_out("point without a value");
        return Ok(());
    }
    let text_bytes = identities.iter().map(Identity::text_bytes).sum();
    // The unit is that of the bounds; what is counted has none.
    let of_bucket = |(bound, value)| PartOf { suffix: "_bucket", label: Some((BOUND, bound)), value, unit };
    let bounds: Vec<PartOf<'_>> = buckets.labelled().map(of_bucket).collect();
    match named(&metric.name, &labels, &bounds, text_bytes, all)? {
        Ok(found) => {
            identities.extend(found);
            parts.extend(bounds);
        }
        // One label more than the point has may be one too many.
        Err(_) => all.leave_out("buckets of a histogram"),
    }
    let samples: Vec<_> =
        identities.iter().zip(&parts).map(|(identity, part)| (identity, part.value, part.unit)).collect();
    // A time of 0 means that it is not known.
    let known = |time_ns: u64| i64::try_from(time_ns / 1_000_000).ok().filter(|time_ms| *time_ms > 0);
    let is_total = metric.temporality == CUMULATIVE && (metric.kind != Kind::Number || metric.is_monotonic);
    let start_ms = known(point.start_ns).filter(|_| is_total && metric.kind != Kind::Summary);
    let before = all.received.samples.samples.len();
    all.samples(row, &samples, known(point.time_ns))?;
    for (sample, part) in all.received.samples.samples.iter_mut().skip(before).zip(&parts) {
        // Extremes are of all the time, and no totals.
        sample.start_ms = start_ms.filter(|_| !matches!(part.suffix, ".min" | ".max"));
    }
    Ok(())
}

type Named = Result<Vec<Identity>, Vec<Wrong>>;

/// The series of the parts of a point, or what is wrong with the first that can't be one.
fn named(
    name: &str,
    labels: &[(&str, &str)],
    parts: &[PartOf<'_>],
    mut text_bytes: usize,
    all: &Collector<'_>,
) -> Result<Named, Refusal> {
    let mut identities = Vec::with_capacity(parts.len());
    for PartOf { suffix, label, .. } in parts {
        let name = format!("{name}{suffix}");
        let own = label.as_ref().map(|(name, value)| (*name, value.as_ref()));
        match Identity::new(&name, labels.iter().copied().chain(own), all.limits) {
            Ok(identity) => {
                text_bytes += identity.text_bytes();
                all.room(identities.len() + 1, text_bytes)?;
                identities.push(identity);
            }
            Err(wrong) => return Ok(Err(wrong)),
        }
    }
    Ok(Ok(identities))
}

/// The attributes of a point, and what its scope and metric add; the point's own say more than its resource's.
fn labels<'p>(point: &'p Point<'_>, metric: &Metric<'_>, scope: &'p Scope<'_>, most: usize) -> Vec<(&'p str, &'p str)> {
    let temporality = match metric.temporality {
        DELTA if metric.kind != Kind::Summary => Some((TEMPORALITY, "delta")),
        CUMULATIVE if metric.kind != Kind::Summary => Some((TEMPORALITY, "cumulative")),
        _ => None,
    };
    // One more than may be is enough to be told so.
    let own = point.attributes.iter().take(most + 1).map(|(name, value)| (name.as_ref(), value.as_ref()));
    let mut labels: Vec<(&str, &str)> = temporality.into_iter().chain(own).collect();
    for (name, value) in &scope.labels {
        let name = name.as_ref();
        if !labels.iter().any(|(known, _)| *known == name) {
            labels.push((name, value.as_ref()));
        }
    }
    labels
}
