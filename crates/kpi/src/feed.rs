//! Feeds: which metric of another system becomes which series of the catalogue, declared as data.
//!
//! A system names its metrics itself and counts in its own way: cumulative counters, histograms, other units. A feed says
//! which series of the catalogue such a metric fills. [`Feeds`] holds the feeds of a catalogue by metric; a [`Feeder`] takes
//! one sample after the other and gives the points of the fed series; [`whole`] does the same for everything at once.
//!
//! A [`Trap`] is a metric that must not be used as it is, with the reason.

mod counter;
mod delta;
mod feeder;
mod grid;
mod histogram;

use std::collections::HashMap;

use crate::catalogue::Catalogue;
use crate::point::{Labels, label};
use crate::unit::Unit;

pub use feeder::{DELTA, Fed, Feeder, TEMPORALITY, order, whole};
pub use histogram::{MOST_COUNTED, MOST_POINTS};

/// One metric that fills one series.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The name of the incoming series; of a histogram the name before `_bucket`.
    pub metric: String,
    /// How its values are read.
    pub kind: Kind,
    /// What it fills.
    pub target: Target,
    /// Labels that a sample must carry, each with the accepted values; one that ends with `*` accepts what begins so. Empty takes all.
    pub labels: Vec<(String, Vec<String>)>,
    /// Only values over this one, as they come.
    pub above: Option<f64>,
    /// Only values under this one, as they come.
    pub below: Option<f64>,
    /// Labels that get another name: the incoming one, and the new one.
    pub rename: Vec<(String, String)>,
    /// Labels that every point carries, whatever came.
    pub set: Vec<(String, String)>,
    /// What every value is multiplied by.
    pub scale: f64,
    /// Whether the increase of a counter is divided by the seconds in which it came about.
    pub per_second: bool,
    /// The unit of the values after scaling; the base unit of their kind without it.
    pub unit: Option<Unit>,
    /// What people should know of it.
    pub note: String,
}

/// How the values of a metric are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Each value stands for itself.
    Gauge,
    /// A count that only rises and begins anew at a restart: what it rose by is taken.
    Counter,
    /// Cumulative counts by upper bound (`_bucket` with `le`): what was observed in between is taken.
    Histogram,
}

impl Kind {
    /// Every kind with its name in a catalogue.
    pub const ALL: [(&'static str, Self); 3] =
        [("gauge", Self::Gauge), ("counter", Self::Counter), ("histogram", Self::Histogram)];

    /// The name in a catalogue.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }
}

/// What a feed fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A series that derived measurements select from.
    Series(String),
    /// A KPI, by id: its ready numbers.
    Kpi(String),
}

/// Metrics that must not be used as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap {
    /// Their names.
    pub metrics: Vec<String>,
    /// Why not.
    pub reason: String,
    /// What to use in their place, where there is something.
    pub instead: Option<String>,
}

/// Whether a label's value is the accepted one, or begins with what stands before the `*` at its end.
fn accepts(accepted: &str, value: &str) -> bool {
    match accepted.strip_suffix('*') {
        Some(beginning) if !beginning.is_empty() => value.starts_with(beginning),
        _ => accepted == value,
    }
}

impl Feed {
    /// The name under which its samples come.
    pub fn incoming(&self) -> String {
        match self.kind {
            Kind::Gauge | Kind::Counter => self.metric.clone(),
            Kind::Histogram => format!("{}_bucket", self.metric),
        }
    }

    /// Whether samples of this name are its.
    pub fn awaits(&self, series: &str) -> bool {
        let metric = if self.kind == Kind::Histogram { series.strip_suffix("_bucket") } else { Some(series) };
        metric == Some(self.metric.as_str())
    }

    /// The series that it fills; of a KPI the measurement whose ready numbers it reads. `None` where there is no such KPI.
    pub fn series<'a>(&'a self, catalogue: &'a Catalogue) -> Option<&'a str> {
        match &self.target {
            Target::Series(series) => Some(series),
            Target::Kpi(id) => catalogue.kpi(id).map(|(_, kpi)| kpi.measure.as_str()),
        }
    }

    /// Whether samples with these labels are taken.
    pub fn takes(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|(name, accepted)| {
            // A label without text is none.
            let value = label(labels, name).unwrap_or_default();
            accepted.iter().any(|accepted| accepts(accepted, value))
        })
    }

    /// The labels of the points that samples with these labels become, ordered by name. A constant takes the place of a label
    /// of its name; so does a renamed one.
    pub fn labels_of(&self, labels: &Labels) -> Vec<(String, String)> {
        let renamed = |name: &str| self.rename.iter().find(|(from, _)| from == name).map(|(_, to)| to.as_str());
        let is_bound = |name: &str| self.kind == Kind::Histogram && name == "le";
        let mut out: Vec<(String, String)> = self.set.clone();
        let mut add = |name: &str, value: &str| {
            if !out.iter().any(|(known, _)| known == name) {
                out.push((name.to_owned(), value.to_owned()));
            }
        };
        for (name, value) in labels {
            if let Some(to) = renamed(name) {
                add(to, value);
            }
        }
        for (name, value) in labels.iter().filter(|(name, _)| renamed(name).is_none() && !is_bound(name)) {
            add(name, value);
        }
        out.sort();
        out
    }

    /// A number as the fed series holds it, in the base unit; `None` where that is not finite.
    fn converted(&self, value: f64) -> Option<f64> {
        let scaled = value * self.scale;
        let value = self.unit.as_ref().map_or(scaled, |unit| unit.to_base(scaled));
        value.is_finite().then_some(value)
    }

    fn is_inside(&self, value: f64) -> bool {
        self.above.is_none_or(|above| value > above) && self.below.is_none_or(|below| value < below)
    }
}

/// A feed and the series that it fills.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// Its place in the catalogue.
    pub position: usize,
    /// The series that it fills.
    pub series: String,
    /// The feed.
    pub feed: Feed,
}

/// The feeds of a catalogue, by the name under which samples come.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feeds(HashMap<String, Vec<Ready>>);

impl Feeds {
    /// The feeds of this catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut feeds: HashMap<String, Vec<Ready>> = HashMap::new();
        for (position, feed) in catalogue.feeds.iter().enumerate() {
            if let Some(series) = feed.series(catalogue) {
                let ready = Ready { position, series: series.to_owned(), feed: feed.clone() };
                feeds.entry(feed.incoming()).or_default().push(ready);
            }
        }
        Self(feeds)
    }

    /// The feeds that take samples of this name, in the order of the catalogue; none for most names.
    pub fn feeds(&self, metric: &str) -> &[Ready] {
        self.0.get(metric).map_or(&[], Vec::as_slice)
    }

    /// The names under which samples are awaited, in no order.
    pub fn metrics(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether nothing is fed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
