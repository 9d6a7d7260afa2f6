//! The sources: how much of the catalogue has real data, who sends it, and what the dashboard measures of itself.

/// The sources page.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcesPage {
    /// KPIs with data, and all KPIs.
    pub with_data: usize,
    /// How many KPIs there are.
    pub total: usize,
    /// Coverage by track: slug, name, with data, total.
    pub coverage: Vec<(String, String, usize, usize)>,
    /// Who has sent something.
    pub sources: Vec<SourceRow>,
    /// KPIs without data, by what to connect.
    pub missing: Vec<MissingGroup>,
    /// The series that derived KPIs are computed of, and whether somebody sends them.
    pub contract: Vec<ContractRow>,
    /// How many of those series somebody sends, a sentence.
    pub contract_sentence: String,
    /// Metrics of other systems that must not be used as they are.
    pub traps: Vec<TrapRow>,
    /// Sources whose latest deliveries were refused: name, how often, since when, why.
    pub failing: Vec<[String; 4]>,
    /// What the dashboard measures of its own service: name, value, explanation. Never the platform's.
    pub own: Vec<OwnMeasure>,
    /// The database with its version and size.
    pub store: String,
    /// How many payloads wait to be read again.
    pub dead: i64,
    /// What the server fetches by itself; filled by whoever runs it.
    pub pulls: Vec<PullRow>,
    /// What to copy to connect each system.
    pub snippets: Vec<Snippet>,
    /// Whether the database is what was written.
    pub soundness: SoundnessView,
}

/// Whether the database is what was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SoundnessView {
    /// What was found at a start and is not acknowledged: when and what.
    pub findings: Vec<[String; 2]>,
    /// When it was looked at as a whole, and the result.
    pub sentence: String,
    /// The first damages: table and row, what is wrong, what that affects.
    pub damages: Vec<[String; 3]>,
    /// How many more there are, a sentence; empty where there are none.
    pub more: String,
    /// How what was written last is kept beside the database, a sentence.
    pub last_known: String,
}

/// What the catalogue expects of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRow {
    /// The name of the series.
    pub series: String,
    /// The labels that its samples must carry.
    pub labels: Vec<String>,
    /// The KPIs that are computed of it, as slug and name.
    pub kpis: Vec<(String, String)>,
    /// "Sent: 412 samples, the last at …", "Nobody sends it", "Sent without the label branch".
    pub state: String,
    /// Whether it is sent with every label.
    pub kept: bool,
    /// The metrics of other systems that fill it, each with what to know of it.
    pub fed_by: Vec<(String, String)>,
}

/// Metrics of other systems that must not be used as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrapRow {
    /// Their names.
    pub metrics: Vec<String>,
    /// Why not.
    pub reason: String,
    /// What to use in their place.
    pub instead: Option<String>,
}

/// One source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// How many payloads it has sent.
    pub payloads: String,
    /// How many rows were kept of them.
    pub rows: String,
    /// How many rows were refused.
    pub refused: String,
    /// How many payloads wait to be read again.
    pub dead: i64,
    /// When the last one came, for reading.
    pub last_received: String,
    /// What came in the last hour: "1,240 rows".
    pub rate: String,
    /// How far its latest row lay behind its arrival: "4 s"; empty where nothing came since the server started.
    pub lag: String,
    /// When and why something was refused last; empty where nothing was since the server started.
    pub last_refusal: String,
    /// How many bytes.
    pub bytes: String,
}

/// Something that the server fetches by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRow {
    /// Its name.
    pub name: String,
    /// What is asked, without secrets: `prometheus http://…`.
    pub what: String,
    /// How often: "every 1 min".
    pub every: String,
    /// Whether the last try succeeded; `None` before the first.
    pub is_well: Option<bool>,
    /// When it succeeded last, for reading.
    pub last_success: String,
    /// What went wrong last; empty where nothing did.
    pub last_error: String,
    /// When it is tried next, for reading.
    pub next: String,
}

/// KPIs that wait for the same system.
#[derive(Debug, Clone, PartialEq)]
pub struct MissingGroup {
    /// What to connect.
    pub connect: String,
    /// Those KPIs, as slug and name.
    pub kpis: Vec<(String, String)>,
}

/// One measure of the dashboard's own service.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnMeasure {
    /// Its name: "Response time, 95th percentile".
    pub name: String,
    /// The value; "no data" is an answer.
    pub value: String,
    /// Over which time and how many requests.
    pub detail: String,
}

