//! The picture of a chart. It holds no text: labels, legend and name are the page's.

use crate::annotation_picture::{annotation_lines, annotation_shapes};
use crate::document::{Pen, Root, SvgRole, draw};
use crate::model::{ChartKind, ChartModel};
use crate::number::count_f64;
use crate::plot::{Key, Plot};
use crate::role::{Role, look};
use crate::scale::Scale;
use crate::takeaway::takeaway;
use crate::unmeasured_picture::{expected, interval, path};

/// The width of the picture's view box.
pub const VIEW_WIDTH: u32 = 1000;
/// The height of the picture's view box.
pub const VIEW_HEIGHT: u32 = 320;
/// Above this many points markers would run into each other: then only the last point has one.
const MOST_MARKED_POINTS: usize = 60;
/// From this series on (counted from 0) markers are hollow.
const FIRST_HOLLOW_SERIES: usize = 2;
/// The part of a category's width that its bars take.
const BARS_SHARE: f64 = 0.7;

/// The picture as an SVG element hidden from assistive technology; the figure around it carries the content.
pub fn svg(model: &ChartModel) -> String {
    svg_with_role(model, SvgRole::Hidden)
}

/// The picture as an SVG element: hidden, or an image named by the takeaway.
pub fn svg_with_role(model: &ChartModel, role: SvgRole) -> String {
    let name = if role == SvgRole::Image { takeaway(model) } else { String::new() };
    let id = (!model.id.is_empty()).then(|| format!("{}-picture", model.id));
    let root = Root { width: VIEW_WIDTH, height: VIEW_HEIGHT, class: "chart-picture", id, role, name };
    let plot = Plot::new(model);
    draw(&root, |pen| {
        if let Some(scale) = &plot.scale {
            backdrop(pen, &plot, scale);
            annotation_lines(pen, &plot);
            interval(pen, &plot, scale);
            match model.kind {
                ChartKind::History => lines(pen, &plot, scale),
                ChartKind::Bars => bars(pen, &plot, scale),
            }
            targets(pen, &plot, scale);
            path(pen, &plot, scale);
            expected(pen, &plot, scale);
            if role == SvgRole::Image {
                annotation_shapes(pen, &plot);
            }
            if model.kind == ChartKind::History {
                markers(pen, &plot, scale);
            }
        }
    })
}

fn across(pen: &mut Pen<'_>, height: f64, role: Role) {
    pen.line(vec![(0.0, height), (1.0, height)], role);
}

fn backdrop(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    for tick in &scale.ticks {
        across(pen, scale.fraction(*tick), Role::Grid);
    }
    if scale.low() <= 0.0 && scale.high() >= 0.0 && plot.dot_count() > 0 {
        across(pen, scale.fraction(0.0), Role::Axis);
    }
}

fn lines(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    for (index, series) in plot.series.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            series.drawn().iter().map(|dot| (plot.place(dot.key), scale.fraction(dot.y))).collect();
        if points.len() > 1 {
            pen.line(points, Role::Line(look(index)));
        }
    }
}

fn markers(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    for (index, series) in plot.series.iter().enumerate() {
        let first = if series.dots.len() > MOST_MARKED_POINTS { series.dots.len() - 1 } else { 0 };
        let marked = series.dots.get(first..).unwrap_or_default();
        let mut roles = vec![Role::Marker(look(index))];
        if usize::from(look(index)) >= FIRST_HOLLOW_SERIES {
            roles.push(Role::MarkerCore(look(index)));
        }
        for role in roles {
            for dot in marked {
                pen.dot((plot.place(dot.key), scale.fraction(dot.y)), role);
            }
        }
    }
}

fn bars(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    let slot_width = 1.0 / count_f64(plot.slots.len().max(1));
    let bar_width = slot_width * BARS_SHARE / count_f64(plot.series.len().max(1));
    for (index, series) in plot.series.iter().enumerate() {
        for dot in &series.dots {
            let Key::Slot(slot) = dot.key else { continue };
            let group_start = (count_f64(slot) + (1.0 - BARS_SHARE) / 2.0) * slot_width;
            let start = group_start + count_f64(index) * bar_width;
            let (zero, end) = (scale.fraction(0.0), scale.fraction(dot.y));
            pen.rectangle((start, zero.max(end)), (start + bar_width, zero.min(end)), Role::Bar(look(index)));
        }
    }
}

fn targets(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    for (current, role) in [(false, Role::Target), (true, Role::TargetCurrent)] {
        for target in plot.targets.iter().filter(|target| target.line.current == current) {
            let height = scale.fraction(target.value);
            pen.line(vec![(target.span.0, height), (target.span.1, height)], role);
        }
    }
}
