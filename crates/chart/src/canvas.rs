//! The plotters backend of this crate: every shape becomes SVG path data under a role. It draws no text and measures
//! none, so no font and no browser is ever asked, and it counts in tenths of a view box unit, because plotters'
//! coordinates are whole numbers.

use std::convert::Infallible;

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

use crate::role::Role;
use crate::sentence::append;

/// Backend pixels per view box unit.
pub(crate) const TENTHS: u32 = 10;

/// Shapes of one role that follow each other, as one SVG path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub role: Role,
    /// The value of the `d` attribute: absolute commands, one decimal.
    pub data: String,
}

/// The backend; what is drawn is appended to the caller's shapes.
pub(crate) struct Canvas<'a> {
    width: u32,
    height: u32,
    shapes: &'a mut Vec<Shape>,
}

impl<'a> Canvas<'a> {
    /// A canvas of `width` × `height` view box units.
    pub(crate) fn new(width: u32, height: u32, shapes: &'a mut Vec<Shape>) -> Self {
        Self { width, height, shapes }
    }

    fn add(&mut self, color: BackendColor, data: &str) {
        let role = Role::from_rgb(color.rgb);
        match self.shapes.last_mut() {
            Some(last) if last.role == role => last.data.push_str(data),
            _ => self.shapes.push(Shape { role, data: data.to_owned() }),
        }
    }

    fn polyline(points: impl IntoIterator<Item = BackendCoord>) -> String {
        let mut data = String::new();
        for (x, y) in points {
            // After the first pair, further pairs are implicit line commands.
            let separator = if data.is_empty() { "M" } else { " " };
            append(&mut data, format_args!("{separator}{} {}", tenths(x), tenths(y)));
        }
        data
    }
}

/// Tenths as a decimal number without a needless `.0`.
fn tenths(value: i32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (units, rest) = (value.unsigned_abs() / TENTHS, value.unsigned_abs() % TENTHS);
    if rest == 0 { format!("{sign}{units}") } else { format!("{sign}{units}.{rest}") }
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width * TENTHS, self.height * TENTHS)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        // A line of no length with round caps: a dot that stays round however the picture is stretched.
        self.add(color, &format!("M{} {}h0.01", tenths(x), tenths(y)));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.add(style.color(), &Self::polyline([from, to]));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, start: BackendCoord, end: BackendCoord, style: &S, _fill: bool) -> Drawn {
        let (left, top, right, bottom) = (tenths(start.0), tenths(start.1), tenths(end.0), tenths(end.1));
        self.add(style.color(), &format!("M{left} {top}H{right}V{bottom}H{left}z"));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.add(style.color(), &Self::polyline(path));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, _radius: u32, style: &S, _fill: bool) -> Drawn {
        self.draw_pixel(center, style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        self.add(style.color(), &format!("{}z", Self::polyline(corners)));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, _text: &str, _style: &T, _place: BackendCoord) -> Drawn {
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        _text: &str,
        _style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_are_written_with_at_most_one_decimal() {
        for (value, text) in [(0, "0"), (5, "0.5"), (10, "1"), (1234, "123.4"), (-7, "-0.7"), (-20, "-2")] {
            assert_eq!(tenths(value), text);
        }
    }

    #[test]
    fn neighbours_of_one_role_share_a_path() {
        let mut shapes = Vec::new();
        let mut canvas = Canvas::new(10, 10, &mut shapes);
        let color = |role: Role| {
            let plotters::style::RGBColor(red, green, blue) = role.color();
            BackendColor { alpha: 1.0, rgb: (red, green, blue) }
        };
        canvas.draw_line((0, 0), (100, 0), &color(Role::Grid)).unwrap();
        canvas.draw_line((0, 55), (100, 55), &color(Role::Grid)).unwrap();
        canvas.draw_circle((50, 50), 3, &color(Role::Marker(0)), true).unwrap();
        assert_eq!(
            shapes,
            [
                Shape { role: Role::Grid, data: "M0 0 10 0M0 5.5 10 5.5".to_owned() },
                Shape { role: Role::Marker(0), data: "M5 5h0.01".to_owned() },
            ]
        );
    }
}
