//! A native histogram: `Histogram` of either version, whose fields are the same.
//!
//! <https://prometheus.io/docs/specs/native_histograms/>. Integer histograms write each count as the difference to the one before,
//! float histograms write counts. The schema -53 has bounds of its own.

use crate::buckets::{Buckets, Exponential, Misshapen, sparse};
use crate::protobuf::{Malformed, Part, zigzag};

/// The schema of histograms whose bounds are written out.
const CUSTOM: i64 = -53;
/// What a histogram says of the one before it: that it began anew, and that it is no running total.
const BEGAN_ANEW: u64 = 1;
const GAUGE: u64 = 3;

#[derive(Default)]
pub(super) struct Histogram {
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) time_ms: i64,
    pub(super) start_ms: Option<i64>,
    reset_hint: u64,
    schema: i64,
    zero_threshold: f64,
    zero_count: f64,
    positive: Side,
    negative: Side,
    bounds: Vec<f64>,
}

/// The buckets of one sign.
#[derive(Default)]
struct Side {
    /// How many buckets each span leaves out, and how many it has.
    spans: Vec<(i64, u64)>,
    counts: Vec<f64>,
    /// The count before, as integer histograms write the next one.
    last: i64,
}

impl Side {
    fn span(&mut self, message: Part<'_>) -> Result<(), Malformed> {
        let mut span = (0, 0);
        for field in message.fields() {
            let field = field?;
            match field.number {
                1 => span.0 = field.sint64()?,
                2 => span.1 = field.uint64()?,
                _ => {}
            }
        }
        self.spans.push(span);
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    fn deltas(&mut self, deltas: impl Iterator<Item = Result<u64, Malformed>>) -> Result<(), Malformed> {
        for delta in deltas {
            self.last = self.last.saturating_add(zigzag(delta?));
            self.counts.push(self.last as f64);
        }
        Ok(())
    }
}

impl Histogram {
    #[expect(clippy::cast_precision_loss, reason = "samples are floats")]
    pub(super) fn read(message: Part<'_>) -> Result<Self, Malformed> {
        let mut histogram = Self::default();
        for field in message.fields() {
            let field = field?;
            match field.number {
                1 => histogram.count = field.uint64()? as f64,
                2 => histogram.count = field.double()?,
                3 => histogram.sum = field.double()?,
                4 => histogram.schema = field.sint64()?,
                5 => histogram.zero_threshold = field.double()?,
                6 => histogram.zero_count = field.uint64()? as f64,
                7 => histogram.zero_count = field.double()?,
                8 => histogram.negative.span(field.part()?)?,
                9 => histogram.negative.deltas(field.numbers()?)?,
                10 => histogram.negative.counts.extend(field.doubles()?),
                11 => histogram.positive.span(field.part()?)?,
                12 => histogram.positive.deltas(field.numbers()?)?,
                13 => histogram.positive.counts.extend(field.doubles()?),
                14 => histogram.reset_hint = field.uint64()?,
                15 => histogram.time_ms = field.int64()?,
                17 => histogram.start_ms = Some(field.int64()?),
                16 => histogram.bounds.extend(field.doubles()?),
                _ => {}
            }
        }
        Ok(histogram)
    }

    /// Since when it counts. One that began anew after the one before it did so at this instant at the latest.
    pub(super) fn began_ms(&self, of_series: Option<i64>) -> Option<i64> {
        match self.reset_hint {
            BEGAN_ANEW => Some(self.time_ms.saturating_sub(1)),
            GAUGE => None,
            _ => self.start_ms.or(of_series),
        }
    }

    /// Whether it tells how many there are at its instant: two of them can't be compared.
    pub(super) fn is_gauge(&self) -> bool {
        self.reset_hint == GAUGE
    }

    /// Its buckets; none of one that has only a count.
    pub(super) fn buckets(&self) -> Result<Buckets, Misshapen> {
        const SPANS: Misshapen = ("the histogram's spans and counts do not fit together", "a count for each bucket");
        let Self { positive, negative, .. } = self;
        let sides = sparse(&positive.spans, &positive.counts).zip(sparse(&negative.spans, &negative.counts));
        let (filled, negative) = sides.ok_or(SPANS)?;
        if self.schema == CUSTOM {
            let mut counts = vec![0.0; self.bounds.len() + 1];
            for (index, count) in filled {
                // Its first bucket is 0, and ends at the first bound.
                let place = usize::try_from(index + 1).ok().and_then(|index| counts.get_mut(index));
                *place.ok_or(("the histogram has buckets beyond its bounds", "a bound for each bucket"))? += count;
            }
            return Buckets::explicit(&self.bounds, &counts, Some(self.count));
        }
        if !(-4..=8).contains(&self.schema) {
            return Err(("the histogram's schema is not known", "a schema between -4 and 8, or -53"));
        }
        // Infinite observations lie in no bucket that has a bound, and make the sum infinite or no number.
        let has_nan = !self.sum.is_finite();
        if filled.is_empty() && negative.is_empty() && self.zero_count == 0.0 && self.count > 0.0 {
            return Ok(Buckets::default());
        }
        let histogram = Exponential {
            scale: self.schema,
            zero_count: self.zero_count,
            zero_threshold: self.zero_threshold,
            positive: filled,
            negative,
        };
        Buckets::exponential(histogram, Some(self.count), has_nan)
    }
}