/// A CSV text read, but not yet recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportPreview {
    /// The text, to be sent again with the confirmation.
    pub csv: String,
    /// How many rows would be recorded.
    pub accepted: usize,
    /// The first rows that would be recorded: line, KPI, value as shown, time, note.
    pub rows: Vec<[String; 5]>,
    /// Every row that would be refused: line, field, what is wrong, what would be right.
    pub problems: Vec<[String; 4]>,
    /// Why the whole text can't be read; `None` where it can.
    pub refusal: Option<String>,
    /// What was recorded, after confirmation.
    pub recorded: Option<String>,
}

use std::collections::BTreeMap;

use kpi::unit::Unit;
use storage::{ObservationQuery, StoreError};

use super::contract;
use super::snippets::{Snippet, snippets};
use crate::dashboard::{Dashboard, NeedsToken};
use crate::instant;
use crate::report::OWN_TESTS;
use crate::snapshot::Snapshot;
use crate::source_meter::Activity;

/// How many reports of the dashboard's own tests are looked through for the latest of each source.
const READ_REPORTS: u32 = 50;

impl Dashboard {
    /// The sources at a snapshot.
    ///
    /// # Errors
    /// [`StoreError`] where the store can't be read.
    pub async fn sources_page(&self, snapshot: &Snapshot) -> Result<SourcesPage, StoreError> {
        let catalogue = &*snapshot.catalogue;
        let has_data =
            |position: usize| snapshot.evaluation.statuses.get(position).is_some_and(|status| status.known.is_some());
        let coverage = catalogue
            .tracks
            .iter()
            .map(|track| {
                let positions = || {
                    catalogue
                        .kpis
                        .iter()
                        .enumerate()
                        .filter(|(_, kpi)| kpi.track == track.id)
                        .map(|(position, _)| position)
                };
                (
                    track.id.clone(),
                    track.name.clone(),
                    positions().filter(|position| has_data(*position)).count(),
                    positions().count(),
                )
            })
            .collect();
        let mut missing: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for (position, kpi) in catalogue.kpis.iter().enumerate().filter(|(position, _)| !has_data(*position)) {
            let _ = position;
            missing.entry(&kpi.connect).or_default().push((kpi.id.clone(), kpi.name.clone()));
        }
        let mut missing: Vec<MissingGroup> =
            missing.into_iter().map(|(connect, kpis)| MissingGroup { connect: connect.to_owned(), kpis }).collect();
        missing.sort_by_key(|group| std::cmp::Reverse(group.kpis.len()));
        let contract = self.contract(catalogue, snapshot.evaluation.instant_ms).await?;
        let now_ms = self.now_ms();
        let activities = self.source_meter.activities(now_ms);
        let summaries = self.store().source_summaries().await?;
        let dead = summaries.iter().map(|summary| summary.dead).sum();
        let sources = summaries.into_iter().map(|summary| source_row(summary, &activities)).collect();
        let description = self.store().describe().await?;
        let token = (self.settings.needs_token != NeedsToken::Nothing).then_some("TOKEN");
        Ok(SourcesPage {
            with_data: (0..catalogue.kpis.len()).filter(|position| has_data(*position)).count(),
            total: catalogue.kpis.len(),
            coverage,
            sources,
            missing,
            contract_sentence: contract::sentence(&contract),
            traps: contract::traps(catalogue),
            contract,
            failing: self
                .source_health
                .failing()
                .into_iter()
                .map(|source| {
                    [source.source, source.refused.to_string(), instant::long(source.since_ms), source.reason]
                })
                .collect(),
            own: self.own_measures().into_iter().chain(self.own_tests().await?).collect(),
            store: match description.bytes {
                Some(size) => format!("{}, {}", description.engine, bytes(size)),
                None => description.engine,
            },
            dead,
            pulls: Vec::new(),
            snippets: snippets(&self.settings.address, token, "ci"),
            soundness: super::soundness::view(self.store_watch.soundness()),
        })
    }

