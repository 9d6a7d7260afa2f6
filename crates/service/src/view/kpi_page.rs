//! One KPI in full: history, targets, and where every number came from.

use super::alerts::{AlertRow, BudgetRow};
use super::{ChartView, KpiRow, StatusView};

/// A KPI's page.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiPage {
    /// The KPI as a row.
    pub row: KpiRow,
    /// The name of its track.
    pub track_name: String,
    /// The framework's section.
    pub section: String,
    /// What it tells.
    pub description: String,
    /// How the framework says that it is measured.
    pub method: String,
    /// How its observations become a value: "latest observation", "75th percentile of 28 days".
    pub computed: String,
    /// The role that answers for it.
    pub owner: String,
    /// How often an observation is expected: "every 7 days".
    pub cadence: String,
    /// How attainment is computed, a sentence.
    pub attainment_rule: String,
    /// The baseline and where it comes from; `None` where the KPI needs none.
    pub baseline: Option<String>,
    /// Whether it touches customers.
    pub customer_facing: bool,
    /// The id of the measurement that observations are recorded under.
    pub measure: String,
    /// What a derived value is computed of; `None` for one that is observed.
    pub derived: Option<DerivedView>,
    /// Where the value stands against the path to the target; `None` without dates of the phase or without a number.
    pub pace: Option<PaceView>,
    /// When the target may be met, or why that can't be said.
    pub forecast: ForecastView,
    /// The error budget of a KPI near 100%.
    pub budget: Option<BudgetRow>,
    /// Its alerts that fire or are pending.
    pub alerts: Vec<AlertRow>,
    /// How a person may set the baseline; `None` where the KPI needs none.
    pub baseline_form: Option<BaselineForm>,
    /// Deployments, target changes, decisions, incidents, baselines and comments, the newest first.
    pub timeline: Vec<TimelineRow>,
    /// How many observations about the time up to the shown instant were recorded after it, a sentence.
    pub corrections: Option<String>,
    /// Other KPIs that read the same measurement, as slug and name.
    pub shared_with: Vec<(String, String)>,
    /// Every target, by phase or standing.
    pub targets: Vec<TargetRow>,
    /// The history.
    pub chart: ChartView,
    /// The latest observations with their origin, the newest first.
    pub observations: Vec<ObservationRow>,
    /// How many observations there are up to the shown instant.
    pub observation_count: usize,
}

/// What a derived value is computed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedView {
    /// How, a sentence.
    pub rule: String,
    /// "412 of 430", for ratios and shares.
    pub parts: Option<String>,
    /// The series that it selects from, each with whether somebody sends it.
    pub series: Vec<(String, bool)>,
}

/// Where a value stands against the path to the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceView {
    /// "On pace", "Behind pace".
    pub words: &'static str,
    /// Whether it is on pace.
    pub on_pace: bool,
    /// "The path asks for 420 now; the value is 510."
    pub sentence: String,
}

/// When a target may be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastView {
    /// A date with an interval, or why there is none.
    pub sentence: String,
    /// How well the method did on the held-out end of this series; empty without a forecast.
    pub back_test: String,
}

/// What the form for a baseline needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineForm {
    /// The unit of a number without one.
    pub unit: String,
    /// The baselines that people set, the newest first: time, value, person, reason.
    pub history: Vec<[String; 4]>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineRow {
    /// When, for reading.
    pub time: String,
    /// The instant.
    pub time_ms: i64,
    /// "Deployment", "Target change", "Decision", "Incident", "Comment", "Baseline".
    pub kind: &'static str,
    /// What.
    pub text: String,
    /// Who.
    pub person: Option<String>,
}

/// One target of a KPI.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetRow {
    /// "Phase 1", "Standing", "From phase 2".
    pub phase: String,
    /// The cell as the framework writes it.
    pub written: String,
    /// The verdict against it.
    pub status: StatusView,
    /// Attainment; `None` without a value.
    pub attainment: Option<String>,
    /// Whether it is the one that counts now.
    pub current: bool,
}

