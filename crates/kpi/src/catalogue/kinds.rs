//! The kinds of derived measurement and the periods of the calendar, as a document names them.

use crate::measure::{Operand, Period, Rule, Selection, Statistic};
use crate::unit::Dimension;

/// The names of all kinds.
pub(super) const KINDS: [&str; 11] =
    ["count", "sum", "mean", "percentile", "last", "ratio", "rate", "share", "distinct", "duration", "net-promoter"];

const PERIODS: [(&str, Period); 4] =
    [("day", Period::Day), ("week", Period::Week), ("month", Period::Month), ("quarter", Period::Quarter)];

pub(super) fn period_name(period: Period) -> &'static str {
    PERIODS.iter().find(|(_, known)| *known == period).map_or("", |(name, _)| name)
}

pub(super) fn period_from_name(name: &str) -> Option<Period> {
    PERIODS.iter().find(|(known, _)| *known == name).map(|(_, period)| *period)
}

pub(super) fn kind(rule: &Rule) -> &'static str {
    match rule {
        Rule::Count(_) => "count",
        Rule::Sum(_) => "sum",
        Rule::Statistic(_, Statistic::Mean) | Rule::OfEach { statistic: Statistic::Mean, .. } => "mean",
        Rule::Statistic(_, Statistic::Percentile(_)) | Rule::OfEach { statistic: Statistic::Percentile(_), .. } => {
            "percentile"
        }
        Rule::Last(_) => "last",
        Rule::Ratio { .. } => "ratio",
        Rule::Rate(_) => "rate",
        Rule::Share { .. } => "share",
        Rule::Distinct { .. } => "distinct",
        Rule::Duration { .. } => "duration",
        Rule::NetPromoter(_) => "net-promoter",
    }
}

/// The samples that a rule takes, each with the label that names the entity where it needs one.
pub(super) fn selections(rule: &Rule) -> Vec<(&Selection, Option<&str>)> {
    match rule {
        Rule::Count(of)
        | Rule::Sum(of)
        | Rule::Statistic(of, _)
        | Rule::Last(of)
        | Rule::Rate(of)
        | Rule::NetPromoter(of) => vec![(of, None)],
        Rule::Ratio { part, whole } => [part, whole]
            .into_iter()
            .filter_map(|operand| match operand {
                Operand::Count(of) | Operand::Sum(of) => Some((of, None)),
                Operand::Measure(_) => None,
            })
            .collect(),
        Rule::Share { of, among, entity, .. } => vec![(of, Some(entity)), (among, Some(entity))],
        Rule::Distinct { of, entity } | Rule::OfEach { of, entity, .. } => vec![(of, Some(entity))],
        Rule::Duration { from, to, entity, .. } => vec![(from, Some(entity)), (to, Some(entity))],
    }
}

/// The ids of the measurements that a rule reads.
pub(super) fn references(rule: &Rule) -> Vec<&str> {
    let Rule::Ratio { part, whole } = rule else { return Vec::new() };
    [part, whole]
        .into_iter()
        .filter_map(|operand| match operand {
            Operand::Measure(id) => Some(id.as_str()),
            Operand::Count(_) | Operand::Sum(_) => None,
        })
        .collect()
}

/// The units that fit, where `dimension` does not fit what the rule computes.
pub(super) fn units_that_fit(rule: &Rule, dimension: Dimension) -> Option<&'static str> {
    use Dimension::{Count, Factor, Frequency, Judged, PerKloc, Percent, RatioToOne, Severity, Time};
    let (fits, units) = match rule {
        Rule::Count(_) | Rule::Distinct { .. } | Rule::NetPromoter(_) => (dimension == Count, "count"),
        Rule::Sum(_) | Rule::Statistic(..) | Rule::OfEach { .. } => {
            (!matches!(dimension, Judged | Severity), "a unit of numbers that can be added, such as s, KB, % or count")
        }
        Rule::Last(_) => (true, ""),
        Rule::Ratio { .. } => {
            (matches!(dimension, Percent | Count | Factor | RatioToOne | PerKloc), "%, count, x, :1 or /KLOC")
        }
        Rule::Rate(_) => (dimension == Frequency, "a frequency such as /day or /month"),
        Rule::Share { .. } => (dimension == Percent, "%"),
        Rule::Duration { .. } => (dimension == Time, "a unit of time such as min or h"),
    };
    (!fits).then_some(units)
}
