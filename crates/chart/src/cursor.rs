//! What the chart's cursor says at each place, for a range input's `aria-valuetext` and the visible read-out.

use std::collections::BTreeMap;

use crate::annotation::{Placed, nearest, told_shortly};
use crate::model::ChartModel;
use crate::number::percent;
use crate::plot::{Dot, Key, Plot};
use crate::scale::Scale;
use crate::sentence::append;
use crate::side::side_text;

/// One stop of the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorPoint {
    /// 0 to 100 from the start edge.
    pub percent: u8,
    /// 0 to 100 from the bottom edge: the first series that has a value here.
    pub y_percent: u8,
    /// Such as `12 October 2026, 1.01, above target, point 5 of 6`; not escaped.
    pub text: String,
    /// Whether it is an expected value, not a measured one. A cursor should begin at the last stop that is not.
    pub is_forecast: bool,
}

/// A stop before its place and its annotations are told.
struct Stop {
    key: Key,
    y: f64,
    /// What has been measured or is expected.
    values: String,
    /// Which of how many it is.
    number: String,
    is_forecast: bool,
}

/// The stops of the cursor along x, one for each place that has a value; several series are told in one text. A long
/// history stops at the drawn points only, but counts all of them. The expected values follow. An annotation is told at
/// the stop that is nearest to it, the first three one by one.
pub fn cursor_texts(model: &ChartModel) -> Vec<CursorPoint> {
    let plot = Plot::new(model);
    let Some(scale) = &plot.scale else {
        return Vec::new();
    };
    let mut stops = measured(&plot);
    stops.extend(expected(&plot));
    let keys: Vec<Key> = stops.iter().map(|stop| stop.key).collect();
    let mut annotations: BTreeMap<usize, Vec<&Placed<'_>>> = BTreeMap::new();
    for placed in &plot.annotations {
        if let Some(index) = placed.key.and_then(|key| nearest(&keys, key)) {
            annotations.entry(index).or_default().push(placed);
        }
    }
    let point = |(index, stop): (usize, Stop)| {
        let noted = annotations.get(&index).map(Vec::as_slice).unwrap_or_default();
        cursor_point(&plot, scale, &stop, noted)
    };
    stops.into_iter().enumerate().map(point).collect()
}

fn cursor_point(plot: &Plot<'_>, scale: &Scale, stop: &Stop, noted: &[&Placed<'_>]) -> CursorPoint {
    let place = plot.label(stop.key);
    let mut text = format!("{place}, {}", stop.values);
    if let Some(path) = stop.key.time_ms().and_then(|time_ms| plot.path.value_at(time_ms)) {
        append(&mut text, format_args!(", path {}", plot.model.unit.text(path)));
    }
    for told in told_shortly(plot, noted, Some(&place)) {
        append(&mut text, format_args!(", {told}"));
    }
    append(&mut text, format_args!(", {}", stop.number));
    CursorPoint {
        percent: percent(plot.place(stop.key)),
        y_percent: scale.percent(stop.y),
        text,
        is_forecast: stop.is_forecast,
    }
}

fn measured(plot: &Plot<'_>) -> Vec<Stop> {
    let several = plot.series.len() > 1;
    let mut stops: BTreeMap<Key, Vec<(&str, Dot<'_>)>> = BTreeMap::new();
    for series in &plot.series {
        for dot in series.drawn() {
            stops.entry(dot.key).or_default().push((series.name, dot));
        }
    }
    let stop = |(key, dots): (Key, Vec<(&str, Dot<'_>)>)| {
        let values: Vec<String> =
            dots.iter().map(|(name, dot)| value_text(plot.model, several.then_some(*name), dot)).collect();
        let number = plot.keys.partition_point(|other| *other < key) + 1;
        Stop {
            key,
            y: dots.first().map_or(0.0, |(_, dot)| dot.y),
            values: values.join("; "),
            number: format!("point {number} of {}", plot.keys.len()),
            is_forecast: false,
        }
    };
    stops.into_iter().map(stop).collect()
}

fn value_text(model: &ChartModel, name: Option<&str>, dot: &Dot<'_>) -> String {
    let mut text = name.map(|name| format!("{name} ")).unwrap_or_default();
    text.push_str(&model.unit.text(dot.y));
    if let Some(target) = model.current_target() {
        append(&mut text, format_args!(", {}", side_text(target, dot.key, dot.y)));
    }
    if let Some(note) = dot.note {
        append(&mut text, format_args!(", note: {note}"));
    }
    text
}

fn expected(plot: &Plot<'_>) -> Vec<Stop> {
    let Some(band) = &plot.model.forecast else {
        return Vec::new();
    };
    let count = plot.ahead.dots.len();
    let unit = &plot.model.unit;
    let stop = |(index, dot): (usize, &crate::forecast::ForecastDot<'_>)| Stop {
        key: Key::Time(dot.time_ms),
        y: dot.mean,
        values: format!("forecast {}, {}", unit.text(dot.mean), band.interval_text(unit, dot)),
        number: format!("forecast {} of {count}", index + 1),
        is_forecast: true,
    };
    plot.ahead.dots.iter().enumerate().map(stop).collect()
}
