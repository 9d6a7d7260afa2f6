//! Draws many samples or buckets with few points: the first, least, greatest and last of each column (M4 of Jugel and others, VLDB
//! 2014), all of them real samples at their own times.

use crate::digest::{Digest, Mark};

/// At most four points for each of `columns` columns that share the time from `from_ms` up to `until_ms`, not included, in order. A
/// digest belongs to the column of its first sample. Points outside are left out, columns are not fewer than one.
pub fn thin(digests: impl IntoIterator<Item = Digest>, from_ms: i64, until_ms: i64, columns: usize) -> Vec<Mark> {
    let span_ms = (i128::from(until_ms) - i128::from(from_ms)).max(1);
    let columns = (columns as i128).max(1);
    let column_of = |digest: &Digest| (i128::from(digest.first.time_ms) - i128::from(from_ms)) * columns / span_ms;
    let mut marks = Vec::new();
    let mut put = |digest: &Digest| {
        let mut four = [digest.first, digest.least, digest.greatest, digest.last];
        four.sort_by_key(|mark| mark.time_ms);
        for mark in four {
            let inside = (from_ms..until_ms).contains(&mark.time_ms);
            if inside && marks.last().is_none_or(|before: &Mark| before.time_ms < mark.time_ms) {
                marks.push(mark);
            }
        }
    };
    let mut open: Option<(i128, Digest)> = None;
    for digest in digests {
        let column = column_of(&digest);
        match &mut open {
            Some((known, together)) if *known == column => together.merge(&digest),
            _ => {
                if let Some((_, finished)) = open.replace((column, digest)) {
                    put(&finished);
                }
            }
        }
    }
    if let Some((_, finished)) = open {
        put(&finished);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Counted;

    fn samples(count: i64) -> Vec<Digest> {
        let value = |time_ms: i64| f64::from(i32::try_from(time_ms % 17).unwrap());
        (0..count).map(|time_ms| Digest::one(Counted { time_ms, value: value(time_ms), recorded_ms: 0 })).collect()
    }

    #[test]
    fn ends_and_extremes_are_kept() {
        let mut all = samples(100_000);
        all[54_321] = Digest::one(Counted { time_ms: 54_321, value: 99.0, recorded_ms: 0 });
        all[12_345] = Digest::one(Counted { time_ms: 12_345, value: -99.0, recorded_ms: 0 });
        let marks = thin(all, 0, 100_000, 500);
        assert!(marks.len() <= 2_000);
        assert!(marks.windows(2).all(|pair| pair[0].time_ms < pair[1].time_ms));
        for time_ms in [0, 12_345, 54_321, 99_999] {
            assert!(marks.iter().any(|mark| mark.time_ms == time_ms), "{time_ms}");
        }
    }

    #[test]
    fn few_samples_are_kept_whole_and_those_outside_left_out() {
        assert_eq!(thin(samples(20), 5, 10, 500).len(), 5);
        assert_eq!(thin(samples(20), 0, 20, 0).len(), 3);
        assert!(thin(samples(20), 10, 10, 500).is_empty());
        assert!(thin([], i64::MIN, i64::MAX, 500).is_empty());
        assert_eq!(thin(samples(3), i64::MIN, i64::MAX, 500).len(), 2);
    }
}
