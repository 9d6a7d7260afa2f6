//! The series that are sent: what there is to compute KPIs of.

use std::collections::BTreeMap;

use storage::StoreError;
use timeseries::SeriesFilter;

use crate::dashboard::Dashboard;
use crate::read_workers::give_way;
use crate::samples::store_error;

/// How many values of a label are told.
const TOLD_VALUES: usize = 10;
/// How many samples are looked at for labels: those of late.
const LOOKED_AT: usize = 1_000;
/// How many series of the sample desk are looked at together.
const TOGETHER: usize = 20_000;
/// Of how many of them the samples are counted.
const MOST_COUNTED: usize = 500;

/// What is known of the samples of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Totals {
    /// How many samples there are.
    pub count: u64,
    /// The time of the first sample, in milliseconds since the Unix epoch.
    pub first_ms: i64,
    /// The time of the latest sample.
    pub latest_ms: i64,
    /// The value of the latest sample, in its base unit.
    pub latest_value: f64,
}

impl Totals {
    fn with(self, other: Self) -> Self {
        let (latest_ms, latest_value) = if self.latest_ms > other.latest_ms {
            (self.latest_ms, self.latest_value)
        } else {
            (other.latest_ms, other.latest_value)
        };
        Self { count: self.count + other.count, first_ms: self.first_ms.min(other.first_ms), latest_ms, latest_value }
    }
}

/// All series of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// The name.
    pub name: String,
    /// How many sets of labels it has among samples; 0 where it holds observations only.
    pub label_sets: usize,
    /// What is known of its samples; `None` where there are too many series to count them here.
    pub totals: Option<Totals>,
    /// The labels, each with up to ten of its values.
    pub labels: Vec<(String, Vec<String>)>,
}

#[derive(Default)]
struct Found {
    label_sets: usize,
    totals: Option<Totals>,
    /// The series of the sample desk, as many as are counted.
    numbers: Vec<i64>,
    labels: BTreeMap<String, Vec<String>>,
}

impl Found {
    fn add_labels(&mut self, labels: &[(String, String)]) {
        for (label, value) in labels {
            let values = self.labels.entry(label.clone()).or_default();
            if values.len() < TOLD_VALUES && !values.contains(value) {
                values.push(value.clone());
            }
        }
    }

    fn add(&mut self, totals: Totals) {
        self.totals = Some(self.totals.map_or(totals, |known| known.with(totals)));
    }
}

/// Leaves out what comes after the first `most` names.
fn keep_first(found: &mut BTreeMap<String, Found>, most: usize) {
    if found.len() > most {
        found.pop_last();
    }
}

impl Dashboard {
    /// The series whose name contains `part` and comes after `after`, by name; at most `most` of them.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn series_list(
        &self,
        part: &str,
        after: Option<&str>,
        most: usize,
    ) -> Result<Vec<SeriesRow>, StoreError> {
        let is_wanted = |name: &str| name.contains(part) && after.is_none_or(|after| name > after);
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        let mut filter = SeriesFilter { name_part: Some(part.to_owned()), ..SeriesFilter::default() };
        loop {
            let batch = self.desk.series_list(&filter, TOGETHER);
            let Some(last) = batch.last() else { break };
            filter.after_number = last.number;
            for info in batch.into_iter().filter(|info| is_wanted(&info.name)) {
                let row = found.entry(info.name).or_default();
                row.label_sets += 1;
                row.add_labels(&info.labels);
                if row.numbers.len() <= MOST_COUNTED {
                    row.numbers.push(info.number);
                }
                keep_first(&mut found, most);
            }
            give_way().await;
        }
        self.add_observed(&is_wanted, most, &mut found).await?;
        let (mut rows, mut counted) = (Vec::with_capacity(found.len()), 0);
        for (name, mut row) in found {
            let is_counted = counted + row.numbers.len() <= MOST_COUNTED;
            for number in row.numbers.drain(..).filter(|_| is_counted).collect::<Vec<i64>>() {
                counted += 1;
                if let Some(totals) = self.series_totals(number).await? {
                    row.add(totals);
                }
            }
            rows.push(SeriesRow {
                name,
                label_sets: row.label_sets,
                totals: row.totals.filter(|_| is_counted),
                labels: row.labels.into_iter().collect(),
            });
        }
        Ok(rows)
    }

    /// Adds the series that hold observations and no samples.
    async fn add_observed(
        &self,
        is_wanted: &(dyn Fn(&str) -> bool + Sync),
        most: usize,
        found: &mut BTreeMap<String, Found>,
    ) -> Result<(), StoreError> {
        let series = self.read_series();
        for name in series.names().filter(|name| is_wanted(name)) {
            if !found.contains_key(name) {
                found.insert(name.to_owned(), Found::default());
                keep_first(found, most);
            }
        }
        for (name, row) in found.iter_mut().filter(|(_, row)| row.label_sets == 0) {
            let count = series.count_until(name, i64::MAX).await?;
            let first = series.points_until(name, i64::MAX, (0, 1)).await?.pop();
            let points = series.latest_points(name, i64::MAX, LOOKED_AT).await?;
            let (Some(first), Some(latest)) = (first, points.last()) else { continue };
            row.add(Totals {
                count: count as u64,
                first_ms: first.time_ms,
                latest_ms: latest.time_ms,
                latest_value: latest.value,
            });
            for point in points.iter().rev() {
                row.add_labels(series.labels(point.labels));
            }
        }
        Ok(())
    }

    /// What is known of the samples of the series of this number; `None` where it has none.
    ///
    /// # Errors
    /// [`StoreError`] where samples can't be read.
    pub async fn series_totals(&self, number: i64) -> Result<Option<Totals>, StoreError> {
        let whole = self.desk.window(number, i64::MIN, i64::MAX, None).await.map_err(store_error)?;
        Ok(whole.map(|whole| Totals {
            count: whole.digest.count,
            first_ms: whole.digest.first.time_ms,
            latest_ms: whole.digest.last.time_ms,
            latest_value: whole.digest.last.value,
        }))
    }
}
