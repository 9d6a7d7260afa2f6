//! The catalogue: which KPIs exist, what they ask for and in which phase. It is data that a user can replace.
//!
//! [`Catalogue::parse`] reads the TOML document described in `docs/catalogue.md` and reports every error with its line
//! and column.

mod check;
mod difference;
mod errors;
mod kinds;
mod people;
mod places;
mod policy;
mod read;
mod rows;
mod series;
mod times;
mod toml_reader;
mod write;

use crate::aggregate::Aggregate;
use crate::feed::{Feed, Trap};
use crate::measure::Measure;
use crate::shape::{Better, Shape};
use crate::target::Target;
use crate::unit::Unit;

pub use difference::{Change, difference};
pub use errors::CatalogueError;
pub use people::{Audience, Maintenance, Owner};
pub use policy::{AlertPolicy, GroupBy, Policy};
pub use series::SeriesUse;

/// A framework of KPIs.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// Short name.
    pub id: String,
    /// Name that people read.
    pub name: String,
    /// The version that its authors gave it.
    pub version: String,
    /// Thresholds and rules.
    pub policy: Policy,
    /// The phases, in order.
    pub phases: Vec<Phase>,
    /// The tracks, in order.
    pub tracks: Vec<Track>,
    /// Roles that answer for KPIs, where more than their name is known.
    pub owners: Vec<Owner>,
    /// Who reads which KPIs.
    pub audiences: Vec<Audience>,
    /// Times in which no notification is sent.
    pub maintenance: Vec<Maintenance>,
    /// The derived measurements.
    pub measures: Vec<Measure>,
    /// Which metrics of other systems fill which series.
    pub feeds: Vec<Feed>,
    /// Metrics of other systems that must not be used as they are.
    pub traps: Vec<Trap>,
    /// The KPIs, in order.
    pub kpis: Vec<Kpi>,
}

/// A phase of the framework.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// Its number, from 1.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// The share of its KPIs that must be met to leave it, in percent; the last phase has none.
    pub gate_share_percent: Option<f64>,
    /// When it is planned; without dates there is no pace.
    pub dates: Option<PhaseDates>,
}

/// When a phase is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseDates {
    /// The start of its first day, in milliseconds since the Unix epoch.
    pub starts_ms: i64,
    /// The end of its last day: the first millisecond that is no longer in it.
    pub ends_ms: i64,
}

/// A track of the framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Slug.
    pub id: String,
    /// Name.
    pub name: String,
}

/// The framework's `Current` cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Current {
    /// A number, in the base unit.
    Value(f64),
    /// `Baseline`, `Unknown`, `N/A`, or no such cell.
    Unknown,
}

/// What an observation of a relative KPI states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A quantity, which is compared with a baseline.
    Quantity,
    /// The improvement itself, a factor or a percentage.
    Improvement,
}

/// One KPI.
#[derive(Debug, Clone, PartialEq)]
pub struct Kpi {
    /// Slug, unique in the catalogue.
    pub id: String,
    /// Name.
    pub name: String,
    /// The slug of its track.
    pub track: String,
    /// The framework's section.
    pub section: String,
    /// The framework's table.
    pub group: String,
    /// What it tells.
    pub description: String,
    /// How it is measured.
    pub method: String,
    /// The unit of its values.
    pub unit: Unit,
    /// How attainment is computed.
    pub shape: Shape,
    /// Which way is better.
    pub better: Better,
    /// What an observation states.
    pub reading: Reading,
    /// The text of the framework's `Current` cell, if it has one.
    pub current_written: Option<String>,
    /// What that cell means.
    pub current: Current,
    /// The targets by phase number.
    pub phase_targets: Vec<(u8, Target)>,
    /// The target of a single-target table.
    pub single_target: Option<Target>,
    /// The phase from which on the single target counts.
    pub from_phase: Option<u8>,
    /// The measurement whose observations it reads.
    pub measure: String,
    /// How the window becomes a value.
    pub aggregate: Aggregate,
    /// The length of the window in milliseconds; a derived measurement may have a window of its own.
    pub window_ms: i64,
    /// How often an observation is expected, in milliseconds.
    pub cadence_ms: i64,
    /// The role that answers for it.
    pub owner: String,
    /// Whether it touches customers.
    pub customer_facing: bool,
    /// What to connect so that it gets data.
    pub connect: String,
    /// How long it must be below a threshold before its alert fires; the policy's time where none is written.
    pub alert_for_ms: Option<i64>,
}

impl Kpi {
    /// The target that counts at the gate of `phase`: the phase's own, or the single target from its phase on.
    pub fn counted_target(&self, phase: u8) -> Option<&Target> {
        self.phase_targets
            .iter()
            .find(|(number, _)| *number == phase)
            .map(|(_, target)| target)
            .or_else(|| self.single_target.as_ref().filter(|_| self.from_phase.is_some_and(|from| from <= phase)))
            .filter(|target| target.is_applicable())
    }

    /// The target that a page shows and alerts are raised on in `phase`: the counted one, or the standing one.
    pub fn target_shown_in(&self, phase: u8) -> Option<&Target> {
        self.counted_target(phase).or_else(|| self.single_target.as_ref().filter(|_| self.is_standing()))
    }

    /// Whether its only target names no phase.
    pub fn is_standing(&self) -> bool {
        self.single_target.is_some() && self.from_phase.is_none()
    }

    /// Whether it counts at the gate that ends `phase`.
    pub fn is_counted_in(&self, phase: u8, policy: &Policy) -> bool {
        self.counted_target(phase).is_some() || (policy.standing_kpis_count && self.is_standing())
    }

    /// Whether its values mean nothing without a baseline.
    pub fn needs_baseline(&self) -> bool {
        self.shape.is_relative() && self.reading == Reading::Quantity
    }

    /// Every target of every phase, the single one included.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.phase_targets.iter().map(|(_, target)| target).chain(self.single_target.as_ref())
    }
}

impl Catalogue {
    /// Reads a catalogue from TOML.
    ///
    /// # Errors
    /// Every error of the document, each with line and column, in the order of the document.
    pub fn parse(document: &str) -> Result<Self, Vec<CatalogueError>> {
        read::catalogue(document)
    }

    /// The KPI with this id, with its position.
    pub fn kpi(&self, id: &str) -> Option<(usize, &Kpi)> {
        self.kpis.iter().enumerate().find(|(_, kpi)| kpi.id == id)
    }

    /// The KPI with this id, or the first one that reads this measurement.
    pub fn kpi_or_measure(&self, name: &str) -> Option<&Kpi> {
        self.kpi(name).map(|(_, kpi)| kpi).or_else(|| self.kpis.iter().find(|kpi| kpi.measure == name))
    }

    /// The phase with this number.
    pub fn phase(&self, number: u8) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.number == number)
    }

    /// The derived measurement with this id.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id == id)
    }

    /// The trap that names this metric.
    pub fn trap(&self, metric: &str) -> Option<&Trap> {
        self.traps.iter().find(|trap| trap.metrics.iter().any(|known| known == metric))
    }

    /// The track with this id.
    pub fn track(&self, id: &str) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }
}
