//! Where the page puts its HTML labels: whole percents, because a strict content security policy allows classes but no
//! inline style. The picture's gridlines are at exactly the percents of the y ticks.

use crate::model::{ChartModel, TargetLine};
use crate::number::percent;
use crate::plot::{Key, Plot};
use crate::time_axis;

/// The most labels on x that fit next to each other on a narrow screen.
const MOST_X_TICKS: usize = 5;
/// Target labels closer than this would overlap, so they share one mark.
const LABEL_HEIGHT_PERCENT: u8 = 6;

/// The labels of both axes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axes {
    /// At most five, from the start edge; a time's place is rounded to the nearest percent.
    pub x: Vec<Tick>,
    /// At most six, from the bottom edge; exact. Empty when there is neither a value nor a target.
    pub y: Vec<Tick>,
}

/// One label of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// 0 to 100 from the start edge or from the bottom edge.
    pub percent: u8,
    /// The text, not escaped.
    pub label: String,
}

/// The label of one target line, or of several that lie close together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetMark {
    /// 0 to 100 from the bottom edge.
    pub percent: u8,
    /// The text, not escaped; several labels are joined with a comma, the lower target first.
    pub label: String,
    /// Whether the current target is among them.
    pub current: bool,
}

/// The axis labels of a chart.
pub fn axes(model: &ChartModel) -> Axes {
    let plot = Plot::new(model);
    let x = match plot.period {
        Some((first, last)) => time_axis::ticks(first, last)
            .into_iter()
            .map(|(fraction, label)| Tick { percent: percent(fraction), label })
            .collect(),
        None => category_ticks(&plot),
    };
    let y = plot.scale.iter().flat_map(|scale| {
        scale.ticks.iter().map(|tick| Tick { percent: scale.percent(*tick), label: model.unit.text(*tick) })
    });
    let mut y: Vec<Tick> = y.collect();
    // Where rounding or words leave nothing to tell them apart, one label says all of it.
    y.dedup_by(|later, before| later.label == before.label);
    Axes { x, y }
}

/// Every category, or every second, third and so on, so that no more than five are labelled.
fn category_ticks(plot: &Plot<'_>) -> Vec<Tick> {
    let step = plot.slots.len().div_ceil(MOST_X_TICKS).max(1);
    let labelled = plot.slots.iter().enumerate().step_by(step);
    labelled.map(|(slot, label)| Tick { percent: percent(plot.place(Key::Slot(slot))), label: label.clone() }).collect()
}

/// The labels of the target lines in the picture, lowest first. Targets too
/// far off to be drawn, or that never count while the picture lasts, are named in the summary.
pub fn target_marks(model: &ChartModel) -> Vec<TargetMark> {
    let plot = Plot::new(model);
    let Some(scale) = &plot.scale else {
        return Vec::new();
    };
    let mut targets: Vec<(f64, &TargetLine)> = plot.targets.iter().map(|one| (one.value, one.line)).collect();
    targets.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut marks: Vec<TargetMark> = Vec::with_capacity(targets.len());
    let mut before: Option<&TargetLine> = None;
    for (value, target) in targets {
        let percent = scale.percent(value);
        match marks.last_mut() {
            Some(mark) if percent - mark.percent < LABEL_HEIGHT_PERCENT => {
                // Both ends of a narrow range are one label.
                if !before.is_some_and(|before| std::ptr::eq(before, target)) {
                    mark.label = format!("{}, {}", mark.label, target.label);
                }
                mark.current |= target.current;
            }
            _ => marks.push(TargetMark { percent, label: target.label.clone(), current: target.current }),
        }
        before = Some(target);
    }
    marks
}
