//! Filling the memory of the KPIs from the blocks of the sample desk: at the start, and when the catalogue reads other series.

use std::collections::HashMap;
use std::sync::PoisonError;

use kpi::catalogue::Catalogue;
use kpi::feed::{Feeder, Feeds, Kind};
use kpi::point::{LabelSet, Labels, Observations, Point};
use series_block::Sample;
use storage::StoreError;
use timeseries::points::Settle;
use timeseries::{DeskError, KeptRow, SeriesInfo, TimeSeriesEngine};

use super::is_in_unknown_unit;
use super::listener::{Feeding, Memory, Wanted, point};
use super::store_error;
use crate::dashboard::Dashboard;

/// Puts what the catalogue reads and `known` did not into the memory.
///
/// # Errors
/// What reading the blocks fails with.
pub(crate) async fn load(
    desk: &TimeSeriesEngine,
    memory: &Memory,
    catalogue: &Catalogue,
    known: &Wanted,
) -> Result<(), DeskError> {
    let names = memory.wanted().beyond(known);
    for name in names {
        desk.all_samples(&name, |info, samples| {
            if is_in_unknown_unit(&info.labels) {
                return;
            }
            let mut series = memory.series.write();
            for sample in samples {
                Memory::add(&mut series, &row(info, sample));
            }
        })
        .await?;
        held(memory).await?;
    }
    load_fed(desk, memory, Feeds::new(catalogue)).await
}

/// Makes the points of every feed anew, unless the feeds are those that are in force already.
async fn load_fed(desk: &TimeSeriesEngine, memory: &Memory, feeds: Feeds) -> Result<(), DeskError> {
    let before = memory.feeding().feeds.clone();
    if feeds == before {
        return Ok(());
    }
    // Counters compare samples in the order of time, while blocks come one set of labels after the other.
    let mut incoming = Unfed::default();
    let metrics: Vec<String> = feeds.metrics().map(str::to_owned).collect();
    for metric in &metrics {
        desk.all_samples(metric, |info, samples| {
            if is_in_unknown_unit(&info.labels) {
                return;
            }
            for sample in samples {
                incoming.add(&row(info, sample));
            }
        })
        .await?;
    }
    incoming.order();
    feed(memory, feeds, &before, &incoming);
    held(memory).await
}

/// Feeds samples in the order of time, and takes over the feeds.
fn feed(memory: &Memory, feeds: Feeds, before: &Feeds, incoming: &Unfed) {
    let mut feeding = memory.feeding();
    let mut series = memory.series.write();
    let mut feeder = Feeder::default();
    for metric in feeds.metrics() {
        let was_fed = !before.feeds(metric).is_empty();
        for fed in feeder.feed_all(&feeds, metric, incoming) {
            // The points of a histogram can't be told apart, so those that are there must not come again.
            if fed.kind != Kind::Histogram || !was_fed {
                Memory::add_fed(&mut series, &fed);
            }
        }
    }
    *feeding = Feeding { feeds, feeder };
}

/// Merges what was added, so that it takes as little memory as it can.
async fn held(memory: &Memory) -> Result<(), DeskError> {
    memory.series.settle(Settle::InMemory).await.map(|_| ()).map_err(DeskError::Store)
}

/// Samples that feeds read, before they are fed.
#[derive(Default)]
struct Unfed {
    points: HashMap<String, Vec<Point>>,
    labels: Vec<Vec<(String, String)>>,
    sets: HashMap<Vec<(String, String)>, LabelSet>,
}

impl Unfed {
    fn add(&mut self, row: &KeptRow<'_>) {
        let known = self.sets.get(row.labels).copied();
        let set = known.unwrap_or_else(|| {
            self.labels.push(row.labels.to_vec());
            let set = u32::try_from(self.labels.len()).map_or(LabelSet::NONE, LabelSet);
            self.sets.insert(row.labels.to_vec(), set);
            set
        });
        let point = Point { labels: set, ..point(row) };
        match self.points.get_mut(row.name) {
            Some(points) => points.push(point),
            None => drop(self.points.insert(row.name.to_owned(), vec![point])),
        }
    }

    fn order(&mut self) {
        for points in self.points.values_mut() {
            points.sort_by_key(|point| (point.time_ms, point.recorded_ms));
        }
    }
}

impl Observations for Unfed {
    fn points(&self, series: &str) -> &[Point] {
        self.points.get(series).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        let index = usize::try_from(set.0).ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| self.labels.get(index)).map_or(&[], Vec::as_slice)
    }
}

fn row<'a>(info: &'a SeriesInfo, sample: &Sample) -> KeptRow<'a> {
    KeptRow {
        name: &info.name,
        labels: &info.labels,
        time_ms: sample.time_ms,
        value: sample.value,
        recorded_ms: sample.recorded_ms,
        origin: sample.origin,
        payload: sample.payload,
        row: sample.row,
    }
}

impl Dashboard {
    /// Takes over which series the catalogue in force reads, and fills the memory with those that it did not hold. The points of a
    /// feed that is gone leave the memory at the next start.
    ///
    /// # Errors
    /// [`StoreError`] where the blocks can't be read.
    pub(crate) async fn read_what_the_catalogue_reads(&self) -> Result<(), StoreError> {
        let catalogue = self.catalogue();
        let known = {
            let mut wanted = self.memory.wanted.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *wanted, Wanted::of(&catalogue))
        };
        self.desk.forget_rules();
        self.desk.ask_again();
        load(&self.desk, &self.memory, &catalogue, &known).await.map_err(store_error)
    }
}
