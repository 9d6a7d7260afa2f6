//! The glide path: where the value should be over time, on straight lines between its points.

use crate::model::{ChartKind, ChartModel, Position};
use crate::number::{is_drawable, time_fraction};

/// What legend and summary call it.
pub(crate) const PATH_NAME: &str = "Path to the target";

/// The corners of a path, sorted by time; empty, or over at least two times.
#[derive(Debug, Default)]
pub(crate) struct GlidePath(Vec<(i64, f64)>);

impl GlidePath {
    /// The path of a history; empty for bars and where fewer than two times have a value.
    pub(crate) fn of(model: &ChartModel) -> Self {
        if model.kind != ChartKind::History {
            return Self::default();
        }
        let corner = |point: &crate::model::ChartPoint| match point.x {
            Position::Time(time_ms) if is_drawable(point.y) => Some((time_ms, point.y)),
            _ => None,
        };
        let mut corners: Vec<(i64, f64)> = model.path.iter().filter_map(corner).collect();
        corners.sort_by_key(|(time_ms, _)| *time_ms);
        let path = Self(corners);
        if path.period().is_some_and(|(first, last)| first < last) { path } else { Self::default() }
    }

    /// The first and last time; none for an empty path.
    pub(crate) fn period(&self) -> Option<(i64, i64)> {
        Some((self.0.first()?.0, self.0.last()?.0))
    }

    /// Where the value should be; none before the start and after the end. At a step, the later value.
    pub(crate) fn value_at(&self, time_ms: i64) -> Option<f64> {
        let after = self.0.partition_point(|(corner_ms, _)| *corner_ms <= time_ms);
        let (from_ms, from) = *self.0.get(after.checked_sub(1)?)?;
        let Some((to_ms, to)) = self.0.get(after).copied() else {
            return (from_ms == time_ms).then_some(from);
        };
        let fraction = time_fraction(time_ms, from_ms, to_ms);
        Some((from * (1.0 - fraction) + to * fraction).clamp(from.min(to), from.max(to)))
    }

    /// The part of the path between two times, as the corners of one line.
    pub(crate) fn within(&self, first_ms: i64, last_ms: i64) -> Vec<(i64, f64)> {
        let Some((start, end)) = self.period() else { return Vec::new() };
        let (start, end) = (start.max(first_ms), end.min(last_ms));
        if start >= end {
            return Vec::new();
        }
        let edge = |time_ms: i64| self.value_at(time_ms).map(|value| (time_ms, value));
        let inner = self.0.iter().copied().filter(|(time_ms, _)| start < *time_ms && *time_ms < end);
        edge(start).into_iter().chain(inner).chain(edge(end)).collect()
    }
}

/// How far a value is off the path, as in `12% below the path to the target (1,150)`.
pub(crate) fn standing(value: f64, path: f64, path_text: &str) -> String {
    let side = if value > path {
        "above"
    } else if value < path {
        "below"
    } else {
        return format!("exactly on the path to the target ({path_text})");
    };
    let share = ((value - path) / path * 100.0).abs();
    let amount = if !share.is_finite() || share >= 1e6 {
        String::new()
    } else if share < 1.0 {
        "less than 1% ".to_owned()
    } else {
        format!("{share:.0}% ")
    };
    format!("{amount}{side} the path to the target ({path_text})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ChartPoint;

    fn path(corners: &[(i64, f64)]) -> GlidePath {
        let point = |(time_ms, y): &(i64, f64)| ChartPoint { x: Position::Time(*time_ms), y: *y, note: None };
        GlidePath::of(&ChartModel { path: corners.iter().map(point).collect(), ..ChartModel::default() })
    }

    #[test]
    fn between_its_points_a_path_is_straight() {
        let path = path(&[(20, 30.0), (0, 10.0), (40, 30.0)]);
        let cases = [(-1, None), (0, Some(10.0)), (5, Some(15.0)), (20, Some(30.0)), (40, Some(30.0)), (41, None)];
        for (time_ms, value) in cases {
            assert_eq!(path.value_at(time_ms), value, "{time_ms}");
        }
    }

    #[test]
    fn a_path_needs_two_times() {
        for corners in [&[][..], &[(5, 1.0)], &[(5, 1.0), (5, 2.0)], &[(5, 1.0), (6, f64::NAN)]] {
            assert_eq!(path(corners).period(), None, "{corners:?}");
        }
    }

    #[test]
    fn only_the_part_in_the_picture_is_drawn() {
        let path = path(&[(0, 0.0), (10, 10.0), (20, 0.0)]);
        assert_eq!(path.within(5, 15), [(5, 5.0), (10, 10.0), (15, 5.0)]);
        assert_eq!(path.within(-9, 99), [(0, 0.0), (10, 10.0), (20, 0.0)]);
        assert!(path.within(20, 30).is_empty());
        assert!(path.within(-9, -1).is_empty());
    }

    #[test]
    fn the_distance_from_the_path_is_never_rounded_away() {
        let cases = [
            (88.0, 100.0, "12% below the path to the target (p)"),
            (100.4, 100.0, "less than 1% above the path to the target (p)"),
            (100.0, 100.0, "exactly on the path to the target (p)"),
            (5.0, 0.0, "above the path to the target (p)"),
            (-120.0, -100.0, "20% below the path to the target (p)"),
        ];
        for (value, path, text) in cases {
            assert_eq!(standing(value, path, "p"), text);
        }
    }
}