/// One observation with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservationRow {
    /// Its id.
    pub id: String,
    /// The instant it is about, `2026-11-23T22:43:10Z`.
    pub time: String,
    /// The same for reading.
    pub time_text: String,
    /// The value as it is shown.
    pub value: String,
    /// The value and unit as they were sent.
    pub written: String,
    /// The series and labels of a sample that the value is computed of: "ci.run: branch main, result success".
    pub sample: Option<String>,
    /// Who sent it.
    pub source: String,
    /// Where it came from, in words.
    pub origin: String,
    /// What was noted with it, by whom, with which evidence.
    pub note: Option<String>,
    /// The person who entered it.
    pub person: Option<String>,
    /// A link to evidence; shown as text unless it is an http or https address.
    pub evidence: Option<String>,
    /// The payload that brought it; `/api/v1/payloads/{id}` gives its bytes.
    pub payload_id: String,
    /// When it was recorded, for reading.
    pub recorded_text: String,
}

mod chart;
mod observations;
mod targets;
mod words;

use ::chart::ChartModel;
use kpi::alert::{Key, Kind};
use kpi::catalogue::{Current, Kpi};
use kpi::display::{self, Writing};
use kpi::evaluation::{self, KpiStatus};
use kpi::measure::series_of;
use storage::{ObservationQuery, StoreError};

pub(crate) use self::chart::history_model;
use self::chart::{chart_forecast, chart_path};
use self::observations::{observation_row, sample_row};
use self::targets::targets;
use self::words::{attainment_rule, computed, corrections, forecast_view, pace, shared_with};
use super::derived;
use crate::dashboard::Dashboard;
use crate::forecasts::Outlook;
use crate::instant;
use crate::snapshot::Snapshot;

/// How many observations a chart draws at most; the CSV has all of them.
const CHART_POINTS: usize = 2_000;
/// How many rows the chart's table has on the page.
const TABLE_ROWS: usize = 60;
/// How many baselines are listed, the newest first.
const LISTED_BASELINES: usize = 30;
/// How many observations are listed with their provenance.
const LISTED: u32 = 50;

