//! Filling the memory of the KPIs from the blocks of the sample desk: at the start, and when the catalogue reads other series.

use std::sync::PoisonError;

use kpi::catalogue::Catalogue;
use kpi::feed::{Feeder, Feeds, Kind};
use series_block::Sample;
use storage::StoreError;
use timeseries::{DeskError, KeptRow, SeriesInfo, TimeSeriesEngine};

use super::is_in_unknown_unit;
use super::listener::{Feeding, Memory, Wanted};
use super::store_error;
use crate::dashboard::Dashboard;
use crate::series::SeriesMemory;

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
    let mut incoming = SeriesMemory::default();
    let metrics: Vec<String> = feeds.metrics().map(str::to_owned).collect();
    for metric in &metrics {
        desk.all_samples(metric, |info, samples| {
            if is_in_unknown_unit(&info.labels) {
                return;
            }
            for sample in samples {
                Memory::add(&mut incoming, &row(info, sample));
            }
        })
        .await?;
    }
    let mut feeding = memory.feeding();
    let mut series = memory.series.write();
    let mut feeder = Feeder::default();
    for metric in &metrics {
        let was_fed = !before.feeds(metric).is_empty();
        for fed in feeder.feed_all(&feeds, metric, &incoming) {
            // The points of a histogram can't be told apart, so those that are there must not come again.
            if fed.kind != Kind::Histogram || !was_fed {
                Memory::add_fed(&mut series, &fed);
            }
        }
    }
    *feeding = Feeding { feeds, feeder };
    Ok(())
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
