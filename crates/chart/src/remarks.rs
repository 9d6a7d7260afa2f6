//! What a summary says beside its findings: what else is drawn, what lies ahead, what happened and what is left out.

use std::collections::BTreeMap;

use crate::annotation::AnnotationKind;
use crate::model::TargetLine;
use crate::plot::{Key, Plot};
use crate::sentence::{append, counted};

/// The remarks, each a sentence.
pub(crate) fn remarks(plot: &Plot<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    remarks.extend(forecast(plot));
    targets(plot, &mut remarks);
    remarks.extend(annotations(plot));
    left_out(plot, &mut remarks);
    remarks
}

/// The last expected value.
fn forecast(plot: &Plot<'_>) -> Option<String> {
    let (band, dot) = (plot.model.forecast.as_ref()?, plot.ahead.dots.last()?);
    let value = plot.model.unit.text(dot.mean);
    let interval = band.interval_text(&plot.model.unit, dot);
    Some(format!("{}: {value} on {}, {interval}.", band.name(), plot.label(Key::Time(dot.time_ms))))
}

fn targets(plot: &Plot<'_>, remarks: &mut Vec<String>) {
    let labels = |targets: &[&TargetLine]| {
        targets.iter().map(|target| ranged_label(plot, target)).collect::<Vec<_>>().join("; ")
    };
    if plot.dot_count() == 0
        && let Some(target) = plot.model.current_target()
    {
        remarks.push(format!("The current target is {}.", target.label));
    }
    let mut others: Vec<&TargetLine> =
        plot.targets.iter().map(|one| one.line).filter(|target| !target.current).collect();
    others.dedup_by(|one, other| std::ptr::eq(*one, *other));
    if !others.is_empty() {
        remarks.push(format!("Also drawn: {}.", labels(&others)));
    }
    if !plot.path_line().is_empty() && !plot.path_is_told() {
        remarks.push("Also drawn: the path to the target.".to_owned());
    }
    if !plot.far_targets.is_empty() {
        remarks.push(format!("Too far off to be drawn: {}.", labels(&plot.far_targets)));
    }
    if !plot.outside_targets.is_empty() {
        remarks.push(format!("Outside the picture: {}.", labels(&plot.outside_targets)));
    }
}

/// A target's label with the time in which it counts.
fn ranged_label(plot: &Plot<'_>, target: &TargetLine) -> String {
    let time = |time_ms: i64| plot.label(Key::Time(time_ms));
    match (target.from_ms, target.until_ms) {
        (None, None) => target.label.clone(),
        (Some(from), None) => format!("{} (from {})", target.label, time(from)),
        (None, Some(until)) => format!("{} (until {})", target.label, time(until)),
        (Some(from), Some(until)) => format!("{} (from {} until {})", target.label, time(from), time(until)),
    }
}

/// `Marked: 2 deployments, 1 incident; 1 of them outside the picture.`
fn annotations(plot: &Plot<'_>) -> Option<String> {
    let mut counts: BTreeMap<AnnotationKind, usize> = BTreeMap::new();
    for placed in &plot.annotations {
        *counts.entry(placed.annotation.kind).or_default() += 1;
    }
    if counts.is_empty() {
        return None;
    }
    let told: Vec<String> = counts.into_iter().map(|(kind, count)| counted(count, kind.word())).collect();
    let mut text = format!("Marked: {}", told.join(", "));
    let is_inside = |key: Option<Key>| key.is_some_and(|key| plot.place_inside(key).is_some());
    let outside = plot.annotations.iter().filter(|placed| !is_inside(placed.key)).count();
    if outside > 0 {
        append(&mut text, format_args!("; {outside} of them outside the picture"));
    }
    text.push('.');
    Some(text)
}

fn left_out(plot: &Plot<'_>, remarks: &mut Vec<String>) {
    let not_drawn = |count: usize, noun: &str| {
        let verb = if count == 1 { "is" } else { "are" };
        format!("{} {verb} not drawn", counted(count, noun))
    };
    if plot.not_finite > 0 {
        remarks.push(format!("{}: not a finite number.", not_drawn(plot.not_finite, "value")));
    }
    if plot.without_time > 0 {
        remarks.push(format!("{}: without a time.", not_drawn(plot.without_time, "value")));
    }
    if plot.ahead.left_out > 0 {
        let text = not_drawn(plot.ahead.left_out, "expected value");
        remarks.push(format!("{text}: not a finite number at a later time of its own."));
    }
    let drawn: usize = plot.series.iter().map(|series| series.drawn().len()).sum();
    if plot.keys.first().is_some_and(|key| matches!(key, Key::Time(_))) && drawn < plot.dot_count() {
        remarks.push(
            "The picture draws the lowest and highest values of short intervals; the table holds every point."
                .to_owned(),
        );
    }
}
