//! The table behind the picture: every point of the model, drawn or not, as text for people.

use crate::model::{ChartKind, ChartModel, ChartPoint};
use crate::number::is_drawable;
use crate::plot::{Side, detail, position_label};

/// Rows of texts, not escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The headings.
    pub columns: Vec<String>,
    /// One row per point, each as long as the headings.
    pub rows: Vec<Vec<String>>,
}

/// A model's points with the name of their series: series by series, a history's points sorted by time.
pub(crate) fn ordered_points(model: &ChartModel) -> Vec<(&str, &ChartPoint)> {
    let mut ordered = Vec::new();
    for series in &model.series {
        let mut points: Vec<&ChartPoint> = series.points.iter().collect();
        if model.kind == ChartKind::History {
            points.sort_by(|a, b| a.x.cmp(&b.x));
        }
        ordered.extend(points.into_iter().map(|point| (series.name.as_str(), point)));
    }
    ordered
}

/// The table of a chart. The columns are the time in UTC or the category, the series where there are several, the value,
/// its side of the current target where there is one, and the note where any point has one.
pub fn table(model: &ChartModel) -> Table {
    let points = ordered_points(model);
    let several = model.series.len() > 1;
    let target = model.current_target();
    let noted = points.iter().any(|(_, point)| point.note.is_some());
    let detail = detail(model);

    let first = if model.kind == ChartKind::History { "Time (UTC)" } else { "Category" };
    let mut columns = vec![first.to_owned()];
    if several {
        columns.push("Series".to_owned());
    }
    columns.push(model.subject.clone());
    columns.extend(target.map(|target| format!("Against {}", target.label)));
    if noted {
        columns.push("Note".to_owned());
    }

    let row = |(series, point): &(&str, &ChartPoint)| {
        let mut row = vec![position_label(&point.x, detail)];
        if several {
            row.push((*series).to_owned());
        }
        row.push(if point.y.is_finite() { model.unit.text(point.y) } else { "not a number".to_owned() });
        row.extend(target.map(|target| {
            if is_drawable(point.y) { Side::of(point.y, target.value).text().to_owned() } else { "unknown".to_owned() }
        }));
        if noted {
            row.push(point.note.clone().unwrap_or_default());
        }
        row
    };
    Table { columns, rows: points.iter().map(row).collect() }
}
