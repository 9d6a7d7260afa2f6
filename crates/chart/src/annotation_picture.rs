//! The annotations in a picture: an upright line for each mark, and its shape where no page places one.

use crate::annotation::{AnnotationKind, SEVERAL};
use crate::annotation_marks::{groups, kind_of};
use crate::document::Pen;
use crate::plot::Plot;
use crate::role::Role;

/// The width and height of a shape as a part of the picture's.
const SHAPE_SIZE: (f64, f64) = (0.018, 0.056);
/// The box that the corners of shapes count in.
const CORNER_BOX: f64 = 12.0;

/// An upright line at the percent of each mark.
pub(crate) fn annotation_lines(pen: &mut Pen<'_>, plot: &Plot<'_>) {
    for (percent, _) in groups(plot) {
        let place = f64::from(percent) / 100.0;
        pen.line(vec![(place, 0.0), (place, 1.0)], Role::Annotation);
    }
}

/// The shapes, for a picture that stands alone; in a page it is stretched and they would be distorted.
pub(crate) fn annotation_shapes(pen: &mut Pen<'_>, plot: &Plot<'_>) {
    let (width, height) = SHAPE_SIZE;
    for (percent, group) in groups(plot) {
        let middle = (f64::from(percent) / 100.0).clamp(width / 2.0, 1.0 - width / 2.0);
        let corner = |(x, y): &(u8, u8)| {
            (middle + (f64::from(*x) / CORNER_BOX - 0.5) * width, 1.0 - f64::from(*y) / CORNER_BOX * height)
        };
        let corners = kind_of(&group).map_or(SEVERAL, AnnotationKind::corners);
        pen.area(corners.iter().map(corner).collect(), Role::AnnotationShape);
    }
}
