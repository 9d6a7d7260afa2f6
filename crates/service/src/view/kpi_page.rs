//! One KPI in full: history, targets, and where every number came from.

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

use chart::{ChartKind, ChartModel, ChartPoint, Position, Series, TargetLine, UnitLabel};
use kpi::aggregate::Aggregate;
use kpi::catalogue::{Catalogue, Current, Kpi};
use kpi::display;
use kpi::evaluation::{self, KpiStatus, actual_unit};
use kpi::point::Origin;
use kpi::shape::{Better, Goal, Shape};
use kpi::status::goal;
use storage::{Observation, ObservationQuery, StoreError};

use crate::dashboard::Dashboard;
use crate::instant;
use crate::snapshot::Snapshot;

/// How many observations a chart draws at most; the CSV has all of them.
const CHART_POINTS: usize = 2_000;
/// How many rows the chart's table has on the page.
const TABLE_ROWS: usize = 60;
/// How many observations are listed with their provenance.
const LISTED: u32 = 50;

impl Dashboard {
    /// The page of a KPI; `None` where the catalogue has no such KPI. `csv_query` is appended to the link of the CSV.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn kpi_page(
        &self,
        snapshot: &Snapshot,
        id: &str,
        csv_query: &str,
    ) -> Result<Option<KpiPage>, StoreError> {
        let catalogue = self.catalogue();
        let Some((position, kpi)) = catalogue.kpi(id) else { return Ok(None) };
        let (Some(status), Some(row)) = (snapshot.evaluation.statuses.get(position), snapshot.rows.get(position))
        else {
            return Ok(None);
        };
        let instant_ms = snapshot.evaluation.instant_ms;
        let query = ObservationQuery {
            series: vec![kpi.measure.clone()],
            until_ms: instant_ms,
            limit: LISTED,
            ..ObservationQuery::default()
        };
        let observations = self.store().observations(&query).await?;
        let model = self.chart_model(kpi, instant_ms, CHART_POINTS);
        let csv_href = format!("/api/v1/kpis/{id}/history.csv{csv_query}");
        let series = self.read_series();
        let count = kpi::point::until(kpi::point::Observations::points(&*series, &kpi.measure), instant_ms).len();
        drop(series);
        Ok(Some(KpiPage {
            row: row.clone(),
            track_name: catalogue.track(&kpi.track).map_or_else(String::new, |track| track.name.clone()),
            section: kpi.section.clone(),
            description: kpi.description.clone(),
            method: kpi.method.clone(),
            computed: computed(kpi),
            owner: kpi.owner.clone(),
            cadence: format!("every {}", instant::duration(kpi.cadence_ms)),
            attainment_rule: attainment_rule(kpi.shape).to_owned(),
            baseline: baseline(kpi, status),
            customer_facing: kpi.customer_facing,
            measure: kpi.measure.clone(),
            shared_with: shared_with(catalogue, kpi),
            targets: targets(catalogue, kpi, status),
            chart: ChartView::of(&model, csv_href, TABLE_ROWS),
            observations: observations.iter().map(|observation| observation_row(kpi, observation)).collect(),
            observation_count: count,
        }))
    }

    /// The history of a KPI up to an instant, with the target lines of every phase; at most `most` points.
    pub fn chart_model(&self, kpi: &Kpi, instant_ms: i64, most: usize) -> ChartModel {
        let unit = actual_unit(kpi);
        let history = evaluation::history(kpi, &*self.read_series(), instant_ms, most);
        let points = history
            .into_iter()
            .map(|(time_ms, value)| ChartPoint { x: Position::Time(time_ms), y: unit.from_base(value), note: None })
            .collect();
        let label = {
            let unit = unit.clone();
            UnitLabel::new(move |shown| display::value(unit.to_base(shown), &unit))
        };
        ChartModel {
            id: format!("history-{}", kpi.id),
            title: format!("History of {}", kpi.name),
            subject: kpi.name.clone(),
            unit: label,
            kind: ChartKind::History,
            series: vec![Series { name: kpi.name.clone(), points }],
            targets: target_lines(self.catalogue(), kpi, &unit),
            zero_based: false,
        }
    }
}

fn target_lines(catalogue: &Catalogue, kpi: &Kpi, unit: &kpi::unit::Unit) -> Vec<TargetLine> {
    let better = match kpi.shape {
        Shape::Lower | Shape::ZeroTolerance => chart::Better::Lower,
        shape if shape.is_relative() => chart::Better::Higher,
        _ => match kpi.better {
            Better::Higher => chart::Better::Higher,
            Better::Lower => chart::Better::Lower,
        },
    };
    let shown = kpi.target_shown_in(catalogue.policy.current_phase);
    let mut lines = Vec::new();
    for (phase, target) in named_targets(catalogue, kpi) {
        let current = shown == Some(target);
        let mut line = |value: f64| {
            lines.push(TargetLine {
                label: format!("{phase}: {target}"),
                value: unit.from_base(value),
                better,
                current,
            });
        };
        match goal(kpi, target) {
            Some(Goal::Within(low, high)) => {
                line(low);
                line(high);
            }
            Some(goal) => {
                if let Some(value) = goal.line() {
                    line(value);
                }
            }
            None => {}
        }
    }
    lines
}

