//! Where the marks of annotations stand. The page places shape and letter as HTML above the picture, in whole percents;
//! the picture has a vertical line at the same percent.

use crate::annotation::{AnnotationKind, Placed, SEVERAL, path_data, told_shortly};
use crate::model::ChartModel;
use crate::number::percent;
use crate::plot::Plot;

/// Marks closer than this are merged: a shape with two digits under it is 21 pixels wide, and a picture on a screen of 320
/// pixels may be no wider than 210.
const MARK_WIDTH_PERCENT: u8 = 10;
/// The highest count that is written out.
const MOST_COUNTED: usize = 99;

/// The mark of one annotation, or of several that lie close together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationMark {
    /// 0 to 100 from the start edge: the place of the earliest one.
    pub percent: u8,
    /// The kind; none if several kinds share the mark.
    pub kind: Option<AnnotationKind>,
    /// The outline of the shape, as the `d` attribute of a path in a view box of 12 by 12.
    pub shape: String,
    /// What stands under the shape: the letter of the kind, or how many there are.
    pub sign: String,
    /// How many annotations share the mark.
    pub count: usize,
    /// The annotations in words, not escaped; the first three one by one.
    pub label: String,
}

/// The marks of a chart, earliest first, at least ten percent apart. Annotations outside the picture have none; the summary
/// counts them.
pub fn annotation_marks(model: &ChartModel) -> Vec<AnnotationMark> {
    let plot = Plot::new(model);
    groups(&plot).into_iter().map(|(percent, group)| mark(&plot, percent, &group)).collect()
}

/// Annotations that share a mark, with the percent of the earliest.
pub(crate) fn groups<'plot, 'a>(plot: &'plot Plot<'a>) -> Vec<(u8, Vec<&'plot Placed<'a>>)> {
    let mut groups: Vec<(u8, Vec<&Placed<'_>>)> = Vec::new();
    for placed in &plot.annotations {
        let Some(place) = placed.key.and_then(|key| plot.place_inside(key)) else { continue };
        let percent = percent(place);
        match groups.last_mut() {
            Some((start, group)) if percent - *start < MARK_WIDTH_PERCENT => group.push(placed),
            _ => groups.push((percent, vec![placed])),
        }
    }
    groups
}

/// The one kind of a group; none if there are several.
pub(crate) fn kind_of(group: &[&Placed<'_>]) -> Option<AnnotationKind> {
    let kind = group.first()?.annotation.kind;
    group.iter().all(|placed| placed.annotation.kind == kind).then_some(kind)
}

fn mark(plot: &Plot<'_>, percent: u8, group: &[&Placed<'_>]) -> AnnotationMark {
    let kind = kind_of(group);
    let sign = match (group.len(), kind) {
        (1, Some(kind)) => kind.letter().to_string(),
        (count, _) if count > MOST_COUNTED => format!("{MOST_COUNTED}+"),
        (count, _) => count.to_string(),
    };
    AnnotationMark {
        percent,
        kind,
        shape: path_data(kind.map_or(SEVERAL, AnnotationKind::corners), 0),
        sign,
        count: group.len(),
        label: told_shortly(plot, group, None).join("; "),
    }
}
