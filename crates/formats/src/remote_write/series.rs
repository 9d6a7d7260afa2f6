//! One time series of either version: its samples and histograms have the same layout in both.

use super::Written;
use crate::Refusal;
use crate::collect::{Collector, Identity};
use crate::label::Wrong;
use crate::protobuf::{Malformed, Part};

/// The NaN by which Prometheus marks the end of a series: `StaleNaN` of its `model/value` package.
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// A series' name and labels, and what its samples are measured in.
pub(super) struct Series<'a> {
    pub(super) name: &'a str,
    /// Without `__name__`.
    pub(super) labels: Vec<(&'a str, &'a str)>,
    pub(super) unit: Option<&'a str>,
    // Each once for all samples: a series may have many labels and many samples.
    identity: Option<Result<Identity, Vec<Wrong>>>,
    /// Of the count and the sum of its histograms.
    parts: Option<Result<(Identity, Identity), Vec<Wrong>>>,
}

impl<'a> Series<'a> {
    /// Takes the name out of the labels.
    pub(super) fn new(mut labels: Vec<(&'a str, &'a str)>, unit: Option<&'a str>) -> Self {
        let place = labels.iter().position(|(name, _)| *name == "__name__");
        let name = place.map_or("", |place| labels.remove(place).1);
        Self { name, labels, unit, identity: None, parts: None }
    }

    fn identity(&mut self, all: &Collector<'_>) -> &Result<Identity, Vec<Wrong>> {
        self.identity.get_or_insert_with(|| Identity::new(self.name, self.labels.iter().copied(), all.limits))
    }

    fn parts(&mut self, all: &Collector<'_>) -> &Result<(Identity, Identity), Vec<Wrong>> {
        let Self { name, labels, parts, .. } = self;
        parts.get_or_insert_with(|| {
            let identity = |suffix: &str| Identity::new(&format!("{name}{suffix}"), labels.iter().copied(), all.limits);
            Ok((identity("_count")?, identity("_sum")?))
        })
    }

    /// Takes in a `Sample`: value and time.
    pub(super) fn sample(
        &mut self,
        message: Part<'_>,
        all: &mut Collector<'_>,
        written: &mut Written,
    ) -> Result<(), Refusal> {
        let (mut value, mut time_ms) = (0.0_f64, 0);
        for field in message.fields() {
            let field = field?;
            match field.number {
                1 => value = field.double()?,
                2 => time_ms = field.int64()?,
                _ => {}
            }
        }
        let row = all.row()?;
        if value.to_bits() == STALE_BITS {
            all.leave_out("stale marker");
            written.samples += 1;
            return Ok(());
        }
        let unit = self.unit;
        match self.identity(all) {
            Ok(identity) => written.samples += usize::from(all.sample(row, identity, (value, Some(time_ms)), unit)?),
            Err(wrong) => all.problems(row, wrong),
        }
        Ok(())
    }

    /// Takes in a `Histogram`: its count and sum become samples of their own.
    pub(super) fn histogram(
        &mut self,
        message: Part<'_>,
        all: &mut Collector<'_>,
        written: &mut Written,
    ) -> Result<(), Refusal> {
        let Histogram { count, sum, time_ms } = Histogram::read(message)?;
        let row = all.row()?;
        if sum.to_bits() == STALE_BITS {
            all.leave_out("stale marker");
            written.histograms += 1;
            return Ok(());
        }
        let unit = self.unit;
        match self.parts(all) {
            Ok((counts, sums)) => {
                let samples = [(counts, count, None), (sums, sum, unit)];
                if all.samples(row, &samples, Some(time_ms))? {
                    all.leave_out("buckets of a histogram");
                    written.histograms += 1;
                }
            }
            Err(wrong) => all.problems(row, wrong),
        }
        Ok(())
    }
}

struct Histogram {
    count: f64,
    sum: f64,
    time_ms: i64,
}

impl Histogram {
    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    fn read(message: Part<'_>) -> Result<Self, Malformed> {
        let mut histogram = Self { count: 0.0, sum: 0.0, time_ms: 0 };
        for field in message.fields() {
            let field = field?;
            match field.number {
                1 => histogram.count = field.uint64()? as f64,
                2 => histogram.count = field.double()?,
                3 => histogram.sum = field.double()?,
                15 => histogram.time_ms = field.int64()?,
                _ => {}
            }
        }
        Ok(histogram)
    }
}