fn named_targets<'kpi>(catalogue: &Catalogue, kpi: &'kpi Kpi) -> Vec<(String, &'kpi kpi::target::Target)> {
    let phase_name =
        |number: u8| catalogue.phase(number).map_or_else(|| format!("Phase {number}"), |phase| phase.name.clone());
    let single = kpi.single_target.iter().map(|target| {
        let name = kpi.from_phase.map_or_else(|| "Standing".to_owned(), |from| format!("From {}", phase_name(from)));
        (name, target)
    });
    kpi.phase_targets.iter().map(|(number, target)| (phase_name(*number), target)).chain(single).collect()
}

fn targets(catalogue: &Catalogue, kpi: &Kpi, status: &KpiStatus) -> Vec<TargetRow> {
    let shown = kpi.target_shown_in(catalogue.policy.current_phase);
    let phase_of = |target| {
        catalogue
            .phases
            .iter()
            .position(|phase| kpi.target_shown_in(phase.number).is_some_and(|shown| std::ptr::eq(shown, target)))
    };
    named_targets(catalogue, kpi)
        .into_iter()
        .map(|(phase, target)| {
            let verdict = phase_of(target)
                .and_then(|position| status.by_phase.get(position).copied())
                .unwrap_or(kpi::status::Verdict::without_value(kpi::status::Status::NoTarget));
            TargetRow {
                phase,
                written: target.to_string(),
                status: verdict.status.into(),
                attainment: verdict.attainment.map(display::attainment),
                current: shown.is_some_and(|shown| std::ptr::eq(shown, target)),
            }
        })
        .collect()
}

fn computed(kpi: &Kpi) -> String {
    let window = instant::duration(kpi.window_ms);
    match kpi.aggregate {
        Aggregate::Last => "the latest observation".to_owned(),
        Aggregate::Mean => format!("the mean of the last {window}"),
        Aggregate::Sum => format!("the sum of the last {window}"),
        Aggregate::Percentile(rank) => format!("the {rank}th percentile of the last {window}"),
    }
}

fn attainment_rule(shape: Shape) -> &'static str {
    match shape {
        Shape::Higher => "Attainment is the value divided by the target.",
        Shape::Lower => "Attainment is the target divided by the value.",
        Shape::Reduction => "Attainment is the improvement over the baseline divided by the improvement asked for.",
        Shape::Multiple => "Attainment is the factor over the baseline divided by the factor asked for.",
        Shape::NearHundred => "Attainment compares the error budgets: (100 − target) divided by (100 − value).",
        Shape::Level => "Attainment is 100 % once the level is judged as met, else 0 %.",
        Shape::Band => "Attainment is 100 % inside the range, else the ratio to its nearer end.",
        Shape::ZeroTolerance => "Attainment is 100 % while no finding of the severity or worse is open, else 0 %.",
        Shape::Recurrence => "Attainment is 100 % while it was done within the period, else 0 %.",
    }
}

fn baseline(kpi: &Kpi, status: &KpiStatus) -> Option<String> {
    if !kpi.needs_baseline() {
        return None;
    }
    let source = match kpi.current {
        Current::Value(_) => "from the framework",
        Current::Unknown => "the observation that was recorded first",
    };
    Some(status.known.and_then(|known| known.baseline).map_or_else(
        || "none yet: the first observation becomes the baseline".to_owned(),
        |value| format!("{} ({source})", display::value(value, &kpi.unit)),
    ))
}

fn shared_with(catalogue: &Catalogue, kpi: &Kpi) -> Vec<(String, String)> {
    catalogue
        .kpis
        .iter()
        .filter(|other| other.measure == kpi.measure && other.id != kpi.id)
        .map(|other| (other.id.clone(), other.name.clone()))
        .collect()
}

fn observation_row(kpi: &Kpi, observation: &Observation) -> ObservationRow {
    let origin = Origin::from_name(&observation.origin);
    ObservationRow {
        id: observation.id.clone(),
        time: instant::iso(observation.time_ms),
        time_text: instant::short(observation.time_ms),
        value: display::value(observation.value, &kpi.unit),
        written: format!("{} {}", observation.value_written, observation.unit_written).trim().to_owned(),
        source: observation.source.clone(),
        origin: origin.map_or_else(|| observation.origin.clone(), |origin| origin.explained().to_owned()),
        note: observation.note.clone(),
        person: observation.person.clone(),
        evidence: observation.evidence.clone(),
        payload_id: observation.payload_id.clone(),
        recorded_text: instant::long(observation.recorded_ms),
    }
}
