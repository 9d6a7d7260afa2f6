//! The embedded catalogue and observations in memory.

use std::collections::HashMap;

use kpi::budget::Budget;
use kpi::catalogue::Catalogue;
use kpi::catalogue::Kpi;
use kpi::evaluation::{Evaluation, Known, KpiStatus, Since};
use kpi::measure::{Derived, Measure, Span};
use kpi::point::{InMemory, LabelSet, Labels, Observations, Origin, Pending, Point, Superseded};
use kpi::window::{RunsSource, WindowSource};

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
pub struct Series {
    points: HashMap<String, Vec<Point>>,
    superseded: HashMap<String, Vec<Superseded>>,
    labels: Vec<Vec<(String, String)>>,
}

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
        self.add_labelled(measure, time_ms, value, recorded_ms, &[]);
    }

    pub fn add_labelled(&mut self, series: &str, time_ms: i64, value: f64, recorded_ms: i64, labels: &[(&str, &str)]) {
        let labels = self.label_set(labels);
        let points = self.points.entry(series.to_owned()).or_default();
        let place = points.partition_point(|known| (known.time_ms, known.recorded_ms) <= (time_ms, recorded_ms));
        points.insert(place, Point { time_ms, value, recorded_ms, origin: Origin::Measured, labels, weight: 1 });
    }

    /// Takes the point of that time that was recorded last out of those that count.
    pub fn supersede(&mut self, series: &str, time_ms: i64, superseded_ms: i64) {
        let points = self.points.entry(series.to_owned()).or_default();
        let place = points.iter().rposition(|point| point.time_ms == time_ms).unwrap();
        let superseded = Superseded { point: points.remove(place), superseded_ms };
        let known = self.superseded.entry(series.to_owned()).or_default();
        known.push(superseded);
        known.sort_by_key(|it| (it.point.time_ms, it.point.recorded_ms));
    }

    fn label_set(&mut self, labels: &[(&str, &str)]) -> LabelSet {
        let mut wanted: Vec<(String, String)> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        wanted.sort();
        if wanted.is_empty() {
            return LabelSet::NONE;
        }
        let index = self.labels.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.labels.push(wanted);
            self.labels.len() - 1
        });
        LabelSet(u32::try_from(index + 1).unwrap())
    }
}

impl Observations for Series {
    fn points(&self, measure: &str) -> &[Point] {
        self.points.get(measure).map_or(&[], Vec::as_slice)
    }

    fn superseded(&self, measure: &str) -> &[Superseded] {
        self.superseded.get(measure).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        let index = usize::try_from(set.0).unwrap().checked_sub(1);
        index.and_then(|index| self.labels.get(index)).map_or(&[], Vec::as_slice)
    }
}

/// The status of a KPI of the framework.
pub fn status(id: &str, series: &Series, instant_ms: i64) -> KpiStatus {
    let catalogue = framework();
    let (position, _) = catalogue.kpi(id).unwrap_or_else(|| panic!("no KPI {id}"));
    evaluate_one(&catalogue, position, series, instant_ms).unwrap()
}

/// What is asked of observations in memory, which are all at hand.
pub fn asked<T>(observations: &dyn Observations, ask: impl FnOnce(&dyn WindowSource) -> Result<T, Pending>) -> T {
    ask(&RunsSource::new(&InMemory(observations))).unwrap()
}

pub fn evaluate(catalogue: &Catalogue, observations: &dyn Observations, instant_ms: i64) -> Evaluation {
    asked(observations, |source| kpi::evaluation::evaluate(catalogue, source, instant_ms))
}

pub fn evaluate_one(
    catalogue: &Catalogue,
    position: usize,
    observations: &dyn Observations,
    instant_ms: i64,
) -> Option<KpiStatus> {
    asked(observations, |source| kpi::evaluation::evaluate_one(catalogue, position, source, instant_ms))
}

pub fn known(catalogue: &Catalogue, kpi: &Kpi, observations: &dyn Observations, instant_ms: i64) -> Option<Known> {
    asked(observations, |source| kpi::evaluation::known(catalogue, kpi, source, instant_ms))
}

pub fn history(
    catalogue: &Catalogue,
    kpi: &Kpi,
    observations: &dyn Observations,
    instant_ms: i64,
    most: usize,
) -> Vec<(i64, f64)> {
    asked(observations, |source| kpi::evaluation::history(catalogue, kpi, source, instant_ms, most))
}

pub fn status_since(
    catalogue: &Catalogue,
    status: &KpiStatus,
    observations: &dyn Observations,
    instant_ms: i64,
) -> Option<Since> {
    asked(observations, |source| kpi::evaluation::status_since(catalogue, status, source, instant_ms))
}

pub fn corrections(catalogue: &Catalogue, kpi: &Kpi, observations: &dyn Observations, instant_ms: i64) -> usize {
    asked(observations, |source| kpi::evaluation::corrections(catalogue, kpi, source, instant_ms))
}

pub fn budgets(catalogue: &Catalogue, observations: &dyn Observations, instant_ms: i64) -> Vec<Budget> {
    asked(observations, |source| kpi::budget::budgets(catalogue, source, instant_ms))
}

pub fn value(
    catalogue: &Catalogue,
    measure: &Measure,
    window_ms: i64,
    observations: &dyn Observations,
    instant_ms: i64,
) -> Option<Derived> {
    asked(observations, |source| kpi::measure::value(catalogue, measure, window_ms, source, instant_ms))
}

pub fn value_over(
    catalogue: &Catalogue,
    measure: &Measure,
    observations: &dyn Observations,
    span: Span,
) -> Option<Derived> {
    asked(observations, |source| kpi::measure::value_over(catalogue, measure, source, span))
}

/// Every status as it was known at the instant itself.
pub fn evaluate_as_known_at(catalogue: &Catalogue, observations: &dyn Observations, instant_ms: i64) -> Evaluation {
    asked(observations, |source| {
        kpi::evaluation::evaluate(catalogue, &kpi::window::AsKnownAt::new(source, instant_ms), instant_ms)
    })
}
