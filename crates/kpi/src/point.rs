//! Observations as the core sees them: time, value in the base unit, when it was recorded, and where it came from.

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
}

/// Observations by measurement.
pub trait Observations {
    /// Every point of a measurement, ordered by time and then by when it was recorded; empty for an unknown one.
    fn points(&self, measure: &str) -> &[Point];
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