impl Dashboard {
    /// The page of a KPI; `None` where the catalogue has no such KPI. `csv_query` is appended to the link of the CSV. Of a past
    /// instant (`is_past`) the alerts are those that their history tells of then.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn kpi_page(
        &self,
        snapshot: &Snapshot,
        id: &str,
        csv_query: &str,
        is_past: bool,
    ) -> Result<Option<KpiPage>, StoreError> {
        let catalogue = &*snapshot.catalogue;
        let Some((position, kpi)) = catalogue.kpi(id) else { return Ok(None) };
        let (Some(status), Some(row)) = (snapshot.evaluation.statuses.get(position), snapshot.rows.get(position))
        else {
            return Ok(None);
        };
        let instant_ms = snapshot.evaluation.instant_ms;
        let query = ObservationQuery {
            series: series_of(catalogue, &kpi.measure).into_iter().map(str::to_owned).collect(),
            until_ms: instant_ms,
            limit: LISTED,
            ..ObservationQuery::default()
        };
        let writing = Writing::of(kpi, kpi.target_shown_in(catalogue.policy.current_phase));
        let observations = self.listed(kpi, &writing, &query).await?;
        let (timeline, marks) = self.timeline(kpi, instant_ms).await?;
        let (target_name, outlook) = self.next_outlook(snapshot, position).await?;
        let model = ChartModel {
            annotations: marks,
            forecast: chart_forecast(kpi, &outlook),
            path: chart_path(catalogue, kpi, status),
            ..self.chart_model(snapshot, kpi, CHART_POINTS).await?
        };
        let of_kpi = |key: &Key| key.kpi == kpi.id && !matches!(key.kind, Kind::Source | Kind::Escalation);
        let (firing, pending) = if is_past {
            self.alerts_then(snapshot, of_kpi).await?.rows
        } else {
            self.alert_rows(snapshot, self.now_ms(), of_kpi).await?
        };
        let csv_href = format!("/api/v1/kpis/{id}/history.csv{csv_query}");
        let series = self.read_series();
        let (mut count, mut sent) = (0, Vec::new());
        for name in series_of(catalogue, &kpi.measure) {
            let of_series = series.count_until(name, instant_ms).await?;
            count += of_series;
            sent.extend((of_series > 0).then_some(name));
        }
        let corrected = series.ask(|source| evaluation::corrections(catalogue, kpi, source, instant_ms)).await?;
        let mut derived = derived::derived(catalogue, kpi, status.known.as_ref(), &sent);
        drop(series);
        if let Some(derived) = &mut derived {
            derived.rule.push_str(&self.bucket_note(catalogue, kpi, status.known.as_ref()));
        }
        Ok(Some(KpiPage {
            row: row.clone(),
            track_name: catalogue.track(&kpi.track).map_or_else(String::new, |track| track.name.clone()),
            section: kpi.section.clone(),
            description: kpi.description.clone(),
            method: kpi.method.clone(),
            computed: match status.known {
                Some(known) if known.computed => "computed from series, as told above".to_owned(),
                _ => computed(kpi),
            },
            owner: kpi.owner.clone(),
            cadence: format!("every {}", instant::duration(kpi.cadence_ms)),
            attainment_rule: attainment_rule(kpi.shape).to_owned(),
            baseline: self.baseline(kpi, status, instant_ms),
            baseline_form: self.baseline_form(kpi, instant_ms),
            derived,
            pace: pace(catalogue, kpi, status),
            forecast: forecast_view(&target_name, &outlook),
            budget: self.budget_rows(snapshot, |of| of == position).await?.pop(),
            alerts: firing.into_iter().chain(pending).collect(),
            timeline,
            corrections: corrections(corrected),
            customer_facing: kpi.customer_facing,
            measure: kpi.measure.clone(),
            shared_with: shared_with(catalogue, kpi),
            targets: targets(catalogue, kpi, status),
            chart: ChartView::of(&model, csv_href, TABLE_ROWS),
            observations,
            observation_count: count,
        }))
    }

    /// The latest observations and samples that a query names, the newest first.
    async fn listed(
        &self,
        kpi: &Kpi,
        writing: &Writing,
        query: &ObservationQuery,
    ) -> Result<Vec<ObservationRow>, StoreError> {
        let names: Vec<&str> = query.series.iter().map(String::as_str).collect();
        let most = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let observations = self.store().observations(query).await?;
        let samples = self.latest_samples(&names, query.until_ms, most).await?;
        let rows = observations
            .iter()
            .map(|observation| (observation.time_ms, observation_row(kpi, writing, observation, query.until_ms)));
        let mut rows: Vec<(i64, ObservationRow)> = rows
            .chain(samples.iter().map(|latest| (latest.sample.time_ms, sample_row(kpi, writing, latest))))
            .collect();
        rows.sort_by_key(|(time_ms, _)| std::cmp::Reverse(*time_ms));
        Ok(rows.into_iter().take(most).map(|(_, row)| row).collect())
    }

    /// When the next target that is not met may be, and which one that is, "Phase 2, 10,000".
    async fn next_outlook(&self, snapshot: &Snapshot, position: usize) -> Result<(String, Outlook), StoreError> {
        let catalogue = &*snapshot.catalogue;
        let current = catalogue.policy.current_phase;
        let coming = catalogue.phases.iter().filter(|phase| phase.number >= current);
        for phase in coming {
            let target = catalogue.kpis.get(position).and_then(|kpi| kpi.target_shown_in(phase.number));
            let Some(target) = target else { continue };
            let outlook = self.outlook(snapshot, position, phase.number).await?;
            if outlook != Outlook::Met {
                return Ok((format!("{}, {target}", phase.name), outlook));
            }
        }
        Ok((String::new(), Outlook::Met))
    }

    fn baseline(&self, kpi: &Kpi, status: &KpiStatus, instant_ms: i64) -> Option<String> {
        if !kpi.needs_baseline() {
            return None;
        }
        let effective_config = self.effective_config();
        let set = effective_config.baselines.iter().rfind(|set| set.kpi == kpi.id && set.time_ms <= instant_ms);
        let source = match (set, kpi.current) {
            (Some(set), _) => format!("set by {} on {}: {}", set.person, instant::date(set.time_ms), set.reason),
            (None, Current::Value(_)) => "from the framework".to_owned(),
            (None, Current::Unknown) => "the observation that was recorded first".to_owned(),
        };
        Some(status.known.and_then(|known| known.baseline).map_or_else(
            || "none yet: the first observation becomes the baseline".to_owned(),
            |value| format!("{} ({source})", display::value(value, &kpi.unit)),
        ))
    }

    fn baseline_form(&self, kpi: &Kpi, instant_ms: i64) -> Option<BaselineForm> {
        if !kpi.needs_baseline() {
            return None;
        }
        let effective_config = self.effective_config();
        let history = effective_config
            .baselines
            .iter()
            .rev()
            .filter(|set| set.kpi == kpi.id && set.time_ms <= instant_ms)
            .take(LISTED_BASELINES)
            .map(|set| {
                let value = display::value(set.value, &kpi.unit);
                [instant::long(set.time_ms), value, set.person.clone(), set.reason.clone()]
            })
            .collect();
        Some(BaselineForm { unit: kpi.unit.symbol.clone(), history })
    }
}
