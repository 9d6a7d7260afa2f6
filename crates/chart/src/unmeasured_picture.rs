//! The parts of a history's picture that were never measured: the forecast with its interval, and the path. Neither is
//! joined to the line of the values.

use crate::document::Pen;
use crate::forecast::ForecastDot;
use crate::plot::{Key, Plot};
use crate::role::Role;
use crate::scale::Scale;

/// The interval as a tinted area with an outline, so that it shows without colour too; one expected value alone has an
/// upright line.
pub(crate) fn interval(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    let edge = |end: fn(&ForecastDot<'_>) -> f64| -> Vec<(f64, f64)> {
        let place = |dot: &ForecastDot<'_>| (plot.place(Key::Time(dot.time_ms)), scale.fraction(end(dot)));
        plot.ahead.dots.iter().map(place).collect()
    };
    let (lower, upper) = (edge(|dot| dot.lower), edge(|dot| dot.upper));
    let outline: Vec<(f64, f64)> = lower.iter().chain(upper.iter().rev()).copied().collect();
    match lower.len() {
        0 => {}
        1 => pen.line(outline, Role::ForecastEdge),
        _ => {
            pen.area(outline, Role::ForecastBand);
            pen.line(lower, Role::ForecastEdge);
            pen.line(upper, Role::ForecastEdge);
        }
    }
}

/// The expected values.
pub(crate) fn expected(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    let place = |dot: &ForecastDot<'_>| (plot.place(Key::Time(dot.time_ms)), scale.fraction(dot.mean));
    let points: Vec<(f64, f64)> = plot.ahead.dots.iter().map(place).collect();
    match points.as_slice() {
        [] => {}
        [only] => pen.dot(*only, Role::ForecastMarker),
        _ => pen.line(points, Role::ForecastLine),
    }
}

/// Where the value should be.
pub(crate) fn path(pen: &mut Pen<'_>, plot: &Plot<'_>, scale: &Scale) {
    let place = |(time_ms, value): (i64, f64)| (plot.place(Key::Time(time_ms)), scale.fraction(value));
    let points: Vec<(f64, f64)> = plot.path_line().into_iter().map(place).collect();
    if points.len() > 1 {
        pen.line(points, Role::Path);
    }
}
