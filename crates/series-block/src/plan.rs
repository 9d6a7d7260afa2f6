//! How fine a chart reads: samples, or buckets of which length.

use crate::flush::Extent;
use crate::resolution::Resolution;

/// What to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Samples.
    Raw,
    /// Buckets of a rollup.
    Rolled(Resolution),
}

/// The finest detail with which at most `2 * points` samples or buckets lie from `from_ms` up to `until_ms`, not included, for a
/// picture of that many points; days where even they are more. `samples` is how many samples lie there, about.
pub fn plan(from_ms: i64, until_ms: i64, samples: u64, points: usize) -> Detail {
    let most = (points as u64).saturating_mul(2);
    if samples <= most {
        return Detail::Raw;
    }
    let span_ms = until_ms.saturating_sub(from_ms).max(0);
    let fits = |resolution: &Resolution| (span_ms / resolution.length_ms()).unsigned_abs() <= most;
    Detail::Rolled(Resolution::ALL.into_iter().find(fits).unwrap_or(Resolution::Day))
}

/// About how many samples of blocks with these extents lie from `from_ms` up to `until_ms`, not included: a block that is cut counts with
/// its share of time.
pub fn estimated_samples(extents: impl IntoIterator<Item = Extent>, from_ms: i64, until_ms: i64) -> u64 {
    let inside = |extent: Extent| -> u64 {
        let first_ms = i128::from(extent.first_ms.max(from_ms));
        let last_ms = i128::from(extent.last_ms).min(i128::from(until_ms) - 1);
        if first_ms > last_ms {
            return 0;
        }
        let whole_ms = (i128::from(extent.last_ms) - i128::from(extent.first_ms) + 1).unsigned_abs();
        let part_ms = (last_ms - first_ms + 1).unsigned_abs();
        u64::try_from((extent.count as u128 * part_ms).div_ceil(whole_ms.max(1))).unwrap_or(u64::MAX)
    };
    extents.into_iter().map(inside).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    #[test]
    fn the_finest_detail_that_is_not_too_much_is_read() {
        let ten_seconds = |span_ms: i64| (span_ms / 10_000).unsigned_abs();
        let cases = [
            (HOUR_MS, Detail::Raw),
            (6 * HOUR_MS, Detail::Rolled(Resolution::Minute)),
            (16 * HOUR_MS, Detail::Rolled(Resolution::Minute)),
            (24 * HOUR_MS, Detail::Rolled(Resolution::Hour)),
            (30 * 24 * HOUR_MS, Detail::Rolled(Resolution::Hour)),
            (365 * 24 * HOUR_MS, Detail::Rolled(Resolution::Day)),
            (i64::MAX, Detail::Rolled(Resolution::Day)),
        ];
        for (span_ms, expected) in cases {
            assert_eq!(plan(0, span_ms, ten_seconds(span_ms), 500), expected, "{span_ms}");
        }
        assert_eq!(plan(0, 365 * 24 * HOUR_MS, 900, 500), Detail::Raw);
        assert_eq!(plan(5, 5, 0, 500), Detail::Raw);
    }

    #[test]
    fn a_cut_block_counts_in_part() {
        let extents =
            [Extent { first_ms: 0, last_ms: 99, count: 10 }, Extent { first_ms: 100, last_ms: 199, count: 20 }];
        for (from_ms, until_ms, expected) in
            [(0, 200, 30), (0, 100, 10), (50, 150, 15), (200, 900, 0), (i64::MIN, i64::MAX, 30)]
        {
            assert_eq!(estimated_samples(extents, from_ms, until_ms), expected, "{from_ms}..{until_ms}");
        }
        let widest = [Extent { first_ms: i64::MIN, last_ms: i64::MAX, count: 2 }];
        assert_eq!(estimated_samples(widest, 0, i64::MAX), 1);
    }
}
