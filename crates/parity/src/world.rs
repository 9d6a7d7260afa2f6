//! Random observations of a catalogue.

use std::collections::HashMap;

use kpi::catalogue::Catalogue;
use kpi::point::{LabelSet, Labels, Observations, Origin, Point};

use crate::chance::Chance;

/// An hour in milliseconds.
pub const HOUR_MS: i64 = 3_600_000;
/// The instant at which every world ends: 1 June 2026.
pub const NOW_MS: i64 = 1_780_272_000_000;

/// Observations in memory.
pub struct World {
    points: HashMap<String, Vec<Point>>,
    labels: Vec<Vec<(String, String)>>,
}

impl World {
    /// A world in which some of the catalogue's measurements and series are observed.
    pub fn of(catalogue: &Catalogue, chance: &mut Chance) -> Self {
        let mut world = Self { points: HashMap::new(), labels: Vec::new() };
        for kpi in &catalogue.kpis {
            if chance.below(3) > 0 {
                world.observe(&kpi.measure, chance, &[]);
            }
        }
        for need in catalogue.series() {
            if chance.below(3) == 0 {
                let labels = world.label_sets(&need.labels, &need.values, chance);
                world.observe(&need.name, chance, &labels);
            }
        }
        world
    }

    fn observe(&mut self, series: &str, chance: &mut Chance, labels: &[LabelSet]) {
        let points = self.points.entry(series.to_owned()).or_default();
        for _ in 0..chance.below(30) {
            let time_ms = NOW_MS + HOUR_MS - i64::try_from(chance.below(24 * 90)).unwrap_or(0) * HOUR_MS;
            points.push(Point {
                time_ms,
                value: chance.measurement(),
                recorded_ms: time_ms + i64::try_from(chance.below(100_000)).unwrap_or(0),
                origin: Origin::Measured,
                labels: labels.get(chance.below(labels.len())).copied().unwrap_or_default(),
                weight: 1,
            });
        }
        points.sort_by_key(|point| (point.time_ms, point.recorded_ms));
    }

    /// A few label sets that a series' samples may carry: values that are asked for, and others.
    fn label_sets(&mut self, names: &[String], values: &[(String, String)], chance: &mut Chance) -> Vec<LabelSet> {
        (0..6)
            .map(|number| {
                let set = names
                    .iter()
                    .map(|name| {
                        let asked: Vec<&String> =
                            values.iter().filter(|(label, _)| label == name).map(|(_, value)| value).collect();
                        let value = match asked.get(chance.below(asked.len() + 1)) {
                            Some(value) => (*value).clone(),
                            None => format!("v{}", number % 3),
                        };
                        (name.clone(), value)
                    })
                    .collect();
                self.labels.push(set);
                LabelSet(u32::try_from(self.labels.len()).unwrap_or(0))
            })
            .collect()
    }
}

impl Observations for World {
    fn points(&self, series: &str) -> &[Point] {
        self.points.get(series).map_or(&[], Vec::as_slice)
    }

    fn labels(&self, set: LabelSet) -> &Labels {
        let index = usize::try_from(set.0).ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| self.labels.get(index)).map_or(&[], Vec::as_slice)
    }
}
