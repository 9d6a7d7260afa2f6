//! The series that are sent: what there is to compute KPIs of.

use std::collections::BTreeMap;

use crate::dashboard::Dashboard;

/// How many values of a label are told.
const TOLD_VALUES: usize = 10;
/// How many samples are looked at for labels: those of late.
const LOOKED_AT: usize = 1_000;

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// Its name.
    pub name: String,
    /// How many samples are held.
    pub count: usize,
    /// The time of the first sample, in milliseconds since the Unix epoch.
    pub first_ms: i64,
    /// The time of the latest sample.
    pub latest_ms: i64,
    /// The value of the latest sample, in its base unit.
    pub latest_value: f64,
    /// The labels of late, each with up to ten of its values.
    pub labels: Vec<(String, Vec<String>)>,
}

impl Dashboard {
    /// Every series whose name contains `part`, by name; at most `most` of them.
    pub fn series_list(&self, part: &str, most: usize) -> Vec<SeriesRow> {
        use kpi::point::Observations as _;
        let series = self.read_series();
        let mut names: Vec<&str> = series.names().filter(|name| name.contains(part)).collect();
        names.sort_unstable();
        let rows = names.into_iter().take(most).filter_map(|name| {
            let points = series.points(name);
            let (first, latest) = (points.first()?, points.last()?);
            let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for point in points.iter().rev().take(LOOKED_AT) {
                for (label, value) in series.labels(point.labels) {
                    let values = labels.entry(label.clone()).or_default();
                    if values.len() < TOLD_VALUES && !values.contains(value) {
                        values.push(value.clone());
                    }
                }
            }
            Some(SeriesRow {
                name: name.to_owned(),
                count: points.len(),
                first_ms: first.time_ms,
                latest_ms: latest.time_ms,
                latest_value: latest.value,
                labels: labels.into_iter().collect(),
            })
        });
        rows.collect()
    }
}
