//! The embedded catalogue and observations in memory.

use std::collections::HashMap;

use kpi::catalogue::Catalogue;
use kpi::evaluation::{KpiStatus, evaluate_one};
use kpi::point::{Observations, Origin, Point};

pub const DOCUMENT: &str = include_str!("../../../../catalogue/inferno.toml");
pub const DAY_MS: i64 = 86_400_000;
/// 1 June 2026.
pub const START_MS: i64 = 1_780_272_000_000;

pub fn framework() -> Catalogue {
    Catalogue::parse(DOCUMENT)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// Observations in memory.
#[derive(Default)]
pub struct Series(HashMap<String, Vec<Point>>);

impl Series {
    /// Observations of one measurement: time and value in the base unit, recorded at their time.
    pub fn of(measure: &str, points: &[(i64, f64)]) -> Self {
        let mut series = Self::default();
        for (time_ms, value) in points {
            series.add(measure, *time_ms, *value, *time_ms);
        }
        series
    }

    pub fn add(&mut self, measure: &str, time_ms: i64, value: f64, recorded_ms: i64) {
        let points = self.0.entry(measure.to_owned()).or_default();
        points.push(Point { time_ms, value, recorded_ms, origin: Origin::Measured });
        points.sort_by_key(|point| (point.time_ms, point.recorded_ms));
    }
}

impl Observations for Series {
    fn points(&self, measure: &str) -> &[Point] {
        self.0.get(measure).map_or(&[], Vec::as_slice)
    }
}

/// The status of a KPI of the framework.
pub fn status(id: &str, series: &Series, instant_ms: i64) -> KpiStatus {
    let catalogue = framework();
    let (position, _) = catalogue.kpi(id).unwrap_or_else(|| panic!("no KPI {id}"));
    evaluate_one(&catalogue, position, series, instant_ms).unwrap()
}
