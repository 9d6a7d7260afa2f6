//! Observations as the core sees them: time, value in the base unit, when it was recorded, and where it came from.

mod runs;

pub use runs::{InMemory, MOST_LABEL_SETS, Pending, RunExtent, RunSummary, RunTotal, SeriesRuns, SeriesSource};

/// Where a value came from, as far as a reader must know it to judge the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Sent by a system that measured it.
    Measured,
    /// Measured by this product's embedded engine on its reference model.
    EmbeddedEngine,
    /// Measured by this dashboard about itself.
    Dashboard,
    /// Entered by a person.
    Entered,
    /// Generated for the demonstration; not a measurement.
    Demo,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 5] = [Self::Measured, Self::EmbeddedEngine, Self::Dashboard, Self::Entered, Self::Demo];

    /// The name under which it is stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::EmbeddedEngine => "embedded-engine",
            Self::Dashboard => "dashboard",
            Self::Entered => "entered",
            Self::Demo => "demo",
        }
    }

    /// The origin of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }

    /// What a reader is told about it.
    pub fn explained(self) -> &'static str {
        match self {
            Self::Measured => "sent by the system that measured it",
            Self::EmbeddedEngine => "measured on the embedded engine's reference model",
            Self::Dashboard => "measured by this dashboard about itself",
            Self::Entered => "entered by a person",
            Self::Demo => "demo data, not a measurement",
        }
    }
}

/// One observation of a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The instant it is about, in milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// The value in the base unit of the measurement's dimension; finite.
    pub value: f64,
    /// When it was recorded, in milliseconds since the Unix epoch.
    pub recorded_ms: i64,
    /// Where it came from.
    pub origin: Origin,
    /// Its labels.
    pub labels: LabelSet,
    /// For how many observations of this value it stands: 1, but for those of a histogram with very many.
    pub weight: u64,
}

/// Which labels a point carries; [`Observations::labels`] tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LabelSet(pub u32);

impl LabelSet {
    /// No labels.
    pub const NONE: Self = Self(0);
}

/// Labels as name and value, ordered by name, each name once.
pub type Labels = [(String, String)];

/// The value of the label with this name.
pub fn label<'a>(labels: &'a Labels, name: &str) -> Option<&'a str> {
    // A point has few labels: names of another length are told apart without reading them, which a search by order is not.
    labels.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A point whose place another one took: a part of its report came later, or a person corrected it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Superseded {
    /// What was stated.
    pub point: Point,
    /// Since when it counts no more, in milliseconds since the Unix epoch: when the other one was recorded.
    pub superseded_ms: i64,
}

/// Observations by series.
pub trait Observations {
    /// Every point of a series, ordered by time and then by when it was recorded; empty for an unknown one.
    fn points(&self, series: &str) -> &[Point];

    /// Every superseded point of a series, in the same order; none of them is among its points.
    fn superseded(&self, series: &str) -> &[Superseded] {
        let _ = series;
        &[]
    }

    /// The labels of a set; empty for [`LabelSet::NONE`] and for an unknown one.
    fn labels(&self, set: LabelSet) -> &Labels;
}

/// The points up to and including `instant_ms`.
pub fn until(points: &[Point], instant_ms: i64) -> &[Point] {
    let end = points.partition_point(|point| point.time_ms <= instant_ms);
    points.get(..end).unwrap_or_default()
}

/// The points after `start_ms`, of points that are ordered by time.
pub fn after(points: &[Point], start_ms: i64) -> &[Point] {
    let start = points.partition_point(|point| point.time_ms <= start_ms);
    points.get(start..).unwrap_or_default()
}

/// How many of the points about times up to and including `instant_ms` were recorded after it: what is known now of that
/// instant, and was not known then.
pub fn corrections(points: &[Point], instant_ms: i64) -> usize {
    until(points, instant_ms).iter().filter(|point| point.recorded_ms > instant_ms).count()
}
