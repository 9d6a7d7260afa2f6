//! What the chart's cursor says at each place, for a range input's `aria-valuetext` and the visible read-out.

use std::collections::BTreeMap;

use crate::model::ChartModel;
use crate::number::percent;
use crate::plot::{Dot, Key, Plot, Side};
use crate::sentence::append;

/// One stop of the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorPoint {
    /// 0 to 100 from the start edge.
    pub percent: u8,
    /// 0 to 100 from the bottom edge: the first series that has a value here.
    pub y_percent: u8,
    /// Such as `12 October 2026, 1.01, above target, point 5 of 6`; not escaped.
    pub text: String,
}

/// The stops of the cursor along x, one for each place that has a value; several series are told in one text. A long
/// history stops at the drawn points only, but counts all of them.
pub fn cursor_texts(model: &ChartModel) -> Vec<CursorPoint> {
    let plot = Plot::new(model);
    let Some(scale) = &plot.scale else {
        return Vec::new();
    };
    let several = plot.series.len() > 1;
    let mut stops: BTreeMap<Key, Vec<(&str, Dot<'_>)>> = BTreeMap::new();
    for series in &plot.series {
        for dot in series.drawn() {
            stops.entry(dot.key).or_default().push((series.name, dot));
        }
    }
    let mut points = Vec::with_capacity(stops.len());
    for (key, dots) in &stops {
        let values: Vec<String> =
            dots.iter().map(|(name, dot)| value_text(model, several.then_some(*name), dot)).collect();
        let number = plot.keys.partition_point(|other| other < key) + 1;
        points.push(CursorPoint {
            percent: percent(plot.place(*key)),
            y_percent: dots.first().map_or(0, |(_, dot)| scale.percent(dot.y)),
            text: format!("{}, {}, point {number} of {}", plot.label(*key), values.join("; "), plot.keys.len()),
        });
    }
    points
}

fn value_text(model: &ChartModel, name: Option<&str>, dot: &Dot<'_>) -> String {
    let mut text = name.map(|name| format!("{name} ")).unwrap_or_default();
    text.push_str(&model.unit.text(dot.y));
    if let Some(target) = model.current_target() {
        append(&mut text, format_args!(", {}", Side::of(dot.y, target.value).text()));
    }
    if let Some(note) = dot.note {
        append(&mut text, format_args!(", note: {note}"));
    }
    text
}
