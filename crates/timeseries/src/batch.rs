//! The rows of one payload on their way, with the series that appear in it.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use foldhash::fast::RandomState;
use kpi::point::Origin;

use crate::engine::Inner;
use crate::refusal::RowRefusal;
use crate::series_cache::Learned;
use crate::series_index::{Found, Identity, Limits, SeriesRef};

/// How far in the future a sample may be: clocks differ.
const FUTURE_TOLERANCE_MS: i64 = 5 * 60_000;

/// One sample of a payload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Its series, as the batch has resolved it.
    pub series: SeriesRef,
    /// The instant it is about, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value, finite.
    pub value: f64,
    /// Which sample of its payload it is, refused ones included, counted from 0: reading the payload again must give the same.
    pub row: u32,
    /// Where it came from.
    pub origin: Origin,
}

/// The rows of one payload. Series that only this batch knows are gone with it, unless it is kept.
pub struct Batch {
    pub(crate) desk: Arc<Inner>,
    pub(crate) source: Arc<str>,
    pub(crate) recorded_ms: i64,
    pub(crate) rows: Vec<Row>,
    pub(crate) pending: HashSet<SeriesRef, RandomState>,
    pub(crate) learned: Vec<Learned>,
    pub(crate) earliest_ms: i64,
    pub(crate) latest_ms: i64,
}

impl Batch {
    pub(crate) fn new(desk: Arc<Inner>, source: &str, recorded_ms: i64) -> Self {
        let earliest_ms = desk.retention().earliest_ms(recorded_ms);
        Self {
            desk,
            source: Arc::from(source),
            recorded_ms,
            rows: Vec::new(),
            pending: HashSet::default(),
            learned: Vec::new(),
            earliest_ms,
            latest_ms: recorded_ms.saturating_add(FUTURE_TOLERANCE_MS),
        }
    }

    /// When its payload is recorded, in milliseconds since the Unix epoch: the time of samples that have none.
    pub fn recorded_ms(&self) -> i64 {
        self.recorded_ms
    }

    /// Takes what was of the future when the payload came, and is not any more: for one that is read again at `now_ms`.
    pub fn take_until(&mut self, now_ms: i64) {
        self.latest_ms = self.latest_ms.max(now_ms.saturating_add(FUTURE_TOLERANCE_MS));
    }

    /// The rows that will be kept.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The series with this name and these labels, which are ordered by name, each name once and none empty.
    ///
    /// # Errors
    /// [`RowRefusal::TooManySeries`].
    pub fn resolve(&mut self, name: &str, labels: &[(String, String)]) -> Result<SeriesRef, RowRefusal> {
        let identity = Identity { name: name.to_owned(), labels: labels.to_vec() };
        if let Found::Committed(series) = self.desk.read_directory().find(&identity) {
            return Ok(series);
        }
        let mut series_index = self.desk.write_directory();
        match series_index.find(&identity) {
            Found::Committed(series) => Ok(series),
            Found::Pending(series) => {
                if self.pending.insert(series) {
                    series_index.hold(series);
                }
                Ok(series)
            }
            Found::Nothing => {
                let settings = &self.desk.settings;
                let limits = Limits {
                    most_of_source: settings.most_series_of_source,
                    most: settings.most_series,
                    few: settings.few_series,
                };
                let is_wanted = self.desk.listener.wants(name);
                let series = series_index.add(identity, &self.source, self.recorded_ms, is_wanted, limits)?;
                self.pending.insert(series);
                Ok(series)
            }
        }
    }

    /// Whether a sample of this time is taken.
    ///
    /// # Errors
    /// [`RowRefusal::TooOld`] or [`RowRefusal::Future`].
    pub fn check_time(&self, time_ms: i64) -> Result<(), RowRefusal> {
        if time_ms < self.earliest_ms {
            return Err(RowRefusal::TooOld { time_ms, earliest_ms: self.earliest_ms });
        }
        if time_ms > self.latest_ms {
            return Err(RowRefusal::Future { time_ms, latest_ms: self.latest_ms });
        }
        Ok(())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Why it is not taken; the batch is as before.
    pub fn push(&mut self, row: Row) -> Result<(), RowRefusal> {
        self.check_time(row.time_ms)?;
        if !row.value.is_finite() {
            return Err(RowRefusal::NotFinite);
        }
        self.rows.push(row);
        Ok(())
    }

    /// What is waited for in the queue, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Row>()
    }

    /// Says that the series it holds are in the store.
    pub(crate) fn committed(&self) {
        let series_index = self.desk.read_directory();
        for series in &self.pending {
            if let Some(slot) = series_index.slot(*series) {
                slot.is_committed.store(true, Ordering::Release);
            }
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut series_index = self.desk.write_directory();
        for series in self.pending.drain() {
            series_index.release(series);
        }
    }
}
