//! What the memory of the KPIs takes of the samples that are kept: those that the catalogue reads as they come, and those that its
//! feeds make of other systems' metrics.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use journal::{Change, Ids};
use kpi::catalogue::Catalogue;
use kpi::feed::{Fed, Feeder, Feeds, Kind};
use kpi::point::Point;
use timeseries::{KeptRow, Listener};
use tokio::sync::broadcast;

use crate::series::{PointIndex, SharedPoints};

/// The names of the series that a catalogue reads.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Read as they come.
    read: HashSet<String>,
    /// Read through feeds.
    fed: HashSet<String>,
}

impl Wanted {
    pub(crate) fn of(catalogue: &Catalogue) -> Self {
        let read = catalogue.series().into_iter().map(|series| series.name);
        let own = catalogue.kpis.iter().map(|kpi| kpi.measure.clone());
        let feeds = Feeds::new(catalogue);
        Self { read: read.chain(own).collect(), fed: feeds.metrics().map(str::to_owned).collect() }
    }

    /// The names that are read as they come here and not by `before`.
    pub(crate) fn beyond(&self, before: &Self) -> Vec<String> {
        self.read.difference(&before.read).cloned().collect()
    }
}

/// The feeds in force, and what they remember of the samples before.
#[derive(Debug, Default)]
pub(crate) struct Feeding {
    pub(crate) feeds: Feeds,
    pub(crate) feeder: Feeder,
}

/// Puts samples into the memory of the KPIs and tells open pages.
pub(crate) struct Memory {
    pub(crate) wanted: RwLock<Wanted>,
    pub(crate) feeding: Mutex<Feeding>,
    pub(crate) series: Arc<SharedPoints>,
    pub(crate) changes: broadcast::Sender<Change>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Memory {
    pub(crate) fn wanted(&self) -> RwLockReadGuard<'_, Wanted> {
        self.wanted.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn feeding(&self) -> MutexGuard<'_, Feeding> {
        self.feeding.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one sample under its own name.
    pub(crate) fn add(series: &mut PointIndex, row: &KeptRow<'_>) {
        let point = Point { labels: series.label_set(row.labels), ..point(row) };
        series.add_sample(row.name, point);
    }

    /// Adds a point that a feed made.
    pub(crate) fn add_fed(series: &mut PointIndex, fed: &Fed) {
        let point = Point { labels: series.label_set(&fed.labels), ..fed.point };
        // What a histogram observed between two samples has one time and many values.
        if fed.kind == Kind::Histogram {
            series.add_of_sample(&fed.series, point);
        } else {
            series.add_sample(&fed.series, point);
        }
    }
}

/// A sample as a point without labels.
pub(super) fn point(row: &KeptRow<'_>) -> Point {
    Point {
        time_ms: row.time_ms,
        value: row.value,
        recorded_ms: row.recorded_ms,
        origin: row.origin,
        labels: kpi::point::LabelSet::NONE,
        weight: 1,
    }
}

impl Listener for Memory {
    fn wants(&self, name: &str) -> bool {
        let wanted = self.wanted();
        wanted.read.contains(name) || wanted.fed.contains(name)
    }

    fn kept(&self, rows: &[KeptRow<'_>]) {
        let mut measures: Vec<String> = Vec::new();
        let mut count = 0;
        let wanted = self.wanted();
        let mut feeding = self.feeding();
        let Feeding { feeds, feeder } = &mut *feeding;
        let mut series = self.series.write();
        let mut changed = |name: &str| {
            count += 1;
            if !measures.iter().any(|known| known == name) {
                measures.push(name.to_owned());
            }
        };
        let rows_in_known_units = || rows.iter().filter(|row| !super::is_in_unknown_unit(row.labels));
        for row in rows_in_known_units().filter(|row| wanted.read.contains(row.name)) {
            Self::add(&mut series, row);
            changed(row.name);
        }
        // Totals are compared in the order of time, in whichever order a sender writes them down.
        let mut to_feed: Vec<&KeptRow<'_>> =
            rows_in_known_units().filter(|row| wanted.fed.contains(row.name)).collect();
        to_feed.sort_by_key(|row| kpi::feed::order(row.time_ms, row.labels));
        for row in to_feed {
            for fed in feeder.feed(feeds, row.name, row.labels, &point(row)) {
                Self::add_fed(&mut series, &fed);
                changed(&fed.series);
            }
        }
        let Some(recorded_ms) = rows.iter().map(|row| row.recorded_ms).max().filter(|_| count > 0) else { return };
        let latest_id = self.ids.next(recorded_ms);
        series.seen(&latest_id);
        drop(series);
        // Nobody listening is no failure.
        let _ = self.changes.send(Change::Observations { latest_id, measures, count });
    }
}
