//! Findings that both the summary and the takeaway state, worded once.

use crate::model::{ChartModel, TargetLine};
use crate::plot::{Dot, Plot, PlotSeries};
use crate::sentence::counted;
use crate::side::Side;
use crate::trend::{Trend, trend};

/// Said when there is nothing to draw.
pub(crate) fn no_data(model: &ChartModel) -> String {
    format!("No data yet for {}.", model.subject)
}

/// A value with its time or category.
pub(crate) fn value_at(plot: &Plot<'_>, dot: &Dot<'_>) -> String {
    format!("{} on {}", plot.model.unit.text(dot.y), plot.label(dot.key))
}

/// The direction of a series in the order of x.
pub(crate) fn series_trend(series: &PlotSeries<'_>) -> Trend {
    let values: Vec<f64> = series.dots.iter().map(|dot| dot.y).collect();
    trend(&values)
}

/// The lowest and highest bar, named; none without bars.
pub(crate) fn bars_range(plot: &Plot<'_>) -> Option<String> {
    let bars: Vec<(&str, Dot<'_>)> =
        plot.series.iter().flat_map(|series| series.dots.iter().map(|dot| (series.name, *dot))).collect();
    let named = |(name, dot): &(&str, Dot<'_>)| {
        let value = plot.model.unit.text(dot.y);
        if plot.series.len() > 1 {
            format!("{value} ({}, {name})", plot.label(dot.key))
        } else {
            format!("{value} ({})", plot.label(dot.key))
        }
    };
    let low = bars.iter().min_by(|a, b| a.1.y.total_cmp(&b.1.y))?;
    // The first of equal ones, as for the lowest.
    let high = bars.iter().rev().max_by(|a, b| a.1.y.total_cmp(&b.1.y))?;
    Some(if bars.len() == 1 {
        format!("the only value is {}", named(low))
    } else if Side::of(low.1.y, high.1.y) == Side::At {
        format!("all values are {}", plot.model.unit.text(low.1.y))
    } else {
        format!("highest {}, lowest {}", named(high), named(low))
    })
}

/// How many bars meet the target.
pub(crate) fn bars_standing(plot: &Plot<'_>, target: &TargetLine) -> String {
    let verdicts: Vec<bool> =
        plot.series.iter().flat_map(|series| &series.dots).map(|dot| target.goal.is_met(dot.y)).collect();
    standing(&verdicts, "value", target)
}

/// `4 of 6 values meet the current target (…)`.
pub(crate) fn standing(verdicts: &[bool], noun: &str, target: &TargetLine) -> String {
    let met = verdicts.iter().filter(|met| **met).count();
    let verb = if met == 1 { "meets" } else { "meet" };
    format!("{met} of {} {verb} the current target ({})", counted(verdicts.len(), noun), target.label)
}
