//! One time series of either version: its samples and histograms have the same layout in both.

use std::borrow::Cow;

use super::Written;
use super::histogram::Histogram;
use crate::Refusal;
use crate::buckets::Buckets;
use crate::collect::{Collector, Identity};
use crate::exposition::escaping::unescaped;
use crate::label::Wrong;
use crate::protobuf::Part;

const BOUND: &str = "le";

/// The NaN by which Prometheus marks the end of a series: `StaleNaN` of its `model/value` package.
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// A series' name and labels, and what its samples are measured in.
pub(super) struct Series<'a> {
    pub(super) name: Cow<'a, str>,
    /// Without `__name__`.
    pub(super) labels: Vec<(Cow<'a, str>, &'a str)>,
    pub(super) unit: Option<&'a str>,
    /// When its running totals began, as version 2.0 says it.
    pub(super) start_ms: Option<i64>,
    // Each once for all samples: a series may have many labels and many samples.
    identity: Option<Result<Identity, Vec<Wrong>>>,
    /// Of the count, the sum and the buckets of its histograms, the last one without its bound.
    parts: Option<Result<[Identity; 3], Vec<Wrong>>>,
}

impl<'a> Series<'a> {
    /// Takes the name out of the labels.
    pub(super) fn new(mut labels: Vec<(&'a str, &'a str)>, unit: Option<&'a str>) -> Self {
        let place = labels.iter().position(|(name, _)| *name == "__name__");
        let name = unescaped(place.map_or("", |place| labels.remove(place).1));
        let labels = labels.into_iter().map(|(name, value)| (unescaped(name), value)).collect();
        Self { name, labels, unit, start_ms: None, identity: None, parts: None }
    }

    fn identity(&mut self, all: &Collector<'_>) -> &Result<Identity, Vec<Wrong>> {
        let labels = self.labels.iter().map(|(name, value)| (name.as_ref(), *value));
        self.identity.get_or_insert_with(|| Identity::new(&self.name, labels, all.limits))
    }

    fn parts(&mut self, all: &Collector<'_>) -> &Result<[Identity; 3], Vec<Wrong>> {
        let Self { name, labels, parts, .. } = self;
        parts.get_or_insert_with(|| {
            let identity = |suffix: &str| {
                let labels = labels.iter().map(|(name, value)| (name.as_ref(), *value));
                Identity::new(&format!("{name}{suffix}"), labels, all.limits)
            };
            Ok([identity("_count")?, identity("_sum")?, identity("_bucket")?])
        })
    }

    /// Takes in a `Sample`: value and time.
    pub(super) fn sample(
        &mut self,
        message: Part<'_>,
        all: &mut Collector<'_>,
        written: &mut Written,
    ) -> Result<(), Refusal> {
        let (mut value, mut time_ms, mut start_ms) = (0.0_f64, 0, self.start_ms);
        for field in message.fields() {
            let field = field?;
            match field.number {
                1 => value = field.double()?,
                2 => time_ms = field.int64()?,
                3 => start_ms = Some(field.int64()?),
                _ => {}
            }
        }
        let row = all.row()?;
        let unit = self.unit;
        match self.identity(all) {
            // It says that a series ended, and which one must be known.
            Ok(_) if value.to_bits() == STALE_BITS => {
                all.leave_out("stale marker");
                written.samples += 1;
            }
            Ok(identity) => {
                written.samples += usize::from(all.sample(row, identity, (value, Some(time_ms)), unit)?);
                all.began(row, start_ms);
            }
            Err(wrong) => all.problems(row, wrong),
        }
        Ok(())
    }

    /// Takes in a `Histogram`: its count, sum and buckets become samples of their own.
    pub(super) fn histogram(
        &mut self,
        message: Part<'_>,
        all: &mut Collector<'_>,
        written: &mut Written,
    ) -> Result<(), Refusal> {
        let histogram = Histogram::read(message)?;
        let row = all.row()?;
        let (unit, start_ms) = (self.unit, self.start_ms);
        let [counts, sums, buckets] = match self.parts(all) {
            Ok(parts) => parts,
            Err(wrong) => {
                all.problems(row, wrong);
                return Ok(());
            }
        };
        if histogram.sum.to_bits() == STALE_BITS {
            all.leave_out("stale marker");
            written.histograms += 1;
            return Ok(());
        }
        let bounds = match histogram.buckets() {
            Ok(bounds) => bounds,
            Err((detail, expected)) => {
                all.problem(row, ("buckets".to_owned(), "bad-buckets", detail.to_owned(), expected.to_owned()));
                return Ok(());
            }
        };
        let bounds = if histogram.is_gauge() && !bounds.0.is_empty() {
            all.leave_out("buckets of a gauge histogram");
            Buckets::default()
        } else {
            if bounds.0.is_empty() && histogram.count > 0.0 {
                all.leave_out("values of a histogram without buckets");
            }
            bounds
        };
        // A few bytes may be many buckets.
        all.room(bounds.0.len() + 2, bounds.0.len() * buckets.text_bytes())?;
        let labelled: Result<Vec<(Identity, f64)>, Wrong> = bounds
            .labelled()
            .map(|(bound, count)| Ok((buckets.with_label(BOUND, &bound, all.limits)?, count)))
            .collect();
        let labelled = match labelled {
            Ok(labelled) => labelled,
            Err(wrong) => {
                all.problem(row, wrong);
                return Ok(());
            }
        };
        let mut samples = vec![(counts, histogram.count, None)];
        // Of a histogram with infinite observations there is no sum; how many there were where is known all the same.
        if histogram.sum.is_finite() {
            samples.push((sums, histogram.sum, unit));
        }
        // The unit of a bucket is that of its bound.
        samples.extend(labelled.iter().map(|(identity, count)| (identity, *count, unit)));
        if all.samples(row, &samples, Some(histogram.time_ms))? {
            written.histograms += 1;
        }
        all.began(row, histogram.began_ms(start_ms));
        Ok(())
    }
}
