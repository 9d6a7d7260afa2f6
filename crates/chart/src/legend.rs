//! What the lines and marks of a picture mean, for the page to list beside it.

use std::collections::BTreeSet;

use crate::annotation::path_data;
use crate::annotation_marks::groups;
use crate::model::ChartModel;
use crate::path::PATH_NAME;
use crate::plot::Plot;
use crate::role::{Role, look};

const ACROSS: &str = "M0 6H24";

/// One entry of a legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegendItem {
    /// The classes of the swatch's path; the same as in the picture.
    pub class: String,
    /// The `d` attribute of the swatch's path, in a view box of 24 by 12.
    pub shape: String,
    /// The text, not escaped.
    pub label: String,
}

/// What needs a word: the series where there are several or something else is drawn beside them, the forecast and its
/// interval, the path, and the kinds of annotations in the picture.
pub fn legend(model: &ChartModel) -> Vec<LegendItem> {
    let plot = Plot::new(model);
    let item =
        |role: Role, shape: &str, label: String| LegendItem { class: role.class(), shape: shape.to_owned(), label };
    let mut beside = Vec::new();
    if let Some(band) = model.forecast.as_ref().filter(|_| !plot.ahead.dots.is_empty()) {
        beside.push(item(Role::ForecastLine, ACROSS, band.name()));
        let level = band.level_text().map(|level| format!(" ({level})")).unwrap_or_default();
        beside.push(item(Role::ForecastBand, "M0 1H24V11H0z", format!("Interval of the forecast{level}")));
    }
    if !plot.path_line().is_empty() {
        beside.push(item(Role::Path, ACROSS, PATH_NAME.to_owned()));
    }
    let mut items = Vec::new();
    if plot.series.len() > 1 || (!beside.is_empty() && plot.dot_count() > 0) {
        let named = |(index, name): (usize, &str)| item(Role::Line(look(index)), ACROSS, name.to_owned());
        items.extend(plot.series.iter().map(|series| series.name).enumerate().map(named));
    }
    items.append(&mut beside);
    let marked: BTreeSet<_> =
        groups(&plot).into_iter().flat_map(|(_, group)| group).map(|placed| placed.annotation.kind).collect();
    for kind in marked {
        let label = format!("{}: {}", kind.letter(), kind.word());
        items.push(item(Role::AnnotationShape, &path_data(kind.corners(), 6), label));
    }
    items
}
