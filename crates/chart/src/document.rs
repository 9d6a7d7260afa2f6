//! Draws on the canvas and wraps the shapes as one SVG element. It writes no `style` attribute, no `<style>` and no
//! colour, so that the strictest content security policy holds and the page's theme decides.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea as _};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};

use crate::canvas::{Canvas, Shape, TENTHS};
use crate::role::Role;
use crate::sentence::append;

/// What the SVG element is to assistive technology.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvgRole {
    /// Decoration: the figure around it carries name and content.
    Hidden,
    /// An image with a name of its own and the XML namespace, to stand alone in a file or a message.
    Image,
}

/// The opening of an SVG element.
pub(crate) struct Root<'a> {
    pub width: u32,
    pub height: u32,
    pub class: &'a str,
    pub id: Option<String>,
    pub role: SvgRole,
    /// The name of an image.
    pub name: String,
}

type Drawing<'a> = DrawingArea<Canvas<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws in fractions of the picture: x from the start edge, y from the bottom.
pub(crate) struct Pen<'a> {
    area: Drawing<'a>,
    failure: Option<String>,
}

impl Pen<'_> {
    /// A line through the points.
    pub(crate) fn line(&mut self, points: Vec<(f64, f64)>, role: Role) {
        let drawn = self.area.draw(&PathElement::new(points, role.color()));
        self.keep(drawn);
    }

    /// A dot.
    pub(crate) fn dot(&mut self, point: (f64, f64), role: Role) {
        let drawn = self.area.draw(&Circle::new(point, 1, role.color()));
        self.keep(drawn);
    }

    /// A filled box between two opposite corners.
    pub(crate) fn rectangle(&mut self, first: (f64, f64), second: (f64, f64), role: Role) {
        let drawn = self.area.draw(&Rectangle::new([first, second], role.color()));
        self.keep(drawn);
    }

    /// A filled area with these corners.
    pub(crate) fn area(&mut self, corners: Vec<(f64, f64)>, role: Role) {
        let drawn = self.area.draw(&Polygon::new(corners, role.color()));
        self.keep(drawn);
    }

    fn keep(&mut self, drawn: Result<(), DrawingAreaErrorKind<Infallible>>) {
        if let Err(error) = drawn {
            self.failure.get_or_insert_with(|| error.to_string());
        }
    }
}

/// One SVG element with what `paint` draws. The canvas cannot fail; were plotters itself to refuse a shape, the element
/// says so in `data-incomplete` instead of passing for whole.
pub(crate) fn draw(root: &Root<'_>, paint: impl FnOnce(&mut Pen<'_>)) -> String {
    let mut shapes = Vec::new();
    let (right, bottom) = (pixels(root.width), pixels(root.height));
    let area: DrawingArea<Canvas<'_>, Shift> = Canvas::new(root.width, root.height, &mut shapes).into_drawing_area();
    let coordinates = Cartesian2d::new(0.0..1.0, 0.0..1.0, (0..right, bottom..0));
    let mut pen = Pen { area: area.apply_coord_spec(coordinates), failure: None };
    drop(area);
    paint(&mut pen);
    let failure = pen.failure.take();
    drop(pen);
    element(root, &shapes, failure.as_deref())
}

fn pixels(units: u32) -> i32 {
    i32::try_from(units.saturating_mul(TENTHS)).unwrap_or(i32::MAX)
}

fn element(root: &Root<'_>, shapes: &[Shape], failure: Option<&str>) -> String {
    let access = match root.role {
        SvgRole::Hidden => r#"aria-hidden="true" focusable="false""#.to_owned(),
        SvgRole::Image => {
            format!(r#"xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}""#, escape(&root.name))
        }
    };
    let id = root.id.as_deref().map(|id| format!(r#" id="{}""#, escape(id))).unwrap_or_default();
    let incomplete = failure.map(|text| format!(r#" data-incomplete="{}""#, escape(text))).unwrap_or_default();
    let mut svg = format!(
        r#"<svg {access}{id} class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" overflow="visible" fill="none" stroke="currentColor"{incomplete}>"#,
        escape(root.class),
        root.width,
        root.height,
    );
    for shape in shapes {
        append(
            &mut svg,
            format_args!(r#"<path class="{}"{} d="{}"/>"#, shape.role.class(), shape.role.attributes(), shape.data),
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Text made safe inside a double-quoted attribute of HTML and XML; control characters that XML forbids are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() && !matches!(other, '\t' | '\n' | '\r') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_without_shapes_is_a_whole_element() {
        let root = Root {
            width: 20,
            height: 10,
            class: "x",
            id: None,
            role: SvgRole::Image,
            name: "a \"<b>\" & 'c'\u{1}".to_owned(),
        };
        assert_eq!(
            draw(&root, |_| {}),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"a &quot;&lt;b&gt;&quot; &amp; &#39;c&#39;\" \
             class=\"x\" viewBox=\"0 0 20 10\" preserveAspectRatio=\"none\" overflow=\"visible\" fill=\"none\" \
             stroke=\"currentColor\"></svg>"
        );
    }

    #[test]
    fn fractions_count_from_the_bottom_left() {
        let root = Root { width: 20, height: 10, class: "x", id: None, role: SvgRole::Hidden, name: String::new() };
        let svg = draw(&root, |pen| {
            pen.line(vec![(0.0, 0.0), (1.0, 1.0)], Role::Spark);
            pen.rectangle((0.25, 0.0), (0.5, 0.5), Role::BulletValue);
        });
        assert!(svg.contains(r#"d="M0 10 20 0""#), "{svg}");
        assert!(svg.contains(r#"d="M5 5H10V10H5z""#), "{svg}");
    }
}
