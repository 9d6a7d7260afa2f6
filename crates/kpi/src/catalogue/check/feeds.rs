//! Feeds fill what exists, in a unit that fits, and never from a metric that is a trap.

use std::collections::HashSet;

use super::super::Catalogue;
use super::super::errors::Errors;
use super::super::places::Places;
use crate::feed::{Feed, Kind, Target};
use crate::measure::{Measure, Rule};
use crate::unit::Unit;

pub(super) fn check(catalogue: &Catalogue, places: &Places, errors: &mut Errors<'_>) {
    for (feed, span) in catalogue.feeds.iter().zip(&places.feeds) {
        for message in wrong(catalogue, feed) {
            errors.add(span, format!("feed \"{}\": {message}", feed.metric));
        }
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for (trap, span) in catalogue.traps.iter().zip(&places.traps) {
        for metric in trap.metrics.iter().filter(|metric| !seen.insert(metric)) {
            errors.add(span, format!("the metric \"{metric}\" stands in two traps"));
        }
    }
}

fn wrong(catalogue: &Catalogue, feed: &Feed) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = feed.incoming();
    if catalogue.trap(&feed.metric).or_else(|| catalogue.trap(&name)).is_some() {
        wrong.push("a [[trap]] says that this metric must not be used".to_owned());
    }
    if let Target::Series(series) = &feed.target {
        if catalogue.measure(series).is_some() {
            wrong.push(format!("\"{series}\" is a derived measurement; name the `kpi` that reads it"));
        }
        if *series == name {
            wrong.push("it fills the series that it reads".to_owned());
        }
    }
    if feed.kind != Kind::Gauge && (feed.above.is_some() || feed.below.is_some()) {
        wrong.push("`above` and `below` are for gauges; the values of a counter are only steps on a way".to_owned());
    }
    if feed.above.zip(feed.below).is_some_and(|(above, below)| above >= below) {
        wrong.push("no value lies over `above` and under `below`".to_owned());
    }
    if feed.per_second && feed.kind != Kind::Counter {
        wrong.push("`per_second` is for counters".to_owned());
    }
    if let Some(unit) = &feed.unit {
        let misfits = takers(catalogue, feed).into_iter().filter(|(_, taken)| taken.dimension != unit.dimension);
        wrong.extend(misfits.map(|(taker, taken)| format!("{taker} takes {}, not {}", taken.named(), unit.named())));
    }
    wrong
}

/// Who takes the values of what a feed fills, and in which unit.
fn takers<'a>(catalogue: &'a Catalogue, feed: &'a Feed) -> Vec<(String, &'a Unit)> {
    match &feed.target {
        Target::Kpi(id) => {
            catalogue.kpi(id).map(|(_, kpi)| (format!("the KPI \"{id}\""), &kpi.unit)).into_iter().collect()
        }
        Target::Series(series) => catalogue
            .measures
            .iter()
            .filter(|measure| takes_values(measure, series))
            .map(|measure| (format!("the measurement \"{}\"", measure.id), &measure.unit))
            .collect(),
    }
}

fn takes_values(measure: &Measure, series: &str) -> bool {
    match &measure.rule {
        Rule::Sum(of) | Rule::Statistic(of, _) | Rule::Last(of) | Rule::OfEach { of, .. } => of.series == series,
        _ => false,
    }
}
