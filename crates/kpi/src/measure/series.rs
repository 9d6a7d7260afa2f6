//! Which series a measurement is computed of, and which KPIs a series concerns.

use super::{Measure, Operand, Rule, Selection};
use crate::catalogue::Catalogue;

/// How deep measurements may refer to one another. The reader refuses cycles; this ends one all the same.
pub(crate) const DEPTH: usize = 8;

impl Rule {
    /// Its own selections, without those of measurements that it refers to.
    pub fn selections(&self) -> Vec<&Selection> {
        match self {
            Self::Count(of)
            | Self::Sum(of)
            | Self::Statistic(of, _)
            | Self::Last(of)
            | Self::Rate(of)
            | Self::Distinct { of, .. }
            | Self::OfEach { of, .. }
            | Self::NetPromoter(of) => vec![of],
            Self::Ratio { part, whole } => [part, whole].into_iter().filter_map(Operand::selection).collect(),
            Self::Share { of, among, .. } => vec![of, among],
            Self::Duration { from, to, .. } => vec![from, to],
        }
    }
}

impl Operand {
    /// The selection, unless it is another measurement.
    fn selection(&self) -> Option<&Selection> {
        match self {
            Self::Count(of) | Self::Sum(of) => Some(of),
            Self::Measure(_) => None,
        }
    }

    fn measure(&self) -> Option<&str> {
        match self {
            Self::Measure(id) => Some(id),
            Self::Count(_) | Self::Sum(_) => None,
        }
    }
}

/// Every series that a KPI with this `measure` reads, each once: the measurement's own id, under which direct
/// observations are recorded, and the series that it is derived from, through every measurement that it refers to.
pub fn series_of<'a>(catalogue: &'a Catalogue, measure: &'a str) -> Vec<&'a str> {
    let mut names = vec![measure];
    if let Some(measure) = catalogue.measure(measure) {
        collect(catalogue, measure, DEPTH, &mut names);
    }
    names
}

fn collect<'a>(catalogue: &'a Catalogue, measure: &'a Measure, depth: usize, names: &mut Vec<&'a str>) {
    for selection in measure.rule.selections() {
        if !names.contains(&selection.series.as_str()) {
            names.push(&selection.series);
        }
    }
    if let (Rule::Ratio { part, whole }, Some(depth)) = (&measure.rule, depth.checked_sub(1)) {
        for referred in [part, whole].into_iter().filter_map(Operand::measure) {
            if let Some(measure) = catalogue.measure(referred) {
                collect(catalogue, measure, depth, names);
            }
        }
    }
}

/// The positions of the KPIs that a new sample of this series concerns.
pub fn readers(catalogue: &Catalogue, series: &str) -> Vec<usize> {
    let reads = |measure: &str| series_of(catalogue, measure).contains(&series);
    let kpis = catalogue.kpis.iter().enumerate();
    kpis.filter(|(_, kpi)| reads(&kpi.measure)).map(|(position, _)| position).collect()
}
