//! The chart of a KPI: history, target lines, the path to the target, forecast.

use chart::{ChartKind, ChartModel, ChartPoint, ForecastBand, ForecastPoint, Position, Series, TargetLine, UnitLabel};
use kpi::catalogue::{Catalogue, Kpi};
use kpi::display::Writing;
use kpi::evaluation::{self, KpiStatus, actual_unit};
use kpi::shape::Goal;
use kpi::status::goal;
use kpi::target::Target;
use kpi::unit::{Dimension, Unit};

use super::targets::named_targets;
use crate::dashboard::Dashboard;
use crate::forecasts::Outlook;
use crate::snapshot::Snapshot;
use crate::view::goals;
use storage::StoreError;

/// How much of a forecast a chart shows: as long as the history is enough to see where it leads.
const CHART_FORECAST_POINTS: usize = 60;

impl Dashboard {
    /// The history of a KPI up to the snapshot's instant, with the target lines of every phase; at most `most` points.
    ///
    /// # Errors
    /// [`StoreError`] where the observations can't be read.
    pub async fn chart_model(&self, snapshot: &Snapshot, kpi: &Kpi, most: usize) -> Result<ChartModel, StoreError> {
        let (catalogue, instant_ms) = (&*snapshot.catalogue, snapshot.evaluation.instant_ms);
        let series = self.read_series();
        let history = series.ask(|source| evaluation::history(catalogue, kpi, source, instant_ms, most)).await?;
        Ok(history_model(catalogue, kpi, &history))
    }
}

/// The chart of a KPI's history that has these numbers, in base units.
pub(crate) fn history_model(catalogue: &Catalogue, kpi: &Kpi, numbers: &[(i64, f64)]) -> ChartModel {
    let unit = actual_unit(kpi);
    let target = kpi.target_shown_in(catalogue.policy.current_phase);
    let lines = target.and_then(|target| goal(kpi, target)).map_or_else(Vec::new, Goal::lines);
    let point = |(time_ms, value): &(i64, f64)| ChartPoint {
        x: Position::Time(*time_ms),
        y: goals::beside_lines(*value, &lines, &unit),
        note: None,
    };
    ChartModel {
        id: format!("history-{}", kpi.id),
        title: format!("History of {}", kpi.name),
        subject: kpi.name.clone(),
        unit: label(kpi, target, &unit, lines.clone()),
        kind: ChartKind::History,
        series: vec![Series { name: kpi.name.clone(), points: numbers.iter().map(point).collect() }],
        targets: target_lines(catalogue, kpi, &unit),
        ..ChartModel::default()
    }
}

/// How the chart's numbers are written: as the page writes the value.
fn label(kpi: &Kpi, target: Option<&Target>, unit: &Unit, lines: Vec<f64>) -> UnitLabel {
    let writing = Writing::of(kpi, target);
    let of = unit.clone();
    #[expect(clippy::float_cmp, reason = "a line is the very number that it was converted to")]
    let base = move |shown: f64| {
        // Converting back may miss a line by the last digit.
        let line = lines.iter().copied().find(|line| of.from_base(*line) == shown);
        line.unwrap_or_else(|| of.to_base(shown))
    };
    let label = UnitLabel::new(move |shown| writing.text(base(shown)));
    match unit.dimension {
        Dimension::Judged => label.with_levels(&[0.0, 1.0]),
        Dimension::Severity => label.with_levels(&[0.0, 1.0, 2.0, 3.0, 4.0]),
        _ => label,
    }
}

pub(super) fn chart_forecast(kpi: &Kpi, outlook: &Outlook) -> Option<ForecastBand> {
    let Outlook::At(forecast, _) = outlook else { return None };
    let unit = actual_unit(kpi);
    let points = forecast
        .points
        .iter()
        .take(CHART_FORECAST_POINTS.min(forecast.bins))
        .map(|point| ForecastPoint {
            x: Position::Time(point.time_ms),
            mean: unit.from_base(point.mean),
            lower: unit.from_base(point.lower),
            upper: unit.from_base(point.upper),
        })
        .collect();
    Some(ForecastBand { points, level_percent: forecast.level_percent, caption: forecast.model.name().to_owned() })
}

/// The path from the phase's start to its target, as two points.
pub(super) fn chart_path(catalogue: &Catalogue, kpi: &Kpi, status: &KpiStatus) -> Vec<ChartPoint> {
    let unit = actual_unit(kpi);
    let dates = catalogue.phase(catalogue.policy.current_phase).and_then(|phase| phase.dates);
    let (Some(pace), Some(dates)) = (status.pace, dates) else { return Vec::new() };
    [(dates.starts_ms, pace.start), (dates.ends_ms, pace.target)]
        .into_iter()
        .map(|(time_ms, value)| ChartPoint { x: Position::Time(time_ms), y: unit.from_base(value), note: None })
        .collect()
}

fn target_lines(catalogue: &Catalogue, kpi: &Kpi, unit: &Unit) -> Vec<TargetLine> {
    let shown = kpi.target_shown_in(catalogue.policy.current_phase);
    let line = |(phase, target): (String, &Target)| {
        let current = shown.is_some_and(|shown| std::ptr::eq(shown, target));
        let goal = goal(kpi, target)?;
        // What is judged is judged against the target of now alone; those of other phases would be the same line.
        (current || goal != Goal::Reached).then(|| TargetLine {
            label: format!("{phase}: {target}"),
            goal: goals::in_unit(goals::chart_goal(goal), unit),
            current,
            ..TargetLine::default()
        })
    };
    named_targets(catalogue, kpi).into_iter().filter_map(line).collect()
}
