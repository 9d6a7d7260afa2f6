//! Reading one series of samples: its chart at any zoom, what a window of it comes to, and its samples with their payloads.

use series_block::{Bucket, Mark, Sample};
use storage::StoreError;
use timeseries::{SeriesFilter, SeriesInfo};

use crate::dashboard::Dashboard;
use crate::samples::store_error;

impl Dashboard {
    /// Series of samples by number, at most `limit`.
    pub fn sample_series(&self, filter: &SeriesFilter, limit: usize) -> Vec<SeriesInfo> {
        self.desk.series_list(filter, limit)
    }

    /// The series of this number.
    pub fn sample_series_of(&self, number: i64) -> Option<SeriesInfo> {
        self.desk.series(number)
    }

    /// The points of a chart from `from_ms` up to `until_ms`, not included: at most four in each column, all of them samples.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn sample_chart(
        &self,
        number: i64,
        from_ms: i64,
        until_ms: i64,
        columns: usize,
    ) -> Result<Vec<Mark>, StoreError> {
        self.desk.chart(number, from_ms, until_ms, columns).await.map_err(store_error)
    }

    /// What the samples from `from_ms` up to `until_ms`, not included, come to; with `as_of_ms` as far as they were known then.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn sample_window(
        &self,
        number: i64,
        from_ms: i64,
        until_ms: i64,
        as_of_ms: Option<i64>,
    ) -> Result<Option<Bucket>, StoreError> {
        self.desk.window(number, from_ms, until_ms, as_of_ms).await.map_err(store_error)
    }

    /// The first `limit` samples from `from_ms` up to `until_ms`, not included, each with its payload's number and its row there.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn samples_of(
        &self,
        number: i64,
        from_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Sample>, StoreError> {
        self.desk.samples(number, from_ms, until_ms, limit).await.map_err(store_error)
    }
}
