//! Which series of samples a catalogue needs: what senders must emit for it to be filled.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::Catalogue;
use super::kinds::{references, selections};
use crate::measure::{Measure, Selection};

/// A series that a catalogue names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesUse {
    /// The name under which samples are sent.
    pub name: String,
    /// The labels that its samples must carry, by name, each once.
    pub labels: Vec<String>,
    /// The values of labels that are asked for, by label and value; a label that only names an entity has none.
    pub values: Vec<(String, String)>,
    /// The ids of the derived measurements that read it, themselves or through another one; in the order of the catalogue.
    pub measures: Vec<String>,
    /// The ids of the KPIs that read it; in the order of the catalogue.
    pub kpis: Vec<String>,
}

/// What is asked of one series.
#[derive(Default)]
struct Needs<'text> {
    labels: BTreeSet<&'text str>,
    values: BTreeSet<(&'text str, &'text str)>,
    measures: Vec<&'text str>,
    kpis: Vec<&'text str>,
}

impl Catalogue {
    /// Every series of samples that the catalogue names, by name.
    ///
    /// A KPI whose `measure` is no derived measurement reads the series of that name, without labels.
    pub fn series(&self) -> Vec<SeriesUse> {
        let mut needs: BTreeMap<&str, Needs<'_>> = BTreeMap::new();
        for measure in &self.measures {
            for (selection, entity) in selected(self, measure) {
                let need = needs.entry(&selection.series).or_default();
                need.labels.extend(selection.labels.iter().map(|(label, _)| label.as_str()).chain(entity));
                for (label, accepted) in &selection.labels {
                    need.values.extend(accepted.iter().map(|value| (label.as_str(), value.as_str())));
                }
                once(&mut need.measures, &measure.id);
            }
        }
        for kpi in &self.kpis {
            match self.measure(&kpi.measure) {
                Some(measure) => {
                    for (selection, _) in selected(self, measure) {
                        once(&mut needs.entry(&selection.series).or_default().kpis, &kpi.id);
                    }
                }
                None => once(&mut needs.entry(&kpi.measure).or_default().kpis, &kpi.id),
            }
        }
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        needs
            .into_iter()
            .map(|(name, need)| SeriesUse {
                name: name.to_owned(),
                labels: need.labels.into_iter().map(str::to_owned).collect(),
                values: need.values.into_iter().map(|(label, value)| (label.to_owned(), value.to_owned())).collect(),
                measures: owned(need.measures),
                kpis: owned(need.kpis),
            })
            .collect()
    }
}

fn once<'text>(names: &mut Vec<&'text str>, name: &'text str) {
    if names.last() != Some(&name) {
        names.push(name);
    }
}

/// The samples that a measurement takes itself and through the measurements that it reads.
fn selected<'catalogue>(
    catalogue: &'catalogue Catalogue,
    measure: &'catalogue Measure,
) -> Vec<(&'catalogue Selection, Option<&'catalogue str>)> {
    let mut found = Vec::new();
    let mut waiting = vec![measure];
    let mut seen = HashSet::from([measure.id.as_str()]);
    while let Some(measure) = waiting.pop() {
        found.extend(selections(&measure.rule));
        let further = references(&measure.rule).into_iter().filter(|id| seen.insert(id));
        waiting.extend(further.filter_map(|id| catalogue.measure(id)));
    }
    found
}
