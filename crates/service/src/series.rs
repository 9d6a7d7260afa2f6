//! The points that KPIs are computed of, with what each source has brought.

use kpi::point::Labels;
use timeseries::points::{self, Bringer};

use crate::series_room::{Held, Holdings};

/// Every series at one instant.
pub(crate) type PointIndex = points::PointIndex<Holdings>;
/// The points, shared by writers and readers.
pub(crate) type SharedPoints = points::SharedPoints<Holdings>;

impl Bringer for Holdings {
    fn brought_series(&mut self, source: &str, name: &str) {
        self.add(source, Held::of_series(name));
    }

    fn brought_labels(&mut self, source: &str, labels: &Labels) {
        self.add(source, Held::of_labels(labels));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kpi::catalogue::Catalogue;
    use kpi::point::{LabelSet, Origin, Point};

    use super::*;
    use crate::snapshot::{Cached, Snapshot};

    const DOCUMENT: &str = include_str!("../../../catalogue/inferno.toml");
    const NOW_MS: i64 = 1_780_272_000_000;

    fn point(series: &SharedPoints, time_ms: i64, value: f64) -> Point {
        let recorded_ms = time_ms + i64::try_from(series.read().count()).unwrap();
        Point { time_ms, value, recorded_ms, origin: Origin::Measured, labels: LabelSet::NONE, weight: 1 }
    }

    #[tokio::test]
    async fn a_snapshot_brought_up_to_date_is_the_one_computed_anew() {
        let catalogue = Arc::new(Catalogue::parse(DOCUMENT).unwrap());
        let series = SharedPoints::in_memory();
        let mut cached: Option<Cached> = None;
        for (step, kpi) in catalogue.kpis.iter().enumerate() {
            let hours = i64::try_from(step % 40).unwrap();
            let late = point(&series, NOW_MS - 3_600_000 * (1 + hours), 40.0);
            series.write().add(&kpi.measure, late);
            let labels = series.write().label_set(&[("environment".to_owned(), "production".to_owned())]);
            let deployed = Point { labels, ..point(&series, NOW_MS - 60_000 * hours, 1.0) };
            series.write().add("deployment", deployed);
            let read = series.read();
            let next = Cached::refreshed(cached.as_ref(), Arc::clone(&catalogue), &read, NOW_MS).await.unwrap();
            let anew = Snapshot::of(Arc::clone(&catalogue), &read, NOW_MS).await.unwrap();
            assert_eq!(*next.snapshot(), anew, "after {}", kpi.id);
            cached = Some(next);
        }
    }
}
