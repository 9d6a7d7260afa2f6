//! The chart model: plain data that the caller fills. It holds no colours, sizes or positions.

use crate::annotation::Annotation;
use crate::forecast::ForecastBand;
use crate::unit_label::UnitLabel;

/// One chart; what a caller does not need is left at its default.
#[derive(Clone, Debug, Default)]
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
    /// What may come after the last value of a history; drawn apart from the values.
    pub forecast: Option<ForecastBand>,
    /// Where the value of a history should be over time, as the corners of straight lines; fewer than two times are no
    /// path. Notes are not shown.
    pub path: Vec<ChartPoint>,
    /// What happened, marked along x.
    pub annotations: Vec<Annotation>,
    /// The first and last time that the x axis of a history covers at least, whether there are values or not.
    pub period: Option<(i64, i64)>,
}

impl ChartModel {
    /// The target that values are judged against: the first current one with a finite value.
    pub fn current_target(&self) -> Option<&TargetLine> {
        self.targets.iter().find(|target| target.current && target.goal.is_finite())
    }
}

/// What is on the x axis and how values are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartKind {
    /// Time on x; straight lines between points. Points with a category instead of a time are not drawn.
    #[default]
    History,
    /// Categories on x, in order of first appearance; bars start at zero. A time becomes the category of its date.
    Bars,
}

/// A named row of points.
#[derive(Clone, Debug, Default)]
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

/// A target to compare values with: one horizontal line, or both ends of a range.
#[derive(Clone, Debug, Default)]
pub struct TargetLine {
    /// The name with its rule, such as `Phase 1: <10 min`.
    pub label: String,
    /// Which values meet it.
    pub goal: Goal,
    /// Whether this is the target that counts now.
    pub current: bool,
    /// From when it counts, in milliseconds since the Unix epoch; none if it always did. Only histories draw less of it.
    pub from_ms: Option<i64>,
    /// Until when it counts, that time itself excluded; none if it still does.
    pub until_ms: Option<i64>,
}

impl TargetLine {
    /// Whether it counts at a time.
    pub fn is_in_force(&self, time_ms: i64) -> bool {
        self.from_ms.is_none_or(|from_ms| from_ms <= time_ms) && self.until_ms.is_none_or(|until_ms| time_ms < until_ms)
    }
}

/// Which values meet a target; every number in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// This much or more.
    AtLeast(f64),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
    /// Between these two, both included.
    Within(f64, f64),
}

impl Default for Goal {
    fn default() -> Self {
        Self::AtLeast(0.0)
    }
}

impl Goal {
    /// Whether a value meets the target.
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(line) => value >= line,
            Self::Above(line) => value > line,
            Self::Below(line) => value < line,
            Self::Within(low, high) => (low..=high).contains(&value),
        }
    }

    /// Where its lines are: one, or both ends of a range.
    pub fn lines(self) -> Vec<f64> {
        match self {
            Self::AtLeast(line) | Self::Above(line) | Self::Below(line) => vec![line],
            Self::Within(low, high) => vec![low, high],
        }
    }

    /// Whether every line has a place on an axis.
    pub(crate) fn is_finite(self) -> bool {
        self.lines().into_iter().all(f64::is_finite)
    }

    /// Whether a rising value is an improvement, seen from a value; none inside a range, where neither direction is.
    pub(crate) fn rising_is_better(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(_) | Self::Above(_) => Some(true),
            Self::Below(_) => Some(false),
            Self::Within(low, _) if value < low => Some(true),
            Self::Within(_, high) if value > high => Some(false),
            Self::Within(..) => None,
        }
    }
}
