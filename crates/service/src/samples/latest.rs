//! The latest samples of some series, with the payloads that brought them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use series_block::Sample;
use storage::{PayloadQuery, StoreError};
use timeseries::{SeriesFilter, SeriesInfo};

use super::store_error;
use crate::dashboard::Dashboard;

/// How many series of one name are looked at.
const MOST_SERIES: usize = 20;
/// How far before the latest sample of a series others are looked for, in milliseconds, and how many are read.
const LOOK_BACK_MS: i64 = 3_600_000;
const MOST_READ: usize = 10_000;

/// A sample with its series and the name of the source that sent it.
pub(crate) struct LatestSample {
    pub(crate) series: SeriesInfo,
    pub(crate) sample: Sample,
    pub(crate) source: String,
}

impl Dashboard {
    /// The latest `most` samples up to an instant of the series of these names, the newest first.
    pub(crate) async fn latest_samples(
        &self,
        names: &[&str],
        until_ms: i64,
        most: usize,
    ) -> Result<Vec<LatestSample>, StoreError> {
        let end_ms = until_ms.saturating_add(1);
        let mut found: Vec<(SeriesInfo, Sample)> = Vec::new();
        for name in names {
            let filter = SeriesFilter { name: Some((*name).to_owned()), ..SeriesFilter::default() };
            for info in self.desk.series_list(&filter, MOST_SERIES) {
                let whole = self.desk.window(info.number, i64::MIN, end_ms, None).await.map_err(store_error)?;
                let Some(last_ms) = whole.map(|whole| whole.digest.last.time_ms) else { continue };
                let from_ms = last_ms.saturating_sub(LOOK_BACK_MS);
                let samples = self.desk.samples(info.number, from_ms, last_ms + 1, MOST_READ).await;
                let samples = samples.map_err(store_error)?;
                let start = samples.len().saturating_sub(most);
                found.extend(samples[start..].iter().map(|sample| (info.clone(), *sample)));
            }
        }
        found.sort_by_key(|(_, sample)| std::cmp::Reverse(sample.key()));
        found.truncate(most);
        let mut sources: BTreeMap<u64, String> = BTreeMap::new();
        let mut latest = Vec::with_capacity(found.len());
        for (series, sample) in found {
            let source = match sources.entry(sample.payload) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(place) => place.insert(self.source_of(sample.payload, &series.source).await?).clone(),
            };
            latest.push(LatestSample { series, sample, source });
        }
        Ok(latest)
    }

    /// Who sent a payload; the sender of the series' first sample where the payload is not listed any more.
    async fn source_of(&self, number: u64, first: &str) -> Result<String, StoreError> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let query =
            PayloadQuery { source: None, states: Vec::new(), before_number: Some(number.saturating_add(1)), limit: 1 };
        let payload = self.store.payloads(&query).await?.into_iter().next().filter(|payload| payload.number == number);
        Ok(payload.map_or_else(|| first.to_owned(), |payload| payload.source))
    }
}
