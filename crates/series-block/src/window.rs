//! What the samples of any window come to: the largest whole buckets inside it, and samples at its edges.

use crate::bucket::Bucket;
use crate::plan::Detail;
use crate::resolution::Resolution;
use crate::sample::Sample;

/// One part of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What to read of it.
    pub detail: Detail,
    /// Its beginning, in milliseconds since the Unix epoch.
    pub from_ms: i64,
    /// Its end, not included, in milliseconds since the Unix epoch.
    pub until_ms: i64,
}

/// Where samples and buckets of one series are read.
pub trait Source {
    /// Why it can't be read.
    type Error;

    /// The samples from `from_ms` up to `until_ms`, not included, ordered by key.
    ///
    /// # Errors
    /// They can't be read.
    fn samples(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Sample>, Self::Error>;

    /// The buckets that begin from `from_ms` up to `until_ms`, not included, in order, the open one too.
    ///
    /// # Errors
    /// They can't be read.
    fn buckets(&self, resolution: Resolution, from_ms: i64, until_ms: i64) -> Result<Vec<Bucket>, Self::Error>;
}

/// The parts of the window from `from_ms` up to `until_ms`, not included, in order: buckets of `coarsest` where whole ones fit, finer ones
/// around them, samples at the edges. Fewer than 60 minutes and 24 hours are read on either side.
pub fn cover(from_ms: i64, until_ms: i64, coarsest: Detail) -> Vec<Piece> {
    let mut pieces = Vec::new();
    split(from_ms, until_ms, coarsest, &mut pieces);
    pieces
}

fn split(from_ms: i64, until_ms: i64, detail: Detail, pieces: &mut Vec<Piece>) {
    if from_ms >= until_ms {
        return;
    }
    let (resolution, finer) = match detail {
        Detail::Raw => return pieces.push(Piece { detail, from_ms, until_ms }),
        Detail::Rolled(Resolution::Minute) => (Resolution::Minute, Detail::Raw),
        Detail::Rolled(Resolution::Hour) => (Resolution::Hour, Detail::Rolled(Resolution::Minute)),
        Detail::Rolled(Resolution::Day) => (Resolution::Day, Detail::Rolled(Resolution::Hour)),
    };
    let bucket_ms = resolution.start_ms(from_ms);
    let whole_from_ms = if bucket_ms == from_ms { from_ms } else { bucket_ms.saturating_add(resolution.length_ms()) };
    let whole_until_ms = resolution.start_ms(until_ms);
    if whole_from_ms >= whole_until_ms {
        return split(from_ms, until_ms, finer, pieces);
    }
    split(from_ms, whole_from_ms, finer, pieces);
    pieces.push(Piece { detail, from_ms: whole_from_ms, until_ms: whole_until_ms });
    split(whole_until_ms, until_ms, finer, pieces);
}

/// What the samples from `from_ms` up to `until_ms`, not included, come to; None without samples. With `as_of_ms` only samples recorded up
/// to then are known. Count, first, least, greatest and last sample are those of the samples themselves, the sum is as far as
/// [`Sum`](crate::Sum) says, quantiles are estimates with a bounded relative error.
///
/// # Errors
/// What `source` fails with.
pub fn window<S: Source>(
    source: &S,
    from_ms: i64,
    until_ms: i64,
    as_of_ms: Option<i64>,
) -> Result<Option<Bucket>, S::Error> {
    let known = |recorded_ms: i64| as_of_ms.is_none_or(|as_of_ms| recorded_ms <= as_of_ms);
    let of_samples = |from_ms: i64, until_ms: i64| -> Result<Option<Bucket>, S::Error> {
        let mut samples = source.samples(from_ms, until_ms)?;
        samples.retain(|sample| known(sample.recorded_ms));
        Ok(Bucket::of(from_ms, &samples))
    };
    let mut whole: Option<Bucket> = None;
    let mut put = |part: Option<Bucket>| match (&mut whole, part) {
        (_, None) => {}
        (Some(whole), Some(part)) => whole.merge(&part),
        (none, Some(part)) => *none = Some(Bucket { start_ms: from_ms, ..part }),
    };
    for piece in cover(from_ms, until_ms, Detail::Rolled(Resolution::Day)) {
        let Detail::Rolled(resolution) = piece.detail else {
            put(of_samples(piece.from_ms, piece.until_ms)?);
            continue;
        };
        for bucket in source.buckets(resolution, piece.from_ms, piece.until_ms)? {
            if known(bucket.digest.recorded_ms) {
                put(Some(bucket));
            } else {
                put(of_samples(bucket.start_ms, bucket.start_ms.saturating_add(resolution.length_ms()))?);
            }
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;
    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn a_window_is_covered_without_gap_from_the_largest_buckets() {
        let windows = [
            (0, 1),
            (5, 5),
            (1, MINUTE_MS),
            (0, MINUTE_MS),
            (-1, 2 * DAY_MS + 1),
            (12_345, 400 * DAY_MS - 6_789),
            (-8_640_000_000_000_000, 8_640_000_000_000_000),
            (i64::MIN, i64::MAX),
        ];
        for (from_ms, until_ms) in windows {
            let pieces = cover(from_ms, until_ms, Detail::Rolled(Resolution::Day));
            let mut at_ms = from_ms;
            for piece in &pieces {
                assert_eq!(piece.from_ms, at_ms);
                assert!(piece.until_ms > piece.from_ms);
                at_ms = piece.until_ms;
            }
            assert_eq!(at_ms, until_ms);
            assert!(pieces.len() <= 7, "{pieces:?}");
        }
        assert_eq!(cover(1, DAY_MS + 1, Detail::Rolled(Resolution::Day)).len(), 4);
        assert_eq!(cover(0, DAY_MS, Detail::Raw), [Piece { detail: Detail::Raw, from_ms: 0, until_ms: DAY_MS }]);
    }
}
