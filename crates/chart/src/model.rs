//! The chart model: plain data that the caller fills. It holds no colours, sizes or positions.

use std::fmt;
use std::sync::Arc;

/// How the chart's values are written for people; the only place where a value is rounded.
#[derive(Clone)]
pub struct UnitLabel {
    /// Writes one finite value with its unit, such as `8.2 min`.
    pub format: Arc<dyn Fn(f64) -> String + Send + Sync>,
}

impl UnitLabel {
    /// A label from any formatter.
    pub fn new(format: impl Fn(f64) -> String + Send + Sync + 'static) -> Self {
        Self { format: Arc::new(format) }
    }

    /// The bare number with a fixed count of decimals.
    pub fn plain(decimals: usize) -> Self {
        Self::new(move |value| fixed(value, decimals))
    }

    /// The number and what follows it, with the space if there is one: `with_suffix(1, " min")` gives `8.2 min`.
    pub fn with_suffix(decimals: usize, suffix: impl Into<String>) -> Self {
        let suffix = suffix.into();
        Self::new(move |value| format!("{}{suffix}", fixed(value, decimals)))
    }

    /// What precedes the number, and the number; the sign comes first: `with_prefix("$", 2)` gives `-$1.50`.
    pub fn with_prefix(prefix: impl Into<String>, decimals: usize) -> Self {
        let prefix = prefix.into();
        Self::new(move |value| {
            let number = fixed(value, decimals);
            match number.strip_prefix('-') {
                Some(digits) => format!("-{prefix}{digits}"),
                None => format!("{prefix}{number}"),
            }
        })
    }

    /// The value as text.
    pub fn text(&self, value: f64) -> String {
        (self.format)(value)
    }
}

impl fmt::Debug for UnitLabel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnitLabel").finish_non_exhaustive()
    }
}

/// Fixed decimals without the `-0.0` that rounding leaves behind.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| c == '0' || c == '.') => digits.to_owned(),
        _ => text,
    }
}

/// One chart.
#[derive(Clone, Debug)]
pub struct ChartModel {
    /// The stem of the HTML ids of the chart's parts; the picture's id is `{id}-picture`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// What is measured, as the subject of the sentences: `Build Time`.
    pub subject: String,
    /// How values are written.
    pub unit: UnitLabel,
    /// What is on the x axis and how values are drawn.
    pub kind: ChartKind,
    /// The values. Above six series the colours repeat: make small multiples instead.
    pub series: Vec<Series>,
    /// The horizontal lines to compare with; at most one should be current.
    pub targets: Vec<TargetLine>,
    /// Whether the y axis must contain zero; bars always do.
    pub zero_based: bool,
}

impl ChartModel {
    /// The target that values are judged against: the first current one with a finite value.
    pub fn current_target(&self) -> Option<&TargetLine> {
        self.targets.iter().find(|target| target.current && target.value.is_finite())
    }
}

/// What is on the x axis and how values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Time on x; straight lines between points. Points with a category instead of a time are not drawn.
    History,
    /// Categories on x, in order of first appearance; bars start at zero. A time becomes the category of its date.
    Bars,
}

/// A named row of points.
#[derive(Clone, Debug)]
pub struct Series {
    /// The name in legend, table and sentences.
    pub name: String,
    /// The points, in any order.
    pub points: Vec<ChartPoint>,
}

/// One value.
#[derive(Clone, Debug)]
pub struct ChartPoint {
    /// Where it stands on x.
    pub x: Position,
    /// The value; one that is not finite is left out of the picture and counted in the summary.
    pub y: f64,
    /// A remark shown in table and cursor.
    pub note: Option<String>,
}

/// A place on the x axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Milliseconds since the Unix epoch, UTC.
    Time(i64),
    /// A named category.
    Category(String),
}

/// A horizontal line to compare values with.
#[derive(Clone, Debug)]
pub struct TargetLine {
    /// The name with its rule, such as `Phase 1: <10 min`.
    pub label: String,
    /// Where the line is, in the unit of the values.
    pub value: f64,
    /// Which side of the line is good.
    pub better: Better,
    /// Whether this is the target that counts now.
    pub current: bool,
}

/// The good direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Above the target is good.
    Higher,
    /// Below the target is good.
    Lower,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_labels_write_the_number_and_its_unit() {
        let cases = [
            (UnitLabel::plain(0), 12.4, "12"),
            (UnitLabel::plain(1), -0.01, "0.0"),
            (UnitLabel::with_suffix(1, " min"), 8.25, "8.2 min"),
            (UnitLabel::with_suffix(0, "%"), -3.0, "-3%"),
            (UnitLabel::with_prefix("$", 2), 1.5, "$1.50"),
            (UnitLabel::with_prefix("$", 2), -1.5, "-$1.50"),
        ];
        for (unit, value, text) in cases {
            assert_eq!(unit.text(value), text);
        }
    }
}
