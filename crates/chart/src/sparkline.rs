//! The small history inside a table row: a line and its last point, no axes. Its scale is its own, so it shows shape, not
//! size; two sparklines must not be compared by height.

use crate::document::{Root, SvgRole, draw};
use crate::number::{is_drawable, time_fraction};
use crate::role::Role;
use crate::sentence::counted;
use crate::side::Side;
use crate::thin::drawn_indices;
use crate::time_text::{Detail, long};
use crate::unit_label::UnitLabel;

/// Room above and below, so that the line's thickness stays inside.
const INSET: f64 = 0.1;

fn drawable(points: &[(i64, f64)]) -> Vec<(i64, f64)> {
    let mut kept: Vec<(i64, f64)> = points.iter().copied().filter(|(_, y)| is_drawable(*y)).collect();
    kept.sort_by_key(|(time_ms, _)| *time_ms);
    kept
}

/// An inline SVG of (time in ms, value), hidden from assistive technology. Values that are not finite are left out; without
/// any value the element is empty. `width` and `height` are the view box.
pub fn sparkline_svg(points: &[(i64, f64)], width: u32, height: u32) -> String {
    let points = drawable(points);
    let root = Root { width, height, class: "sparkline", id: None, role: SvgRole::Hidden, name: String::new() };
    let low = points.iter().fold(f64::INFINITY, |low, (_, y)| low.min(*y));
    let high = points.iter().fold(f64::NEG_INFINITY, |high, (_, y)| high.max(*y));
    let (first_ms, last_ms) = (points.first().map_or(0, |point| point.0), points.last().map_or(0, |point| point.0));
    let place = |(time_ms, y): (i64, f64)| {
        let height = if high > low { (y - low) / (high - low) } else { 0.5 };
        (time_fraction(time_ms, first_ms, last_ms), INSET + height * (1.0 - 2.0 * INSET))
    };
    draw(&root, |pen| {
        let drawn: Vec<(f64, f64)> =
            drawn_indices(&points).into_iter().filter_map(|index| points.get(index).copied()).map(place).collect();
        if drawn.len() > 1 {
            pen.line(drawn, Role::Spark);
        }
        if let Some(last) = points.last() {
            pen.dot(place(*last), Role::SparkLast);
        }
    })
}

/// The sparkline in words: how many points since when, first and latest value, range.
pub fn sparkline_text(points: &[(i64, f64)], unit: &UnitLabel) -> String {
    let points = drawable(points);
    match points.as_slice() {
        [] => "No data yet.".to_owned(),
        [(time_ms, y)] => format!("{} on {}, the only point.", unit.text(*y), long(*time_ms, Detail::Day)),
        [first, .., latest] => {
            let low = points.iter().fold(f64::INFINITY, |low, (_, y)| low.min(*y));
            let high = points.iter().fold(f64::NEG_INFINITY, |high, (_, y)| high.max(*y));
            let change = match Side::of(latest.1, first.1) {
                Side::Above => "up from",
                Side::Below => "down from",
                Side::At | Side::Inside => "the same as",
            };
            format!(
                "{}, {change} {} on {}; {} between {} and {}.",
                unit.text(latest.1),
                unit.text(first.1),
                long(first.0, Detail::Day),
                counted(points.len(), "point"),
                unit.text(low),
                unit.text(high)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENING: &str = "<svg aria-hidden=\"true\" focusable=\"false\" class=\"sparkline\" viewBox=\"0 0 100 20\" \
         preserveAspectRatio=\"none\" overflow=\"visible\" fill=\"none\" stroke=\"currentColor\">";

    #[test]
    fn a_sparkline_is_a_line_and_its_last_point() {
        let svg = sparkline_svg(&[(30, 3.0), (0, 1.0), (10, f64::NAN), (15, 2.0)], 100, 20);
        assert_eq!(
            svg,
            format!(
                "{OPENING}<path class=\"spark\" vector-effect=\"non-scaling-stroke\" d=\"M0 18 50 10 100 2\"/>\
                 <path class=\"spark-last\" stroke-width=\"7\" stroke-linecap=\"round\" vector-effect=\"non-scaling-stroke\" \
                 d=\"M100 2h0.01\"/></svg>"
            )
        );
    }

    #[test]
    fn a_sparkline_without_values_is_empty() {
        assert_eq!(sparkline_svg(&[(0, f64::INFINITY)], 100, 20), format!("{OPENING}</svg>"));
    }

    #[test]
    fn sparklines_have_words() {
        let unit = UnitLabel::plain(1);
        let day_ms = 86_400_000;
        assert_eq!(sparkline_text(&[], &unit), "No data yet.");
        assert_eq!(sparkline_text(&[(0, 1.0)], &unit), "1.0 on 1 January 1970, the only point.");
        assert_eq!(
            sparkline_text(&[(day_ms, 3.0), (0, 1.0), (2 * day_ms, 2.0)], &unit),
            "2.0, up from 1.0 on 1 January 1970; 3 points between 1.0 and 3.0."
        );
    }
}