    async fn own_tests(&self) -> Result<Vec<OwnMeasure>, StoreError> {
        let mut measures = Vec::new();
        for (series, name) in OWN_TESTS {
            let query = ObservationQuery {
                series: vec![series.to_owned()],
                limit: READ_REPORTS,
                ..ObservationQuery::default()
            };
            let mut by_source: BTreeMap<String, OwnMeasure> = BTreeMap::new();
            // The newest come first, so the first of each source is its latest.
            let reports = self.store().observations(&query).await?;
            for report in reports.into_iter().filter(|report| report.superseded_ms.is_none()) {
                by_source.entry(report.source.clone()).or_insert_with(|| OwnMeasure {
                    name: name.to_owned(),
                    value: report.note.unwrap_or(report.value_written),
                    detail: format!("reported by {}, {}", report.source, instant::short(report.time_ms)),
                });
            }
            if by_source.is_empty() {
                measures.push(OwnMeasure {
                    name: name.to_owned(),
                    value: "no data".to_owned(),
                    detail: "reported by make test when INFERNO_KPI_URL names this server".to_owned(),
                });
            }
            measures.extend(by_source.into_values());
        }
        Ok(measures)
    }

    fn own_measures(&self) -> Vec<OwnMeasure> {
        let reading = self.own_health.read(self.now_ms());
        let sampled = format!("over the latest {} requests since the server started", reading.sampled);
        #[expect(clippy::cast_precision_loss, reason = "a server never answers 2^52 requests")]
        let error_percent = (reading.requests > 0).then(|| reading.failures as f64 / reading.requests as f64 * 100.0);
        let no_data = || "no data".to_owned();
        vec![
            OwnMeasure {
                name: "Response time, 95th percentile".to_owned(),
                value: reading.p95_ms.map_or_else(no_data, |milliseconds| format!("{milliseconds:.1} ms")),
                detail: sampled,
            },
            OwnMeasure {
                name: "Error rate".to_owned(),
                value: error_percent.map_or_else(no_data, |percent| format!("{percent:.2}%")),
                detail: format!(
                    "{} of {} requests failed with a status of 500 or above",
                    reading.failures, reading.requests
                ),
            },
            OwnMeasure {
                name: "Uptime".to_owned(),
                value: uptime(reading.uptime_ms),
                detail: "since the server started".to_owned(),
            },
        ]
    }
}

/// In whole days, hours or minutes; in seconds during the first minutes.
fn uptime(length_ms: i64) -> String {
    let step_ms = [172_800_000, 7_200_000, 120_000].into_iter().find(|least_ms| length_ms >= *least_ms);
    let unit_ms = step_ms.map_or(1_000, |least_ms| least_ms / 2);
    instant::duration(length_ms / unit_ms * unit_ms)
}

fn source_row(summary: storage::SourceSummary, activities: &BTreeMap<String, Activity>) -> SourceRow {
    let activity = activities.get(&summary.source).cloned().unwrap_or_default();
    let refusal = |(time_ms, reason): (i64, String)| format!("{}: {reason}", instant::short(time_ms));
    SourceRow {
        name: summary.source,
        payloads: count(summary.payloads),
        rows: count(summary.rows),
        refused: count(summary.refused_rows),
        dead: summary.dead,
        last_received: summary.last_received_ms.map_or_else(|| "never".to_owned(), instant::short),
        rate: if activity.payloads == 0 { "none".to_owned() } else { rows(activity.rows) },
        lag: activity.lag_ms.map(lag).unwrap_or_default(),
        last_refusal: activity.last_refusal.map(refusal).unwrap_or_default(),
        bytes: bytes(summary.bytes),
    }
}

/// In whole seconds, and of longer ones in whole minutes, hours or days; a clock that is ahead of this one says so.
fn lag(lag_ms: i64) -> String {
    let unit_ms = match lag_ms.abs() {
        172_800_000.. => 86_400_000,
        7_200_000.. => 3_600_000,
        120_000.. => 60_000,
        _ => 1_000,
    };
    let whole_ms = lag_ms.abs() / unit_ms * unit_ms;
    match lag_ms {
        ..=-1_000 => format!("{} ahead", instant::duration(whole_ms)),
        -999..=999 => "under 1 s".to_owned(),
        _ => instant::duration(whole_ms),
    }
}

/// A number with its thousands grouped.
/// "1 row", "2,000 rows".
fn rows(number: u64) -> String {
    if number == 1 { "1 row".to_owned() } else { format!("{} rows", count(number)) }
}

fn count(number: impl std::fmt::Display) -> String {
    kpi::number::group_thousands(&number.to_string())
}

pub(super) fn bytes(count: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a database never holds 2^52 bytes")]
    let count = count as f64;
    Unit::parse("B").map_or_else(|_| format!("{count} B"), |unit| kpi::display::value(count, &unit))
}
