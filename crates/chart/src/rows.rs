//! The rows that table and CSV share: every point of the model, drawn or not, and what lies ahead of them.

use std::collections::BTreeMap;

use crate::annotation::{Placed, nearest, told};
use crate::forecast::ForecastDot;
use crate::model::{ChartKind, ChartPoint, Position};
use crate::number::is_drawable;
use crate::plot::{Key, Plot, position_label};

/// What a row holds.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    /// A value as it was given, finite or not.
    Measured(f64),
    Forecast(ForecastDot<'a>),
}

/// One row.
pub(crate) struct Row<'a> {
    pub series: &'a str,
    pub x: &'a Position,
    pub content: Content<'a>,
    /// Where the value should be then.
    pub path: Option<f64>,
    /// The point's own note, and the annotations to which this row is the nearest.
    pub note: String,
}

impl Row<'_> {
    fn time_key(&self) -> Option<Key> {
        if let Position::Time(time_ms) = self.x { Some(Key::Time(*time_ms)) } else { None }
    }

    fn is_drawn(&self) -> bool {
        match self.content {
            Content::Measured(value) => is_drawable(value),
            Content::Forecast(_) => true,
        }
    }
}

/// Series by series, a history's points sorted by time; then the forecast.
pub(crate) fn rows<'a>(plot: &Plot<'a>) -> Vec<Row<'a>> {
    let is_history = plot.model.kind == ChartKind::History;
    let mut rows = Vec::new();
    let mut push = |series: &'a str, x: &'a Position, content: Content<'a>, note: Option<&str>| {
        let path = if let Position::Time(time_ms) = x { plot.path.value_at(*time_ms) } else { None };
        rows.push(Row { series, x, content, path, note: note.unwrap_or_default().to_owned() });
    };
    for series in &plot.model.series {
        let mut points: Vec<&ChartPoint> = series.points.iter().collect();
        if is_history {
            points.sort_by(|a, b| a.x.cmp(&b.x));
        }
        for point in points {
            push(&series.name, &point.x, Content::Measured(point.y), point.note.as_deref());
        }
    }
    let first = plot.model.series.first().map_or("", |series| &series.name);
    for dot in &plot.ahead.dots {
        push(first, dot.x, Content::Forecast(*dot), None);
    }
    annotate(plot, &mut rows);
    rows
}

fn annotate(plot: &Plot<'_>, rows: &mut [Row<'_>]) {
    for (placed, index) in plot.annotations.iter().zip(carriers(plot, rows)) {
        if let Some(row) = index.and_then(|index| rows.get_mut(index)) {
            let text = told(plot, placed, Some(&position_label(row.x, plot.detail)));
            if !row.note.is_empty() {
                row.note.push_str("; ");
            }
            row.note.push_str(&text);
        }
    }
}

/// The row that notes each annotation: the nearest in time, or the first of its category.
fn carriers(plot: &Plot<'_>, rows: &[Row<'_>]) -> Vec<Option<usize>> {
    match plot.model.kind {
        _ if plot.annotations.is_empty() => Vec::new(),
        ChartKind::Bars => {
            let mut first_rows: BTreeMap<&Position, usize> = BTreeMap::new();
            for (index, row) in rows.iter().enumerate() {
                first_rows.entry(row.x).or_insert(index);
            }
            plot.annotations.iter().map(|placed| first_rows.get(&placed.annotation.x).copied()).collect()
        }
        ChartKind::History => {
            let (keys, indices) = places(rows);
            let row = |placed: &Placed<'_>| indices.get(nearest(&keys, placed.key?)?).copied();
            plot.annotations.iter().map(row).collect()
        }
    }
}

/// The times of the rows, sorted and each once, with the first row of each; rows without a place in the picture count only
/// where there are no others.
fn places(rows: &[Row<'_>]) -> (Vec<Key>, Vec<usize>) {
    let timed = |(index, row): (usize, &Row<'_>)| row.time_key().map(|key| (key, index));
    let mut places: Vec<(Key, usize)> =
        rows.iter().enumerate().filter(|(_, row)| row.is_drawn()).filter_map(timed).collect();
    if places.is_empty() {
        places = rows.iter().enumerate().filter_map(timed).collect();
    }
    places.sort_unstable();
    places.dedup_by_key(|(key, _)| *key);
    places.into_iter().unzip()
}
