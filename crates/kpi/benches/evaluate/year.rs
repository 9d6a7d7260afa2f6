//! A year of hourly data for every KPI of a catalogue, made up and the same each time.

use std::collections::HashMap;

use kpi::catalogue::{Catalogue, Kpi};
use kpi::measure::{Measure, Operand, Rule, Selection};
use kpi::point::{LabelSet, Labels, Observations, Origin, Point};
use kpi::status::goal;

/// 1 January 2026.
pub const START_MS: i64 = 1_767_225_600_000;
/// The end of that year.
pub const END_MS: i64 = START_MS + HOURS * HOUR_MS;
const HOURS: i64 = 8_760;
const HOUR_MS: i64 = 3_600_000;
/// How many people, runs or incidents there are to tell apart.
const ENTITIES: u64 = 500;

/// Observations in memory.
#[derive(Default)]
pub struct Year {
    points: HashMap<String, Vec<Point>>,
    labels: Vec<Vec<(String, String)>>,
    sets: HashMap<Vec<(String, String)>, LabelSet>,
    random: u64,
}

impl Year {
    /// One sample an hour for each KPI: of its own measurement, or in turn of the series that it is computed of.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut year = Self::default();
        for kpi in &catalogue.kpis {
            match catalogue.measure(&kpi.measure).map(|measure| samples(catalogue, measure)) {
                Some(samples) if !samples.is_empty() => year.add_samples(&samples),
                _ => year.add_direct(catalogue, kpi),
            }
        }
        for points in year.points.values_mut() {
            points.sort_by_key(|point| (point.time_ms, point.recorded_ms));
        }
        year
    }

    /// How many samples there are.
    pub fn count(&self) -> usize {
        self.points.values().map(Vec::len).sum()
    }

    /// Adds the last sample of a series once more, at an instant.
    pub fn repeat_last(&mut self, series: &str, time_ms: i64) {
        if let Some(points) = self.points.get_mut(series)
            && let Some(last) = points.last().copied()
        {
            points.push(Point { time_ms, recorded_ms: time_ms, ..last });
        }
    }

    fn add_direct(&mut self, catalogue: &Catalogue, kpi: &Kpi) {
        let target = kpi.target_shown_in(catalogue.policy.current_phase);
        let scale = target.and_then(|target| goal(kpi, target)).and_then(kpi::shape::Goal::line).unwrap_or(1.0);
        for hour in 1..=HOURS {
            let value = scale * (0.5 + self.share());
            self.add(&kpi.measure, hour, value, LabelSet::NONE);
        }
    }

    fn add_samples(&mut self, samples: &[(&Selection, Option<&str>)]) {
        for (hour, (selection, entity)) in (1..=HOURS).zip(samples.iter().cycle()) {
            let mut labels: Vec<(String, String)> = Vec::new();
            for (name, accepted) in &selection.labels {
                // Two of three samples are selected.
                let chosen = accepted.first().filter(|_| self.below(3) < 2);
                labels.push((name.clone(), chosen.map_or("other", String::as_str).to_owned()));
            }
            if let Some(entity) = entity {
                labels.push(((*entity).to_owned(), self.below(ENTITIES).to_string()));
            }
            labels.sort();
            labels.dedup_by(|left, right| left.0 == right.0);
            let set = self.set(labels);
            let value = self.share() * 10.0;
            self.add(&selection.series, hour, value, set);
        }
    }

    fn add(&mut self, series: &str, hour: i64, value: f64, labels: LabelSet) {
        let time_ms = START_MS + hour * HOUR_MS;
        let point = Point { time_ms, value, recorded_ms: time_ms, origin: Origin::Measured, labels, weight: 1 };
        self.points.entry(series.to_owned()).or_default().push(point);
    }

    fn set(&mut self, labels: Vec<(String, String)>) -> LabelSet {
        if labels.is_empty() {
            return LabelSet::NONE;
        }
        *self.sets.entry(labels).or_insert_with_key(|labels| {
            self.labels.push(labels.clone());
            LabelSet(u32::try_from(self.labels.len()).unwrap_or(0))
        })
    }

    /// A number below `bound`, by the linear congruential generator of Knuth's MMIX.
    fn below(&mut self, bound: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % bound
    }

    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.below(1_000)).unwrap_or(0)) / 1_000.0
    }
}

impl Observations for Year {
    fn points(&self, series: &str) -> &[Point] {
        self.points.get(series).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        let index = usize::try_from(set.0).ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| self.labels.get(index)).map_or(&[], Vec::as_slice)
    }
}

/// The selections that a measurement is computed of, one level deep, with the label that names their entities.
fn samples<'a>(catalogue: &'a Catalogue, measure: &'a Measure) -> Vec<(&'a Selection, Option<&'a str>)> {
    let own = |rule: &'a Rule| {
        let entity = match rule {
            Rule::Share { entity, .. }
            | Rule::Distinct { entity, .. }
            | Rule::OfEach { entity, .. }
            | Rule::Duration { entity, .. } => Some(entity.as_str()),
            _ => None,
        };
        rule.selections().into_iter().map(move |selection| (selection, entity))
    };
    let mut samples: Vec<_> = own(&measure.rule).collect();
    if let Rule::Ratio { part, whole } = &measure.rule {
        for operand in [part, whole] {
            if let Operand::Measure(id) = operand
                && let Some(other) = catalogue.measure(id)
            {
                samples.extend(own(&other.rule));
            }
        }
    }
    samples
}
