//! The generated summary that stands for the picture. It states what the drawn values show and claims no cause and
//! no trend that chance could give; a forecast is only told where the model has one.

use crate::findings::{bars_range, bars_standing, no_data, series_trend, value_at};
use crate::model::{ChartKind, ChartModel, Goal, TargetLine};
use crate::path::standing;
use crate::plot::{Dot, Plot, PlotSeries};
use crate::remarks::remarks;
use crate::sentence::{MOST_SERIES_TOLD, append, capitalised, counted};
use crate::side::{Side, verdict_text};
use crate::trend::Trend;

/// What the chart shows, in sentences: how many points over which period, latest value, extremes with their dates, trend,
/// crossing of and standing against the current target and the path, the forecast, how many annotations of each kind, and
/// what could not be drawn.
pub fn summary(model: &ChartModel) -> String {
    let plot = Plot::new(model);
    let mut sentences = match (plot.dot_count(), model.kind) {
        (0, _) => vec![no_data(model)],
        (_, ChartKind::History) => history(&plot),
        (_, ChartKind::Bars) => bars(&plot),
    };
    sentences.extend(remarks(&plot));
    sentences.join(" ")
}

fn history(plot: &Plot<'_>) -> Vec<String> {
    let filled: Vec<&PlotSeries<'_>> = plot.filled_series().collect();
    let mut opening = format!("{} over time: {}", plot.model.subject, counted(plot.dot_count(), "point"));
    if plot.series.len() > 1 {
        append(&mut opening, format_args!(" in {}", counted(filled.len(), "series")));
    }
    match (plot.keys.first(), plot.keys.last()) {
        (Some(first), Some(last)) if first != last => {
            append(&mut opening, format_args!(", from {} to {}.", plot.label(*first), plot.label(*last)));
        }
        (Some(only), _) => append(&mut opening, format_args!(", on {}.", plot.label(*only))),
        _ => opening.push('.'),
    }
    let mut sentences = vec![opening];
    for series in filled.iter().take(MOST_SERIES_TOLD) {
        let told = story(plot, series).join("; ");
        sentences.push(if plot.series.len() > 1 {
            format!("{}: {told}.", series.name)
        } else {
            format!("{}.", capitalised(&told))
        });
    }
    if filled.len() > MOST_SERIES_TOLD {
        sentences.push(format!("The table holds {} more.", counted(filled.len() - MOST_SERIES_TOLD, "series")));
    }
    sentences
}

fn story(plot: &Plot<'_>, series: &PlotSeries<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    match series.dots.as_slice() {
        [] => {}
        [only] => parts.push(format!("the only value is {}", value_at(plot, only))),
        [before, latest] => {
            let change = match Side::of(latest.y, before.y) {
                Side::Above => "up from",
                Side::Below => "down from",
                Side::At | Side::Inside => "unchanged from",
            };
            parts.push(format!("latest {}, {change} {}", value_at(plot, latest), value_at(plot, before)));
        }
        [.., latest] => {
            parts.push(format!("latest {}", value_at(plot, latest)));
            parts.extend(extremes(plot, &series.dots));
            parts.push(trend_part(plot, series));
        }
    }
    if let (Some(target), Some(latest)) = (plot.model.current_target(), series.dots.last()) {
        parts.push(format!("the latest value is {} ({})", verdict_text(latest.y, target.goal), target.label));
        parts.extend(crossings(plot, &series.dots, target));
    }
    parts.extend(series.dots.last().and_then(|latest| {
        let path = plot.path.value_at(latest.key.time_ms()?)?;
        Some(standing(latest.y, path, &plot.model.unit.text(path)))
    }));
    parts
}

fn extremes(plot: &Plot<'_>, dots: &[Dot<'_>]) -> Vec<String> {
    let lowest = dots.iter().min_by(|a, b| a.y.total_cmp(&b.y));
    // The first of equal ones, as for the lowest.
    let highest = dots.iter().rev().max_by(|a, b| a.y.total_cmp(&b.y));
    match (lowest, highest) {
        (Some(low), Some(high)) if Side::of(low.y, high.y) == Side::At => {
            vec![format!("all values are {}", plot.model.unit.text(low.y))]
        }
        (Some(low), Some(high)) => {
            vec![format!("lowest {}", value_at(plot, low)), format!("highest {}", value_at(plot, high))]
        }
        _ => Vec::new(),
    }
}

fn trend_part(plot: &Plot<'_>, series: &PlotSeries<'_>) -> String {
    let (word, rising) = match series_trend(series) {
        Trend::Rising => ("rising", true),
        Trend::Falling => ("falling", false),
        Trend::Unclear => return "no clear trend".to_owned(),
        Trend::TooFewPoints => return "too few points to tell a trend".to_owned(),
    };
    let goal = plot.model.current_target().or_else(|| plot.model.targets.first()).map(|target| target.goal);
    let latest = series.dots.last().map(|dot| dot.y);
    match goal.zip(latest).and_then(|(goal, latest)| goal.rising_is_better(latest)) {
        None => format!("trend {word}"),
        Some(better) if better == rising => format!("trend {word}, an improvement"),
        Some(_) => format!("trend {word}, for the worse"),
    }
}

fn crossings(plot: &Plot<'_>, dots: &[Dot<'_>], target: &TargetLine) -> Option<String> {
    let counts = |dot: &&Dot<'_>| dot.key.time_ms().is_none_or(|time_ms| target.is_in_force(time_ms));
    if dots.iter().filter(counts).count() < 2 {
        return None;
    }
    let mut count = 0;
    let mut last_crossing = None;
    let mut told = dots.iter().filter(counts);
    let mut before = told.next()?;
    for dot in told {
        if differ(target.goal, before.y, dot.y) {
            count += 1;
            last_crossing = Some((before.key, dot.key));
        }
        before = dot;
    }
    Some(match last_crossing {
        None => "the target was not crossed".to_owned(),
        Some((from, to)) => format!(
            "the target was crossed {}, last between {} and {}",
            counted(count, "time"),
            plot.label(from),
            plot.label(to)
        ),
    })
}

/// Whether two values are on different sides of a target: one meets it and the other does not, or they miss a range on its
/// two sides.
fn differ(goal: Goal, one: f64, other: f64) -> bool {
    let is_range = matches!(goal, Goal::Within(..));
    goal.is_met(one) != goal.is_met(other) || (is_range && Side::of_goal(one, goal) != Side::of_goal(other, goal))
}

fn bars(plot: &Plot<'_>) -> Vec<String> {
    let mut opening = format!("{} by category: {}", plot.model.subject, counted(plot.dot_count(), "value"));
    if plot.series.len() > 1 {
        append(&mut opening, format_args!(" of {}", counted(plot.filled_series().count(), "series")));
    }
    append(&mut opening, format_args!(" in {}.", counted(plot.slots.len(), "category")));
    let mut sentences = vec![opening];
    if let Some(range) = bars_range(plot) {
        sentences.push(format!("{}.", capitalised(&range)));
    }
    if let Some(target) = plot.model.current_target() {
        sentences.push(format!("{}.", capitalised(&bars_standing(plot, target))));
    }
    sentences
}
