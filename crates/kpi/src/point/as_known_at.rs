//! What was known at an instant, without what was recorded later.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{LabelSet, Labels, Observations, Point};
use crate::catalogue::Catalogue;
use crate::measure::series_of;

/// The observations that a catalogue reads, as far as they had been recorded at an instant.
///
/// A status computed of it as of the same instant is the one that was shown then, whatever has been recorded since.
/// Series that the catalogue does not read are empty. Only series in which something is hidden are copied.
pub struct AsKnownAt<'a> {
    observations: &'a dyn Observations,
    series: HashMap<&'a str, Cow<'a, [Point]>>,
}

impl<'a> AsKnownAt<'a> {
    /// Hides what was recorded after `instant_ms`, and shows what was superseded after it.
    pub fn new(catalogue: &'a Catalogue, observations: &'a dyn Observations, instant_ms: i64) -> Self {
        let names = catalogue.kpis.iter().flat_map(|kpi| series_of(catalogue, &kpi.measure));
        let known = |name: &str| {
            let points = observations.points(name);
            let shown = |point: &Point| point.recorded_ms <= instant_ms;
            let counted_then = observations.superseded(name).iter().filter(|it| it.superseded_ms > instant_ms);
            let mut before: Vec<Point> = counted_then.map(|it| it.point).filter(shown).collect();
            if before.is_empty() && points.iter().all(shown) {
                return Cow::Borrowed(points);
            }
            before.extend(points.iter().filter(|point| shown(point)));
            before.sort_by_key(|point| (point.time_ms, point.recorded_ms));
            Cow::Owned(before)
        };
        let series = names.map(|name| (name, known(name))).collect();
        Self { observations, series }
    }
}

impl Observations for AsKnownAt<'_> {
    fn points(&self, series: &str) -> &[Point] {
        self.series.get(series).map_or(&[], |points| points)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        self.observations.labels(set)
    }
}
