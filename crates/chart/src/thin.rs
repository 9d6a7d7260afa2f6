//! Draws a long history with few points: the first, lowest, highest and last point of each column (M4 of Jugel and
//! others, VLDB 2014). Chosen over largest-triangle-three-buckets because it never drops an extreme, and the summary
//! names the extremes. Table and CSV are not thinned.

use crate::number::{time_fraction, whole};

/// Histories up to this many points are drawn whole.
pub(crate) const MOST_WHOLE: usize = 2_000;
/// Columns of the picture; each keeps at most four points.
const COLUMNS: f64 = 500.0;

/// The indices of the points to draw, ascending, of points sorted by time.
pub(crate) fn drawn_indices(points: &[(i64, f64)]) -> Vec<usize> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    if points.len() <= MOST_WHOLE {
        return (0..points.len()).collect();
    }
    let column = |time_ms: i64| whole((time_fraction(time_ms, first.0, last.0) * COLUMNS).floor().min(COLUMNS - 1.0));
    let mut kept = Vec::new();
    let mut start = 0;
    while start < points.len() {
        let mut end = start + 1;
        let (mut lowest, mut highest) = (start, start);
        while end < points.len() && column(points[end].0) == column(points[start].0) {
            if points[end].1 < points[lowest].1 {
                lowest = end;
            }
            if points[end].1 > points[highest].1 {
                highest = end;
            }
            end += 1;
        }
        let mut column_points = [start, lowest, highest, end - 1];
        column_points.sort_unstable();
        kept.extend(column_points);
        start = end;
    }
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_histories_are_drawn_whole() {
        let points: Vec<(i64, f64)> = (0..2_000).map(|time| (time, 1.0)).collect();
        assert_eq!(drawn_indices(&points).len(), 2_000);
        assert!(drawn_indices(&[]).is_empty());
    }

    #[test]
    fn long_histories_keep_ends_and_extremes() {
        let mut points: Vec<(i64, f64)> =
            (0..100_000).map(|time| (time, f64::from(u32::try_from(time % 17).unwrap()))).collect();
        points[54_321].1 = 99.0;
        points[12_345].1 = -99.0;
        let kept = drawn_indices(&points);
        assert!(kept.len() <= 2_000);
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        for index in [0, 12_345, 54_321, 99_999] {
            assert!(kept.contains(&index), "{index}");
        }
    }

    #[test]
    fn many_points_at_one_time_are_one_column() {
        let points = vec![(7, 1.0); 5_000];
        assert_eq!(drawn_indices(&points), [0, 4_999]);
    }
}
