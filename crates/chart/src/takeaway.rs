//! The one-sentence takeaway of a chart's caption.

use crate::findings::{bars_range, bars_standing, no_data, series_trend, standing, value_at};
use crate::model::{ChartKind, ChartModel};
use crate::plot::{Dot, Plot, PlotSeries};
use crate::sentence::{MOST_SERIES_TOLD, append};
use crate::trend::Trend;

/// The chart in one sentence: the latest value, or the extremes of bars, and how that stands against the current target.
pub fn takeaway(model: &ChartModel) -> String {
    let plot = Plot::new(model);
    let series: Vec<&PlotSeries<'_>> = plot.filled_series().collect();
    match (series.as_slice(), model.kind) {
        ([], _) => no_data(model),
        ([only], ChartKind::History) => takeaway_of_one(&plot, only),
        (several, ChartKind::History) => takeaway_of_several(&plot, several),
        (_, ChartKind::Bars) => takeaway_of_bars(&plot),
    }
}

fn takeaway_of_one(plot: &Plot<'_>, series: &PlotSeries<'_>) -> String {
    let Some(latest) = series.dots.last() else {
        return no_data(plot.model);
    };
    let mut text = format!("{} was {}", plot.model.subject, value_at(plot, latest));
    if let Some(target) = plot.model.current_target() {
        let verb = if target.goal.is_met(latest.y) { "meets" } else { "misses" };
        append(&mut text, format_args!(", which {verb} the current target ({})", target.label));
    }
    match series_trend(series) {
        Trend::Rising => text.push_str(", and the trend is rising."),
        Trend::Falling => text.push_str(", and the trend is falling."),
        Trend::Unclear | Trend::TooFewPoints => text.push('.'),
    }
    text
}

fn takeaway_of_several(plot: &Plot<'_>, several: &[&PlotSeries<'_>]) -> String {
    let latest: Vec<(&str, Dot<'_>)> =
        several.iter().filter_map(|series| series.dots.last().map(|dot| (series.name, *dot))).collect();
    let values: Vec<String> = latest
        .iter()
        .take(MOST_SERIES_TOLD)
        .map(|(name, dot)| format!("{name} {}", plot.model.unit.text(dot.y)))
        .collect();
    let more = latest.len().saturating_sub(MOST_SERIES_TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let mut text = format!("{}, latest values: {}{more}", plot.model.subject, values.join(", "));
    if let Some(target) = plot.model.current_target() {
        let verdicts: Vec<bool> = latest.iter().map(|(_, dot)| target.goal.is_met(dot.y)).collect();
        append(&mut text, format_args!("; {}", standing(&verdicts, "series", target)));
    }
    text.push('.');
    text
}

fn takeaway_of_bars(plot: &Plot<'_>) -> String {
    let mut text = format!("{}: {}", plot.model.subject, bars_range(plot).unwrap_or_default());
    if let Some(target) = plot.model.current_target() {
        append(&mut text, format_args!("; {}", bars_standing(plot, target)));
    }
    text.push('.');
    text
}
