//! The metric contract: which series the catalogue's derived KPIs need, and whether somebody sends them with every label.

use std::collections::HashSet;

use kpi::catalogue::{Catalogue, SeriesUse};
use storage::StoreError;

use super::sources::{ContractRow, TrapRow};
use crate::dashboard::Dashboard;
use crate::instant;
use crate::series::PointIndex;
use crate::store_watch::counted;

/// How many samples are looked at for the labels they carry: those of late.
const LOOKED_AT: usize = 1_000;

/// The state of every series that a derived measurement of the catalogue reads, those that are missing first.
async fn contract(catalogue: &Catalogue, series: &PointIndex, instant_ms: i64) -> Result<Vec<ContractRow>, StoreError> {
    let mut rows: Vec<ContractRow> = Vec::new();
    for need in catalogue.series().into_iter().filter(|need| !need.measures.is_empty()) {
        rows.push(row(catalogue, series, instant_ms, need).await?);
    }
    rows.sort_by_key(|row| row.kept);
    Ok(rows)
}

async fn row(
    catalogue: &Catalogue,
    series: &PointIndex,
    instant_ms: i64,
    need: SeriesUse,
) -> Result<ContractRow, StoreError> {
    let count = series.count_until(&need.name, instant_ms).await?;
    let recent = series.points_until(&need.name, instant_ms, (count.saturating_sub(LOOKED_AT), LOOKED_AT)).await?;
    let sets: HashSet<_> = recent.iter().map(|point| point.labels).collect();
    let carried: HashSet<(&str, &str)> =
        sets.iter().flat_map(|set| series.labels(*set)).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let missing_labels: Vec<&str> =
        need.labels.iter().filter(|label| !carried.iter().any(|(name, _)| name == label)).map(String::as_str).collect();
    let (state, kept) = match recent.last() {
        None => ("Nobody sends it.".to_owned(), false),
        Some(_) if !missing_labels.is_empty() => {
            (format!("Sent without the label {}.", missing_labels.join(", ")), false)
        }
        Some(last) => {
            (format!("{}, the last of {}.", counted(count as u64, "sample"), instant::short(last.time_ms)), true)
        }
    };
    let kpis = need.kpis.iter().filter_map(|id| catalogue.kpi(id)).map(|(_, kpi)| (kpi.id.clone(), kpi.name.clone()));
    let fed_by = fed_by(catalogue, &need.name);
    Ok(ContractRow { kpis: kpis.collect(), series: need.name, labels: need.labels, state, kept, fed_by })
}

/// The metrics that fill a series, each with what to know of it; in the order of the catalogue.
pub fn fed_by(catalogue: &Catalogue, series: &str) -> Vec<(String, String)> {
    let feeds = catalogue.feeds.iter().filter(|feed| feed.series(catalogue) == Some(series));
    feeds.map(|feed| (feed.metric.clone(), feed.note.clone())).collect()
}

/// The metrics that must not be used as they are, in the order of the catalogue.
pub fn traps(catalogue: &Catalogue) -> Vec<TrapRow> {
    let row = |trap: &kpi::feed::Trap| TrapRow {
        metrics: trap.metrics.clone(),
        reason: trap.reason.clone(),
        instead: trap.instead.clone(),
    };
    catalogue.traps.iter().map(row).collect()
}

impl Dashboard {
    /// The contract of a catalogue with what was sent up to an instant.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn contract(&self, catalogue: &Catalogue, instant_ms: i64) -> Result<Vec<ContractRow>, StoreError> {
        contract(catalogue, &self.read_series(), instant_ms).await
    }
}

/// The contract in one sentence.
pub fn sentence(rows: &[ContractRow]) -> String {
    let kept = rows.iter().filter(|row| row.kept).count();
    match rows.len() {
        0 => "No KPI of the catalogue is computed from a series.".to_owned(),
        count => format!("{kept} of {count} series that KPIs are computed of are sent with every label."),
    }
}
