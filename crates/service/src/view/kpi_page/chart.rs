//! The chart of a KPI: history, target lines, the path to the target, forecast.

use chart::{ChartKind, ChartModel, ChartPoint, ForecastBand, ForecastPoint, Position, Series, TargetLine, UnitLabel};
use kpi::catalogue::{Catalogue, Kpi};
use kpi::display;
use kpi::evaluation::{self, KpiStatus, actual_unit};
use kpi::shape::{Better, Goal, Shape};
use kpi::status::goal;

use super::targets::named_targets;
use crate::dashboard::Dashboard;
use crate::forecasts::Outlook;
use crate::snapshot::Snapshot;

/// How much of a forecast a chart shows: as long as the history is enough to see where it leads.
const CHART_FORECAST_POINTS: usize = 60;

impl Dashboard {
    /// The history of a KPI up to the snapshot's instant, with the target lines of every phase; at most `most` points.
    pub fn chart_model(&self, snapshot: &Snapshot, kpi: &Kpi, most: usize) -> ChartModel {
        let unit = actual_unit(kpi);
        let catalogue = &*snapshot.catalogue;
        let history = evaluation::history(catalogue, kpi, &*self.read_series(), snapshot.evaluation.instant_ms, most);
        let points = history
            .into_iter()
            .map(|(time_ms, value)| ChartPoint { x: Position::Time(time_ms), y: unit.from_base(value), note: None })
            .collect();
        history_model(catalogue, kpi, points)
    }
}

/// The chart of a KPI's history that has these points.
pub(crate) fn history_model(catalogue: &Catalogue, kpi: &Kpi, points: Vec<ChartPoint>) -> ChartModel {
    let unit = actual_unit(kpi);
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
        targets: target_lines(catalogue, kpi, &unit),
        ..ChartModel::default()
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
                ..TargetLine::default()
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
